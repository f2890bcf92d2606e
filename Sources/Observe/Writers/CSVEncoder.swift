/// Rows of one table as lines of CSV, quoted as RFC 4180 says.
///
/// Deviation: lines end with `\n` alone, because with CRLF the last field of each line is wrong for awk, cut and join.
public struct CSVEncoder<Row: TableRow>: Sendable {
    private let run: RunKey
    private let withAxes: Bool
    /// The fields that are equal in all rows of a run.
    private let prefix: [UInt8]

    public init(run: RunKey) {
        self.run = run
        withAxes = Row.table.name == RunRow.table.name
        var fields = RunKey.columns.map { CSVText.field($0.cell(run).text($0.unit)) }
        if withAxes { fields += run.axes.map { CSVText.field($0.value) } }
        prefix = Array(fields.joined(separator: ",").utf8)
    }

    /// The first line, with its line end.
    public var header: String {
        var names = RunKey.columns.map(\.header)
        if withAxes { names += run.axes.map { CSVText.field($0.name) } }
        names += Row.table.columns.map(\.header)
        return names.joined(separator: ",") + "\n"
    }

    /// The line of a row, with its line end.
    public func line(_ row: Row) -> String {
        var bytes: [UInt8] = []
        append(row, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Adds the line of a row to a buffer.
    func append(_ row: Row, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: prefix)
        for column in Row.table.columns {
            bytes.append(UInt8(ascii: ","))
            switch column.cell(row) {
            case .absent, .censored: break
            case .integer(let value): CSVText.append(value, places: 0, to: &bytes)
            case .picoseconds(let value): CSVText.append(value, places: column.unit.places, to: &bytes)
            case .real(let value): bytes.append(contentsOf: (NumberText.real(value) ?? "").utf8)
            case .text(let text): CSVText.append(text, to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}

enum CSVText {
    /// Quotes a field where RFC 4180 asks for it: commas, quotes and line ends.
    static func field(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func append(_ text: String, to bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let isSpecial = text.utf8.contains { $0 == 0x2c || $0 == quote || $0 == 0x0a || $0 == 0x0d }
        guard isSpecial else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        bytes.append(quote)
        for byte in text.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }

    /// The same digits as `NumberText.decimal`, without a string in between.
    static func append(_ value: Int64, places: Int, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var place = 0
        // Zeros at the end of the fraction are not written.
        while place < places, rest % 10 == 0 {
            rest /= 10
            place += 1
        }
        let start = bytes.count
        repeat {
            if place == places, bytes.count > start { bytes.append(UInt8(ascii: ".")) }
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
            place += 1
        } while rest > 0 || place <= places
        bytes[start...].reverse()
    }
}

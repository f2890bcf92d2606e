import Foundation
import Observe

/// A result table in its file, which is read when something is asked of it.
struct StoredTable: Sendable {
    private let path: String
    private let info: TableInfo
    /// By header: numbers of the rows, from 1, whose value had not come about when the run ended.
    private let censored: [String: Set<Int>]

    /// - Throws: where the file is not the one that the manifest describes.
    init(_ output: OutputRecord, folder: String) throws(StoredRun.Trouble) {
        guard let info = TableInfo.all.first(where: { $0.name == output.name }) else {
            throw StoredRun.Trouble(folder: folder, reason: "this version knows no table \(output.name).csv")
        }
        path = "\(folder)/\(output.name).csv"
        self.info = info
        censored = output.censored.mapValues(Set.init)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StoredRun.Trouble(
                folder: folder, reason: "\(output.name).csv is missing, though the manifest names it")
        }
        if SHA256.hex(data) != output.sha256 {
            throw StoredRun.Trouble(folder: folder, reason: "\(output.name).csv is not as the run has left it")
        }
    }

    func cells(of name: String, where selector: [String: String]) -> [Cell] {
        guard let column = info.columns.first(where: { $0.name == name }),
            let data = FileManager.default.contents(atPath: path),
            let lines = CSVReader.read(String(decoding: data, as: UTF8.self)), let header = lines.first
        else { return [] }
        let columns = Dictionary(zip(header, header.indices), uniquingKeysWith: { first, _ in first })
        let rows = lines.dropFirst()
        guard let place = columns[column.header] else { return [] }
        let filters = selector.compactMap { key, wanted -> (Int, String)? in
            guard let header = info.columns.first(where: { $0.name == key })?.header else { return nil }
            return columns[header].map { ($0, wanted) }
        }
        if filters.count < selector.count { return [] }
        return rows.indices.filter { row in filters.allSatisfy { rows[row][$0.0] == $0.1 } }.map { row in
            if censored[column.header]?.contains(row) == true { return .censored }
            return Self.cell(rows[row][place], column)
        }
    }

    private static func cell(_ text: String, _ column: ColumnInfo) -> Cell {
        if column.type == .text { return .text(text) }
        if text.isEmpty { return .absent }
        switch column.type {
        case .integer: return Int64(text).map { .integer($0) } ?? .absent
        case .real, .text: return Double(text).map { .real($0) } ?? .absent
        case .time: return picoseconds(text, column.unit).map { .picoseconds($0) } ?? .absent
        }
    }

    /// Times have at most as many decimal places as make a whole picosecond.
    private static func picoseconds(_ text: String, _ unit: ColumnUnit) -> Int64? {
        guard let scale = unit.picoseconds else { return nil }
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = parts.first, let whole = Int64(first), parts.count < 3 else { return nil }
        var (value, place) = (whole.multipliedReportingOverflow(by: scale), scale)
        if value.overflow { return nil }
        for digit in parts.count == 2 ? parts[1].utf8 : "".utf8[...] {
            guard digit >= 48, digit < 58, place % 10 == 0 else { return nil }
            place /= 10
            value.partialValue += Int64(digit - 48) * place
        }
        return isNegative ? -value.partialValue : value.partialValue
    }
}

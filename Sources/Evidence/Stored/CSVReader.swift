/// Reads the CSV that this program writes (RFC 4180): fields by line, quotes undone.
enum CSVReader {
    /// nil = it is no CSV: a quote without an end, or lines of different lengths.
    static func read(_ text: String) -> [[String]]? {
        var lines: [[String]] = []
        var (line, field) = ([String](), [UInt8]())
        var (isQuoted, wasQuoted) = (false, false)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""):
                // A doubled quote inside a quoted field is one quote.
                if !isQuoted, wasQuoted { field.append(byte) }
                isQuoted.toggle()
                wasQuoted = true
            case UInt8(ascii: ",") where !isQuoted:
                line.append(String(decoding: field, as: UTF8.self))
                (field, wasQuoted) = ([], false)
            case 0x0a where !isQuoted:
                line.append(String(decoding: field, as: UTF8.self))
                lines.append(line)
                (line, field, wasQuoted) = ([], [], false)
            default:
                field.append(byte)
            }
        }
        if isQuoted || !line.isEmpty || !field.isEmpty { return nil }
        return lines.allSatisfy { $0.count == lines[0].count } ? lines : nil
    }
}

/// A small JSON document with one text for one value: sorted keys, two spaces of indentation, `\n` at the end.
public enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// A number that has its text already, such as an exact decimal or a 64-bit seed.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// null for NaN and infinities.
    public static func real(_ value: Double) -> JSONValue { NumberText.real(value).map { .number($0) } ?? .null }
    /// A finite number, shortest form that reads back as the same value.
    public static func text(of value: Double) -> String { NumberText.real(value) ?? "0" }
    public static func unsigned(_ value: UInt64) -> JSONValue { .number(String(value)) }

    /// The whole document.
    public var document: String {
        var text = ""
        write(into: &text, indent: "")
        return text + "\n"
    }

    private func write(into text: inout String, indent: String) {
        switch self {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value
        case .string(let value): text += Self.quoted(value)
        case .array(let values):
            Self.writeItems(values.map { ("", $0) }, between: ("[", "]"), into: &text, indent: indent)
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            let items = sorted.map { (Self.quoted($0.key) + ": ", $0.value) }
            Self.writeItems(items, between: ("{", "}"), into: &text, indent: indent)
        }
    }

    private static func writeItems(
        _ items: [(String, JSONValue)], between brackets: (String, String), into text: inout String, indent: String
    ) {
        if items.isEmpty {
            text += brackets.0 + brackets.1
            return
        }
        text += brackets.0
        for (index, item) in items.enumerated() {
            text += (index == 0 ? "\n" : ",\n") + indent + "  " + item.0
            item.1.write(into: &text, indent: indent + "  ")
        }
        text += "\n" + indent + brackets.1
    }

    /// A string literal (RFC 8259, section 7).
    static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

/// JSON Schema (draft-07) of what a file may hold, made from the key tables: the loader and an editor go by the same
/// declarations.
///
/// A schema cannot say everything that the loader checks (references, sums, what belongs to which `kind:`); what it
/// refuses, the loader refuses as well.
public struct KeySchema: Sendable {
    /// Lists whose entries may get their required keys from elsewhere in the file: none is required of them here.
    private let relaxed: Set<[String]>

    /// - Parameter relaxed: paths of such lists.
    public init(relaxed: Set<[String]> = []) { self.relaxed = relaxed }

    /// A mapping with these keys and no others but `x-…`.
    public func section(_ keys: [KeyDescription], at path: [String] = []) -> CanonicalValue {
        var properties: [String: CanonicalValue] = [:]
        for key in keys { properties[key.name] = value(of: key, at: path + [key.name]) }
        var members: [String: CanonicalValue] = [
            "type": .string("object"), "properties": .object(properties),
            "patternProperties": .object(["^x-": .object([:])]), "additionalProperties": .boolean(false),
        ]
        let required = keys.filter(\.isRequired).map { CanonicalValue.string($0.name) }
        if !required.isEmpty, !relaxed.contains(path) { members["required"] = .array(required) }
        return .object(members)
    }

    private func value(of key: KeyDescription, at path: [String]) -> CanonicalValue {
        switch key.shape {
        case .value(_, let example, .object(let fragment)):
            return .object(Self.describe(fragment, key, example: example))
        case .value(_, _, let fragment): return fragment
        case .section(let keys):
            guard case .object(var members) = section(keys, at: path) else { return .object([:]) }
            members["description"] = .string(key.hoverText)
            return .object(members)
        case .list(let keys):
            return .object([
                "type": .string("array"), "items": section(keys, at: path), "description": .string(key.hoverText),
            ])
        }
    }

    private static func describe(
        _ fragment: [String: CanonicalValue], _ key: KeyDescription, example: String
    ) -> [String: CanonicalValue] {
        var members = fragment
        var text = key.hoverText
        if case .string(let detail) = fragment["description"] { text += " " + detail.asSentence }
        members["description"] = .string(text)
        if let standard = written(key.defaultText, as: fragment) { members["default"] = standard }
        if fragment["enum"] == nil, fragment["const"] == nil, let example = written(example, as: fragment) {
            members["examples"] = .array([example])
        }
        return members
    }

    /// What a text stands for in a file: a number or a truth value where the schema asks for one. nil when there
    /// is nothing to show.
    private static func written(_ text: String, as fragment: [String: CanonicalValue]) -> CanonicalValue? {
        if text.isEmpty { return nil }
        switch fragment["type"] {
        case .string("array"): return text == "[]" ? .array([]) : nil
        case .string("object"): return text == "{}" ? .object([:]) : nil
        case .string("boolean"): return .boolean(text == "true")
        default: break
        }
        if text == "[]" { return nil }
        if takesIntegers(fragment), let number = Int128(text) { return .integer(number) }
        return .string(text)
    }

    private static func takesIntegers(_ fragment: [String: CanonicalValue]) -> Bool {
        if fragment["type"] == .string("integer") { return true }
        guard case .array(let alternatives) = fragment["anyOf"] else { return false }
        return alternatives.contains { if case .object(let members) = $0 { takesIntegers(members) } else { false } }
    }
}

extension KeyDescription {
    /// What an editor shows: meaning, conditions, source.
    fileprivate var hoverText: String {
        var sentences = [documentation.asSentence]
        if isRequired { sentences.append("Required.") }
        if !requiredCondition.isEmpty { sentences.append("Required with \(requiredCondition).") }
        if !condition.isEmpty { sentences.append("Only with \(condition).") }
        let source = [origin == .ours ? "" : origin.description, requirement].filter { !$0.isEmpty }
        if !source.isEmpty { sentences.append("[\(source.joined(separator: ", "))]") }
        return sentences.joined(separator: " ")
    }
}

extension String {
    /// With a capital letter in front and a full stop behind. Words in back quotes stay as they are.
    fileprivate var asSentence: String {
        guard let first, last != "." else { return self }
        return first.uppercased() + dropFirst() + "."
    }
}

extension CanonicalValue {
    /// Types of an unquoted scalar that we read as text: an editor sees `42` as a number and `true` as a truth value.
    public static let textTypes = CanonicalValue.array([.string("string"), .string("number"), .string("boolean")])
}

extension UnitTable {
    /// A regular expression for a number and one of this dimension's units.
    public var pattern: String { Self.pattern([self]) }

    /// A regular expression for a number and a unit of any of these dimensions; `isBare`: or none.
    public static func pattern(_ tables: [UnitTable], isBare: Bool = false) -> String {
        let units = tables.flatMap { $0.units.map(\.name) }.joined(separator: "|")
        return "^\(isBare ? "[+-]" : "\\+")?[0-9]+(\\.[0-9]+)? *(\(units))\(isBare ? "?" : "")$"
    }
}

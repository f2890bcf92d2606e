extension ValueCodec where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the named values of an enumeration.
    public static func choice(_ type: Value.Type = Value.self) -> ValueCodec {
        let names = Value.allCases.map(\.rawValue)
        return .scalar(
            "choice of \(names.joined(separator: ", "))", example: names.first ?? "",
            schema: .object(["enum": .array(names.map(CanonicalValue.string))]),
            parse: { text, _ throws(ValueProblem) in
                if let value = Value(rawValue: text) { return value }
                throw ValueProblem(
                    "there is no `\(text)`", hint: Spelling.hint(for: text, among: names, listing: "one of"))
            },
            canonical: { .string($0.rawValue) }, text: { $0.rawValue })
    }
}

extension ValueCodec where Value == String {
    /// One of a few words.
    public static func word(_ words: [String]) -> ValueCodec {
        .scalar(
            "choice of \(words.joined(separator: ", "))", example: words.first ?? "",
            schema: .object(["enum": .array(words.map(CanonicalValue.string))]),
            parse: { text, _ throws(ValueProblem) in
                if words.contains(text) { return text }
                throw ValueProblem(
                    "there is no `\(text)`", hint: Spelling.hint(for: text, among: words, listing: "one of"))
            },
            canonical: { .string($0) }, text: { $0 })
    }

    /// A name that the scenario gives to something: it appears in result files and, for the scenario, as a folder.
    public static let name = ValueCodec.scalar(
        "name", example: "web",
        // Everything beyond ASCII is let pass: `\p{L}` is not known to all readers of schemas.
        schema: .object([
            "type": .textTypes, "pattern": .string("^[^ -/:-@\\[-`{-~][^ -,/:-@\\[-^`{-~]{0,63}$"),
        ]),
        parse: { text, _ throws(ValueProblem) in
            if isName(text) { return text }
            throw ValueProblem(
                "`\(text)` is no name", hint: "up to 64 letters, digits, `-`, `_` and `.`, a letter or digit first")
        },
        canonical: { $0.isEmpty ? .null : .string($0) }, text: { $0 })

    /// A name, or `move[3]` where one entry has become many.
    public static let numberedName = ValueCodec(
        typeName: name.typeName, example: name.example, schema: name.schema,
        read: { node, decoding in
            guard let text = node.text, text.last == "]", let open = text.lastIndex(of: "["),
                isName(String(text[..<open])), Int(text[text.index(after: open)...].dropLast()) != nil
            else { return name.read(node, &decoding) }
            return text
        },
        canonical: name.canonical, text: name.text)

    /// The name of something declared elsewhere: `client`, `client[3]`, `leaf5/host2`.
    public static func reference(_ noun: String, example: String) -> ValueCodec {
        .scalar(
            noun, example: example, schema: .object(["type": .textTypes, "minLength": .integer(1)]),
            parse: { text, _ throws(ValueProblem) in
                if !text.isEmpty { return text }
                throw ValueProblem("an empty text is no \(noun)")
            },
            canonical: { .string($0) }, text: { $0 })
    }

    /// Whether a text may be a ``name``.
    /// The same, or nothing at all, which has no text.
    public var orNothing: ValueCodec {
        ValueCodec(
            typeName: typeName, example: example, schema: schema, read: read,
            canonical: { $0.isEmpty ? .null : .string($0) }, text: { $0 })
    }

    public static func isName(_ text: String) -> Bool {
        guard let first = text.first, first.isLetter || first.isNumber, text.count <= 64 else { return false }
        return text.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    }
}

extension ValueCodec where Value == Bool {
    /// `true` or `false`, and no other word that YAML readers take for one of them.
    public static let boolean = ValueCodec.scalar(
        "true or false", example: "true", schema: .object(["type": .string("boolean")]),
        parse: { text, quoted throws(ValueProblem) in
            if !quoted, text == "true" || text == "false" { return text == "true" }
            throw ValueProblem("`\(text)` is not a truth value", hint: "write `true` or `false`")
        },
        canonical: { .boolean($0) }, text: { $0 ? "true" : "false" })
}

extension ValueCodec where Value: FixedWidthInteger {
    /// A whole number, without a unit.
    public static func integer(_ range: ClosedRange<Value>, example: String = "4") -> ValueCodec {
        .scalar(
            "whole number", example: example,
            schema: .object([
                "type": .string("integer"), "minimum": .integer(Int128(range.lowerBound)),
                "maximum": .integer(Int128(range.upperBound)),
            ]),
            parse: { text, quoted throws(ValueProblem) in
                guard let quantity = Quantity(text), quantity.scale == 0, quantity.unit.isEmpty else {
                    throw ValueProblem("`\(text)` is not a whole number", hint: "for example `\(example)`")
                }
                guard !quoted else {
                    throw ValueProblem("\"\(text)\" is a text", hint: "write \(text) without quotes")
                }
                guard let value = Value(exactly: quantity.mantissa), range.contains(value) else {
                    throw ValueProblem("\(text) is out of range: \(range.lowerBound) to \(range.upperBound)")
                }
                return value
            },
            canonical: { .integer(Int128($0)) }, text: { String($0) })
    }
}

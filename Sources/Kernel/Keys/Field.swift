/// Where a default, or the meaning of a key, comes from.
public enum Origin: Hashable, Sendable {
    /// A section of draft-ietf-nvo3-vmm-15.
    case draft(String)
    /// An RFC and its section: `RFC 7348 §5`.
    case rfc(String)
    /// What a maker's equipment or an operator's practice does.
    case vendor(String)
    /// Our choice: a reviewer's first question. `describe` lists all that are in force.
    case ours

    public var description: String {
        switch self {
        case .draft(let section): "draft-15 §\(section)"
        case .rfc(let text), .vendor(let text): text
        case .ours: "ours"
        }
    }
}

/// When a key belongs: a statement about another key of the same section.
public struct Condition<Root>: Sendable {
    /// The key that it is about; decoded before.
    let key: String
    /// Its values, as messages name them: `cbr or poisson`.
    let text: String
    /// What to do about a key that does not belong.
    let hint: String?
    let holds: @Sendable (Root) -> Bool

    public static func when(
        _ key: String, _ text: String, hint: String? = nil, _ holds: @escaping @Sendable (Root) -> Bool
    ) -> Condition {
        Condition(key: key, text: text, hint: hint, holds: holds)
    }
}

/// What a key holds, for schema and documentation.
public indirect enum FieldShape: Sendable {
    case value(type: String, example: String, schema: CanonicalValue)
    case section([KeyDescription])
    case list([KeyDescription])
}

/// A key without its code: what `schema`, the documentation page and completion need.
public struct KeyDescription: Sendable {
    public let name: String
    public let documentation: String
    public let origin: Origin
    /// ID in the list of requirements, or "".
    public let requirement: String
    public let isRequired: Bool
    /// The default as one writes it; "" = none.
    public let defaultText: String
    /// `kind: cbr or poisson`, or "" when it always belongs.
    public let condition: String
    /// The same for when it must be given, beside ``isRequired``.
    public let requiredCondition: String
    public let shape: FieldShape
}

/// One key of a section, declared once: name, place in memory, codec, documentation, origin.
///
/// Its default is the value that `Root()` has there.
public struct Field<Root: Sendable>: Sendable {
    public let name: String
    public let documentation: String
    public let origin: Origin
    public let requirement: String
    let shape: FieldShape
    let decode: @Sendable (SourceNode, inout Root, inout Decoding) -> Void
    /// nil = the key has no place in the resolved form.
    let encode: @Sendable (Root) -> CanonicalValue?
    let text: @Sendable (Root) -> String
    /// Knobs below a section, for `describe`.
    let knobs: @Sendable (Root, Root, String) -> [Knob]
    public internal(set) var isRequired = false
    var requiredHint: String?
    var requiredWhen: Condition<Root>?
    /// Where the key has a meaning: where all of these hold.
    var onlyWhen: [Condition<Root>] = []
}

extension Field {
    /// A key with a value.
    public static func value<Value>(
        _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ codec: ValueCodec<Value>,
        _ documentation: String, origin: Origin = .ours, requirement: String = ""
    ) -> Field {
        Field(
            name: name, documentation: documentation, origin: origin, requirement: requirement,
            shape: .value(type: codec.typeName, example: codec.example, schema: codec.schema),
            decode: { node, root, decoding in
                if decoding.isResolved, case .scalar("null", quoted: false) = node.content { return }
                if let value = codec.read(node, &decoding) { root[keyPath: path] = value }
            },
            encode: { codec.canonical($0[keyPath: path]) }, text: { codec.text($0[keyPath: path]) },
            knobs: { root, standard, prefix in
                let (value, usual) = (codec.canonical(root[keyPath: path]), codec.canonical(standard[keyPath: path]))
                return [
                    Knob(
                        path: prefix + name, text: codec.text(root[keyPath: path]),
                        defaultText: codec.text(standard[keyPath: path]), isDefault: value == usual, origin: origin,
                        documentation: documentation)
                ]
            })
    }

    /// A key that may be left out.
    public static func optional<Value>(
        _ name: String, _ path: any WritableKeyPath<Root, Value?> & Sendable, _ codec: ValueCodec<Value>,
        _ documentation: String, origin: Origin = .ours, requirement: String = ""
    ) -> Field {
        .value(name, path, codec.optional, documentation, origin: origin, requirement: requirement)
    }

    /// A section of its own keys.
    public static func section<Section: Keyed>(
        _ name: String, _ path: any WritableKeyPath<Root, Section> & Sendable, _ documentation: String
    ) -> Field {
        Field(
            name: name, documentation: documentation, origin: .ours, requirement: "",
            shape: .section(Section.keys.descriptions(of: Section())),
            decode: { node, root, decoding in Section.keys.decode(node, into: &root[keyPath: path], &decoding) },
            encode: { Section.keys.encode($0[keyPath: path]) }, text: { _ in "" },
            knobs: { root, standard, prefix in
                Section.keys.knobs(root[keyPath: path], standard[keyPath: path], prefix: "\(prefix)\(name).")
            })
    }

    /// A list of entries, each a section.
    public static func list<Entry: Keyed>(
        _ name: String, _ path: any WritableKeyPath<Root, [Entry]> & Sendable, _ documentation: String
    ) -> Field {
        Field(
            name: name, documentation: documentation, origin: .ours, requirement: "",
            shape: .list(Entry.keys.descriptions(of: Entry())),
            decode: { node, root, decoding in
                root[keyPath: path] = Entry.keys.decodeList(node, &decoding)
            },
            encode: { .array($0[keyPath: path].map(Entry.keys.encode)) }, text: { _ in "" },
            knobs: { _, _, _ in [] })
    }

    /// A key that the loader itself obeys (`include:`): known here for schema and suggestions, no part of the product.
    public static func directive(
        _ name: String, example: String, schema: CanonicalValue = .object([:]), _ documentation: String
    ) -> Field {
        Field(
            name: name, documentation: documentation, origin: .ours, requirement: "",
            shape: .value(type: "directive", example: example, schema: schema),
            decode: { _, _, _ in }, encode: { _ in nil }, text: { _ in "" }, knobs: { _, _, _ in [] })
    }

    /// The key must be given; `hint` says why or how.
    public func required(_ hint: String? = nil, when condition: Condition<Root>? = nil) -> Field {
        var field = self
        field.isRequired = condition == nil
        field.requiredWhen = condition
        field.requiredHint = hint
        return field
    }

    /// The key is an error where the condition does not hold, or one named before.
    public func only(_ condition: Condition<Root>) -> Field {
        var field = self
        field.onlyWhen.append(condition)
        return field
    }
}

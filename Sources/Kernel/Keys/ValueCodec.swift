/// How a value of one type is written in a scenario: reading, the canonical form, text for people, and its schema.
public struct ValueCodec<Value: Sendable>: Sendable {
    /// `duration`, `name`, `one of leaf-spine, star`: for documentation and messages.
    public let typeName: String
    /// A value as one writes it: `10 ms`.
    public let example: String
    /// JSON Schema (draft-07) of the value as written.
    public let schema: CanonicalValue
    /// Reads a node; reports what is wrong and gives nil then.
    let read: @Sendable (SourceNode, inout Decoding) -> Value?
    /// The value in the resolved form; ``CanonicalValue/null`` = not given.
    let canonical: @Sendable (Value) -> CanonicalValue
    /// The value as one writes it.
    let text: @Sendable (Value) -> String

    public init(
        typeName: String, example: String, schema: CanonicalValue,
        read: @escaping @Sendable (SourceNode, inout Decoding) -> Value?,
        canonical: @escaping @Sendable (Value) -> CanonicalValue,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.typeName = typeName
        self.example = example
        self.schema = schema
        self.read = read
        self.canonical = canonical
        self.text = text
    }

    /// A codec of scalars. `parse` gets the text as written and whether it was quoted.
    public static func scalar(
        _ typeName: String, example: String, schema: CanonicalValue,
        parse: @escaping @Sendable (String, _ quoted: Bool) throws(ValueProblem) -> Value,
        resolved: (@Sendable (String) throws(ValueProblem) -> Value?)? = nil,
        canonical: @escaping @Sendable (Value) -> CanonicalValue,
        text: @escaping @Sendable (Value) -> String
    ) -> ValueCodec {
        ValueCodec(
            typeName: typeName, example: example, schema: schema,
            read: { node, decoding in
                guard case .scalar(let scalar, let quoted) = node.content, !node.isNothing else {
                    let found = node.isNothing ? "has no value" : "must be a \(typeName), not \(node.shape)"
                    decoding.report(
                        "`\(decoding.name)` \(found)", at: node.position, hint: "for example `\(example)`")
                    return nil
                }
                do throws(ValueProblem) {
                    if decoding.isResolved, let resolved, let value = try resolved(scalar) { return value }
                    return try parse(scalar, quoted)
                } catch {
                    let message = "`\(decoding.name)`: \(error.message)"
                    decoding.report(message, at: node.position, hint: error.hint)
                    return nil
                }
            },
            canonical: canonical, text: text)
    }

    /// Reads a node with this codec, as part of a larger value.
    public func decode(_ node: SourceNode, _ decoding: inout Decoding) -> Value? { read(node, &decoding) }
    /// The value in the resolved form.
    public func encode(_ value: Value) -> CanonicalValue { canonical(value) }
    /// The value as one writes it.
    public func show(_ value: Value) -> String { text(value) }

    /// The same values under another type.
    public func map<Other: Sendable>(
        _ wrap: @escaping @Sendable (Value) -> Other, _ unwrap: @escaping @Sendable (Other) -> Value
    ) -> ValueCodec<Other> {
        ValueCodec<Other>(
            typeName: typeName, example: example, schema: schema,
            read: { node, decoding in read(node, &decoding).map(wrap) },
            canonical: { canonical(unwrap($0)) }, text: { text(unwrap($0)) })
    }

    /// A key that may be left out: nil is then its value.
    public var optional: ValueCodec<Value?> {
        ValueCodec<Value?>(
            typeName: typeName, example: example, schema: schema,
            read: { node, decoding in read(node, &decoding).map(Optional.some) },
            canonical: { $0.map(canonical) ?? .null }, text: { $0.map(text) ?? "" })
    }

    /// A list of such values.
    public var list: ValueCodec<[Value]> {
        ValueCodec<[Value]>(
            typeName: "list of \(typeName)", example: "[\(example)]",
            schema: .object(["type": .string("array"), "items": schema]),
            read: { node, decoding in
                guard case .sequence(let elements) = node.content else {
                    decoding.report(
                        "`\(decoding.name)` must be a list, not \(node.shape)", at: node.position,
                        hint: "for example `[\(example)]`")
                    return nil
                }
                var values: [Value] = []
                for (index, element) in elements.enumerated() {
                    decoding.descend(to: "[\(index)]", at: element.position) { decoding in
                        if let value = read(element, &decoding) { values.append(value) }
                    }
                }
                return values.count == elements.count ? values : nil
            },
            canonical: { .array($0.map(canonical)) },
            text: { "[" + $0.map(text).joined(separator: ", ") + "]" })
    }
}

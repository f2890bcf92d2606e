/// A struct whose keys are declared in a table.
public protocol Keyed: Sendable {
    /// All defaults.
    init()
    /// The table: every key that a file may have in this section.
    static var keys: KeyTable<Self> { get }
}

/// A key, its value and its default, as `describe` lists them.
public struct Knob: Hashable, Sendable {
    /// `nva.costs.registration`.
    public var path: String
    /// The value as one writes it.
    public var text: String
    public var defaultText: String
    public var isDefault: Bool
    public var origin: Origin
    public var documentation: String
}

/// All keys of one section.
public struct KeyTable<Root: Keyed>: Sendable {
    /// In the order in which they are decoded: a key that others depend on comes before them.
    public let fields: [Field<Root>]

    /// Names of all keys, in the order of declaration.
    public let names: [String]

    public init(_ fields: [Field<Root>]) {
        self.fields = fields
        names = fields.map(\.name)
    }

    /// Reads a mapping into `root`; keys that are not given keep their values. Everything wrong is reported.
    public func decode(_ node: SourceNode, into root: inout Root, _ decoding: inout Decoding) {
        if decoding.isResolved, case .scalar("null", quoted: false) = node.content { return }
        guard case .mapping(let entries) = node.content else {
            let found = node.isNothing ? "has no value" : "must be a mapping, not \(node.shape)"
            decoding.report(
                "`\(decoding.name)` \(found)", at: node.position,
                hint: "keys: \(names.prefix(12).joined(separator: ", "))")
            for name in names { decoding.markBroken(name) }
            return
        }
        reportUnknown(entries, &decoding)
        for field in fields {
            guard let entry = entries.first(where: { $0.key == field.name }) else { continue }
            if let broken = field.brokenCondition(root, decoding) {
                if !entry.isDefault, !decoding.isResolved {
                    decoding.report(field.reason(broken, root, in: self), at: entry.keyPosition, hint: broken.hint)
                }
                if !decoding.isResolved { continue }
            }
            decoding.descend(to: field.name, at: entry.value.position) { decoding in
                field.decode(entry.value, &root, &decoding)
            }
        }
        reportMissing(entries, node.position, root, &decoding)
    }

    /// Reads a list of mappings.
    func decodeList(_ node: SourceNode, _ decoding: inout Decoding) -> [Root] {
        guard case .sequence(let elements) = node.content else {
            let found = node.isNothing ? "has no value" : "must be a list, not \(node.shape)"
            decoding.report(
                "`\(decoding.name)` \(found)", at: node.position, hint: "begin each entry with `- `, or write `[]`")
            return []
        }
        return elements.enumerated().map { index, element in
            var root = Root()
            decoding.descend(to: "[\(index)]", at: element.position) { decoding in
                decode(element, into: &root, &decoding)
            }
            return root
        }
    }

    /// All keys with their values, for the resolved form.
    public func encode(_ root: Root) -> CanonicalValue {
        var members: [String: CanonicalValue] = [:]
        for field in fields { members[field.name] = field.encode(root) }
        return .object(members)
    }

    /// The keys without their code. `standard` is a value with all defaults.
    public func descriptions(of standard: Root) -> [KeyDescription] {
        fields.map { field in
            KeyDescription(
                name: field.name, documentation: field.documentation, origin: field.origin,
                requirement: field.requirement, isRequired: field.isRequired,
                defaultText: field.isRequired ? "" : field.text(standard),
                condition: field.onlyWhen.map { "\($0.key): \($0.text)" }.joined(separator: ", "),
                requiredCondition: field.requiredWhen.map { "\($0.key): \($0.text)" } ?? "", shape: field.shape)
        }
    }

    /// Values of all keys outside lists that belong, beside the values of `standard`.
    public func knobs(_ root: Root, _ standard: Root, prefix: String = "") -> [Knob] {
        fields.filter { $0.onlyWhen.allSatisfy { $0.holds(root) } }.flatMap { $0.knobs(root, standard, prefix) }
    }

    private func reportUnknown(_ entries: [SourceNode.Entry], _ decoding: inout Decoding) {
        for entry in entries where !entry.key.hasPrefix("x-") && !names.contains(entry.key) {
            decoding.report(
                "unknown key `\(entry.key)` in \(decoding.path.isEmpty ? "the scenario" : "`\(decoding.path)`")",
                at: entry.keyPosition, hint: Spelling.hint(for: entry.key, among: names, listing: "keys"))
            if let meant = Spelling.nearest(to: entry.key, among: names) { decoding.markBroken(meant) }
        }
    }

    private func reportMissing(
        _ entries: [SourceNode.Entry], _ position: SourcePosition, _ root: Root, _ decoding: inout Decoding
    ) {
        for field in fields where !decoding.isBroken(sibling: field.name) {
            guard !entries.contains(where: { $0.key == field.name }) else { continue }
            var reason = ""
            if let condition = field.requiredWhen {
                guard !decoding.isBroken(sibling: condition.key), condition.holds(root) else { continue }
                let present = value(of: condition.key, root)
                reason = present.isEmpty ? "" : " (\(condition.key): \(present) needs it)"
            } else if !field.isRequired {
                continue
            }
            let owner = decoding.path.isEmpty ? "the scenario" : "`\(decoding.path)`"
            decoding.report(
                "\(owner) lacks the key `\(field.name)`\(reason)", at: position,
                hint: field.requiredHint ?? field.exampleHint)
            decoding.markBroken(field.name)
        }
    }

    func value(of key: String, _ root: Root) -> String { fields.first { $0.name == key }?.text(root) ?? "" }
}

extension Field where Root: Keyed {
    /// The first condition that keeps the key from having a meaning.
    fileprivate func brokenCondition(_ root: Root, _ decoding: Decoding) -> Condition<Root>? {
        onlyWhen.first { !decoding.isBroken(sibling: $0.key) && !$0.holds(root) }
    }

    fileprivate func reason(_ condition: Condition<Root>, _ root: Root, in table: KeyTable<Root>) -> String {
        let present = table.value(of: condition.key, root)
        if present.isEmpty { return "`\(name)` has a meaning with `\(condition.key)` only, which is not given" }
        return "`\(name)` is for `\(condition.key): \(condition.text)`, not for `\(condition.key): \(present)`"
    }

    fileprivate var exampleHint: String? {
        if case .value(_, let example, _) = shape { "for example `\(name): \(example)`" } else { nil }
    }
}

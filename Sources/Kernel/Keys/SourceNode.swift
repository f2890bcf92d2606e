/// Where something stands in what the user wrote.
public struct SourcePosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The file as the user named it, or the text of a command-line override (`--set nva.at=host1`).
    public var file: String
    /// From 1; 0 where there are no lines, as in an override.
    public var line: Int
    /// From 1, in Unicode scalars; 0 where there are no lines.
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }

    public var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
}

/// A piece of a scenario as it was written, before anything is typed: what the key table decodes.
///
/// It does not depend on the YAML package, so that tests, overrides and profiles can build it by hand.
public struct SourceNode: Sendable {
    public indirect enum Content: Sendable {
        /// In the order of the file.
        case mapping([Entry])
        case sequence([SourceNode])
        /// The text without its quotes; no type is guessed from it.
        case scalar(String, quoted: Bool)
    }

    /// A key and its value.
    public struct Entry: Sendable {
        public var key: String
        public var keyPosition: SourcePosition
        public var value: SourceNode
        /// It comes from `defaults:` and gives way silently where the key does not belong.
        public var isDefault = false

        public init(key: String, keyPosition: SourcePosition, value: SourceNode) {
            self.key = key
            self.keyPosition = keyPosition
            self.value = value
        }
    }

    public var content: Content
    public var position: SourcePosition

    public init(_ content: Content, at position: SourcePosition) {
        self.content = content
        self.position = position
    }

    private static func join(_ own: [SourceNode], over base: [SourceNode]) -> [SourceNode] {
        var (elements, indices) = (base, [String: Int]())
        for (index, element) in base.enumerated() {
            if let name = element["name"]?.text, indices[name] == nil { indices[name] = index }
        }
        for element in own {
            guard let name = element["name"]?.text, let index = indices[name] else {
                elements.append(element)
                continue
            }
            elements[index] = element.merged(over: elements[index], joiningLists: true)
        }
        return elements
    }

    /// The entries of a mapping; empty for anything else.
    public var entries: [Entry] {
        if case .mapping(let entries) = content { entries } else { [] }
    }

    /// The elements of a sequence; empty for anything else.
    public var elements: [SourceNode] {
        if case .sequence(let elements) = content { elements } else { [] }
    }

    /// The text of a scalar; nil for anything else.
    public var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    /// The value of a key of a mapping.
    public subscript(key: String) -> SourceNode? { entries.first { $0.key == key }?.value }

    /// What it is, in the words of messages.
    public var shape: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let text, let quoted): text.isEmpty && !quoted ? "nothing" : "`\(text)`"
        }
    }

    /// An unquoted empty scalar: `key:` with nothing behind it.
    public var isNothing: Bool {
        if case .scalar("", quoted: false) = content { true } else { false }
    }

    /// This node over `base`: mappings are joined key by key, scalars of this node win; lists are joined (those of
    /// `base` first) or win, as asked. Entries of joined lists that have the same `name` are one entry.
    public func merged(over base: SourceNode, joiningLists: Bool) -> SourceNode {
        switch (content, base.content) {
        case (.mapping(let own), .mapping(var entries)):
            for entry in own {
                guard let index = entries.firstIndex(where: { $0.key == entry.key }) else {
                    entries.append(entry)
                    continue
                }
                let value = entry.value.merged(over: entries[index].value, joiningLists: joiningLists)
                entries[index] = entry
                entries[index].value = value
            }
            return SourceNode(.mapping(entries), at: position)
        case (.sequence(let own), .sequence(let elements)) where joiningLists:
            return SourceNode(.sequence(Self.join(own, over: elements)), at: position)
        default:
            return self
        }
    }
}

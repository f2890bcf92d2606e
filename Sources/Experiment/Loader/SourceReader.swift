import Kernel
import Yams

/// Turns the text of a scenario file into source nodes, with every problem's place.
///
/// YAML is taken as a tree of texts: what a plain scalar means is decided by the key that it belongs to, never by
/// YAML's own guesses (`no` is not a boolean, `52:54:00:12:34:56` not a number to base 60).
struct SourceReader {
    /// Deeper nesting than any scenario has; a guard against files made to exhaust the stack.
    static let deepest = 64
    /// Aliases can multiply a small file without bound; no scenario needs so many nodes.
    static let mostNodes = 5_000_000

    let file: String
    private(set) var diagnostics: [Diagnostic] = []
    private var nodes = 0
    /// First characters of keys that had to be disguised: see ``DuplicateKeys``.
    private var disguised: [Unicode.Scalar: Unicode.Scalar] = [:]

    init(file: String) { self.file = file }

    /// The tree of a text; nil when it is not YAML, or empty. Problems are in ``diagnostics``.
    mutating func read(_ text: String) -> SourceNode? {
        if let problem = CharacterCheck.problem(in: text, file: file) {
            diagnostics.append(problem)
            return nil
        }
        var duplicates = DuplicateKeys(text: text)
        while true {
            do {
                let root = try Parser(yaml: duplicates.text, resolver: .basic, encoding: .utf8).singleRoot()
                disguised = duplicates.disguised
                return root.flatMap { convert($0, depth: 0) }
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                if duplicates.disguise(line: context.mark.line, column: context.mark.column) { continue }
                let position = SourcePosition(file: file, line: context.mark.line, column: context.mark.column)
                let list = names.sorted().map { "`\($0)`" }.joined(separator: ", ")
                diagnostics.append(Diagnostic(.error, at: position, "duplicate key \(list)"))
                return nil
            } catch {
                diagnostics.append(SyntaxProblem.diagnostic(of: error, text: text, file: file))
                return nil
            }
        }
    }

    private mutating func convert(_ node: Node, depth: Int) -> SourceNode? {
        let position = SourcePosition(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        nodes += 1
        if depth > Self.deepest || nodes > Self.mostNodes {
            if nodes <= Self.mostNodes || nodes == Self.mostNodes + 1 {
                let what = depth > Self.deepest ? "nested too deeply" : "too large once its aliases are followed"
                diagnostics.append(Diagnostic(.error, at: position, "the file is \(what)"))
            }
            return nil
        }
        switch node {
        case .scalar(let scalar):
            return SourceNode(.scalar(undisguised(scalar.string), quoted: scalar.style != .plain), at: position)
        case .sequence(let sequence):
            var elements: [SourceNode] = []
            for element in sequence {
                guard let element = convert(element, depth: depth + 1) else { return nil }
                elements.append(element)
            }
            return SourceNode(.sequence(elements), at: position)
        case .mapping(let mapping):
            return convert(mapping, at: position, depth: depth)
        case .alias:
            diagnostics.append(Diagnostic(.error, at: position, "an alias without its anchor"))
            return nil
        }
    }

    private mutating func convert(_ mapping: Node.Mapping, at position: SourcePosition, depth: Int) -> SourceNode? {
        var entries: [SourceNode.Entry] = []
        var merged: [SourceNode] = []
        var indices: [String: Int] = [:]
        for (key, value) in mapping {
            let keyPosition = SourcePosition(
                file: file, line: key.mark?.line ?? position.line, column: key.mark?.column ?? position.column)
            guard case .scalar(let scalar) = key, !scalar.string.isEmpty else {
                diagnostics.append(Diagnostic(.error, at: keyPosition, "a key must be a single word"))
                continue
            }
            let name = undisguised(scalar.string)
            guard let node = convert(value, depth: depth + 1) else { return nil }
            if name == "<<", scalar.style == .plain {
                merged += mergeSources(node)
            } else if let first = indices[name] {
                let place = entries[first].keyPosition
                diagnostics.append(
                    Diagnostic(
                        .error, at: keyPosition, "duplicate key `\(name)`",
                        hint: "it was given at \(place.line):\(place.column) already"))
            } else {
                indices[name] = entries.count
                entries.append(SourceNode.Entry(key: name, keyPosition: keyPosition, value: node))
            }
        }
        for source in merged {
            for entry in source.entries where indices[entry.key] == nil {
                indices[entry.key] = entries.count
                entries.append(entry)
            }
        }
        return SourceNode(.mapping(entries), at: position)
    }

    /// The mappings that a merge key `<<` names; what stands first wins.
    private mutating func mergeSources(_ node: SourceNode) -> [SourceNode] {
        let sources = if case .sequence(let elements) = node.content { elements } else { [node] }
        for source in sources {
            if case .mapping = source.content { continue }
            diagnostics.append(
                Diagnostic(
                    .error, at: source.position, "`<<` takes a mapping, not \(source.shape)",
                    hint: "an alias such as `*base`, or a list of them"))
        }
        return sources
    }

    private func undisguised(_ key: String) -> String {
        if disguised.isEmpty { return key }
        return String(String.UnicodeScalarView(key.unicodeScalars.map { disguised[$0] ?? $0 }))
    }
}

/// Keeps duplicate keys from hiding all other problems of a file.
///
/// The YAML package stops at the first mapping with a key given twice and names only the first place. So the first of
/// the two gets a disguise, one character replaced by a private-use one, and the text is parsed again; columns stay
/// the same. The reader takes the disguise off and sees both keys.
private struct DuplicateKeys {
    private(set) var text: String
    private(set) var disguised: [Unicode.Scalar: Unicode.Scalar] = [:]
    private static let first: UInt32 = 0xf_0000
    private static let most = 100
    private let isFree: Bool

    init(text: String) {
        self.text = text
        isFree = !text.unicodeScalars.contains { $0.value >= Self.first }
    }

    /// Disguises the key at a place (from 1); false when that cannot be done.
    mutating func disguise(line: Int, column: Int) -> Bool {
        guard isFree, disguised.count < Self.most, let mask = Unicode.Scalar(Self.first + UInt32(disguised.count))
        else { return false }
        var scalars = Array(text.unicodeScalars)
        guard var index = Self.offset(line: line, column: column, in: scalars) else { return false }
        if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard index < scalars.count,
            scalars[index].properties.isAlphabetic || "0123456789_-<".unicodeScalars.contains(scalars[index])
        else { return false }
        disguised[mask] = scalars[index]
        scalars[index] = mask
        text = String(String.UnicodeScalarView(scalars))
        return true
    }

    private static func offset(line: Int, column: Int, in scalars: [Unicode.Scalar]) -> Int? {
        var (row, start, index) = (1, 0, 0)
        while row < line, index < scalars.count {
            let isBreak =
                scalars[index] == "\r"
                ? scalars[safe: index + 1] != "\n" : "\n\u{85}\u{2028}\u{2029}".unicodeScalars.contains(scalars[index])
            index += 1
            if isBreak { (row, start) = (row + 1, index) }
        }
        let place = start + column - 1
        return row == line && place < scalars.count ? place : nil
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

import Kernel

/// `--set path.to[2].key=value`: an edit of the source tree before it is decoded.
///
/// The value is read as YAML, so that lists and mappings can be given; keys that do not exist are found by the key
/// table, with the override as their place.
enum SourceOverride {
    private enum Step {
        case key(String)
        case index(Int)
    }

    static func apply(_ text: String, to root: inout SourceNode, _ decoding: inout Decoding) {
        let position = SourcePosition(file: "--set \(text)", line: 0, column: 0)
        guard let sign = text.firstIndex(of: "="), let steps = steps(String(text[..<sign])) else {
            decoding.report(
                "this is no override", at: position, hint: "write `--set path.to[2].key=value`")
            return
        }
        if case .key(let name)? = steps.first, ["schema", "include", "resolved"].contains(name) {
            decoding.report("`\(name)` cannot be overridden", at: position)
            return
        }
        var reader = SourceReader(file: position.file)
        let value = reader.read(String(text[text.index(after: sign)...]))
        if let problem = reader.diagnostics.first {
            decoding.report(problem.message, at: position, hint: problem.hint)
            return
        }
        let node = stamp(value ?? SourceNode(.scalar("", quoted: false), at: position), position)
        switch set(root, steps[...], to: node, path: "", position) {
        case .success(let edited): root = edited
        case .failure(let problem): decoding.report(problem, at: position)
        }
    }

    private static func set(
        _ node: SourceNode?, _ steps: ArraySlice<Step>, to value: SourceNode, path: String, _ position: SourcePosition
    ) -> Result<SourceNode, ValueProblem> {
        guard let step = steps.first else { return .success(value) }
        let rest = steps.dropFirst()
        switch step {
        case .key(let name):
            return setKey(name, of: node, path: path, position) {
                set($0, rest, to: value, path: path.isEmpty ? name : path + "." + name, position)
            }
        case .index(let index):
            guard let node, case .sequence(var elements) = node.content else {
                return .failure(ValueProblem("there is no list `\(path)` in this scenario"))
            }
            guard elements.indices.contains(index) else {
                let range = elements.isEmpty ? "no entries" : "the entries \(path)[0] to \(path)[\(elements.count - 1)]"
                return .failure(ValueProblem("there is no `\(path)[\(index)]`", hint: "`\(path)` has \(range)"))
            }
            return set(elements[index], rest, to: value, path: "\(path)[\(index)]", position).map { edited in
                elements[index] = edited
                return SourceNode(.sequence(elements), at: node.position)
            }
        }
    }

    private static func setKey(
        _ name: String, of node: SourceNode?, path: String, _ position: SourcePosition,
        _ edit: (SourceNode?) -> Result<SourceNode, ValueProblem>
    ) -> Result<SourceNode, ValueProblem> {
        var entries: [SourceNode.Entry] = []
        var place = position
        if let node, !node.isNothing {
            guard case .mapping(let present) = node.content else {
                let hint = if case .sequence = node.content { "say which entry: `\(path)[0].\(name)`" } else { "" }
                return .failure(
                    ValueProblem(
                        "`\(path)` is \(node.shape): it has no key `\(name)`", hint: hint.isEmpty ? nil : hint))
            }
            (entries, place) = (present, node.position)
        }
        let index = entries.firstIndex { $0.key == name }
        return edit(index.map { entries[$0].value }).map { edited in
            if let index {
                entries[index].value = edited
                entries[index].isDefault = false
                if case .scalar = edited.content { entries[index].keyPosition = position }
            } else {
                entries.append(SourceNode.Entry(key: name, keyPosition: position, value: edited))
            }
            return SourceNode(.mapping(entries), at: place)
        }
    }

    /// Gives a whole value the override's place.
    private static func stamp(_ node: SourceNode, _ position: SourcePosition) -> SourceNode {
        switch node.content {
        case .scalar: SourceNode(node.content, at: position)
        case .sequence(let elements): SourceNode(.sequence(elements.map { stamp($0, position) }), at: position)
        case .mapping(let entries):
            SourceNode(
                .mapping(
                    entries.map {
                        SourceNode.Entry(key: $0.key, keyPosition: position, value: stamp($0.value, position))
                    }), at: position)
        }
    }

    /// `traffic[2].rate` in steps; nil when it has no such form.
    private static func steps(_ path: String) -> [Step]? {
        var steps: [Step] = []
        for part in path.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let key = pieces.first, !key.isEmpty, !key.contains("]") else { return nil }
            steps.append(.key(String(key)))
            for piece in pieces.dropFirst() {
                guard piece.hasSuffix("]"), piece.dropLast().utf8.allSatisfy({ (48...57).contains($0) }),
                    let index = Int(piece.dropLast())
                else { return nil }
                steps.append(.index(index))
            }
        }
        return steps
    }
}

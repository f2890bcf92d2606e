import Foundation
import Kernel

/// Where scenario files come from.
protocol FileSource: Sendable {
    /// A file's bytes, or the reason why there are none.
    func read(_ path: String) -> Result<[UInt8], FileProblem>
    /// One text for all ways to name the same file.
    func identity(of path: String) -> String
}

/// Why a file cannot be read: `no such file`.
struct FileProblem: Error {
    var reason: String
}

/// Files on disk.
struct DiskFiles: FileSource {
    func read(_ path: String) -> Result<[UInt8], FileProblem> {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            return .failure(FileProblem(reason: "no such file"))
        }
        if isDirectory.boolValue { return .failure(FileProblem(reason: "this is a directory, not a file")) }
        guard let data = FileManager.default.contents(atPath: path) else {
            return .failure(FileProblem(reason: "the file cannot be read"))
        }
        return .success([UInt8](data))
    }

    func identity(of path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}

/// Files in memory, for tests.
struct TextFiles: FileSource {
    var texts: [String: String]

    func read(_ path: String) -> Result<[UInt8], FileProblem> {
        guard let text = texts[path] else { return .failure(FileProblem(reason: "no such file")) }
        return .success(Array(text.utf8))
    }

    func identity(of path: String) -> String { path }
}

/// Reads a scenario file and what it includes into one tree.
struct SourceLoader {
    private let source: any FileSource
    private(set) var files: [SourceFile] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// The scenario's own file could not be read.
    private(set) var isMissing = false
    /// Files that are being read, outermost first.
    private var stack: [String] = []
    /// Files that have been read: one that is included twice counts once, where it is met first.
    private var done = Set<String>()

    init(files source: any FileSource) { self.source = source }

    /// The joined tree; nil when it makes no sense to look further.
    mutating func load(path: String) -> SourceNode? {
        load(path: path, from: nil)
    }

    private mutating func load(path: String, from place: SourcePosition?) -> SourceNode? {
        let identity = source.identity(of: path)
        if stack.contains(identity) {
            let message = "`include:` goes in a circle: \((stack + [identity]).joined(separator: " → "))"
            return fail(message, at: place, path)
        }
        if done.contains(identity) { return nil }
        let bytes: [UInt8]
        switch source.read(path) {
        case .success(let content): bytes = content
        case .failure(let problem):
            if place == nil { isMissing = true }
            return fail(place == nil ? problem.reason : "`\(path)`: \(problem.reason)", at: place, path)
        }
        files.append(SourceFile(path: path, bytes: bytes))
        done.insert(identity)
        stack.append(identity)
        defer { stack.removeLast() }
        guard let root = parse(bytes, path), checkVersion(root) else { return nil }
        return join(withLists(root, path: path), path: path)
    }

    private mutating func parse(_ bytes: [UInt8], _ path: String) -> SourceNode? {
        let start = SourcePosition(file: path, line: 1, column: 1)
        let text: String
        switch CharacterCheck.decode(bytes, file: path) {
        case .success(let content): text = content
        case .failure(let problem):
            diagnostics.append(problem.diagnostic)
            return nil
        }
        var reader = SourceReader(file: path)
        let root = reader.read(text)
        diagnostics += reader.diagnostics
        guard let root, !root.isNothing else {
            if reader.diagnostics.isEmpty {
                let hint = "a scenario begins with `schema: 1`"
                diagnostics.append(Diagnostic(.error, at: start, "the file is empty", hint: hint))
            }
            return nil
        }
        guard case .mapping = root.content else {
            return fail("a scenario is a mapping of keys to values, not \(root.shape)", at: root.position, path)
        }
        return root
    }

    /// `schema: 1` stands first, so that a later program knows what it reads before it reads it.
    private mutating func checkVersion(_ root: SourceNode) -> Bool {
        guard let entry = root.entries.first(where: { $0.key == "schema" }) else {
            let hint = "begin the file with `schema: 1`"
            diagnostics.append(Diagnostic(.error, at: root.position, "the key `schema` is missing", hint: hint))
            return true
        }
        let version = entry.value.text ?? ""
        guard version == "1" else {
            let number = Quantity(version).map { $0.unit.isEmpty && $0.scale == 0 } ?? false
            let message =
                number ? "this program reads schema 1, not \(version)" : "`schema` must be 1, not \(entry.value.shape)"
            diagnostics.append(Diagnostic(.error, at: entry.value.position, message))
            return false
        }
        if root.entries.first?.key != "schema", root["resolved"] == nil {
            diagnostics.append(
                Diagnostic(
                    .error, at: entry.keyPosition, "`schema` must be the first key",
                    hint: "move `schema: 1` to the top of the file"))
        }
        return true
    }

    /// Entries of `moves:` that name a CSV become one entry for each of its lines.
    private mutating func withLists(_ root: SourceNode, path: String) -> SourceNode {
        var root = root
        guard let place = root.entries.firstIndex(where: { $0.key == "moves" }),
            case .sequence(let elements) = root.entries[place].value.content,
            elements.contains(where: { $0["list"] != nil })
        else { return root }
        var members = root.entries
        members[place].value.content = .sequence(elements.flatMap { listed($0, path: path) })
        root.content = .mapping(members)
        return root
    }

    private mutating func listed(_ entry: SourceNode, path: String) -> [SourceNode] {
        guard let list = entry["list"], saysNothingTwice(entry) else { return [entry] }
        guard let name = list.text, !name.isEmpty else {
            _ = fail("`list` takes the name of a file, not \(list.shape)", at: list.position, path)
            return []
        }
        let file = Self.resolve(name, from: path)
        guard case .success(let bytes) = source.read(file) else {
            _ = fail("`\(name)`: no such file", at: list.position, path)
            return []
        }
        files.append(SourceFile(path: file, bytes: bytes))
        guard case .success(let text) = CharacterCheck.decode(bytes, file: file) else {
            _ = fail("`\(name)` is no text in UTF-8", at: list.position, path)
            return []
        }
        var moves = MoveList(entry: entry, file: file)
        let nodes = moves.entries(of: text)
        diagnostics += moves.diagnostics
        return nodes
    }

    /// What the CSV says of each move the entry must not say of all.
    private mutating func saysNothingTwice(_ entry: SourceNode) -> Bool {
        for key in ["vm", "from", "to", "at", "drain", "count"] {
            guard let place = entry.entries.first(where: { $0.key == key }) else { continue }
            diagnostics.append(
                Diagnostic(
                    .error, at: place.keyPosition, "`\(key)` is in the list of moves",
                    hint: "leave out `\(key)`, or `list`"))
            return false
        }
        return true
    }

    private mutating func join(_ root: SourceNode, path: String) -> SourceNode {
        guard let include = root.entries.first(where: { $0.key == "include" }) else { return root }
        var own = root
        own.content = .mapping(root.entries.filter { $0.key != "include" })
        var base: SourceNode?
        let names = if case .sequence(let elements) = include.value.content { elements } else { [include.value] }
        for name in names {
            guard let text = name.text, !text.isEmpty else {
                _ = fail("`include` takes the name of a file, not \(name.shape)", at: name.position, path)
                continue
            }
            guard let tree = load(path: Self.resolve(text, from: path), from: name.position) else { continue }
            if tree["resolved"] != nil {
                _ = fail("`\(text)` is a resolved form: it cannot be included", at: name.position, path)
                continue
            }
            base = base.map { tree.merged(over: $0, joiningLists: true) } ?? tree
        }
        return base.map { own.merged(over: $0, joiningLists: true) } ?? own
    }

    /// `name` as seen from the folder of `path`.
    private static func resolve(_ name: String, from path: String) -> String {
        guard !name.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return name }
        return String(path[...slash]) + name
    }

    private mutating func fail(_ message: String, at place: SourcePosition?, _ path: String) -> SourceNode? {
        let position = place ?? SourcePosition(file: path, line: 0, column: 0)
        diagnostics.append(Diagnostic(.error, at: position, message))
        return nil
    }
}

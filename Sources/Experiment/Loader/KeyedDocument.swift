import Foundation
public import Kernel

/// A YAML or JSON file that is no scenario, read by the same reader and the same kind of key table: its problems are
/// reported at their places.
public struct KeyedDocument<Root: Keyed>: Sendable {
    public var outcome: LoadResult.Outcome
    /// Present exactly when ``outcome`` is `loaded`.
    public var root: Root?
    /// Where its keys stood; checks of the reader's own are reported here.
    public var decoding: Decoding
    private var file: SourceFile

    /// - Parameter start: what keys have that the file does not name.
    public init(path: String, start: Root) {
        file = SourceFile(path: path, bytes: [])
        decoding = Decoding()
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
            let data = FileManager.default.contents(atPath: path)
        else {
            outcome = .missing
            return
        }
        file.bytes = [UInt8](data)
        var reader = SourceReader(file: path)
        let node = reader.read(String(decoding: data, as: UTF8.self))
        for problem in reader.diagnostics {
            decoding.report(problem.message, at: problem.position, hint: problem.hint)
        }
        var root = start
        if let node {
            Root.keys.decode(node, into: &root, &decoding)
        } else if decoding.diagnostics.isEmpty {
            decoding.report("the file is empty", at: SourcePosition(file: path, line: 1, column: 1))
        }
        outcome = decoding.diagnostics.isEmpty ? .loaded : .invalid
        if outcome == .loaded { self.root = root }
    }

    /// Reports a problem of the value at a path.
    public mutating func fail(_ path: String, _ message: String, hint: String? = nil) {
        let start = SourcePosition(file: file.path, line: 1, column: 1)
        decoding.report(message, at: decoding.position(of: path) ?? start, hint: hint)
        (outcome, root) = (.invalid, nil)
    }

    /// All problems as text, each with its source line.
    public func rendered(colour: Bool) -> String {
        LoadResult(outcome: outcome, scenario: nil, diagnostics: decoding.diagnostics.sorted(), files: [file])
            .rendered(colour: colour)
    }
}

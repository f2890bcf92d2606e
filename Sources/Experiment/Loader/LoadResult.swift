public import Kernel

/// A file that a scenario was read from, as it was on disk: for hashes and for messages.
public struct SourceFile: Sendable {
    /// The path as the user, or an `include:`, named it.
    public var path: String
    public var bytes: [UInt8]

    /// Its lines, to be shown beside messages.
    public var lines: [Substring] {
        String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }
}

/// What became of a scenario file.
public struct LoadResult: Sendable {
    public enum Outcome: Sendable {
        /// There is a scenario; diagnostics are warnings at most.
        case loaded
        /// The file was read and found wanting.
        case invalid
        /// There is no such file, or it cannot be read.
        case missing
    }

    public var outcome: Outcome
    /// Present exactly when ``outcome`` is `loaded`.
    public var scenario: Scenario?
    /// Sorted by file, line and column.
    public var diagnostics: [Diagnostic]
    /// The scenario's file first, then its includes.
    public var files: [SourceFile]

    /// All diagnostics as text, each with its source line.
    public func rendered(colour: Bool = false) -> String {
        var lines: [String: [Substring]] = [:]
        for file in files { lines[file.path] = file.lines }
        return diagnostics.map { diagnostic in
            let source = lines[diagnostic.position.file] ?? []
            let index = diagnostic.position.line - 1
            let line = source.indices.contains(index) ? String(source[index]) : nil
            return diagnostic.rendered(sourceLine: line, colour: colour)
        }.joined()
    }
}

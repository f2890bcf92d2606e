import Foundation

/// A file of the package, as text and as code without its comments and string literals.
struct CodeFile: Sendable {
    /// Path from the package's root.
    let path: String
    let lines: [Substring]
    /// The text's lines with comments and literals blanked: line numbers are kept.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = Self.split(text)
        code = Self.split(CodeScanner.code(of: text))
    }

    private static func split(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

/// The package's own files.
enum SourceTree {
    enum Trouble: Error {
        case unreadableFolder(String)
    }

    /// The package's root: this file lies in `Tests/ProgramTests`.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The Swift files below a folder of `Sources` or `Tests`, in order of their paths.
    static func swiftFiles(in folder: String) throws -> [CodeFile] {
        let files = try (folder.hasPrefix("Sources") ? sources : tests).get()
        return files.filter { $0.path.hasPrefix(folder + "/") }
    }

    /// Read once for all tests.
    private static let sources = Result { try read("Sources") }
    private static let tests = Result { try read("Tests") }

    private static func read(_ folder: String) throws -> [CodeFile] {
        guard let entries = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path) else {
            throw Trouble.unreadableFolder(folder)
        }
        let paths = entries.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
        return try paths.map { path in
            try CodeFile(path: "\(folder)/\(path)", text: text("\(folder)/\(path)"))
        }
    }

    /// The names directly inside a folder that are folders themselves, sorted.
    static func folders(in folder: String) throws -> [String] {
        let place = root.appendingPathComponent(folder)
        return try FileManager.default.contentsOfDirectory(atPath: place.path).filter { name in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: place.appendingPathComponent(name).path, isDirectory: &isFolder)
            return exists && isFolder.boolValue
        }.sorted()
    }

    /// Names at the top level that are under version control; nil when the package is not a repository.
    static func versionedTopLevel() throws -> Set<String>? {
        guard FileManager.default.fileExists(atPath: root.appendingPathComponent(".git").path) else { return nil }
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "-c", "safe.directory=*", "-C", root.path, "ls-files"]
        let output = Pipe()
        git.standardOutput = output
        try git.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { throw Trouble.unreadableFolder(".git") }
        let files = String(decoding: data, as: UTF8.self).split(separator: "\n")
        return Set(files.compactMap { $0.split(separator: "/").first.map(String.init) })
    }
}

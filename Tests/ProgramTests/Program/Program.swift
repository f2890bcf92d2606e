import Foundation

/// The built program, started as a user starts it.
enum Program {
    enum Trouble: Error {
        case notBuilt([String])
    }

    /// What a process left behind.
    struct Outcome {
        var code: Int32
        /// Standard output and standard error.
        var output: String
        var errors: String

        /// Lines of standard error that tell of an error, in their order.
        var messages: [String] {
            errors.split(separator: "\n").map(String.init).filter { $0.contains("error: ") }
        }
    }

    /// Beside the running tests; else where `swift build` of this checkout puts it.
    private static let executable = Result {
        let places = [
            Bundle.main.executableURL?.deletingLastPathComponent(), Bundle.main.bundleURL.deletingLastPathComponent(),
            SourceTree.root.appendingPathComponent(".build/debug"),
        ]
        let files = places.compactMap { $0?.appendingPathComponent("nvo3sim") }
        let found = files.first { FileManager.default.isExecutableFile(atPath: $0.path) }
        guard let found else { throw Trouble.notBuilt(files.map(\.path)) }
        return found
    }

    /// A process that is not started yet.
    static func prepare(_ arguments: [String], in folder: Folder) throws -> Process {
        let process = Process()
        process.executableURL = try executable.get()
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Starts the program in a folder and waits for its end. Its output goes to files, so that no pipe can fill up.
    static func run(_ arguments: [String], in folder: Folder) throws -> Outcome {
        let streams = try Folder()
        let process = try prepare(arguments, in: folder)
        try streams.write("", to: "output")
        try streams.write("", to: "errors")
        let output = try FileHandle(forWritingTo: streams.url.appendingPathComponent("output"))
        let errors = try FileHandle(forWritingTo: streams.url.appendingPathComponent("errors"))
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        try output.close()
        try errors.close()
        // A signal is no exit code: its number would pass for one.
        let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Outcome(code: code, output: try streams.text("output"), errors: try streams.text("errors"))
    }
}

/// A temporary folder that goes when nobody refers to it any more.
final class Folder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("nvo3sim-program-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// What cannot be removed now is no news to a test that has ended.
    deinit { do { try FileManager.default.removeItem(at: url) } catch {} }

    /// Writes a file, making the folders on its way.
    func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

    func write(_ data: Data, to path: String) throws {
        let file = url.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    func bytes(_ path: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(path)) }

    func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// Names of all that lies directly in a folder, hidden files too, sorted.
    func names(in path: String = ".") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.appendingPathComponent(path).path).sorted()
    }

    /// Contents of all files below a folder by their paths within it.
    func files(below path: String, without omitted: Set<String> = []) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: url.appendingPathComponent(path).path) {
            let file = url.appendingPathComponent(path).appendingPathComponent(name)
            if file.hasDirectoryPath || omitted.contains(file.lastPathComponent) { continue }
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
            if !isFolder.boolValue { files[name] = try Data(contentsOf: file) }
        }
        return files
    }
}

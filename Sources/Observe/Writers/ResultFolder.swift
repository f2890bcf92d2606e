import Foundation

/// The folder of one run's result, which comes into being as a whole: files are written into a hidden sibling, and
/// ``commit()`` puts it in place of the run's earlier result. Until then the earlier result stands untouched.
///
/// A folder that exists is replaced only when it is empty or holds the manifest of nvo3sim.
public struct ResultFolder: ~Copyable {
    /// Where the result will stand.
    public let path: String
    /// Where it is being written.
    private let workshop: String
    private var isOpen = true
    /// The files written so far, in the order of writing.
    public private(set) var outputs: [OutputRecord] = []

    /// Checks the place and begins a new result beside it, making parent folders as needed.
    public init(at path: String) throws(ResultError) {
        let place = try Self.resolve(path)
        try Self.check(place)
        let parent = PathText.parent(of: place)
        let name = PathText.name(of: place)
        let folder = parent.isEmpty ? "." : parent
        try Self.makeFolders(folder)
        let workshop = "\(folder)/.\(name).new-\(getpid())"
        // A remainder can only be of an earlier process with our number.
        try Self.remove(workshop)
        if mkdir(workshop, 0o777) != 0 { throw systemError("create", workshop) }
        self.path = place
        self.workshop = workshop
    }

    deinit {
        // Nothing half done stays behind; that it could not be removed is no news next to the first error.
        if isOpen { do { try FileManager.default.removeItem(atPath: workshop) } catch {} }
    }

    /// Writes one table, row by row.
    public mutating func write<Row: TableRow>(_ rows: [Row], run: RunKey) throws(ResultError) {
        let encoder = CSVEncoder<Row>(run: run)
        var sink = try FileSink(folder: workshop, name: Row.table.name + ".csv")
        try sink.write(encoder.header)
        for row in rows { try sink.write(row, as: encoder) }
        var output = try sink.finish()
        output.censored = Self.censored(rows)
        outputs.append(output)
    }

    private static func censored<Row: TableRow>(_ rows: [Row]) -> [String: [Int]] {
        var found: [String: [Int]] = [:]
        for column in Row.table.columns where column.type == .time {
            let numbers = rows.indices.filter { column.cell(rows[$0]) == .censored }.map { $0 + 1 }
            if !numbers.isEmpty { found[column.header] = numbers }
        }
        return found
    }

    /// Writes a text file that counts as an output of the run.
    public mutating func write(_ text: String, to name: String) throws(ResultError) {
        outputs.append(try writeFile(text, to: name))
    }

    /// Writes a text file about the run (manifest, timing), which no list of outputs names.
    public mutating func writeAside(_ text: String, to name: String) throws(ResultError) {
        _ = try writeFile(text, to: name)
    }

    /// Puts the new result in place of the old one.
    public consuming func commit() throws(ResultError) {
        // Something may have come there while we ran.
        try Self.check(path)
        let parent = PathText.parent(of: workshop)
        let retired = "\(parent)/.\(PathText.name(of: path)).old-\(getpid())"
        try Self.remove(retired)
        let hadOld = rename(path, retired) == 0
        if !hadOld, errno != ENOENT { throw systemError("replace", path) }
        if rename(workshop, path) != 0 {
            let error = systemError("put in place", path)
            if hadOld { rename(retired, path) }
            throw error
        }
        isOpen = false
        if hadOld { try Self.remove(retired) }
    }

    private func writeFile(_ text: String, to name: String) throws(ResultError) -> OutputRecord {
        var sink = try FileSink(folder: workshop, name: name)
        try sink.write(text)
        return try sink.finish()
    }
}

extension ResultFolder {
    /// Follows a symbolic link at the end of the path, so that the folder behind it is replaced and not the link.
    private static func resolve(_ path: String) throws(ResultError) -> String {
        var place = path
        while place.count > 1, place.hasSuffix("/") { place.removeLast() }
        if place.isEmpty || place == "/" || place == "." || place == ".." || place.hasSuffix("/..") {
            throw .foreignFolder(path.isEmpty ? "." : path)
        }
        var status = stat()
        guard lstat(place, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return place }
        guard let real = realpath(place, nil) else { throw systemError("follow", place) }
        defer { free(real) }
        return String(cString: real)
    }

    /// Whether the place is free, or holds an earlier result of ours.
    private static func check(_ place: String) throws(ResultError) {
        var status = stat()
        if stat(place, &status) != 0 {
            if errno == ENOENT { return }
            if errno == ENOTDIR { throw .notAFolder(PathText.parent(of: place)) }
            throw systemError("look at", place)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder(place) }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: place)
        } catch {
            throw .system(operation: "read", path: place, reason: "permission denied")
        }
        if names.isEmpty { return }
        guard let bytes = FileManager.default.contents(atPath: place + "/manifest.json"),
            Manifest.isOurs(bytes)
        else { throw .foreignFolder(place) }
    }

    private static func makeFolders(_ path: String) throws(ResultError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder(path) }
            return
        }
        if errno == ENOTDIR { throw .notAFolder(PathText.parent(of: path)) }
        let parent = PathText.parent(of: path)
        if !parent.isEmpty { try makeFolders(parent) }
        // Another run of the same sweep may be making it too.
        if mkdir(path, 0o777) != 0, errno != EEXIST { throw systemError("create", path) }
    }

    private static func remove(_ path: String) throws(ResultError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .system(operation: "remove", path: path, reason: error.localizedDescription)
        }
    }
}

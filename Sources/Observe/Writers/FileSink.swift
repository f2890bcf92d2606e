import Foundation

/// A file of a result: its name within the folder, size and hash.
public struct OutputRecord: Hashable, Sendable {
    public var name: String
    public var bytes: Int64
    /// 64 lower-case hexadecimal digits.
    public var sha256: String
    /// Of a table: by column, the numbers of the rows whose value had not come about when the run ended. Their fields
    /// are empty, like those where nothing was measured.
    public var censored: [String: [Int]] = [:]

    public init(name: String, bytes: Int64, sha256: String) {
        self.name = name
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// A new file that is written once from front to back through a buffer of fixed size, and hashed on the way.
struct FileSink: ~Copyable {
    /// -1 = closed.
    private var descriptor: Int32
    private let path: String
    private let name: String
    private var buffer: [UInt8] = []
    private var hash = SHA256()
    private var length: Int64 = 0

    static let capacity = 1 << 16

    init(folder: String, name: String) throws(ResultError) {
        let path = folder + "/" + name
        let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if opened < 0 { throw systemError("create", path) }
        descriptor = opened
        self.path = path
        self.name = name
        buffer.reserveCapacity(Self.capacity)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    mutating func write(_ text: String) throws(ResultError) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.capacity { try flush() }
    }

    mutating func write<Row>(_ row: Row, as encoder: CSVEncoder<Row>) throws(ResultError) {
        encoder.append(row, to: &buffer)
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Writes what is left, closes the file and reports on it.
    mutating func finish() throws(ResultError) -> OutputRecord {
        try flush()
        let closed = close(descriptor)
        descriptor = -1
        // Network file systems report a full disk or quota only here.
        if closed != 0 { throw systemError("write", path) }
        return OutputRecord(name: name, bytes: length, sha256: hash.finish())
    }

    private mutating func flush() throws(ResultError) {
        hash.update(buffer)
        var done = 0
        while done < buffer.count {
            let written = buffer.withUnsafeBytes { bytes in
                Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw systemError("write", path)
            }
            done += written
        }
        length += Int64(done)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// The error that the last system call has left in `errno`.
func systemError(_ operation: String, _ path: String) -> ResultError {
    .system(operation: operation, path: path, reason: String(cString: strerror(errno)))
}

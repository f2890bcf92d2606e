/// Why result files could not be written. All of them end the program with code 74 (`EX_IOERR`).
public enum ResultError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place of the result folder is taken by something that is not a folder.
    case notAFolder(String)
    /// There is a folder, and it holds something, but no result of nvo3sim: it is left alone.
    case foreignFolder(String)
    /// The system refused.
    case system(operation: String, path: String, reason: String)

    public static let exitCode: Int32 = 74

    public var description: String {
        switch self {
        case .notAFolder(let path): "\(path) is a file; results need a folder"
        case .foreignFolder(let path):
            "\(path) holds other things than a result of nvo3sim and is left alone; choose another --out or empty it"
        case .system(let operation, let path, let reason): "cannot \(operation) \(path): \(reason)"
        }
    }
}

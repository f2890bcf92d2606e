/// Splits paths without a slash at their end. Foundation's `deletingLastPathComponent` stops the program at a path of
/// one letter, as `--out r` gives it.
enum PathText {
    /// The folder that a path lies in: `a` of `a/b`, `/` of `/a`; empty for a path without a folder.
    static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        var parent = path[..<slash]
        while parent.last == "/" { parent.removeLast() }
        return parent.isEmpty ? "/" : String(parent)
    }

    /// What a path names within its folder: `b` of `a/b`.
    static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }
}

/// A problem in a scenario file: what is wrong, where, and how to put it right.
public struct Diagnostic: Hashable, Comparable, Sendable {
    public enum Severity: String, Sendable {
        /// The scenario cannot be run.
        case error
        /// It can, but hardly does what its writer wants.
        case warning
    }

    public var severity: Severity
    public var position: SourcePosition
    public var message: String
    /// The fix, as far as it can be guessed.
    public var hint: String?

    public init(_ severity: Severity, at position: SourcePosition, _ message: String, hint: String? = nil) {
        self.severity = severity
        self.position = position
        self.message = message
        self.hint = hint
    }

    /// By file, line and column, so that a reader goes through a file once.
    public static func < (left: Diagnostic, right: Diagnostic) -> Bool {
        left.position == right.position ? left.message < right.message : left.position < right.position
    }

    /// `file:line:col: error: message`, the source line, a caret and the hint.
    ///
    /// - Parameters:
    ///   - sourceLine: the line it is about, if known; tabs are kept so that the caret stands right.
    ///   - colour: whether to use ANSI colours.
    public func rendered(sourceLine: String?, colour: Bool = false) -> String {
        let tint = severity == .error ? "\u{1b}[1;31m" : "\u{1b}[1;35m"
        let word = colour ? "\(tint)\(severity.rawValue):\u{1b}[0m" : "\(severity.rawValue):"
        var text = "\(position): \(word) \(message)\n"
        if let sourceLine, position.line > 0 {
            let (line, margin) = Self.excerpt(of: sourceLine, around: position.column)
            text += "    \(line)\n    \(margin)\(colour ? "\u{1b}[1;32m^\u{1b}[0m" : "^")\n"
        }
        if let hint { text += "    hint: \(hint)\n" }
        return text
    }

    /// The part of a line that fits a terminal, and the blanks that stand before its caret. Control characters other
    /// than tabs are shown as `?`.
    private static func excerpt(of line: String, around column: Int) -> (line: String, margin: String) {
        let width = 120
        let scalars = Array(line.unicodeScalars)
        let start = column > width - 20 ? column - width / 2 : 0
        var shown = String.UnicodeScalarView(start > 0 ? "… ".unicodeScalars : "".unicodeScalars)
        var margin = String.UnicodeScalarView(start > 0 ? "  ".unicodeScalars : "".unicodeScalars)
        for (index, scalar) in scalars.enumerated().dropFirst(start).prefix(width) {
            let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            shown.append(isControl && scalar != "\t" ? "?" : scalar)
            if index < column - 1 { margin.append(scalar == "\t" ? "\t" : " ") }
        }
        return (String(shown) + (scalars.count > start + width ? " …" : ""), String(margin))
    }
}

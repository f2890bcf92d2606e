import Kernel
import Yams

/// What the YAML parser could not read, in words and with a place.
enum SyntaxProblem {
    static func diagnostic(of error: any Error, text: String, file: String) -> Diagnostic {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            if problem.contains("found another document") {
                let position = SourcePosition(file: file, line: mark.line, column: mark.column)
                return Diagnostic(.error, at: position, "a second document begins here: a file holds one scenario")
            }
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            let line = min(max(mark.line, 1), max(lines.count, 1))
            let position = SourcePosition(file: file, line: line, column: line == mark.line ? mark.column : 1)
            let source = lines.indices.contains(line - 1) ? lines[line - 1] : ""
            if source.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
                return Diagnostic(
                    .error, at: position, "this line is indented with a tab", hint: "YAML allows only spaces")
            }
            let around = context.map { " (\($0.text) that begins at \($0.mark.line):\($0.mark.column))" } ?? ""
            return Diagnostic(
                .error, at: position, "not valid YAML: \(problem)\(around)", hint: hint(problem, source))
        default:
            return Diagnostic(
                .error, at: SourcePosition(file: file, line: 1, column: 1), "not valid YAML: \(error)")
        }
    }

    private static func hint(_ problem: String, _ line: Substring) -> String? {
        if problem.contains("mapping values are not allowed") {
            return "is the line indented as its neighbours are? a text with `: ` in it needs quotes"
        }
        if problem.contains("expected ',' or"), line.contains("[") || line.contains("{") {
            return "inside `{…}` and `[…]` a text with brackets needs quotes: `\"client[3]\"`"
        }
        if problem.contains("expected ',' or") { return "is a comma or a closing bracket missing?" }
        return nil
    }
}

/// Finds characters that no text file of ours has.
enum CharacterCheck {
    /// A problem with the first character that YAML does not allow.
    static func problem(in text: String, file: String) -> Diagnostic? {
        var (line, column) = (1, 0)
        for scalar in text.unicodeScalars {
            column += 1
            if scalar == "\n" { (line, column) = (line + 1, 0) }
            if isAllowed(scalar) { continue }
            let position = SourcePosition(file: file, line: line, column: column)
            if scalar.value == 0 { return binary(position) }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            return Diagnostic(.error, at: position, "the character U+\(code) is not allowed in a text file")
        }
        return nil
    }

    /// The text of a file's bytes, or the place of the first byte that is not UTF-8.
    static func decode(_ bytes: [UInt8], file: String) -> Result<String, Problem> {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let content = bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...]
        if let text = String(validating: content, as: UTF8.self) { return .success(text) }
        var (line, column) = (1, 0)
        var parser = Unicode.UTF8.ForwardParser()
        var source = content.makeIterator()
        while true {
            column += 1
            switch parser.parseScalar(from: &source) {
            case .valid(let scalar):
                if scalar.first == 0 {
                    return .failure(Problem(binary(SourcePosition(file: file, line: line, column: column))))
                }
                if scalar.first == 0x0a { (line, column) = (line + 1, 0) }
            case .error, .emptyInput:
                let position = SourcePosition(file: file, line: line, column: column)
                if content.contains(0) { return .failure(Problem(binary(position))) }
                return .failure(Problem(Diagnostic(.error, at: position, "the file is not UTF-8 text")))
            }
        }
    }

    struct Problem: Error {
        let diagnostic: Diagnostic
        init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
    }

    /// - Parameter position: of the first byte that no text has.
    private static func binary(_ position: SourcePosition) -> Diagnostic {
        Diagnostic(.error, at: position, "this is a binary file, not a scenario")
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0x85, 0xa0...0xfefe, 0xff00...0xfffd, 0x1_0000...: true
        default: false
        }
    }
}

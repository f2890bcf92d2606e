/// Blanks comments and string literals in Swift text, and keeps every line where it was.
///
/// Interpolations inside literals stay code. Knows line and nested block comments, one-line, multi-line and raw
/// literals; not regular-expression literals, which the package does not use.
struct CodeScanner {
    /// What surrounds the present character.
    private enum Place: Equatable {
        /// Code inside so many open parentheses; an interpolation ends where they close.
        case code(parentheses: Int)
        case literal(quotes: Int, hashes: Int)
    }

    private let text: [UInt8]
    private var position = 0
    private var output: [UInt8] = []
    private var places: [Place] = [.code(parentheses: 0)]

    /// The text with blanks instead of comments and literals.
    static func code(of text: String) -> String {
        var scanner = CodeScanner(text: Array(text.utf8))
        while scanner.position < scanner.text.count { scanner.step() }
        return String(decoding: scanner.output, as: UTF8.self)
    }

    private init(text: [UInt8]) {
        self.text = text
        output.reserveCapacity(text.count)
    }

    /// Characters that may begin or end something; all others are passed on as they are.
    private static let marks = Set(#"/#"()\"#.utf8)

    private mutating func step() {
        if !Self.marks.contains(text[position]) {
            if case .code = places[places.count - 1] {
                output.append(text[position])
                position += 1
            } else {
                blank(1)
            }
            return
        }
        switch places[places.count - 1] {
        case .code(let parentheses): stepInCode(parentheses)
        case .literal(let quotes, let hashes): stepInLiteral(quotes, hashes)
        }
    }

    private mutating func stepInCode(_ parentheses: Int) {
        if follows("//") {
            while position < text.count, text[position] != UInt8(ascii: "\n") { blank(1) }
        } else if follows("/*") {
            skipBlockComment()
        } else if let (quotes, hashes) = literalStart() {
            places.append(.literal(quotes: quotes, hashes: hashes))
            blank(quotes + hashes)
        } else {
            countParenthesis(parentheses)
            output.append(text[position])
            position += 1
        }
    }

    /// Open and closed parentheses tell where an interpolation ends.
    private mutating func countParenthesis(_ parentheses: Int) {
        let last = places.count - 1
        switch text[position] {
        case UInt8(ascii: "("): places[last] = .code(parentheses: parentheses + 1)
        case UInt8(ascii: ")") where last > 0 && parentheses == 1: places.removeLast()
        case UInt8(ascii: ")"): places[last] = .code(parentheses: parentheses - 1)
        default: break
        }
    }

    private mutating func stepInLiteral(_ quotes: Int, _ hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        if follows("\\" + marks + "(") {
            blank(1 + hashes)
            places.append(.code(parentheses: 0))
        } else if follows("\\" + marks) {
            blank(min(2 + hashes, text.count - position))
        } else if follows(String(repeating: "\"", count: quotes) + marks) {
            blank(quotes + hashes)
            places.removeLast()
        } else {
            blank(1)
        }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if follows("/*") {
                depth += 1
                blank(2)
            } else if follows("*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && position < text.count
    }

    /// Quotes and hash marks of the literal that begins here, if one does.
    private func literalStart() -> (quotes: Int, hashes: Int)? {
        var hashes = 0
        while position + hashes < text.count, text[position + hashes] == UInt8(ascii: "#") { hashes += 1 }
        if follows("\"\"\"", after: hashes) { return (3, hashes) }
        return follows("\"", after: hashes) ? (1, hashes) : nil
    }

    private func follows(_ word: String, after offset: Int = 0) -> Bool {
        text[min(position + offset, text.count)...].starts(with: word.utf8)
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count {
            let isLineEnd = text[position] == UInt8(ascii: "\n")
            output.append(isLineEnd ? UInt8(ascii: "\n") : UInt8(ascii: " "))
            position += 1
        }
    }
}

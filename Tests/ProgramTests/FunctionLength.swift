/// Where a function begins, and how many lines it takes from its signature to its closing brace.
struct FunctionLength {
    let line: Int
    let count: Int

    /// The functions, initialisers and subscripts with a body, by a count of brackets.
    static func all(in file: CodeFile) -> [FunctionLength] {
        let text = file.code.joined(separator: "\n")
        let code = Array(text.utf8)
        var line = 1
        var found: [FunctionLength] = []
        for index in code.indices {
            if code[index] == UInt8(ascii: "\n") { line += 1 }
            guard beginsFunction(code, index), let end = endOfBody(code, from: index) else { continue }
            found.append(FunctionLength(line: line, count: code[index...end].count { $0 == UInt8(ascii: "\n") } + 1))
        }
        return found
    }

    private static let words = ["func", "init", "deinit", "subscript"]
    private static let firstLetters = Set("fids".utf8)

    /// Whether a word that begins a function stands here; `.init` and `self.init` are calls.
    private static func beginsFunction(_ code: [UInt8], _ index: Int) -> Bool {
        guard firstLetters.contains(code[index]) else { return false }
        if index > 0, isWordPart(code[index - 1]) || code[index - 1] == UInt8(ascii: ".") { return false }
        return words.contains { word in
            let end = index + word.utf8.count
            return code[index...].starts(with: word.utf8) && end < code.count && !isWordPart(code[end])
        }
    }

    private static func isWordPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "`"):
            true
        default: false
        }
    }

    /// The place of the body's closing brace; nil for a requirement without a body, which is followed by the next
    /// declaration or the end of its protocol.
    private static func endOfBody(_ code: [UInt8], from start: Int) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in start..<code.count {
            switch code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses -= 1
            case UInt8(ascii: "{") where parentheses == 0 || braces > 0: braces += 1
            case UInt8(ascii: "}") where braces == 0 && parentheses == 0: return nil
            case UInt8(ascii: "}") where braces > 0:
                braces -= 1
                if braces == 0 { return index }
            default:
                let isNext = index > start && braces == 0 && parentheses == 0 && beginsDeclaration(code, index)
                if isNext { return nil }
            }
        }
        return nil
    }

    private static func beginsDeclaration(_ code: [UInt8], _ index: Int) -> Bool {
        if beginsFunction(code, index) { return true }
        if isWordPart(code[index - 1]) { return false }
        return ["var ", "let ", "case ", "struct ", "enum ", "extension "].contains { word in
            code[index...].starts(with: word.utf8)
        }
    }
}

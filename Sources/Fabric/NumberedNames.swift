/// Names such as `leaf5/host2`: a word and a number on each level. Nothing is stored per name.
struct NumberedNames: Sendable {
    struct Level: Sendable {
        let word: String
        /// Members of each member of the level above; they count from 1.
        let size: Int
    }

    let levels: [Level]
    /// Number of names.
    let count: Int

    init(_ levels: (word: String, size: Int)...) {
        self.levels = levels.map(Level.init)
        count = levels.reduce(1) { $0 * $1.size }
    }

    /// The name of member `index`, `0 ..< count`; the last level counts fastest.
    func name(of index: Int) -> String {
        var rest = index
        var parts: [String] = []
        for level in levels.reversed() {
            parts.append("\(level.word)\(rest % level.size + 1)")
            rest /= level.size
        }
        return parts.reversed().joined(separator: "/")
    }

    func number(of name: String) -> Int? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == levels.count else { return nil }
        var number = 0
        for (part, level) in zip(parts, levels) {
            guard let ordinal = Self.ordinal(part, after: level.word), ordinal <= level.size else { return nil }
            number = number * level.size + ordinal - 1
        }
        return number
    }

    /// The number behind `word`, at least 1 and written without leading zeros: one thing has one name.
    private static func ordinal(_ text: Substring, after word: String) -> Int? {
        let digits = text.dropFirst(word.count)
        guard text.hasPrefix(word), digits.first != "0", digits.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(digits)
    }
}

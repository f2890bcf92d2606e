/// Guesses what somebody meant who wrote a name that does not exist.
public enum Spelling {
    /// The candidate nearest to `word`, if it is near enough to be what was meant.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        guard !word.isEmpty, word.utf8.count <= 64 else { return nil }
        let limit = max(1, word.unicodeScalars.count / 3)
        var best: (distance: Int, name: String)?
        for candidate in candidates where candidate.utf8.count <= 64 {
            var distance = editDistance(word, candidate)
            if candidate.lowercased() == word.lowercased() { distance = min(distance, 1) }
            guard distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    /// ``nearest(to:among:)`` as a question, or else the list of all that would be right.
    public static func hint(
        for word: String, among candidates: [String], listing noun: String
    ) -> String? {
        if let name = nearest(to: word, among: candidates) { return "did you mean `\(name)`?" }
        if candidates.isEmpty { return nil }
        let shown = candidates.prefix(24).joined(separator: ", ")
        return "\(noun): \(shown)\(candidates.count > 24 ? ", …" : "")"
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    static func editDistance(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for row in 0..<a.count {
            var current = [row + 1] + [Int](repeating: 0, count: b.count)
            for column in 0..<b.count {
                let change = a[row] == b[column] ? 0 : 1
                var cost = min(last[column] + change, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current[column + 1] = cost
            }
            (beforeLast, last) = (last, current)
        }
        return last[b.count]
    }
}

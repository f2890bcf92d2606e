/// A piece of a line in one colour.
package struct Piece: Hashable {
    /// What a colour stands for; the ANSI code is its own affair.
    package enum Tone: String {
        case plain = ""
        case heading = "1"
        case good = "32"
        case bad = "31"
        case doubtful = "33"
        case quiet = "2"
    }

    package var text: String
    package var tone = Tone.plain

    package init(_ text: String, _ tone: Tone = .plain) {
        self.text = text
        self.tone = tone
    }
}

/// Lines of at most `width` characters, plain or with ANSI colours.
package struct TextLayout {
    let colour: Bool
    let width: Int
    package private(set) var text = ""

    package init(colour: Bool, width: Int) {
        self.colour = colour
        self.width = width
    }

    /// Adds a line; what does not fit is cut off and marked.
    package mutating func line(_ spans: [Piece]) {
        var room = width
        var spans = spans
        while let last = spans.last, last.text.allSatisfy({ $0 == " " }) { spans.removeLast() }
        while let last = spans.last, last.text.hasSuffix(" ") { spans[spans.count - 1].text.removeLast() }
        for (index, span) in spans.enumerated() where room > 0 {
            let isLast = index == spans.count - 1
            let fits = isLast ? span.text.count <= room : span.text.count < room
            let piece = fits ? span.text : Self.cut(span.text, to: room)
            room -= piece.count
            text += paint(piece, span.tone)
        }
        text += "\n"
    }

    package mutating func line(_ content: String = "", _ tone: Piece.Tone = .plain) { line([Piece(content, tone)]) }

    /// A line that may be longer than the width, because people copy it.
    package mutating func uncut(_ content: String) { text += content + "\n" }

    /// Words flowed into indented lines; a number stays with the word behind it.
    package mutating func paragraph(_ content: String, indent: String) {
        var current = indent
        for word in Self.words(content) {
            if current.count + word.count + 1 > width, current != indent {
                line(current)
                current = indent
            }
            current += (current == indent ? "" : " ") + word
        }
        if current != indent { line(current) }
    }

    /// Rows of cells in aligned columns, two spaces apart. The widest left-aligned column gives way when the line
    /// would be too long.
    package mutating func table(_ rows: [[Piece]], right: Set<Int> = [], indent: String = "  ") {
        guard let columns = rows.map(\.count).max() else { return }
        var widths = [Int](repeating: 0, count: columns)
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.text.count) }
        }
        var excess = indent.count + widths.reduce(0, +) + 2 * (columns - 1) - width
        while excess > 0 {
            let candidates = widths.indices.filter { !right.contains($0) && widths[$0] > 8 }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        for row in rows {
            var spans = [Piece(indent)]
            for (index, cell) in row.enumerated() {
                let cut = Self.cut(cell.text, to: widths[index])
                let gap = String(repeating: " ", count: widths[index] - cut.count)
                let body = right.contains(index) ? gap + cut : cut + gap
                spans.append(Piece(index == 0 ? body : "  " + body, cell.tone))
            }
            line(spans)
        }
    }

    private static func words(_ content: String) -> [String] {
        var words: [String] = []
        var afterNumber = false
        for piece in content.split(separator: " ") {
            if afterNumber { words[words.count - 1] += " " + piece } else { words.append(String(piece)) }
            afterNumber = piece.allSatisfy { $0.isNumber || $0 == "." }
        }
        return words
    }

    private static func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
    }

    private func paint(_ text: String, _ tone: Piece.Tone) -> String {
        guard colour, tone != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
    }
}

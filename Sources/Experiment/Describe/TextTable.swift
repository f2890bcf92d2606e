/// Columns of text under headings, as wide as they need to be.
struct TextTable {
    private var rows: [[String]]

    init(_ headings: [String]) { rows = [headings] }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// Lines with an indent of two; columns that are empty throughout are left out.
    var lines: [String] {
        let count = rows.map(\.count).max() ?? 0
        let kept = (0..<count).filter { column in
            rows.dropFirst().contains { column < $0.count && !$0[column].isEmpty }
        }
        let widths = kept.map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            var line = " "
            for (column, width) in zip(kept, widths) {
                let cell = column < row.count ? row[column] : ""
                line += " " + cell + String(repeating: " ", count: width - cell.count + 1)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

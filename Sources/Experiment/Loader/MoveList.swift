import Kernel

/// A CSV of moves (`time, vm, from, to`) as entries of `moves:`, each with all that its `list:` entry says for all.
///
/// Every value keeps its place in the CSV, so that whatever is wrong with it is reported there.
struct MoveList {
    private static let columns = ["time", "vm", "from", "to"]

    /// The `list:` entry, without that key.
    let entry: SourceNode
    /// The CSV's name, as messages give it.
    let file: String
    private(set) var diagnostics: [Diagnostic] = []

    init(entry: SourceNode, file: String) {
        var entry = entry
        entry.content = .mapping(entry.entries.filter { $0.key != "list" })
        self.entry = entry
        self.file = file
    }

    /// One entry for each line behind the header.
    mutating func entries(of text: String) -> [SourceNode] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        let fields = cells(lines.first ?? "", line: 1)
        let names = fields.map { $0.text ?? "" }
        if Set(names) != Set(Self.columns) || names.count != Self.columns.count {
            fail("a list of moves begins with the line `time,vm,from,to`", line: 1, column: 1)
            return []
        }
        var nodes: [SourceNode] = []
        for (index, line) in lines.enumerated().dropFirst() where !line.allSatisfy({ $0 == " " }) {
            let values = cells(line, line: index + 1)
            if values.count != names.count {
                fail("this line has \(values.count) fields, not \(names.count)", line: index + 1, column: 1)
                continue
            }
            nodes.append(node(Dictionary(uniqueKeysWithValues: zip(names, values)), number: nodes.count))
        }
        return nodes
    }

    private func node(_ values: [String: SourceNode], number: Int) -> SourceNode {
        var node = entry
        var members = entry.entries
        for (column, key) in [("vm", "vm"), ("from", "from"), ("to", "to"), ("time", "at")] {
            guard var value = values[column] else { continue }
            if column == "time" { value = Self.time(value) }
            members.append(SourceNode.Entry(key: key, keyPosition: value.position, value: value))
        }
        // One entry's moves share its limits, and so the first part of their names.
        let name = entry["name"]?.text ?? "list"
        let number = SourceNode(.scalar("\(name)[\(number)]", quoted: false), at: entry.position)
        members.removeAll { $0.key == "name" }
        members.append(SourceNode.Entry(key: "name", keyPosition: entry.position, value: number))
        node.content = .mapping(members)
        if let time = values["time"] { node.position = time.position }
        return node
    }

    /// A number without a unit is seconds, as programs write it.
    private static func time(_ node: SourceNode) -> SourceNode {
        guard let text = node.text, text.last?.isNumber == true else { return node }
        return SourceNode(.scalar("\(text) s", quoted: false), at: node.position)
    }

    private func cells(_ line: String, line number: Int) -> [SourceNode] {
        var column = 1
        return line.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let start = column + part.prefix { $0 == " " }.count
            column += part.count + 1
            var text = String(part.drop { $0 == " " })
            while text.last == " " { text.removeLast() }
            if text.count >= 2, text.first == "\"", text.last == "\"" { text = String(text.dropFirst().dropLast()) }
            return SourceNode(
                .scalar(text, quoted: false), at: SourcePosition(file: file, line: number, column: start))
        }
    }

    private mutating func fail(_ message: String, line: Int, column: Int) {
        diagnostics.append(
            Diagnostic(.error, at: SourcePosition(file: file, line: line, column: column), message))
    }
}

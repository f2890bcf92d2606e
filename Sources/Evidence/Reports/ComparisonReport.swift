import Observe

extension Comparison {
    public enum Format: String, CaseIterable, Sendable { case text, json, csv }

    public func rendered(_ format: Format, colour: Bool) -> String {
        switch format {
        case .text: text(colour: colour)
        case .json: json
        case .csv: csv
        }
    }

    private func text(colour: Bool) -> String {
        var layout = TextLayout(colour: colour, width: 110)
        var names: [String] = []
        for row in rows where !names.contains(row.scenario) { names.append(row.scenario) }
        for name in names {
            layout.line(name, .heading)
            let heads = ["metric", "first", "second", "change", "95 % interval", "p (Holm)", ""].map {
                Piece($0, .quiet)
            }
            layout.table([heads] + rows.filter { $0.scenario == name }.map(Self.cells), right: [1, 2, 3, 4, 5])
            layout.line()
        }
        if rows.isEmpty { layout.line("Nothing could be compared", .doubtful) }
        for remark in remarks { layout.paragraph(remark, indent: "  ") }
        return layout.text
    }

    private static func cells(_ row: Row) -> [Piece] {
        let scale = MetricComparison(metric: Baseline.Metric(), unit: row.unit, then: [], now: [])
        func text(_ value: Double?) -> String { value.map(scale.rounded) ?? "—" }
        var interval = "—"
        if let lower = row.lower, let upper = row.upper, row.probability != nil {
            interval = "\(scale.rounded(lower)) … \(scale.rounded(upper))"
        }
        let probability = row.adjusted.map { $0 < 0.0001 ? "< 0.0001" : JSONValue.text(of: ($0 * 1e4).rounded() / 1e4) }
        let words: [Row.Verdict: (String, Piece.Tone)] = [
            .equal: ("equal", .quiet), .differs: ("differs", .bad), .shown: ("differs", .bad),
            .notShown: ("no difference shown", .doubtful), .unknown: (row.remark, .doubtful),
        ]
        let (word, tone) = words[row.verdict] ?? ("", .plain)
        let change = row.change.map { ($0 > 0 ? "+" : "") + scale.rounded($0) } ?? "—"
        return [
            Piece(row.metric), Piece(text(row.first)), Piece(text(row.second)), Piece(change), Piece(interval, .quiet),
            Piece(probability ?? "—"), Piece(word, tone),
        ]
    }

    private var json: String {
        JSONValue.object([
            "rows": .array(rows.map(\.json)), "remarks": .array(remarks.map { .string($0) }),
        ]).document
    }

    private var csv: String {
        var lines = ["scenario,metric,unit,pairs,first,second,change,lower,upper,p,p_holm,verdict"]
        for row in rows {
            let numbers = [row.first, row.second, row.change, row.lower, row.upper, row.probability, row.adjusted]
            let fields =
                [Self.field(row.scenario), Self.field(row.metric), row.unit.rawValue, "\(row.pairs)"]
                + numbers.map { $0.map(JSONValue.text) ?? "" } + [row.verdict.rawValue]
            lines.append(fields.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func field(_ text: String) -> String {
        text.contains { $0 == "," || $0 == "\"" } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
}

extension Comparison.Row {
    var json: JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .real($0) } ?? .null }
        return .object([
            "scenario": .string(scenario), "metric": .string(metric), "unit": .string(unit.rawValue),
            "verdict": .string(verdict.rawValue), "pairs": .integer(Int64(pairs)), "first": number(first),
            "second": number(second), "change": number(change), "lower": number(lower), "upper": number(upper),
            "p": number(probability), "p-holm": number(adjusted), "remark": .string(remark),
        ])
    }
}

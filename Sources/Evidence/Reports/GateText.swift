import Observe

extension Gate {
    /// For people: what did not pass, what is better, and how much was looked at.
    public func text(colour: Bool) -> String {
        var layout = TextLayout(colour: colour, width: 110)
        layout.line("Gate against \(baselinePath)", .heading)
        var names: [String] = []
        for finding in findings where !names.contains(finding.scenario) { names.append(finding.scenario) }
        for name in names { write(findings.filter { $0.scenario == name }, of: name, into: &layout) }
        layout.line()
        let count = { (outcome: Verdict.Outcome) in findings.count { $0.outcome == outcome } }
        let tone = Self.tone(outcome)
        layout.line(
            "\(Self.word(outcome)): \(count(.pass)) passed, \(count(.fail)) failed, "
                + "\(count(.inconclusive)) inconclusive", tone)
        return layout.text
    }

    private func write(_ findings: [Finding], of name: String, into layout: inout TextLayout) {
        layout.line()
        let failed = findings.contains { $0.outcome == .fail }
        let open = findings.contains { $0.outcome == .inconclusive }
        let outcome = failed ? Verdict.Outcome.fail : open ? .inconclusive : .pass
        layout.line([Piece((name.isEmpty ? "all" : name) + ": "), Piece(Self.word(outcome), Self.tone(outcome))])
        let shown = findings.filter { $0.outcome != .pass || $0.isBetter }
        let compared = shown.filter { $0.kind == .metric && !$0.then.isEmpty }
        if !compared.isEmpty {
            let heads = ["", "metric", "then", "now", "change", "tolerance", "by"].map { Piece($0, .quiet) }
            layout.table([heads] + compared.map(Self.row), right: [2, 3, 4, 5])
        }
        for finding in shown where !compared.contains(finding) || !finding.remark.isEmpty {
            let word = finding.outcome == .pass ? "better" : finding.outcome.rawValue
            layout.paragraph("\(word): \(finding.sentence)\(Self.place(finding))", indent: "  ")
        }
        let passed = findings.count { $0.outcome == .pass }
        if passed > 0 { layout.line("  \(passed) passed", .quiet) }
    }

    private static func place(_ finding: Finding) -> String {
        finding.line > 0 ? " (\(finding.file):\(finding.line))" : ""
    }

    private static func row(of finding: Finding) -> [Piece] {
        let word = finding.isBetter ? "better" : finding.outcome.rawValue
        return [
            Piece(word, finding.isBetter ? .good : tone(finding.outcome)), Piece(finding.subject), Piece(finding.then),
            Piece(finding.now), Piece(finding.change), Piece(finding.tolerance), Piece(finding.explanation),
        ]
    }

    static func word(_ outcome: Verdict.Outcome) -> String {
        switch outcome {
        case .pass: "passed"
        case .fail: "failed"
        case .inconclusive: "inconclusive"
        }
    }

    private static func tone(_ outcome: Verdict.Outcome) -> Piece.Tone {
        switch outcome {
        case .pass: .good
        case .fail: .bad
        case .inconclusive: .doubtful
        }
    }
}

extension Finding {
    /// `paired t-test, n 5, 4 df, p 0.012 (Holm 0.06)`.
    var explanation: String {
        guard let statistics else { return method }
        func short(_ value: Double) -> String {
            value < 0.0001 ? "< 0.0001" : JSONValue.text(of: (value * 1e4).rounded() / 1e4)
        }
        return "\(method), n \(statistics.pairs), \(statistics.degreesOfFreedom) df, p \(short(statistics.probability))"
            + " (Holm \(short(statistics.adjusted)))"
    }
}

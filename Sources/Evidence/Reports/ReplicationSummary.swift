public import Observe

/// What several replications of a scenario come to: means of the headline figures, with intervals.
public struct ReplicationSummary {
    private let summaries: [RunSummary]

    /// - Precondition: there are at least two, of one scenario.
    public init(_ summaries: [RunSummary]) {
        precondition(summaries.count > 1, "one run has a summary of its own")
        self.summaries = summaries
    }

    public func text(colour: Bool) -> String {
        var layout = TextLayout(colour: colour, width: 100)
        let name = (summaries[0].tables.runs.first?.scenario ?? "")
        layout.line("\(name)  \(summaries.count) replications", .heading)
        layout.line()
        let heads = ["metric", "mean", "95 % interval", "least", "most"].map { Piece($0, .quiet) }
        layout.table([heads] + Baseline.usualMetrics.compactMap(row), right: [1, 2, 3, 4])
        writeExpectations(into: &layout)
        layout.line()
        layout.uncut("Results: \(summaries[0].folder) to \(summaries[summaries.count - 1].folder)")
        return layout.text
    }

    private func row(of metric: Baseline.Metric) -> [Piece]? {
        let measured = summaries.map { MetricEngine().measure(metric.query, on: $0.tables) }
        let values = measured.compactMap(\.number)
        guard let least = values.min(), let most = values.max() else { return nil }
        let comparison = MetricComparison(metric: metric, unit: measured[0].unit, then: [], now: [])
        if values.count < summaries.count {
            let lack = "\(summaries.count - values.count) of \(summaries.count) without a value"
            return [Piece(metric.subject), Piece("—"), Piece(lack, .doubtful), Piece("—"), Piece("—")]
        }
        // The interval of the mean is that of differences from nothing.
        let test = PairedTest(values)
        let bounds = test.bounds(0.025)
        let interval =
            test.isExact ? "all equal" : "\(comparison.rounded(bounds.lower)) … \(comparison.rounded(bounds.upper))"
        return [
            Piece(metric.subject), Piece(comparison.rounded(test.mean)), Piece(interval, .quiet),
            Piece(comparison.rounded(least)), Piece(comparison.rounded(most)),
        ]
    }

    private func writeExpectations(into layout: inout TextLayout) {
        let verdicts = summaries.map(\.verdicts)
        guard let first = verdicts.first, !first.isEmpty else { return }
        layout.line()
        let holding = verdicts.count { $0.allSatisfy { $0.outcome == .pass } }
        layout.line(
            "Expectations hold in \(holding) of \(summaries.count) replications",
            holding == summaries.count ? .heading : .bad)
        for (index, expectation) in first.enumerated() {
            let failed = verdicts.indices.filter { verdicts[$0].count > index && verdicts[$0][index].outcome != .pass }
            if failed.isEmpty { continue }
            let numbers = failed.map { "\($0 + 1)" }.joined(separator: ", ")
            layout.paragraph("\(expectation.subject) \(expectation.limit): not in \(numbers)", indent: "  ")
        }
    }
}

import Foundation
public import Observe

/// Two sets of results side by side, metric by metric, paired by replication.
public struct Comparison: Sendable {
    /// A metric of a scenario in both.
    public struct Row: Hashable, Sendable {
        public enum Verdict: String, Sendable {
            /// The same in each replication.
            case equal
            /// It differs, and nothing is left to chance: all replications differ alike, or there is one alone.
            case differs
            /// The mean is shown to differ.
            case shown = "shown-to-differ"
            case notShown = "not-shown"
            /// One side has no value.
            case unknown
        }

        public var scenario: String
        public var metric: String
        public var unit: ColumnUnit
        public var verdict: Verdict
        public var pairs = 0
        public var first: Double?
        public var second: Double?
        /// Mean of the second less that of the first, and its 95 % interval.
        public var change: Double?
        public var lower: Double?
        public var upper: Double?
        public var probability: Double?
        /// Grown for the number of metrics (Holm).
        public var adjusted: Double?
        public var remark = ""
    }

    public private(set) var rows: [Row] = []
    /// Runs of either side with the same replication number.
    private(set) var paired: [(StoredRun, StoredRun)] = []
    /// What was not compared, and why.
    public private(set) var remarks: [String] = []
    /// Input that cannot be compared at all: exit code and message.
    public private(set) var refusal: (code: Int32, message: String)?

    /// - Parameters:
    ///   - first: a folder of a run, of a scenario with its replications, or of several.
    ///   - metrics: beside the headline figures, as `<table>.<column>` or `<statistic>:<table>.<column>`.
    public init(_ first: String, _ second: String, metrics: [String] = []) {
        let trees = (ResultTree([first]), ResultTree([second]))
        for tree in [trees.0, trees.1] {
            if let folder = tree.missing.first {
                refusal = (66, "error: there is no folder \(folder)\n")
            } else if let trouble = tree.damaged.first {
                refusal = (65, "error: \(trouble)\n")
            }
        }
        if refusal != nil { return }
        var queries = Baseline.usualMetrics.map(\.query)
        for text in metrics {
            guard let query = parse(text) else { return }
            queries.append(query)
        }
        for (left, right) in pairs(trees.0, trees.1) { compare(left, right, queries) }
        adjust()
    }

    private mutating func parse(_ text: String) -> MetricQuery? {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let query = MetricQuery(metric: parts.last ?? "", stat: parts.count == 2 ? parts[0] : nil)
        let problems = MetricEngine().validate(metric: query.metric, of: [:], stat: query.stat)
        guard let problem = problems.first else { return query }
        let hint = problem.hint.map { "\n    hint: did you mean `\($0)`?" } ?? ""
        refusal = (64, "error: --metric \(text): \(problem.message)\(hint)\n")
        return nil
    }

    // MARK: - Pairs

    /// Scenarios of one name; where each side has one alone, these two.
    private mutating func pairs(_ first: ResultTree, _ second: ResultTree) -> [([StoredRun], [StoredRun])] {
        if first.scenarios.count == 1, second.scenarios.count == 1 {
            return [(first.scenarios[0].runs, second.scenarios[0].runs)]
        }
        var pairs: [([StoredRun], [StoredRun])] = []
        for (name, runs) in first.scenarios {
            if let other = second.scenarios.first(where: { $0.name == name }) {
                pairs.append((runs, other.runs))
            } else {
                remarks.append("\(name): the second has no results of it")
            }
        }
        for (name, _) in second.scenarios where !first.scenarios.contains(where: { $0.name == name }) {
            remarks.append("\(name): the first has no results of it")
        }
        return pairs
    }

    private mutating func compare(_ first: [StoredRun], _ second: [StoredRun], _ queries: [MetricQuery]) {
        let names = [first[0].scenario, second[0].scenario]
        let name = names[0] == names[1] ? names[0] : names.joined(separator: " | ")
        let seconds = Dictionary(second.map { ($0.replication, $0) }, uniquingKeysWith: { one, _ in one })
        let pairs = first.compactMap { run in seconds[run.replication].map { (run, $0) } }
        if pairs.count < max(first.count, second.count) {
            remarks.append("\(name): \(pairs.count) replications are on both sides; the others are left out")
        }
        for run in first + second where run.isPartial { remarks.append("\(run.folder) is of an interrupted run") }
        if pairs.contains(where: { $0.0.seed != $0.1.seed }) {
            remarks.append("\(name): the seeds differ, so that pairs do not share their random numbers")
        }
        if pairs.isEmpty { return }
        paired += pairs
        let same = pairs.count { $0.0.fingerprint == $0.1.fingerprint }
        remarks.append("\(name): \(same) of \(pairs.count) runs are the same event by event")
        rows += queries.map { row($0, pairs, name) }
    }

    private func row(_ query: MetricQuery, _ pairs: [(StoredRun, StoredRun)], _ name: String) -> Row {
        let engine = MetricEngine()
        let (left, right) = (
            pairs.map { engine.measure(query, on: $0.0) }, pairs.map { engine.measure(query, on: $0.1) }
        )
        let subject = Observe.Verdict(.pass, query).subject
        var row = Row(scenario: name, metric: subject, unit: left[0].unit, verdict: .unknown)
        let (firsts, seconds) = (left.compactMap(\.number), right.compactMap(\.number))
        row.pairs = pairs.count
        guard firsts.count == pairs.count, seconds.count == pairs.count else {
            row.remark = (left + right).first { $0.number == nil }?.remark ?? ""
            if row.remark.isEmpty { row.remark = "a side has no value" }
            return row
        }
        let test = PairedTest(zip(seconds, firsts).map { $0 - $1 })
        row.first = firsts.reduce(0, +) / Double(pairs.count)
        row.second = seconds.reduce(0, +) / Double(pairs.count)
        let bounds = test.bounds(0.025)
        (row.change, row.lower, row.upper) = (test.mean, bounds.lower, bounds.upper)
        if test.isExact {
            row.verdict = test.mean == 0 ? .equal : .differs
        } else {
            let opposite = PairedTest(zip(firsts, seconds).map { $0 - $1 })
            row.probability = min(1, 2 * min(test.probability(above: 0), opposite.probability(above: 0)))
        }
        return row
    }

    private mutating func adjust() {
        let places = rows.indices.filter { rows[$0].probability != nil }
        let adjusted = Holm.adjust(places.compactMap { rows[$0].probability })
        for (place, probability) in zip(places, adjusted) {
            rows[place].adjusted = probability
            rows[place].verdict = probability <= 0.05 ? .shown : .notShown
        }
    }
}

import Observe

/// Takes results as what is accepted from now on, and says what that changes.
struct BaselineUpdate {
    private(set) var baseline: Baseline
    private(set) var changes: [String] = []

    init(_ baseline: Baseline) { self.baseline = baseline }

    /// Why the runs of a scenario cannot be accepted; nil = they are.
    mutating func accept(_ runs: [StoredRun], of name: String) -> String? {
        if let partial = runs.first(where: \.isPartial) { return "\(partial.folder) is of an interrupted run" }
        if runs.map(\.replication) != Array(1...runs.count) {
            return "replications are not 1 to \(runs.count), each once"
        }
        if Set(runs.map(\.scenarioHash)).count > 1 { return "its runs are of different scenarios" }
        let place = baseline.scenarios.firstIndex { $0.name == name }
        var scenario = place.map { baseline.scenarios[$0] } ?? Baseline.Scenario()
        if place == nil {
            (scenario.name, scenario.metrics) = (name, Baseline.usualMetrics)
            changes.append("\(name): new")
        } else if scenario.sha256 != runs[0].scenarioHash {
            changes.append("\(name): the scenario has changed")
        }
        (scenario.sha256, scenario.fingerprints) = (runs[0].scenarioHash, runs.map(\.fingerprint))
        for index in scenario.metrics.indices { fill(&scenario.metrics[index], runs, name) }
        if place == nil { scenario.metrics.removeAll(where: \.values.isEmpty) }
        if let place { baseline.scenarios[place] = scenario } else { baseline.scenarios.append(scenario) }
        baseline.scenarios.sort { $0.name < $1.name }
        return nil
    }

    private mutating func fill(_ metric: inout Baseline.Metric, _ runs: [StoredRun], _ name: String) {
        let measured = runs.map { MetricEngine().measure(metric.query, on: $0) }
        let values = measured.compactMap(\.number)
        let old = metric.values
        metric.values = values.count == runs.count ? values : []
        if old == metric.values { return }
        if old.isEmpty, changes.contains("\(name): new") { return }
        let comparison = MetricComparison(metric: metric, unit: measured[0].unit, then: old, now: metric.values)
        func list(_ values: [Double]) -> String {
            values.isEmpty ? "nothing" : values.map(comparison.text).joined(separator: ", ")
        }
        changes.append("\(name): \(metric.subject): \(list(old)) -> \(list(metric.values))")
    }
}

import Kernel
import Observe

extension ScenarioChecks {
    mutating func checkResults() {
        var seen = Set<String>()
        for (index, name) in scenario.results.tables.enumerated() where !seen.insert(name).inserted {
            fail("results.tables[\(index)]", "`\(name)` is in the list already")
        }
    }

    /// Expectations must make sense whatever the results will be; their bounds too.
    mutating func checkExpectations() {
        let engine = MetricEngine()
        for (index, expectation) in scenario.expect.enumerated() {
            let path = "expect[\(index)]"
            if decoding.isBroken(path) { continue }
            for problem in engine.validate(expectation.query) {
                fail("\(path).\(problem.place.rawValue)", problem.message, hint: problem.hint)
            }
        }
        checkChance()
    }

    /// A bound on what is the same in every replication says nothing about how it varies. Where exactly one value
    /// passes that is what the writer wants; said once a file, of the first bound that leaves room.
    private mutating func checkChance() {
        guard let index = scenario.expect.firstIndex(where: { !$0.isExact }), Chance.drawn(in: scenario).isEmpty,
            !decoding.diagnostics.contains(where: { $0.severity == .error })
        else { return }
        warn(
            "expect[\(index)]",
            "nothing in this scenario is random: all replications give the same `\(scenario.expect[index].metric)`",
            hint:
                "draw something, for example `phase: random` in `traffic:`, or expect the exact value by `min` = `max`")
    }
}

extension Expectation {
    /// Only one value passes: `min` and `max` are equal, or nothing below `max` is possible.
    fileprivate var isExact: Bool {
        guard let max else { return false }
        return min == max || (min == nil && max.value == 0)
    }
}

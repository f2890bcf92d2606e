import Observe

/// Tests of several metrics are judged together, so that more metrics do not raise more false alarms.
enum JointVerdict {
    /// A change for the worse is shown, or it is shown that there is none beyond the tolerance, or neither.
    ///
    /// - Parameters:
    ///   - open: by place among the findings, the metrics in which chance has a part.
    ///   - tail: the chance of any false alarm.
    static func settle(_ findings: inout [Finding], _ open: [Int: MetricComparison], tail: Double) {
        let places = open.keys.sorted()
        let adjusted = Holm.adjust(places.map { findings[$0].statistics?.probability ?? 1 })
        for (place, probability) in zip(places, adjusted) {
            guard let comparison = open[place], let statistics = findings[place].statistics else { continue }
            findings[place].statistics?.adjusted = probability
            if probability <= tail {
                findings[place].outcome = .fail
            } else if comparison.isShownToHold(statistics) {
                findings[place].isBetter = comparison.isShownToBeBetter(statistics)
            } else {
                findings[place].outcome = .inconclusive
                findings[place].remark =
                    "neither a change for the worse is shown nor its absence; more replications or a tolerance decide"
            }
        }
    }
}

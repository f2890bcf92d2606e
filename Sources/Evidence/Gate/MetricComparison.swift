import Foundation
import Kernel
import Observe

/// One metric of one scenario, then and now.
struct MetricComparison {
    let metric: Baseline.Metric
    let unit: ColumnUnit
    let then: [Double]
    let now: [Double]

    /// How much worse it may be on average.
    var margin: Double { max(metric.absolute, metric.relative.value * abs(Self.mean(then))) }

    /// By replication, how much more it is.
    var changes: [Double] { zip(now, then).map { $0 - $1 } }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// The finding without the verdict of a test: `tail` is the gate's chance of a false alarm. Where chance has its
    /// part, ``Finding/statistics`` is there, and the verdict waits for that of the other metrics.
    func finding(_ scenario: String, tail: Double) -> Finding {
        var finding = Finding(scenario, .metric, .pass, metric.subject)
        let change = PairedTest(changes)
        (finding.then, finding.now) = (text(Self.mean(then)), text(Self.mean(now)))
        finding.change = (change.mean > 0 ? "+" : "") + text(change.mean)
        finding.tolerance = text(margin)
        if change.isExact {
            finding.method = "exact comparison"
            let worse = worsening(change.mean)
            finding.outcome = worse > margin ? .fail : .pass
            finding.isBetter = metric.better != .same && worse < 0
            return finding
        }
        finding.method = "paired t-test"
        finding.statistics = statistics(change, tail)
        return finding
    }

    private func worsening(_ change: Double) -> Double {
        switch metric.better {
        case .lower: change
        case .higher: -change
        case .same: abs(change)
        }
    }

    private func statistics(_ change: PairedTest, _ tail: Double) -> Finding.Statistics {
        // A change in either direction is as bad: each gets half of the chance of a false alarm.
        let side = metric.better == .same ? tail / 2 : tail
        let bounds = change.bounds(side)
        let opposite = PairedTest(changes.map { -$0 })
        let probability =
            switch metric.better {
            case .lower: change.probability(above: margin)
            case .higher: opposite.probability(above: margin)
            case .same: min(1, 2 * min(change.probability(above: margin), opposite.probability(above: margin)))
            }
        return Finding.Statistics(
            pairs: change.count, degreesOfFreedom: change.degreesOfFreedom, probability: probability,
            adjusted: probability, lower: bounds.lower, upper: bounds.upper)
    }

    /// Whether the true change is shown to be within the tolerance.
    func isShownToHold(_ statistics: Finding.Statistics) -> Bool {
        switch metric.better {
        case .lower: statistics.upper <= margin
        case .higher: -statistics.lower <= margin
        case .same: statistics.upper <= margin && -statistics.lower <= margin
        }
    }

    func isShownToBeBetter(_ statistics: Finding.Statistics) -> Bool {
        switch metric.better {
        case .lower: statistics.upper < 0
        case .higher: statistics.lower > 0
        case .same: false
        }
    }

    /// With its unit and four digits, where it is an estimate.
    func rounded(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return text(value) }
        let magnitude = 4 - Int(log10(abs(value)).rounded(.up))
        let scale = pow(10, Double(max(0, magnitude)))
        return text((value * scale).rounded() / scale)
    }

    /// With its unit, for people.
    func text(_ value: Double) -> String {
        // Differences of decimal numbers have dust at their end.
        let number = JSONValue.text(of: (value * 1e9).rounded() / 1e9)
        return unit == .none ? number : "\(number) \(unit == .bytes ? "B" : unit.rawValue)"
    }
}

import Kernel
import Observe
import Testing

@testable import Evidence

/// What a gate concludes from replications that vary by chance.
@Suite struct JointVerdictTests {
    /// Sums of uniform numbers, near enough to a normal distribution of standard deviation 1.
    private struct Noise {
        var state: UInt64
        mutating func next() -> Double {
            var sum = -6.0
            for _ in 0..<12 {
                state = state &* 0x5851_f42d_4c95_7f2d &+ 0x1405_7b7e_f767_814f
                sum += Double((state ^ state >> 29) >> 11 & 0xffff_ffff) / 4_294_967_296
            }
            return sum
        }
    }

    private func metric(_ better: Baseline.Metric.Better, absolute: Double = 0, relative: Double = 0) -> Baseline.Metric
    {
        var metric = Baseline.Metric("runs.lost", better: better)
        metric.absolute = absolute
        metric.relative.billionths = UInt64(relative * 1e9)
        return metric
    }

    private func judge(_ comparisons: [MetricComparison]) -> [Finding] {
        var findings = comparisons.map { $0.finding("s", tail: 0.05) }
        var open: [Int: MetricComparison] = [:]
        for index in findings.indices where findings[index].statistics != nil { open[index] = comparisons[index] }
        JointVerdict.settle(&findings, open, tail: 0.05)
        return findings
    }

    private func judge(
        _ better: Baseline.Metric.Better, _ then: [Double], _ now: [Double], absolute: Double = 0, relative: Double = 0
    ) -> Finding {
        let metric = metric(better, absolute: absolute, relative: relative)
        return judge([MetricComparison(metric: metric, unit: .none, then: then, now: now)])[0]
    }

    @Test("Of one replication a metric may be worse by its tolerance, to the last bit, and no more")
    func exactTolerance() {
        #expect(judge(.lower, [100], [110], absolute: 10).outcome == .pass)
        #expect(judge(.lower, [100], [110.001], absolute: 10).outcome == .fail)
        #expect(judge(.lower, [100], [110], relative: 0.1).outcome == .pass)
        #expect(judge(.lower, [100], [111], absolute: 1, relative: 0.1).outcome == .fail)
        #expect(judge(.higher, [100], [90], absolute: 10).outcome == .pass)
        #expect(judge(.higher, [100], [89], absolute: 10).outcome == .fail)
        #expect(judge(.same, [100], [99], absolute: 1).outcome == .pass)
        #expect(judge(.same, [100], [98], absolute: 1).outcome == .fail)
        #expect(judge(.same, [100], [102], absolute: 1).outcome == .fail)
    }

    @Test("What is better passes, and says so; what stays the same says nothing")
    func improvement() {
        let better = judge(.lower, [10], [5])
        #expect(better.outcome == .pass && better.isBetter && better.change == "-5")
        #expect(!judge(.lower, [10], [10]).isBetter && !judge(.same, [10], [10]).isBetter)
        #expect(judge(.higher, [10], [11]).isBetter)
    }

    @Test("Replications that all differ alike leave nothing to chance")
    func equalDifferences() {
        let finding = judge(.lower, [10, 20, 30], [11, 21, 31])
        #expect(finding.outcome == .fail && finding.method == "exact comparison" && finding.statistics == nil)
    }

    @Test("With replications that vary: shown to be worse, shown not to be, or neither")
    func threeVerdicts() {
        let then = [100.0, 120, 90, 110, 105]
        let worse = judge(.lower, then, [111, 129, 101, 122, 114])
        #expect(worse.outcome == .fail && worse.statistics?.degreesOfFreedom == 4)
        let tolerated = judge(.lower, then, [111, 129, 101, 122, 114], absolute: 15)
        #expect(tolerated.outcome == .pass && !tolerated.isBetter)
        let unclear = judge(.lower, then, [101, 118, 93, 109, 106])
        #expect(unclear.outcome == .inconclusive && unclear.remark.contains("more replications"))
        let better = judge(.lower, then, [89, 111, 79, 98, 96])
        #expect(better.outcome == .pass && better.isBetter)
        #expect(judge(.higher, then, [89, 111, 79, 98, 96]).outcome == .fail)
        #expect(judge(.same, then, [89, 111, 79, 98, 96]).outcome == .fail)
    }

    @Test("Noise without a true change raises false alarms at the promised rate at most, over all metrics together")
    func falseAlarms() {
        var noise = Noise(state: 7)
        let trials = 2_000
        var alarms = 0
        for _ in 0..<trials {
            let comparisons = [Baseline.Metric.Better.lower, .higher, .same, .lower, .lower].map { better in
                let then = (0..<6).map { _ in 100 + noise.next() }
                return MetricComparison(
                    metric: metric(better), unit: .none, then: then, now: then.map { $0 + noise.next() })
            }
            if judge(comparisons).contains(where: { $0.outcome == .fail }) { alarms += 1 }
        }
        // Three standard errors above 5 %; and a test that never rings would be none.
        #expect(alarms <= 129, "\(alarms) of \(trials)")
        #expect(alarms >= 40, "\(alarms) of \(trials)")
    }

    @Test("A true change of three standard deviations is found nearly always")
    func power() {
        var noise = Noise(state: 11)
        let found = (0..<200).count { _ in
            let then = (0..<6).map { _ in 100 + noise.next() }
            return judge(.lower, then, then.map { $0 + 3 + noise.next() }).outcome == .fail
        }
        #expect(found >= 195)
    }
}

import Experiment
import Guest
import Kernel
import Observe
import Testing

/// `kind: on-off` in a run: what leaves and when, with and without a move.
@Suite struct BurstClosedForms {
    private func scenario(duration: Int64, _ set: (inout TrafficConfiguration) -> Void) -> Scenario {
        var scenario = plainScenario(idealStar(["A", "B", "C"]), duration: duration)
        scenario.vms = [machine("c", at: "A"), machine("m", at: "B")]
        var traffic = TrafficConfiguration()
        traffic.name = "burst"
        traffic.kind = .onOff
        (traffic.from, traffic.to, traffic.rate) = ("c", "m", .perSecond(2_000))
        (traffic.on, traffic.off) = (.constant(.milliseconds(3)), .constant(.milliseconds(7)))
        set(&traffic)
        scenario.traffic = [traffic]
        return scenario
    }

    /// Six packets each 10 ms, the first at the phase.
    @Test(arguments: [0, 250, 9_999] as [Int64])
    func packetsOfFixedPeriodsLeaveAtTheirTimes(_ phase: Int64) throws {
        let run = try simulate(
            scenario(duration: milliseconds(100)) { $0.phase = .fixed(.microseconds(phase)) })
        var expected: [Int64] = []
        for period in 0..<10 as Range<Int64> {
            for serial in 0..<6 as Range<Int64> {
                expected.append(microseconds(phase + 500 * serial) + milliseconds(10 * period))
            }
        }
        #expect(run.fates.map(\.sentAt) == expected.filter { $0 < milliseconds(100) })
        #expect(run.fates.allSatisfy { $0.end == "delivered" && $0.endedAt - $0.sentAt == milliseconds(2) })
    }

    @Test func aRandomPhaseLiesWithinACycleAndPeriodsAreDrawnAnew() throws {
        let drawn = scenario(duration: milliseconds(1_000)) {
            $0.phase = .random
            $0.on = .exponential(mean: .milliseconds(3))
            $0.off = .exponential(mean: .milliseconds(7))
        }
        let times = try simulate(drawn).fates.map(\.sentAt)
        #expect(times[0] < milliseconds(10))
        // 100 cycles of 6 packets and half a one more for the beginning of each: with exponential periods, the
        // number of packets of a cycle is geometric, 1 / (1 - exp(-1/6)) in the mean.
        #expect(times.count > 350 && times.count < 1_100)
        #expect(Set(zip(times, times.dropFirst()).map { $1 - $0 }).count > 20)
        var moving = drawn
        moving.moves = [hotMove("m1", "m", to: "C", at: milliseconds(100), downtime: milliseconds(300))]
        #expect(try simulate(moving).fates.map(\.sentAt) == times, "the same traffic with and without a move")
    }

    @Test func aVMThatIsAwaySendsNothingAndItsClockGoesOn() throws {
        var moving = scenario(duration: milliseconds(100)) { _ in }
        moving.moves = [hotMove("m1", "c", to: "C", at: milliseconds(31), downtime: milliseconds(30))]
        let still = try simulate(scenario(duration: milliseconds(100)) { _ in }).fates.map(\.sentAt)
        let times = try simulate(moving).fates.map(\.sentAt)
        #expect(times == still.filter { $0 < milliseconds(31) || $0 >= milliseconds(61) })
    }
}

import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay

extension ScenarioChecks {
    /// The last instant that the queue's key can hold: time * 2 + class in 63 bits.
    static let lastInstant: Int128 = 1 << 62

    mutating func checkTimes() {
        let measure = scenario.measure
        let until = measure.until ?? scenario.duration
        if decoding.isBroken("duration") || decoding.isBroken("measure") { return }
        if until > scenario.duration {
            fail("measure.until", "the window ends after the scenario's duration, \(scenario.duration)")
        } else if measure.from >= until {
            fail("measure.from", "the window is empty: it ends at \(until)")
        }
        checkHorizon()
    }

    /// Every instant of the run must fit the clock: duration, drain and the largest delay behind them.
    private mutating func checkHorizon() {
        let announce = scenario.announce
        let underlay = scenario.underlay
        var latest = Int128(scenario.duration.picoseconds)
        if case .time(let drain) = scenario.drain { latest += Int128(drain.picoseconds) }
        let repeated = announce.kind == .none || scenario.moves.isEmpty ? 0 : announce.count - 1
        let tail: [Int128] = [
            Int128(announce.delay.picoseconds) + Int128(announce.interval.picoseconds) * Int128(repeated),
            scenario.moves.isEmpty ? 0 : Int128(scenario.redirect.timer.picoseconds),
            underlay.longestPropagation, Int128(underlay.rerouteDelay.picoseconds),
            Int128(scenario.nva.delay.picoseconds), longestWait, longestTakeover,
            Int128(scenario.nva.costs.registration.picoseconds), Int128(scenario.nva.costs.push.picoseconds),
        ]
        latest += tail.reduce(0, max)
        if latest < Self.lastInstant { return }
        let days = latest / 86_400_000_000_000_000
        fail(
            "duration", "the run could last \(days) days, more than the 53 that the clock holds",
            hint: "shorten `duration`, `drain` or the longest delay")
    }

    /// The longest time from a failure to a takeover, of VMs and of the NVA.
    private var longestTakeover: Int128 {
        let times = scenario.failover.map { entry in
            Int128(entry.detector.interval.picoseconds) * Int128(entry.detector.multiplier)
                + Int128(entry.detector.delay.picoseconds) + Int128(entry.takeover.picoseconds)
        }
        let replicas = scenario.failures.isEmpty ? 0 : Int128(scenario.nva.replicas.takeover.picoseconds)
        return max(replicas, times.max() ?? 0)
    }

    /// The longest service time, or time between a request's first try and the client's giving up.
    private var longestWait: Int128 {
        let waits = scenario.traffic.map { traffic in
            let retry = traffic.retry.map { Int128($0.timeout.picoseconds) * Int128($0.attempts) } ?? 0
            return max(retry, Int128(traffic.service.most.picoseconds))
        }
        return waits.max() ?? 0
    }
}

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

    mutating func checkMoves() {
        let moves = scenario.moves
        _ = unique(moves.map(\.name), in: "moves", noun: "move")
        for (index, move) in moves.enumerated() {
            let path = "moves[\(index)]"
            if move.drain.isEmpty {
                checkVM(move.vm, at: "\(path).vm", single: true)
                if !move.from.isEmpty { checkHost(move.from, at: "\(path).from") }
            } else {
                checkDrain(move, at: path)
            }
            checkTarget(move.to, at: "\(path).to")
            checkCapability(of: move, at: path)
            if decoding.isBroken("duration") || decoding.isBroken("\(path).at") { continue }
            checkEnd(of: move, at: path)
        }
        checkOverlaps(moves)
    }

    /// What leaves a place goes to somewhere else.
    private mutating func checkDrain(_ move: MoveConfiguration, at path: String) {
        checkPlace(move.drain, at: "\(path).drain")
        if decoding.isBroken("\(path).drain") || !knowsHosts { return }
        let left = hosts.numbers(in: move.drain)
        if left.isEmpty { return }
        if left.count == hosts.count {
            fail("\(path).drain", "`\(move.drain)` is all there is: its VMs have nowhere to go")
        } else if let to = hosts.number(of: move.to), left.contains(to) {
            fail("\(path).to", "`\(move.to)` is a part of `\(move.drain)`", hint: "say `to: any`")
        }
        if move.count > 1 {
            fail("\(path).count", "a place is drained once", hint: "leave `count` out")
        }
    }

    private mutating func checkTarget(_ host: String, at path: String) {
        if host != MoveConfiguration.anyHost { return checkHost(host, at: path) }
        if knowsHosts, hosts.count < 2 {
            fail(path, "there is no other host to go to", hint: "name the only one, or have more")
        }
    }

    /// Each of the ways in which it may be moved must make sense (REQ-3-05).
    private mutating func checkCapability(of move: MoveConfiguration, at path: String) {
        checkTransfer(of: move, at: path)
        if move.fallback == move.mode {
            return fail("\(path).fallback", "the fallback is what it asks for anyway", hint: "leave it out")
        }
        if let fallback = move.fallback {
            if move.downtime != nil {
                return fail(
                    "\(path).fallback", "the downtime is given: another mode would be another name for the same move",
                    hint: "leave out `downtime`, and say how state is sent: `transfer: {over: ideal, rate: 10 Gbps}`")
            }
            var other = move
            other.mode = fallback
            checkTransfer(of: other, at: path)
        }
        guard let performed = move.performed(with: scenario.capabilities) else {
            let lack = move.fallback.map { "has neither \(move.mode) nor \($0) moves" } ?? "has no \(move.mode) moves"
            return warn(
                path, "this data centre \(lack): the move will be refused",
                hint: "add to `capabilities`, or say how it may move instead: `fallback: cold`")
        }
        checkCriticality(of: performed, at: path)
    }

    /// Cold mobility suits what is not mission-critical and stands interruptions (REQ-7-06).
    private mutating func checkCriticality(of move: MoveConfiguration, at path: String) {
        let vm = scenario.vms.first { $0.name == move.vm || move.vm.hasPrefix($0.name + "[") }
        if move.mode != .cold || vm?.critical != true { return }
        warn(
            "\(path).mode", "`\(move.vm)` is mission-critical: a cold move interrupts it and ends its connections",
            hint: "say `mode: hot`")
    }

    private mutating func checkEnd(of move: MoveConfiguration, at path: String) {
        let (first, downtime) = (Self.latest(move.at), move.downtime.map(Self.latest) ?? .zero)
        guard let first, let downtime else { return }
        let last = Int128(first.picoseconds) + Int128(move.every?.picoseconds ?? 0) * Int128(move.count - 1)
        if last >= Int128(scenario.duration.picoseconds) {
            let which = move.count == 1 ? "the move" : "the last move"
            let begin = Duration(picoseconds: Int64(clamping: last))
            fail("\(path).at", "\(which) begins after the end, at \(begin) of \(scenario.duration)")
        } else if last + Int128(downtime.picoseconds) > Int128(scenario.duration.picoseconds) {
            let end = Duration(picoseconds: Int64(last) + downtime.picoseconds)
            fail(
                "\(path).downtime", "the move ends after the scenario's duration, \(scenario.duration)",
                hint: "it is away until \(end)")
        }
    }

    /// The latest that can be drawn; nil = there is none worth a bound.
    private static func latest(_ time: Distribution<Duration>) -> Duration? {
        switch time {
        case .constant(let value): value
        case .uniform(_, let to): to
        case .choice(let values, _): values.max()
        case .exponential, .lognormal, .pareto: nil
        }
    }

    /// A VM can only move when it is somewhere. Times that are drawn show only in the run.
    private mutating func checkOverlaps(_ moves: [MoveConfiguration]) {
        let order = moves.indices.sorted {
            (moves[$0].vm, moves[$0].beginning, $0) < (moves[$1].vm, moves[$1].beginning, $1)
        }
        for (earlier, later) in zip(order, order.dropFirst()) where moves[earlier].vm == moves[later].vm {
            let broken = [earlier, later].contains { decoding.isBroken("moves[\($0)]") }
            guard case .constant(let begin) = moves[earlier].at, case .constant(let next) = moves[later].at,
                case .constant(let downtime) = moves[earlier].downtime ?? .constant(.zero)
            else { continue }
            let end = begin + downtime
            if broken || next > end || moves[earlier].count > 1 { continue }
            fail(
                "moves[\(later)].at",
                "`\(moves[later].vm)` is still on its way: `\(moves[earlier].name)` ends at \(end)",
                hint: "begin later than \(end)")
        }
    }

}

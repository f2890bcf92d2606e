import Fabric
import Guest
import Kernel
import Mobility

/// Moves: who moves, where to and when.
extension ScenarioChecks {
    mutating func checkMoves(_ roster: Roster?) {
        let moves = scenario.moves
        _ = unique(moves.map(\.name), in: "moves", noun: "move")
        for (index, move) in moves.enumerated() {
            let path = "moves[\(index)]"
            checkWhoMoves(move, roster, at: path)
            checkLimits(of: move, at: path)
            checkCapability(of: move, at: path)
            if decoding.isBroken("duration") || decoding.isBroken("\(path).at") { continue }
            checkEnd(of: move, at: path)
        }
        checkOverlaps(moves)
    }

    private mutating func checkWhoMoves(_ move: MoveConfiguration, _ roster: Roster?, at path: String) {
        if !move.rebalance.isEmpty { return checkRebalance(move, roster, at: path) }
        if !move.drain.isEmpty {
            checkDrain(move, at: path)
            return checkTarget(move.to, at: "\(path).to")
        }
        checkVM(move.vm, at: "\(path).vm", single: true)
        if !move.swapWith.isEmpty { return checkSwap(move, roster, at: path) }
        if !move.from.isEmpty { checkHost(move.from, at: "\(path).from") }
        checkTarget(move.to, at: "\(path).to")
    }

    private mutating func checkLimits(of move: MoveConfiguration, at path: String) {
        if move.parallel.perLink == nil || move.transfer?.over == .fabric { return }
        fail(
            "\(path).parallel.per-link", "no link of the underlay carries the state of this move",
            hint: "leave it out, or say `transfer: {over: fabric}`")
    }

    /// Among hosts there are at least two.
    private mutating func checkRebalance(_ move: MoveConfiguration, _ roster: Roster?, at path: String) {
        let isAll = move.rebalance == MoveConfiguration.everywhere
        if !isAll { checkPlace(move.rebalance, at: "\(path).rebalance") }
        if decoding.isBroken("\(path).rebalance") || !knowsHosts { return }
        let numbers = isAll ? Array(0..<hosts.count) : hosts.numbers(in: move.rebalance)
        let counts = numbers.map { host in roster?.machines.count { $0.host == NodeID(host) } ?? 0 }
        if numbers.count == 1 {
            fail("\(path).rebalance", "`\(move.rebalance)` is one host: there is nothing to even out")
        } else if let most = counts.max(), let least = counts.min(), most - least < 2, scenario.moves.count == 1 {
            warn("\(path).rebalance", "no host has two VMs more than another: nothing will move")
        }
        if move.count > 1 { fail("\(path).count", "a place is evened out once", hint: "leave `count` out") }
    }

    /// Both VMs have a place, not the same, that the file names.
    private mutating func checkSwap(_ move: MoveConfiguration, _ roster: Roster?, at path: String) {
        checkVM(move.swapWith, at: "\(path).swap-with", single: true)
        guard let roster, !decoding.isBroken("\(path).vm"), !decoding.isBroken("\(path).swap-with") else { return }
        let machines = [move.vm, move.swapWith].compactMap { roster.vms(named: $0)?.first }.map { roster.machines[$0] }
        if machines.count < 2 { return }
        if move.vm == move.swapWith {
            return fail("\(path).swap-with", "`\(move.vm)` cannot change places with itself")
        }
        if machines[0].host == machines[1].host, !machines[0].isSpread {
            return fail("\(path).swap-with", "both are at `\(hosts.name(of: Int(machines[0].host.index)))`")
        }
        if machines.contains(where: \.isSpread) {
            return fail(
                "\(path).swap-with", "one of the two is placed at random: nobody knows yet where the other is to go",
                hint: "give both a host by `at`")
        }
        if move.count > 1 { fail("\(path).count", "a swap happens once", hint: "leave `count` out, or list it twice") }
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

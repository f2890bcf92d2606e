import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay

/// Who moves where and when, and which links fail meanwhile.
extension RandomScenario {
    /// When each VM is free to move again.
    private typealias Calendar = [Int64]

    mutating func makeMoves() {
        var free = Calendar(repeating: Self.duration / 20, count: machines.count)
        switch dice.roll(1...8) {
        case 1: swapPlaces(&free)
        case 2: moveBothEnds(&free)
        case 3: tour(&free)
        default: wander(&free)
        }
    }

    /// Up to four moves; those of one VM follow each other, some at once, some back, some in place.
    private mutating func wander(_ free: inout Calendar) {
        let destinations = machines.indices.filter { vm in scenario.traffic.contains { $0.to == machines[vm].name } }
        var favourite = dice.pick(destinations.isEmpty ? Array(machines.indices) : destinations)
        for _ in 0..<dice.roll(0...4) {
            if dice.once(in: 4) { favourite = dice.roll(0...machines.count - 1) }
            let gap = dice.time(1...(dice.once(in: 2) ? 60_000_000 : 700_000_000)).picoseconds
            move(favourite, to: dice.once(in: 8) ? machines[favourite].host : elsewhere(favourite), after: gap, &free)
        }
    }

    /// Two VMs of one network, or one of each of two networks, take each other's place at one instant or nearly so;
    /// perhaps they go back.
    private mutating func swapPlaces(_ free: inout Calendar) {
        let first = dice.roll(0...machines.count - 1)
        let others = machines.indices.filter { machines[$0].host != machines[first].host }
        guard !others.isEmpty else { return wander(&free) }
        let second = dice.pick(others)
        for _ in 0..<dice.roll(1...2) {
            let places = (machines[first].host, machines[second].host)
            let gap = dice.time(1...400_000_000).picoseconds
            let begin = max(free[first], free[second]) + gap
            (free[first], free[second]) = (begin, begin)
            move(first, to: places.1, after: 1, &free)
            move(second, to: places.0, after: dice.once(in: 2) ? 1 : dice.time(1...30_000_000).picoseconds, &free)
        }
    }

    /// Sender and receiver of a flow move at about the same time.
    private mutating func moveBothEnds(_ free: inout Calendar) {
        guard let flow = scenario.traffic.first else { return wander(&free) }
        let ends = machines.indices.filter { [flow.from, flow.to].contains(machines[$0].name) }
        let begin = dice.time(1...700_000_000).picoseconds
        for _ in 0..<dice.roll(1...2) {
            for end in ends { move(end, to: elsewhere(end), after: dice.roll(1...3) == 1 ? 1 : begin, &free) }
        }
    }

    /// A receiver goes from place to place before anybody knows, and comes home while all redirect entries live.
    private mutating func tour(_ free: inout Calendar) {
        guard let flow = scenario.traffic.first, let vm = machines.firstIndex(where: { $0.name == flow.to })
        else { return wander(&free) }
        let home = machines[vm].host
        for _ in 0..<dice.roll(1...3) {
            move(vm, to: elsewhere(vm), after: dice.time(1...30_000_000).picoseconds, &free)
        }
        if machines[vm].host != home { move(vm, to: home, after: dice.time(1...30_000_000).picoseconds, &free) }
        if dice.once(in: 2) { move(vm, to: elsewhere(vm), after: dice.time(1...60_000_000).picoseconds, &free) }
    }

    private mutating func elsewhere(_ vm: Int) -> String { dice.pick(hosts.filter { $0 != machines[vm].host }) }

    private mutating func move(_ vm: Int, to target: String, after gap: Int64, _ free: inout Calendar) {
        let at = free[vm] + gap
        let downtime = dice.time(1...(dice.once(in: 3) ? 20_000_000 : 350_000_000)).picoseconds
        let (name, index) = (machines[vm].name, scenario.moves.count)
        scenario.moves.append(hotMove("m\(index)", name, to: target, at: at, downtime: downtime))
        machines[vm].host = target
        free[vm] = at + downtime
    }

    // MARK: - Failures

    /// Some links do not work for a while, or to the end; switches hear of it at once, later or never.
    mutating func makeFailures() {
        guard dice.once(in: 4) else { return }
        scenario.underlay.reroute = dice.pick([.ecmp, .ecmp, .none])
        scenario.underlay.rerouteDelay = dice.time(0...dice.pick([1, 200_000_000]))
        let names = linkNames
        for index in 0..<dice.roll(1...3) {
            var failure = FailureConfiguration()
            let (near, far) = dice.pick(names)
            failure.name = "failure\(index)"
            failure.target.link = dice.pick(["\(near)-\(far)", "\(near)->\(far)", "\(far)->\(near)"])
            let latest = scenario.duration.picoseconds
            failure.at = dice.time(1...latest - 2)
            let longest = min(latest - failure.at.picoseconds, dice.pick([30_000_000, 500_000_000]))
            failure.repair = dice.once(in: 4) ? nil : dice.time(1...longest)
            scenario.failures.append(failure)
        }
    }

    /// Some VMs, NVEs or servers do not work for a while, or to the end; drawn apart from the rest.
    mutating func makeNodeFailures() {
        var dice = Dice(seed: scenario.seed ^ 0x6661_696c)
        if scenario.nve.placement != .hypervisor || !dice.once(in: 5) { return }
        for index in 0..<dice.roll(1...3) {
            var failure = FailureConfiguration()
            failure.name = "node\(index)"
            // A server takes the NVA down that it has: that is none of the twin's affairs.
            let servers = hosts.filter { scenario.nva.at != .host($0) }
            switch dice.roll(1...5) {
            case 1, 2: failure.target.vm = dice.pick(machines).name
            case 3 where !servers.isEmpty: failure.target.server = dice.pick(servers)
            default: failure.target.nve = dice.pick(hosts)
            }
            let latest = scenario.duration.picoseconds
            failure.at = dice.time(1...latest - 2)
            let longest = min(latest - failure.at.picoseconds, dice.pick([30_000_000, 500_000_000]))
            failure.repair = dice.once(in: 4) ? nil : dice.time(1...longest)
            scenario.failures.append(failure)
        }
    }

    /// Of each pair of directed links, the ends.
    private var linkNames: [(near: String, far: String)] {
        let underlay = scenario.underlay
        if underlay.kind == .star { return hosts.map { ($0, "core") } }
        let up = hosts.indices.map { (hosts[$0], "leaf\($0 / underlay.hostsPerLeaf + 1)") }
        let inside = (1...underlay.leaves).flatMap { leaf in
            (1...underlay.spines).map { ("leaf\(leaf)", "spine\($0)") }
        }
        // Links between switches count twice: only round those is there another way.
        return up + inside + inside
    }
}

import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay
import Testing

@testable import Experiment

/// All kinds of failures in random scenarios.
@Suite struct NodeFailureFuzz {
    @Test("DER-03 conservation, whatever fails", arguments: 0..<4)
    func conservation(part: Int) throws {
        var kinds = Set<String>()
        for seed in part * 30 + 1...part * 30 + 30 {
            var scenario = RandomScenario.make(seed: UInt64(seed), hasEdges: seed % 3 > 0)
            var dice = Dice(seed: UInt64(seed) + 77_000)
            if dice.once(in: 3) { scenario.nve.placement = .leaf }
            for _ in 0..<dice.roll(1...4) { scenario.failures.append(failure(of: scenario, &dice)) }
            if dice.once(in: 2) { protect(&scenario, &dice) }
            let observed = try ObservedRun(scenario)
            for row in observed.tables.failovers { kinds.insert(row.outcome) }
            if seed % 5 == 0 { #expect(try ObservedRun(scenario).fingerprints == observed.fingerprints) }
            for packet in observed.packets {
                if case .lost(.nodeDown, let place) = packet.end { kinds.insert(place.name) }
            }
        }
        #expect(kinds.isSuperset(of: ["here", "down", "guarded", "taken-over"]), "\(kinds)")
    }

    /// A VM that does not move gets a secondary somewhere else.
    private func protect(_ scenario: inout Scenario, _ dice: inout Dice) {
        let still = scenario.vms.filter { vm in vm.count == 1 && !scenario.moves.contains { $0.vm == vm.name } }
        let hosts = HostNames(scenario.underlay)
        guard let vm = still.first, case .host(let place) = vm.at,
            let other = (0..<hosts.count).map(hosts.name).first(where: { $0 != place })
        else { return }
        var entry = FailoverConfiguration()
        (entry.name, entry.primary, entry.secondary) = ("guard", vm.name, other)
        entry.onReturn = dice.pick([.rejoin, .fence])
        entry.takeover = dice.time(0...50_000_000)
        entry.detector.interval = dice.time(20_000_000...200_000_000)
        entry.detector.multiplier = UInt32(dice.roll(1...3))
        switch dice.roll(1...3) {
        case 1: (entry.detector.kind, entry.detector.delay) = (.ideal, dice.time(0...100_000_000))
        case 2: entry.detector.at = .host(dice.pick((0..<hosts.count).map(hosts.name)))
        default: entry.detector.delay = dice.time(0...10_000_000)
        }
        scenario.failover = [entry]
        for index in scenario.failures.indices where dice.once(in: 4) && scenario.failures[index].kind == .once {
            scenario.failures[index].warning = scenario.failures[index].at
        }
        let (at, latest) = (dice.time(1...1_000_000_000).picoseconds, dice.time(1...500_000_000).picoseconds)
        scenario.failures.append(outage(\.server, place, at: at, repair: dice.once(in: 2) ? nil : latest))
    }

    private func failure(of scenario: Scenario, _ dice: inout Dice) -> FailureConfiguration {
        let nodes = NodeNames(scenario.underlay)
        let edges =
            scenario.nve.placement == .hypervisor ? 0..<nodes.hosts.count : nodes.hosts.count..<nodes.hosts.count + 1
        let latest = scenario.duration.picoseconds
        let at = dice.time(1...latest - 2).picoseconds
        let repair = dice.once(in: 4) ? nil : dice.time(1...min(latest - at, 300_000_000)).picoseconds
        var failure: FailureConfiguration
        switch dice.roll(1...5) {
        case 1: failure = outage(\.vm, dice.pick(scenario.vms).name, at: at, repair: repair)
        case 2: failure = outage(\.nve, nodes.name(of: dice.pick(Array(edges))), at: at, repair: repair)
        case 3: failure = outage(\.server, nodes.name(of: dice.roll(0...nodes.hosts.count - 1)), at: at, repair: repair)
        case 4:
            failure = outage(
                \.switch, nodes.name(of: dice.roll(nodes.hosts.count...nodes.count - 1)), at: at, repair: repair)
        default:
            failure = outage(\.vm, "", at: at, repair: repair)
            failure.target.nva = 0
        }
        failure.name = "fuzz\(scenario.failures.count)"
        if failure.target.hasState, dice.once(in: 3) { failure.state = .kept }
        return failure
    }
}

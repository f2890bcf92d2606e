import Fabric
import Guest
import Kernel
import Observe
import Overlay
import Testing

@testable import Experiment

/// Runs repeat themselves, and do not depend on what does not concern them.
@Suite struct ReproducibilityTests {
    @Test("DER-01 the same scenario and seed give the same digests and tables")
    func sameAgain() throws {
        var digests = Set<[String]>()
        for seed in 1...60 as ClosedRange<UInt64> {
            let scenario = RandomScenario.make(seed: seed, hasEdges: seed % 3 > 0)
            let (first, second) = (try ObservedRun(scenario), try ObservedRun(scenario))
            #expect(first.fingerprints == second.fingerprints, "seed \(seed)")
            #expect(try Self.text(first) == Self.text(second), "seed \(seed)")
            digests.insert(first.fingerprints)
        }
        #expect(digests.count > 55, "other seeds give other digests")
    }

    private static func text(_ run: ObservedRun) throws -> [[String: String]] {
        let tables = run.tables
        return tables.flows.map(fields) + tables.losses.map(fields) + tables.migrations.map(fields)
            + tables.convergence.map(fields) + tables.messages.map(fields) + tables.paths.map(fields)
            + tables.timeseries.map(fields) + tables.runs.map(fields) + tables.disruptions.map(fields)
    }

    /// A network of two hosts of its own, which say nothing to the NVA: no VM of it moves, and its mappings do not age
    /// or both VMs are at one host. It comes first in the file, so that all numbers change.
    @Test("DER-01 a network that shares no link, NVE or NVA changes no flow of another", arguments: 0..<2)
    func bystanders(_ part: Int) throws {
        var (packets, others) = (0, 0)
        for seed in part * 40 + 1...part * 40 + 40 {
            let alone = Self.withFreeHosts(RandomScenario.make(seed: UInt64(seed), hasEdges: seed % 3 > 0))
            let together = Self.withNeighbours(alone, Dice(seed: UInt64(seed) + 3_000_000))
            let (first, second) = (try simulate(alone), try simulate(together))
            let shift = Cast(together).flows.count - Cast(alone).flows.count
            var same = second.fates.filter { $0.flow >= shift }
            for index in same.indices { same[index].flow -= shift }
            let differing = zip(first.fates, same).first { $0 != $1 }
            #expect(first.fates.count == same.count && differing == nil, "seed \(seed): \(differing as Any)")
            // With `push-targets: all` the free hosts hear of moves too, over the links that they use now.
            let hosts = Set(Cast(alone).hosts.dropLast(Self.freeHosts(alone)))
            let changes = [first, second].map { $0.mappingChanges.filter { hosts.contains($0.host) } }
            #expect(changes[0] == changes[1], "seed \(seed)")
            #expect(first.registrationsInForce == second.registrationsInForce, "seed \(seed)")
            packets += same.count
            others += second.fates.count { $0.flow < shift && $0.end == "delivered" }
        }
        #expect(packets > 4_000 && others > 1_000, "\(packets), \(others)")
    }

    /// Two more hosts at the core, or two more leaves; flows draw what they can.
    private static func withFreeHosts(_ scenario: Scenario) -> Scenario {
        var scenario = scenario
        for index in scenario.traffic.indices {
            if index % 3 == 1 { scenario.traffic[index].phase = .random }
            if index % 3 == 2, scenario.traffic[index].kind == .cbr { scenario.traffic[index].kind = .poisson }
        }
        if scenario.underlay.kind == .star {
            scenario.underlay.hosts += ["free1", "free2"]
        } else {
            scenario.underlay.leaves += 2
        }
        return scenario
    }

    private static func freeHosts(_ scenario: Scenario) -> Int {
        2 * (scenario.underlay.kind == .star ? 1 : scenario.underlay.hostsPerLeaf)
    }

    private static func withNeighbours(_ alone: Scenario, _ dice: Dice) -> Scenario {
        var (scenario, dice) = (alone, dice)
        let (leaves, hosts) = (scenario.underlay.leaves, scenario.underlay.hosts)
        // Leaves share their links to spines with nobody, if both VMs are at one of them.
        let here = scenario.underlay.kind == .star ? hosts[hosts.count - 2] : "leaf\(leaves)/host1"
        var there = scenario.underlay.kind == .star ? hosts[hosts.count - 1] : "leaf\(leaves)/host1"
        if scenario.underlay.hostsPerLeaf > 1, scenario.underlay.kind != .star { there = "leaf\(leaves)/host2" }
        if scenario.nve.cache.timeout != nil || scenario.start.caches == .empty { there = here }
        var network = NetworkConfiguration()
        network.name = "neighbours"
        scenario.overlay.networks.insert(network, at: 0)
        scenario.vms.insert(machine("n1", at: here, network: "neighbours"), at: 0)
        scenario.vms.insert(machine("n2", at: there, network: "neighbours"), at: 1)
        let rate = PacketRate(microPackets: UInt64(dice.roll(20_000_000_000...60_000_000_000)))
        let phase = dice.time(0...50_000_000).picoseconds
        let flow = constantRate("neighbours", from: "n1", to: "n2", ConstantRate(rate: rate, phase: phase))
        scenario.traffic.insert(flow, at: 0)
        return scenario
    }
}

import Guest
import Kernel
import Testing

@testable import Experiment
@testable import Overlay

/// When nothing has moved for long enough, nothing wrong is left.
@Suite struct QuietTests {
    /// Moves are over well before half of this, announcements, registrations and their pushes too.
    private static let duration: Int64 = 40_000_000_000

    /// Premises: mappings age (hard timeout), redirect entries end by a timer, links work, and the NVA's record of
    /// every VM is right in the end. Traffic goes on, so that a wrong entry would be used and kept if it could be.
    @Test("DER-14 after quiet time longer than all timers no entry is stale and none redirects", arguments: 0..<4)
    func nothingStaleIsLeft(_ part: Int) throws {
        var (counted, mappings, redirects) = (0, 0, 0)
        for seed in part * 40 + 1...part * 40 + 40 {
            var world = try WorldBuilder(Self.scenario(seed)).build(keepingLogs: true)
            try world.run()
            guard Self.isRegistered(world) else { continue }
            counted += 1
            redirects += world.factLog?.count { if case .redirectInstalled = $0.fact { true } else { false } } ?? 0
            for nve in world.nves {
                for slot in nve.mappings.slotIndices where nve.mappings[slot].place == .remote {
                    let entry = nve.mappings[slot]
                    if world.now >= entry.expiry { continue }
                    let place = world.places[Int(world.endpoints.vm(of: entry.endpoint).index)]
                    mappings += 1
                    #expect(entry.locator == place.host, "seed \(seed): NVE \(nve.node.index) is wrong")
                }
                for state in nve.states {
                    if case .redirecting = state.departure {
                        Issue.record("seed \(seed): NVE \(nve.node.index) still redirects VM \(state.vm.index)")
                    }
                }
            }
        }
        #expect(counted > 15 && mappings > 15 && redirects > 15, "\(counted), \(mappings), \(redirects)")
    }

    private static func scenario(_ seed: Int) -> Scenario {
        var scenario = RandomScenario.make(seed: UInt64(seed), hasEdges: true, variesTraffic: false)
        var dice = Dice(seed: UInt64(seed) + 2_000_000)
        scenario.duration = Duration(picoseconds: duration)
        scenario.drain = .time(Duration(picoseconds: 1))
        scenario.limits.events = 10_000_000
        scenario.failures = []
        scenario.nve.cache.kind = .hard
        scenario.nve.cache.timeout = dice.time(1...2_000_000_000)
        scenario.nve.cache.requery = dice.pick([.eager, .lazy])
        scenario.redirect.stop = dice.pick([.timer, .firstOf])
        scenario.redirect.timer = dice.time(1...4_000_000_000)
        for index in scenario.traffic.indices {
            scenario.traffic[index].stop = nil
            scenario.traffic[index].rate?.microPackets /= 10
        }
        return scenario
    }

    /// The directory is right about every VM.
    private static func isRegistered(_ world: borrowing World) -> Bool {
        for vm in world.places.indices {
            let record = world.nva.directory[vm]
            if record.locator != world.places[vm].host || record.sequence != world.places[vm].sequence { return false }
            if world.nva.presence[vm] != .present || world.places[vm].state != .running { return false }
        }
        return true
    }
}

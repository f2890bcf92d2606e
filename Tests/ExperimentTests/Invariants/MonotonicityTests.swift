import Fabric
import Kernel
import Mobility
import Overlay
import Testing

@testable import Experiment

/// More help never costs packets, where packets do not stand in each other's way.
///
/// Premises: links without limit of rate, queue and MTU that do not fail, and an NVA that takes no time, so that no
/// packet delays another; senders that do not ask (`nve.miss: drop`) and mappings that neither age nor make room for
/// each other, so that what an NVE knows does not depend on packets; nothing asks again after a redirect entry has
/// ended (`on-expiry: drop`), for otherwise a short timer may bring news of a better place; packets wait without
/// limit of time; the run ends when all packets have. When the old NVE asks for the place itself, what it is told
/// depends on when the first packet came; that is the same in both runs only if no VM moves twice. A request to move
/// is left out: it changes when VMs move.
@Suite struct MonotonicityTests {
    private static let learns: [RedirectConfiguration.Learn] = [.preinstalled, .nvaPush, .query]

    private static func scenario(_ seed: Int, _ dice: inout Dice) -> Scenario {
        var scenario = RandomScenario.make(seed: UInt64(seed), hasEdges: true, variesTraffic: false)
        scenario.failures = []
        scenario.drain = .untilEmpty
        scenario.underlay.hostLink = LinkConfiguration(rate: .unlimited, delay: scenario.underlay.hostLink.delay)
        scenario.underlay.fabricLink = LinkConfiguration(rate: .unlimited, delay: scenario.underlay.fabricLink.delay)
        scenario.underlay.hostLink.mtu = 9_000
        scenario.underlay.fabricLink.mtu = 9_000
        (scenario.underlay.hostLink.queue, scenario.underlay.fabricLink.queue) = (.unlimited, .unlimited)
        let spacing = scenario.nva.costs.spacing
        scenario.nva.costs = NVACosts()
        (scenario.nva.costs.registration, scenario.nva.costs.query) = (.zero, .zero)
        scenario.nva.costs.spacing = spacing
        scenario.nve.miss = .drop
        scenario.nve.cache = CacheConfiguration()
        scenario.redirect.learn = dice.pick(learns)
        scenario.redirect.onExpiry = .drop
        scenario.redirect.buffer.lifetime = nil
        if scenario.redirect.learn == .query {
            var seen = Set<String>()
            scenario.moves.removeAll { !seen.insert($0.vm).inserted }
        }
        return scenario
    }

    private static func losses(_ scenario: Scenario) throws -> Int {
        try simulate(scenario).fates.count { $0.end == "lost" }
    }

    @Test("REQ-5-01 a redirect never costs a packet", arguments: 0..<2)
    func redirect(_ part: Int) throws {
        var (saved, learnt) = (0, Set<RedirectConfiguration.Learn>())
        for seed in part * 100 + 1...part * 100 + 100 {
            var dice = Dice(seed: UInt64(seed) + 4_000_000)
            var scenario = Self.scenario(seed, &dice)
            if scenario.moves.isEmpty { continue }
            scenario.redirect.buffer.at = .none
            let with = try simulate(scenario)
            let learn = scenario.redirect.learn
            scenario.redirect.learn = .none
            let without = try simulate(scenario)
            // Packet by packet: what comes without help comes with it, at the same instant.
            for (helped, alone) in zip(with.fates, without.fates) where alone.end == "delivered" {
                let isAlike = helped.end == "delivered" && helped.endedAt == alone.endedAt
                #expect(isAlike, "seed \(seed): \(helped), \(alone)")
            }
            let gain = without.fates.count { $0.end == "lost" } - with.fates.count { $0.end == "lost" }
            #expect(gain >= 0, "seed \(seed)")
            saved += gain
            if gain > 0 { learnt.insert(learn) }
        }
        #expect(saved > 100 && learnt.isSuperset(of: [.preinstalled, .query]), "\(saved) by \(learnt)")
    }

    @Test("REQ-5-03 a larger buffer and REQ-5-06 longer timers never cost packets", arguments: 0..<2)
    func buffersAndTimers(_ part: Int) throws {
        var gains = (buffer: 0, timer: 0)
        for seed in part * 100 + 1...part * 100 + 100 {
            var dice = Dice(seed: UInt64(seed) + 5_000_000)
            var scenario = Self.scenario(seed, &dice)
            if scenario.moves.isEmpty { continue }
            let before = try Self.losses(scenario)
            var larger = scenario
            larger.redirect.buffer.limit += UInt32(dice.pick([1, 3, 1_000]))
            let more = try Self.losses(larger)
            #expect(more <= before, "seed \(seed): \(more) of \(larger.redirect.buffer)")
            gains.buffer += before - more
            let factor = Int64(dice.pick([2, 3, 10]))
            scenario.redirect.timer = scenario.redirect.timer * factor
            scenario.redirect.idle = scenario.redirect.idle * factor
            let longer = try Self.losses(scenario)
            #expect(longer <= before, "seed \(seed): \(longer) with \(scenario.redirect)")
            gains.timer += before - longer
        }
        #expect(gains.buffer > 5 && gains.timer > 20, "\(gains)")
    }
}

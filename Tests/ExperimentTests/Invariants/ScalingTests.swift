import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Testing

@testable import Experiment

/// Time has no scale of its own: with all times and timers a factor longer and all rates as much lower, the same
/// happens a factor later.
///
/// Premises: constant rates, no queue limited in bytes (that would hold as well, but is not claimed), and no rounding:
/// intervals between packets and wire times are whole picoseconds, before and after.
@Suite struct ScalingTests {
    @Test("DER-01 all times up and all rates down by one factor: the same packets, later", arguments: [2, 5, 16])
    func scaling(factor: Int64) throws {
        var (packets, causes) = (0, Set<String>())
        for seed in 1...60 as ClosedRange<UInt64> {
            let scenario = Self.exact(RandomScenario.make(seed: seed, hasEdges: seed % 3 > 0))
            let (first, second) = (try simulate(scenario), try simulate(Self.scaled(scenario, by: factor)))
            var expected = first.fates
            for index in expected.indices {
                expected[index].sentAt *= factor
                expected[index].endedAt *= factor
            }
            let differing = zip(expected, second.fates).first { !Self.agree($0, $1) }
            #expect(expected.count == second.fates.count && differing == nil, "seed \(seed): \(differing as Any)")
            #expect(first.registrationsInForce.map { $0 * factor } == second.registrationsInForce, "seed \(seed)")
            packets += expected.count
            causes.formUnion(expected.map(\.cause))
        }
        #expect(packets > 4_000 && causes.isSuperset(of: ["queue-full", "redirect-expired", "awaiting-answer"]))
    }

    /// When a packet under way "ended" is nobody's fact.
    private static func agree(_ left: PacketFate, _ right: PacketFate) -> Bool {
        var (left, right) = (left, right)
        if left.end == "unfinished" { (left.endedAt, right.endedAt) = (0, 0) }
        return left == right
    }

    /// Nothing needs rounding: rates that divide 8 · 10¹² and 10¹⁸ also when they are 16 times lower.
    private static func exact(_ scenario: Scenario) -> Scenario {
        var scenario = scenario
        scenario.underlay.hostLink = exact(scenario.underlay.hostLink)
        scenario.underlay.fabricLink = exact(scenario.underlay.fabricLink)
        for index in scenario.traffic.indices {
            let rate = scenario.traffic[index].rate?.microPackets ?? 0
            // 20 000 or 50 000 packets a second: 50 or 20 microseconds between two.
            let whole: UInt64 = rate > 30_000_000_000 ? 50_000_000_000 : 20_000_000_000
            scenario.traffic[index].rate = PacketRate(microPackets: whole)
        }
        return scenario
    }

    private static func exact(_ link: LinkConfiguration) -> LinkConfiguration {
        var link = link
        let rate = link.rate.bitsPerSecond
        let steps: [UInt64] = [80_000_000, 320_000_000, 8_000_000_000]
        if rate > 0 { link.rate = BitRate(bitsPerSecond: steps.last { $0 <= rate } ?? steps[0]) }
        if case .bytes(let bytes) = link.queue { link.queue = .packets(UInt32(bytes / 1_000)) }
        return link
    }

    private static func scaled(_ scenario: Scenario, by factor: Int64) -> Scenario {
        var scenario = scenario
        scenario.duration = scenario.duration * factor
        if case .time(let drain) = scenario.drain { scenario.drain = .time(drain * factor) }
        scale(&scenario.underlay, by: factor)
        scale(&scenario.nva, by: factor)
        scenario.nve.cache.timeout = scenario.nve.cache.timeout.map { $0 * factor }
        scale(&scenario.nve.query.timeout, by: factor)
        scale(&scenario.invalidate.detectDelay, by: factor)
        scale(&scenario.invalidate.spacing, by: factor)
        scale(&scenario.redirect.timer, by: factor)
        scale(&scenario.redirect.idle, by: factor)
        scenario.redirect.buffer.lifetime = scenario.redirect.buffer.lifetime.map { $0 * factor }
        scale(&scenario.guest.retransmit, by: factor)
        scenario.guest.lifetime = scenario.guest.lifetime.map { $0 * factor }
        scale(&scenario.announce.delay, by: factor)
        scale(&scenario.announce.interval, by: factor)
        for index in scenario.traffic.indices { scale(&scenario.traffic[index], by: factor) }
        for index in scenario.moves.indices {
            scale(&scenario.moves[index].beginning, by: factor)
            scenario.moves[index].standstill = scenario.moves[index].standstill.map { $0 * factor }
        }
        for index in scenario.failures.indices {
            scale(&scenario.failures[index].at, by: factor)
            scenario.failures[index].repair = scenario.failures[index].repair.map { $0 * factor }
        }
        return scenario
    }

    private static func scaled(_ time: Distribution<Duration>?, by factor: Int64) -> Distribution<Duration>? {
        guard case .constant(let value) = time else { return time }
        return .constant(value * factor)
    }

    private static func scale(_ time: inout Duration, by factor: Int64) { time = time * factor }

    private static func scale(_ underlay: inout UnderlayConfiguration, by factor: Int64) {
        for key in [\UnderlayConfiguration.hostLink, \.fabricLink] {
            scale(&underlay[keyPath: key].delay, by: factor)
            let rate = underlay[keyPath: key].rate.bitsPerSecond
            underlay[keyPath: key].rate = BitRate(bitsPerSecond: rate / UInt64(factor))
        }
        for index in underlay.delays.indices { scale(&underlay.delays[index].delay, by: factor) }
        scale(&underlay.rerouteDelay, by: factor)
    }

    private static func scale(_ nva: inout NVAConfiguration, by factor: Int64) {
        for key in [\NVAConfiguration.delay, \.holdTimeout, \.negativeLifetime] {
            scale(&nva[keyPath: key], by: factor)
        }
        for key in [\NVACosts.registration, \.query, \.reply, \.push, \.spacing] {
            scale(&nva.costs[keyPath: key], by: factor)
        }
    }

    private static func scale(_ traffic: inout TrafficConfiguration, by factor: Int64) {
        traffic.rate = traffic.rate.map { PacketRate(microPackets: $0.microPackets / UInt64(factor)) }
        traffic.on = scaled(traffic.on, by: factor)
        traffic.off = scaled(traffic.off, by: factor)
        traffic.think = scaled(traffic.think, by: factor)
        traffic.service = scaled(traffic.service, by: factor) ?? traffic.service
        if var retry = traffic.retry {
            scale(&retry.timeout, by: factor)
            traffic.retry = retry
        }
        scale(&traffic.start, by: factor)
        traffic.stop = traffic.stop.map { $0 * factor }
        if case .fixed(let phase) = traffic.phase { traffic.phase = .fixed(phase * factor) }
    }
}

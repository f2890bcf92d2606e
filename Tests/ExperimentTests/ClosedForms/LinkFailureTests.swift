import Experiment
import Fabric
import Kernel
import Mobility
import Overlay
import Testing

/// Failed links whose losses can be counted by hand.
@Suite struct LinkFailureClosedForms {
    private func failure(_ link: String, at: Int64, repair: Int64?) -> FailureConfiguration {
        var failure = FailureConfiguration()
        failure.target.link = link
        failure.at = Duration(picoseconds: at)
        failure.repair = repair.map { Duration(picoseconds: $0) }
        return failure
    }

    /// `c` at A sends to `m` at B over two links of 1 ms; the second one, or the first one, fails.
    private func star(_ source: ConstantRate, _ failures: [FailureConfiguration]) -> Scenario {
        var scenario = plainScenario(idealStar(["A", "B"]), duration: milliseconds(100))
        scenario.vms = [machine("c", at: "A"), machine("m", at: "B")]
        scenario.traffic = [constantRate("F1", from: "c", to: "m", source)]
        scenario.failures = failures
        return scenario
    }

    /// The first packet meets both ends of the interval exactly (phase 0), or none does.
    @Test(arguments: [0, microseconds(300), 999_999], ["core-B", "B-core", "core->B"])
    func lostAreThoseOnTheLinkAndThoseThatComeMeanwhile(phase: Int64, link: String) throws {
        let source = ConstantRate(rate: .perSecond(2_000), phase: phase)
        let (at, repair, hop) = (milliseconds(40), milliseconds(13), milliseconds(1))
        let run = try simulate(star(source, [failure(link, at: at, repair: repair)]))
        let lost = run.fates.filter { $0.end == "lost" }
        // On the link at 40 ms, the one that would arrive that very instant included; at the core in [40, 53) ms.
        let onTheLink = source.departures(from: at - 2 * hop, until: at - hop)
        let meanwhile = source.departures(from: at - hop, until: at + repair - hop)
        #expect(Tally(run.fates).losses == ["link-down here": onTheLink + meanwhile])
        #expect(lost.filter { $0.links == 2 }.count == onTheLink)
        for fate in lost { #expect(fate.endedAt == max(at, fate.sentAt + hop)) }
        #expect(run.fates.filter { $0.end == "delivered" }.allSatisfy { $0.endedAt == $0.sentAt + 2 * hop })
    }

    @Test func theOtherDirectionGoesOn() throws {
        let source = ConstantRate(rate: .perSecond(2_000), phase: 0)
        let run = try simulate(star(source, [failure("B->core", at: milliseconds(40), repair: nil)]))
        #expect(Tally(run.fates).direct == 200)
    }

    @Test func withoutRepairEverythingIsLostToTheEnd() throws {
        let source = ConstantRate(rate: .perSecond(2_000), phase: 0)
        let run = try simulate(star(source, [failure("A-core", at: milliseconds(40), repair: nil)]))
        // Sent in [39, 100) ms: on the first link at 40 ms, or later.
        #expect(Tally(run.fates).losses == ["link-down here": 122])
    }

    /// 1064-byte frames on 8.512 Mbit/s take 1 ms; they come twice as fast as the link takes them.
    @Test func aQueueIsLostAndTheLinkBeginsAfresh() throws {
        let source = ConstantRate(rate: .perSecond(2_000), phase: 0)
        var scenario = star(source, [failure("A->core", at: milliseconds(30) + 1, repair: milliseconds(10))])
        scenario.underlay.hostLink.rate = BitRate(bitsPerSecond: 8_512_000)
        let run = try simulate(scenario)
        let lost = run.fates.filter { $0.end == "lost" }
        // By 30 ms 61 were sent, every ms one is through; 29 have also crossed 1 ms of propagation.
        #expect(lost.filter { $0.endedAt == milliseconds(30) + 1 }.count == 61 - 30 + 1)
        #expect(lost.count == 61 - 29 + 20)
        let first = try #require(run.fates.first { $0.end == "delivered" && $0.sentAt > milliseconds(40) })
        #expect(first.sentAt == milliseconds(40) + milliseconds(1) / 2)
        #expect(first.endedAt == first.sentAt + 2 * milliseconds(2))
    }

    @Test func aRunThatEndsBeforeTheArrivalCountsThePacketOnce() throws {
        let source = ConstantRate(rate: .perSecond(1_000), phase: 0)
        var scenario = star(source, [failure("core-B", at: milliseconds(99), repair: nil)])
        scenario.underlay.hostLink.delay = .milliseconds(20)
        scenario.drain = .time(Duration(picoseconds: 1))
        let tally = Tally(try simulate(scenario).fates)
        // Up to 59 they arrive by 99 ms (that one no longer), up to 79 they are at the core by 99 ms, then under way.
        #expect(tally.direct == 59)
        #expect(tally.losses == ["link-down here": 22])
    }

    /// Nothing is known of `m` until the answer comes, 10.02 ms after the first packet; by then the wire has failed.
    @Test("DER-03 packets that have waited are lost on a wire that has failed", arguments: Engine.allCases)
    func heldPacketsMeetAFailedWire(engine: Engine) throws {
        let source = ConstantRate(rate: .perSecond(1_000), phase: 0)
        var scenario = star(source, [failure("A->core", at: milliseconds(1), repair: milliseconds(60))])
        scenario.start.caches = .empty
        scenario.nve.miss = .queryQueue
        scenario.nva.delay = .milliseconds(5)
        let run = try engine.run(scenario)
        let answered = milliseconds(10) + microseconds(20)
        let waited = run.fates.filter(\.buffered)
        #expect(waited.count == source.departures(from: 0, until: answered))
        #expect(waited.allSatisfy { $0.endedAt == answered && $0.links == 0 && $0.segments == 1 })
        #expect(Tally(run.fates).losses == ["link-down here": source.departures(from: 0, until: milliseconds(61))])
    }

    enum Side: CaseIterable {
        case near, far
    }

    @Test("Leaves turn to the other spine when they learn of it", arguments: Side.allCases, [0, 5])
    func reroute(side: Side, delay: Int64) throws {
        var underlay = UnderlayConfiguration()
        (underlay.leaves, underlay.spines, underlay.hostsPerLeaf) = (2, 2, 1)
        underlay.hostLink = LinkConfiguration(rate: .unlimited, delay: .zero)
        underlay.fabricLink = LinkConfiguration(rate: .unlimited)
        underlay.rerouteDelay = .milliseconds(delay)
        var scenario = plainScenario(underlay, duration: milliseconds(100))
        scenario.vms = [machine("c", at: "leaf1/host1"), machine("m", at: "leaf2/host1")]
        let source = ConstantRate(rate: .perSecond(10_000), phase: microseconds(50))
        scenario.traffic = (0..<8).map { constantRate("F\($0)", from: "c", to: "m", source) }
        let link = side == .near ? "leaf1-spine1" : "spine1-leaf2"
        scenario.failures = [failure(link, at: milliseconds(20), repair: milliseconds(40))]
        let spine = try spineChoice(scenario)
        let run = try simulate(scenario)
        let concerned = (0..<8).filter { spine(0, 1, $0, nil) == 0 }
        try #require(!concerned.isEmpty && concerned.count < 8)
        for flow in 0..<8 {
            let tally = Tally(run.fates.filter { $0.flow == flow })
            #expect(tally.lost == (concerned.contains(flow) ? Int(10 * delay) : 0))
            #expect(tally.sent == 1_000)
        }
        scenario.underlay.reroute = .none
        let stubborn = try simulate(scenario)
        #expect(Tally(stubborn.fates).losses == ["link-down here": 400 * concerned.count])
    }

    /// B's wire fails a millisecond before the answer to B's query comes.
    @Test("Packets that an NVE held are lost when they would leave over a wire that has failed")
    func heldPacketsMeetAFailedWire() throws {
        var scenario = MoveByHand().scenario(duration: milliseconds(10_400))
        scenario.redirect.learn = .query
        scenario.redirect.buffer.at = .old
        scenario.failures = [failure("B->core", at: milliseconds(10_304), repair: milliseconds(50))]
        let tally = Tally(try simulate(scenario).fates)
        // All that B held, N[9.998 s, 10.303 s), and the two that came between the answer and the end of misdirection.
        #expect(tally.losses == ["link-down here": 307])
        #expect(tally.buffered == 305)
    }

    @Test func controlThatIsLostIsCountedAndFound() throws {
        var scenario = MoveByHand().scenario()
        scenario.failures = [failure("NVA-core", at: milliseconds(10_301), repair: milliseconds(20))]
        scenario.duration = .milliseconds(10_400)
        scenario.nve.query.retries = 0
        let run = try simulate(scenario)
        #expect(run.registrationsInForce.isEmpty, "the registration was on its way from C, 2 ms away")
    }
}

import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay
import Testing
import Wire

@testable import Experiment

/// Guests that ask for MAC addresses before they send.
@Suite struct NeighbourClosedForms {
    private struct Finished: ~Copyable {
        var world: World
        var tally: Tally { Tally(fates) }
        var fates: [PacketFate]

        func messages(_ kind: MessageKind) -> Int {
            world.messageProbe.sums.filter { $0.key.kind == kind }.reduce(0) { $0 + $1.value.messages }
        }
    }

    private func finish(_ scenario: Scenario) throws -> Finished {
        var world = try WorldBuilder(scenario).build(keepingLogs: true)
        try world.run()
        world.finish()
        try world.checkConservation(names: { "flow \($0)" })
        return Finished(world: world, fates: try simulate(scenario).fates)
    }

    /// Nobody knows anything at the start, and guests ask; A is 2 ms from the NVA, which takes 1 ms.
    private func cold(_ families: Families, queue: UInt32 = 3) -> Scenario {
        var scenario = MoveByHand().scenario(duration: milliseconds(100))
        families.set(&scenario)
        scenario.moves = []
        scenario.start.caches = .empty
        scenario.guest.neighbours = .resolve
        scenario.guest.queue = queue
        return scenario
    }

    @Test(
        "DER-18, REQ-4.2-17: cold caches, ARP or solicitation first: one query, answered by the proxy after 5 ms",
        arguments: Families.all, [0, 3, 5, 9] as [UInt32])
    func coldCache(families: Families, queue: UInt32) throws {
        let run = try finish(cold(families, queue: queue))
        // Five packets, from 0.5 to 4.5 ms, leave the guest's applications before the answer is there.
        let lost = 5 - min(5, Int(queue))
        #expect(run.tally.losses == (lost == 0 ? [:] : ["neighbour-unresolved elsewhere": lost]))
        #expect(run.tally.direct == 100 - lost)
        #expect(run.fates.filter { $0.end == "lost" }.map(\.serial) == Array(0..<lost), "the oldest make room")
        let first = run.fates.first { $0.end == "delivered" }
        #expect(first.map { $0.endedAt - $0.sentAt } == (queue == 0 ? milliseconds(2) : milliseconds(7 - Int64(lost))))
        let (question, answer): (MessageKind, MessageKind) =
            families.guests == .ipv4 ? (.arpRequest, .arpReply) : (.neighbourSolicitation, .neighbourAdvertisement)
        #expect(run.messages(question) == 1 && run.messages(answer) == 1)
        #expect(run.messages(.query) == 1 && run.messages(.answer) == 1)
    }

    @Test("DER-18: without anybody who answers, all is lost after the attempts")
    func nobodyAnswers() throws {
        var scenario = cold(Families(guests: .ipv6, underlay: .ipv4))
        scenario.nve.miss = .drop
        scenario.guest.retransmit = .milliseconds(20)
        let run = try finish(scenario)
        #expect(run.tally.losses.values.reduce(0, +) == 100 && run.tally.sent == 100)
        #expect(run.tally.losses.keys.allSatisfy { $0.hasPrefix("neighbour-unresolved") })
        // Asked at 0.5, 20.5, 40.5 ms; given up at 60.5 ms, when the next packet begins anew: 60.5, 80.5, 100.5 ms.
        #expect(run.messages(.neighbourSolicitation) == 6 && run.messages(.query) == 0)
        #expect(run.fates.last?.endedAt == microseconds(120_500))
    }

    @Test(
        "OLD-4.1-01, DEC-05: guests that ask: seven baselines with the same counts, and no neighbour entry changes",
        arguments: BaselineClosedForms.baselines)
    func baselines(baseline: BaselineClosedForms.Baseline) throws {
        var scenario = MoveByHand().scenario(duration: milliseconds(20_000))
        Families(guests: .ipv6, underlay: .ipv6).set(&scenario)
        scenario.guest.neighbours = .resolve
        baseline.set(&scenario)
        let run = try finish(scenario)
        #expect(run.tally.losses == baseline.losses && run.tally.triangular == baseline.triangular)
        #expect(run.tally.direct == 9_998 + 9_695 + baseline.directOfThose)
        #expect(run.messages(.neighbourSolicitation) == 1, "the entry stays right over the move")
        #expect(run.world.moveProbe.courses[0].neighbours.isEmpty && !run.world.moveProbe.courses[0].caches.isEmpty)
        let builder = try WorldBuilder(scenario)
        let rows = RowBuilder(scenario, builder.roster, builder.directory).convergence(run.world)
        #expect(rows.filter { $0.cacheKind == "neighbour" }.isEmpty)
        #expect(rows.filter { $0.cacheKind == "mapping" }.count == rows.count && !rows.isEmpty)
    }

    @Test("RFC 4861 §7.3: entries that age are confirmed and cost no packet")
    func ageing() throws {
        var scenario = cold(Families(guests: .ipv6, underlay: .ipv6), queue: 5)
        scenario.guest.lifetime = .milliseconds(10)
        let run = try finish(scenario)
        #expect(run.tally.direct == 100)
        // Learnt at 5.5 ms; the packets at 15.5, 25.5, … 95.5 ms find the entry old, and the proxy answers at once.
        #expect(run.messages(.neighbourSolicitation) == 10 && run.messages(.query) == 1)
    }

    @Test(
        "DER-18: with NVEs in leaves question and answer cross the host's link",
        arguments: [NVEConfiguration.Placement.leaf, .split], Families.all)
    func edgeInLeaves(placement: NVEConfiguration.Placement, families: Families) throws {
        var underlay = UnderlayConfiguration()
        (underlay.leaves, underlay.spines, underlay.hostsPerLeaf, underlay.framing) = (3, 1, 1, .none)
        underlay.hostLink = LinkConfiguration(rate: .unlimited, delay: .milliseconds(1))
        underlay.fabricLink = LinkConfiguration(rate: .unlimited, delay: .milliseconds(1))
        var scenario = plainScenario(underlay, duration: milliseconds(50))
        families.set(&scenario)
        scenario.nve.placement = placement
        scenario.nva.at = .host("leaf3/host1")
        scenario.nva.costs.query = .milliseconds(1)
        scenario.start.caches = .empty
        scenario.guest.neighbours = .resolve
        scenario.guest.queue = 100
        scenario.vms = [machine("c", at: "leaf1/host1"), machine("m", at: "leaf2/host1")]
        let source = ConstantRate(rate: .perSecond(1_000), phase: microseconds(500))
        scenario.traffic = [constantRate("F1", from: "c", to: "m", source)]
        let run = try finish(scenario)
        // To the leaf 1 ms; from there to the NVA by 3 links, 1 ms of service, 3 links back; to the host 1 ms: 9 ms.
        let delays = run.fates.map { $0.endedAt - $0.sentAt }
        #expect(run.tally.losses == [:] && run.tally.direct == 50)
        #expect(delays.prefix(9) == (0..<9).map { milliseconds(13 - $0) }[...])
        #expect(Set(delays.dropFirst(9)) == [milliseconds(4)])
        #expect(run.messages(.query) == 1)
    }

    @Test("A VM that moves while it waits for an answer is answered at its new place")
    func moveWhileWaiting() throws {
        var scenario = cold(Families(guests: .ipv4, underlay: .ipv4), queue: 100)
        scenario.guest.retransmit = .milliseconds(20)
        // c leaves A at 3 ms, before the answer, and is at D, which knows nothing of m either, from 13 ms on.
        scenario.moves = [hotMove("m1", "c", to: "D0", at: milliseconds(3), downtime: milliseconds(10))]
        let run = try finish(scenario)
        #expect(run.tally.losses == [:])
        // Silent from 3 to 13 ms; asked at 0.5 and at 20.5 ms, answered 5 ms later.
        #expect(run.tally.sent == 90 && run.tally.direct == 90)
        #expect(run.messages(.arpRequest) == 2 && run.messages(.query) == 2)
        let waited = run.fates.filter { $0.endedAt - $0.sentAt > milliseconds(2) }
        #expect(waited.allSatisfy { $0.endedAt == microseconds(27_500) })
        #expect(waited.count == 3 + 12)
    }
}

import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Testing

@testable import Experiment

/// Moves between NVEs in switches, counted by hand (``LeafMoveByHand``).
@Suite struct LeafClosedForms {
    @Test("REQ-1-08 the reference set-up with NVEs in leaves: 306 lost, none of them on its way down")
    func reference() throws {
        let byHand = LeafMoveByHand()
        #expect(byHand.lost == 306 && byHand.lostOnTheWayDown == 0 && byHand.inForce == milliseconds(10_303))
        let run = try simulate(byHand.scenario())
        let tally = Tally(run.fates)
        // 10.2985 s is the first departure that comes to B's NVE at the attach or later.
        #expect(tally.losses == ["stale-no-redirect nowhere": 300, "stale-no-redirect elsewhere": 6])
        #expect(tally.misdirected == 306)
        #expect(run.registrationsInForce == [milliseconds(10_303)])
        #expect(run.corrections(at: "at-A") == [microseconds(10_304_500)])
    }

    @Test("REQ-1-08 the same with a redirect that is there beforehand: 299 lost, 7 by way of the old NVE")
    func redirected() throws {
        var byHand = LeafMoveByHand()
        byHand.lifetime = milliseconds(30_000)
        #expect(byHand.lost == 299 && byHand.triangular == 7)
        let tally = Tally(try simulate(byHand.scenario()).fates)
        #expect(tally.losses == ["not-attached nowhere": 299])
        #expect(tally.triangular == 7 && tally.early == 299)
    }

    /// Several delays, phases, positions, rates; with and without a redirect, whose timer may be too short.
    static let variants: [LeafMoveByHand] = (0..<24).map { number in
        var byHand = LeafMoveByHand()
        let mixed = { (step: Int64, count: Int64) in (Int64(number) * step + 3) % count }
        byHand.detach = milliseconds(200) + microseconds(mixed(37, 50))
        byHand.downtime = milliseconds(5) + microseconds(7 * mixed(13, 900))
        byHand.access = microseconds(50 * mixed(5, 23))
        byHand.delayAB = microseconds(100 * (1 + mixed(7, 19)))
        byHand.delayBC = microseconds(100 * (1 + mixed(11, 31)))
        byHand.delayAC = microseconds(100 * (1 + mixed(3, 17)))
        byHand.delayCN = microseconds(100 * (1 + mixed(9, 13)))
        byHand.delayNA = microseconds(100 * (1 + mixed(4, 29)))
        byHand.delayBN = microseconds(100 * (1 + mixed(8, 11)))
        byHand.announcement = microseconds(number % 3 == 0 ? 800 : 0)
        byHand.position = 1 + mixed(2, 5)
        byHand.source = ConstantRate(rate: .perSecond(3_000), phase: microseconds(mixed(17, 300)))
        if number % 4 != 0 { byHand.lifetime = number % 4 == 1 ? milliseconds(9) : milliseconds(5_000) }
        return byHand
    }

    @Test(
        "REQ-1-08, DER-01 lost and triangular by the master formula, in a leaf and split",
        arguments: [NVEConfiguration.Placement.leaf, .split], 0..<24)
    func masterFormula(placement: NVEConfiguration.Placement, number: Int) throws {
        var byHand = Self.variants[number]
        byHand.placement = placement
        let run = try simulate(byHand.scenario())
        let tally = Tally(run.fates)
        #expect(run.registrationsInForce == [byHand.inForce])
        #expect(run.corrections(at: "at-A") == [byHand.corrected])
        #expect(tally.triangular == byHand.triangular)
        #expect(tally.lost == byHand.lost)
        #expect(tally.misdirected == byHand.misdirected)
        #expect(tally.sent == tally.direct + tally.triangular + tally.lost)
    }

    @Test("RFC 8394: a split NVE learns of detach and attach one access delay later", arguments: [0, 250, 700])
    func splitLearnsLater(access: Int64) throws {
        var byHand = LeafMoveByHand()
        byHand.access = microseconds(access)
        byHand.placement = .split
        let tally = Tally(try simulate(byHand.scenario()).fates)
        // Two more host links to cross than without: to the old host, and word of it back to its switch.
        #expect(tally.losses["not-attached nowhere"] ?? 0 == byHand.lostOnTheWayDown)
        #expect(byHand.lostOnTheWayDown == (2 * access + 500) / 1_000)
    }

    @Test(
        "The access delay shifts t_n exactly", arguments: [NVEConfiguration.Placement.leaf, .split],
        [0, 1, 333, 20_000] as [Int64])
    func inForceShifts(placement: NVEConfiguration.Placement, access: Int64) throws {
        var scenario = LeafMoveByHand().scenario()
        scenario.nve.placement = placement
        scenario.nva.at = .outOfBand
        scenario.nva.delay = .milliseconds(2)
        scenario.underlay.hostLink.delay = .microseconds(access)
        let run = try simulate(scenario)
        #expect(run.registrationsInForce == [milliseconds(10_303) + microseconds(access)])
    }

    @Test("C01 paused in place: lost at the host are arrivals of the downtime", arguments: [0, 100, 300, 500, 900])
    func pausedInPlace(phase: Int64) throws {
        var byHand = LeafMoveByHand()
        byHand.source.phase = microseconds(phase)
        byHand.downtime = microseconds(250_300)
        for placement in [NVEConfiguration.Placement.leaf, .split] {
            byHand.placement = placement
            var scenario = byHand.scenario()
            scenario.moves[0].to = "B"
            let tally = Tally(try simulate(scenario).fates)
            // One millisecond to B's switch and half a one at each end: as in C01.
            #expect(tally.losses == ["guest-paused paused": phase < 300 ? 251 : 250])
        }
    }

    @Test("C21 frames are native on host links, tagged where the NVE is split, encapsulated between switches")
    func frames() throws {
        for (placement, native) in [(NVEConfiguration.Placement.leaf, 1_014), (.split, 1_018)] {
            var scenario = LeafMoveByHand().scenario(duration: milliseconds(100))
            scenario.nve.placement = placement
            scenario.moves = []
            var world = try WorldBuilder(scenario).build()
            try world.run()
            let (names, carried) = (LinkNames(scenario.underlay), world.fabric.links.map(\.bytes))
            func bytes(_ name: String) -> UInt64 { carried[Int(names.links(named: name)[0].index)] }
            #expect(bytes("A->at-A") == UInt64(100 * native))
            #expect(bytes("at-A->at-B") == 100 * 1_064)
            #expect(bytes("at-B->B") == UInt64(100 * native))
        }
    }

    @Test("An IP packet as long as a host link carries passes with its tag", arguments: [1_000, 1_001] as [UInt32])
    func tagAndMTU(size: UInt32) throws {
        var scenario = LeafMoveByHand().scenario(duration: milliseconds(100))
        scenario.nve.placement = .split
        scenario.moves = []
        scenario.underlay.hostLink.mtu = 1_000
        scenario.traffic[0].size = size
        let tally = Tally(try simulate(scenario).fates)
        #expect(tally.direct == (size == 1_000 ? 100 : 0))
        #expect(tally.losses == (size == 1_000 ? [:] : ["mtu elsewhere": 100]))
    }
}

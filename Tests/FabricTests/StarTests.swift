import Fabric
import Kernel
import Testing

/// A star: two links between any two hosts, and delays by pair (the network of the closed-form cases).
@Suite struct StarTests {
    private func star(_ delays: [PairDelay], rate: BitRate = .unlimited) -> Fabric {
        var underlay = UnderlayConfiguration()
        underlay.kind = .star
        underlay.hosts = ["A", "B", "C"]
        underlay.framing = .none
        underlay.hostLink.rate = rate
        underlay.hostLink.delay = .milliseconds(1)
        underlay.delays = delays
        return Fabric(underlay)
    }

    /// One-way time of a frame between two hosts, by walking and by formula.
    private func delay(_ from: Int, _ to: Int, over fabric: Fabric) -> Duration {
        var copy = fabric
        let journey = Journey(.frame(1_000, from: from, to: to), over: &copy)
        #expect(journey.links.count == 2)
        #expect(journey.nodes.last == NodeID(to))
        let walked = journey.end - Instant.zero
        #expect(fabric.unloadedDelay(from: NodeID(from), to: NodeID(to), frameBytes: 1_000) == walked)
        return walked
    }

    @Test func pairsAreTwoHostLinksApartUnlessGiven() {
        let fabric = star([])
        for from in 0..<3 {
            for to in 0..<3 where from != to { #expect(delay(from, to, over: fabric) == .milliseconds(2)) }
        }
    }

    @Test func delayGivenForOneDirectionHoldsForBoth() {
        let fabric = star([PairDelay(from: "B", to: "A", delay: .milliseconds(5))])
        #expect(delay(1, 0, over: fabric) == .milliseconds(5))
        #expect(delay(0, 1, over: fabric) == .milliseconds(5))
        #expect(delay(0, 2, over: fabric) == .milliseconds(2))
        #expect(delay(2, 1, over: fabric) == .milliseconds(2))
    }

    @Test(arguments: [false, true])
    func delaysGivenForBothDirectionsHoldEachForItsOwn(_ isReversed: Bool) {
        let pairs = [
            PairDelay(from: "A", to: "B", delay: .milliseconds(3)),
            PairDelay(from: "B", to: "A", delay: .milliseconds(7)),
        ]
        let fabric = star(isReversed ? pairs.reversed() : pairs)
        #expect(delay(0, 1, over: fabric) == .milliseconds(3))
        #expect(delay(1, 0, over: fabric) == .milliseconds(7))
    }

    @Test func wireTimeIsPaidOnBothLinks() {
        let fabric = star(
            [PairDelay(from: "A", to: "C", delay: .milliseconds(4))], rate: BitRate(bitsPerSecond: 8_000_000))
        #expect(delay(0, 2, over: fabric) == .milliseconds(4) + .milliseconds(2), "1000 bytes take 1 ms each time")
        #expect(delay(0, 1, over: fabric) == .milliseconds(4))
    }

    @Test func hostIsNoTimeAwayFromItself() {
        let fabric = star([PairDelay(from: "A", to: "B", delay: .milliseconds(5))])
        #expect(fabric.unloadedDelay(from: NodeID(1), to: NodeID(1), frameBytes: 1_000) == .zero)
    }

    /// Frames to B from A and C meet at B's down link.
    @Test func framesFromTwoHostsShareTheReceiversLink() {
        var fabric = star([], rate: BitRate(bitsPerSecond: 8_000_000))
        let first = Journey(.frame(1_000, from: 0, to: 1), over: &fabric)
        let second = Journey(.frame(1_000, from: 2, to: 1), over: &fabric)
        #expect(first.end == .zero + .milliseconds(4))
        #expect(second.end == .zero + .milliseconds(5))
    }
}

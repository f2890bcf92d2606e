import Fabric
import Kernel
import Testing

/// Switches that know of failed links, against a search for paths without them.
@Suite struct DetourTests {
    @Test(arguments: ShapeTests.underlays.filter { !$0.testDescription.hasPrefix("star") }, 0..<3)
    func packetsAvoidFailedLinksWhereAnEqualPathIsLeft(_ underlay: Underlay, seed: Int) {
        let search = GraphSearch(Topology(underlay.configuration))
        let random = RandomSource(seed: UInt64(seed), run: 1)
        var cursor = StreamCursor(component: "failures", purpose: "test")
        let failed = (0...2 * seed).map { _ in
            LinkID(Int(random.uniformInteger(below: UInt64(search.topology.linkCount), from: &cursor)))
        }
        var fabric = Fabric(underlay.configuration)
        fabric.apply(LinkChange(.withdraw, at: .zero, links: failed))
        var isRight = true
        for from in 0..<search.hosts where !failed.contains(LinkID(from)) {
            for to in 0..<search.hosts where to != from {
                let hasWay = search.shortestPaths(from: from, to: to, without: failed) > 0
                for entropy in 0..<3 as Range<UInt32> {
                    let usual = search.links(from: from, to: to, entropy: entropy, over: nil)
                    let taken = search.links(from: from, to: to, entropy: entropy, over: fabric)
                    isRight = isRight && taken.count == usual.count
                    // Without a reason to move a flow stays where it is.
                    if Set(usual).isDisjoint(with: failed) { isRight = isRight && taken == usual }
                    if hasWay { isRight = isRight && Set(taken).isDisjoint(with: failed) }
                }
            }
        }
        #expect(isRight, "\(failed.map(\.index))")
        fabric.apply(LinkChange(.restore, at: .zero, links: failed))
        let packet = GraphSearch.packet(from: 0, to: search.hosts - 1, entropy: 3)
        let node = fabric.farNodes[0]
        #expect(fabric.nextLink(at: node, for: packet) == fabric.topology.nextLink(at: node, for: packet))
    }

    @Test func detoursAreSharedEvenlyAmongTheLinksThatAreLeft() {
        let underlay = Underlay.leafSpine(leaves: 2, spines: 4, hosts: 1).configuration
        var fabric = Fabric(underlay)
        let failed = fabric.topology.leafToSpine(leaf: 0, spine: 2)
        fabric.apply(LinkChange(.withdraw, at: .zero, links: [failed]))
        var counts: [LinkID: Int] = [:]
        for entropy in 0..<40_000 as Range<UInt32> {
            let packet = GraphSearch.packet(from: 0, to: 1, entropy: entropy)
            if fabric.topology.nextLink(at: fabric.topology.leafNode(0), for: packet) != failed { continue }
            counts[fabric.nextLink(at: fabric.topology.leafNode(0), for: packet), default: 0] += 1
        }
        let total = counts.values.reduce(0, +)
        #expect(counts.count == 3 && counts[failed] == nil && total > 9_000)
        // Five standard deviations of a third of some 10 000.
        for count in counts.values { #expect(abs(count - total / 3) < 240) }
    }

    @Test func aFailedLinkTakesNothingAndIsIdleAfterRepair() {
        var underlay = Underlay.star(2).configuration
        underlay.hostLink.rate = BitRate(bitsPerSecond: 1_000_000)
        underlay.hostLink.queue = .packets(1)
        var fabric = Fabric(underlay)
        func send(at milliseconds: Int64) -> Transmission {
            var record = PacketRecord.frame(1_000)
            return fabric.transmit(&record, on: LinkID(0), now: .zero + .milliseconds(milliseconds))
        }
        // 1024 bytes take 8.192 ms: one in service, one waiting, no room for a third.
        #expect(send(at: 0).arrival != nil && send(at: 0).arrival != nil && send(at: 0).loss == .queueFull)
        fabric.apply(LinkChange(.fail, at: .zero + .milliseconds(1), links: [LinkID(0)]))
        fabric.apply(LinkChange(.fail, at: .zero + .milliseconds(1), links: [LinkID(0), LinkID(1)]))
        #expect(send(at: 1).loss == .linkDown)
        fabric.apply(LinkChange(.repair, at: .zero + .milliseconds(2), links: [LinkID(0)]))
        #expect(send(at: 2).loss == .linkDown, "the second failure is not over")
        fabric.apply(LinkChange(.repair, at: .zero + .milliseconds(3), links: [LinkID(0), LinkID(1)]))
        let arrival = Instant.zero + .milliseconds(3) + .microseconds(8_192 + 1)
        #expect(send(at: 3).arrival == arrival)
        #expect(send(at: 3).arrival != nil && send(at: 3).loss == .queueFull, "room for one again")
    }

    @Test func linksHaveTheNamesOfTheirEnds() {
        let names = LinkNames(Underlay.leafSpine(leaves: 3, spines: 2, hosts: 2).configuration)
        let topology = Topology(Underlay.leafSpine(leaves: 3, spines: 2, hosts: 2).configuration)
        let up = topology.leafToSpine(leaf: 1, spine: 0)
        let down = topology.spineToLeaf(spine: 0, leaf: 1)
        #expect(names.links(named: "leaf2-spine1") == [up, down])
        #expect(names.links(named: "spine1-leaf2") == [down, up])
        #expect(names.links(named: "leaf2->spine1") == [up] && names.links(named: "spine1->leaf2") == [down])
        #expect(names.links(named: "leaf2/host1->leaf2") == [LinkID(2)])
        #expect(names.example == "leaf1-spine1")
        for name in ["leaf1-leaf2", "leaf1", "", "-", "->", "leaf1-spine3", "leaf1/host1-leaf2", "leaf1 - spine1"] {
            #expect(names.links(named: name).isEmpty, "\(name)")
        }
    }

    @Test func aNameThatCanBeReadInTwoWaysIsNone() {
        var underlay = UnderlayConfiguration()
        underlay.kind = .graph
        underlay.nodes = ["a", "a-b", "b-c", "c"]
        underlay.links = [("a", "b-c"), ("a-b", "c"), ("a", "c")].map { GraphLink($0.0, $0.1, LinkConfiguration()) }
        let names = LinkNames(underlay)
        #expect(names.links(named: "a-b-c").isEmpty)
        #expect(names.links(named: "a->b-c") == [LinkID(0)] && names.links(named: "a-b->c") == [LinkID(2)])
        #expect(names.links(named: "c-a-b") == [LinkID(3), LinkID(2)] && names.links(named: "a-c").count == 2)
    }
}

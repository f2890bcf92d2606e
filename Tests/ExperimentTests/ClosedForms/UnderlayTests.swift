import Experiment
import Fabric
import Kernel
import Mobility
import Overlay
import Testing

/// Lengths and delays of paths in generated networks of more than two tiers, straight and by the old NVE.
@Suite struct UnderlayClosedForms {
    /// What one way of packets has: links, and delay in picoseconds.
    struct Path: Hashable {
        var links: Int
        var delay: Int64
    }

    /// A move from `old` to `new` watched from `sender`, with links of 1 us without rate and a WAN of 20 ms.
    private func paths(_ underlay: UnderlayConfiguration, _ sender: String, _ old: String, _ new: String) throws
        -> (direct: Path, viaOld: Path)
    {
        var underlay = underlay
        underlay.hostLink = LinkConfiguration(rate: .unlimited)
        underlay.fabricLink = LinkConfiguration(rate: .unlimited)
        underlay.wan = LinkConfiguration(rate: .unlimited, delay: .milliseconds(20))
        var scenario = plainScenario(underlay, duration: milliseconds(140))
        scenario.nva.delay = .milliseconds(2)
        scenario.nva.costs.registration = .milliseconds(50)
        scenario.redirect.learn = .preinstalled
        scenario.vms = [machine("c", at: sender), machine("m", at: old)]
        let source = ConstantRate(rate: .perSecond(5_000), phase: microseconds(1))
        scenario.traffic = [constantRate("F1", from: "c", to: "m", source)]
        scenario.moves = [hotMove("m1", "m", to: new, at: milliseconds(20), downtime: milliseconds(1))]
        let run = try simulate(scenario)
        let corrected = try #require(run.corrections(at: sender).first)
        let delivered = run.fates.filter { $0.end == "delivered" }
        let viaOld = Set(delivered.filter(\.redirected).map { Path(links: $0.links, delay: $0.endedAt - $0.sentAt) })
        let direct = Set(
            delivered.filter { $0.sentAt >= corrected }.map { Path(links: $0.links, delay: $0.endedAt - $0.sentAt) })
        try #require(viaOld.count == 1 && direct.count == 1)
        return (try #require(direct.first), try #require(viaOld.first))
    }

    @Test(
        "C12 in a fat tree: 2, 4 and 6 links at one edge, in one pod, between pods",
        arguments: [
            (["pod1/edge1", "pod2/edge1", "pod3/edge2"], 6, 12), (["pod1/edge1", "pod1/edge2", "pod2/edge1"], 6, 10),
            (["pod1/edge1", "pod1/edge1", "pod2/edge1"], 6, 8), (["pod1/edge1", "pod2/edge1", "pod1/edge1"], 2, 12),
            (["pod1/edge1", "pod2/edge1", "pod1/edge2"], 4, 12), (["pod1/edge1", "pod2/edge1", "pod2/edge2"], 6, 10),
            (["pod1/edge1", "pod1/edge2", "pod1/edge1"], 2, 8), (["pod4/edge3", "pod4/edge3", "pod4/edge3"], 2, 4),
        ])
    func fatTree(edges: [String], direct: Int, viaOld: Int) throws {
        var underlay = UnderlayConfiguration()
        underlay.kind = .fatTree
        underlay.k = 6
        let found = try paths(underlay, "\(edges[0])/host1", "\(edges[1])/host2", "\(edges[2])/host3")
        #expect(found.direct == Path(links: direct, delay: Int64(direct) * microseconds(1)))
        #expect(found.viaOld == Path(links: viaOld, delay: Int64(viaOld) * microseconds(1)))
    }

    @Test("A free graph: fewest links first, then least delay, equal ways shared, each link with its own rate")
    func graph() throws {
        var underlay = UnderlayConfiguration()
        underlay.kind = .graph
        underlay.framing = .none
        underlay.nodes = ["a", "b", "c", "d", "e"]
        (underlay.hosts, underlay.hostSwitches) = (["x", "y"], ["a", "e"])
        underlay.hostLink = LinkConfiguration(rate: .unlimited)
        func join(_ near: String, _ far: String, _ delay: Int64, _ rate: UInt64 = 0) {
            let link = LinkConfiguration(rate: BitRate(bitsPerSecond: rate), delay: .microseconds(delay))
            underlay.links.append(GraphLink(near, far, link))
        }
        // a-b-e and a-c-e are equally short and long; a-d-e is slower; a-b-c-e has more links.
        join("a", "b", 3, 8_000_000_000)
        join("e", "b", 4, 4_000_000_000)
        join("a", "c", 5)
        join("c", "e", 2)
        join("a", "d", 4)
        join("d", "e", 4)
        join("b", "c", 0)
        var scenario = plainScenario(underlay, duration: milliseconds(1))
        scenario.vms = [machine("c", at: "x"), machine("m", at: "y")]
        scenario.traffic = (0..<32).map {
            let source = ConstantRate(rate: .perSecond(1_000), phase: microseconds(20) * Int64($0))
            return constantRate("F\($0)", from: "c", to: "m", source)
        }
        let run = try simulate(scenario)
        #expect(run.fates.count == 32 && run.fates.allSatisfy { $0.end == "delivered" && $0.links == 4 })
        // 9 us of propagation; by b also 1064 bytes at 8 and at 4 Gbit/s.
        let delays = Dictionary(grouping: run.fates) { $0.endedAt - $0.sentAt }.mapValues(\.count)
        #expect(Set(delays.keys) == [microseconds(9), microseconds(9) + 1_064_000 + 2_128_000])
        #expect(delays.values.allSatisfy { $0 >= 4 }, "a fair share of 32 is less than 4 in one of 100 000 cases")
    }

    @Test("C13b a triangle over the WAN costs 2 W more, one way", arguments: [("site1", 2), ("site2", 0)])
    func sites(old: String, crossings: Int) throws {
        var underlay = UnderlayConfiguration()
        underlay.kind = .sites
        (underlay.sites, underlay.leaves, underlay.spines, underlay.hostsPerLeaf) = (3, 3, 2, 2)
        let found = try paths(underlay, "site2/leaf1/host1", "\(old)/leaf2/host1", "site2/leaf3/host2")
        #expect(found.direct == Path(links: 4, delay: 4 * microseconds(1)))
        let links = crossings == 2 ? 14 : 8
        let local = Int64(links - crossings) * microseconds(1)
        #expect(found.viaOld == Path(links: links, delay: local + Int64(crossings) * milliseconds(20)))
    }
}

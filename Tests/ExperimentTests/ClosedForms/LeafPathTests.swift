import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay
import Testing

/// Case C12 with NVEs in leaves: links are counted from NVE to NVE, those of hosts are not.
@Suite struct LeafPathClosedForms {
    private static func links(_ from: Int, _ to: Int) -> Int { from == to ? 0 : 2 }

    /// Correspondent, old and new place at these leaves, host 1, 2 and 3 of each.
    private func scenario(_ places: [Int], _ placement: NVEConfiguration.Placement) -> Scenario {
        var underlay = UnderlayConfiguration()
        (underlay.leaves, underlay.spines, underlay.hostsPerLeaf) = (3, 2, 3)
        underlay.hostLink = LinkConfiguration(rate: .unlimited)
        underlay.fabricLink = LinkConfiguration(rate: .unlimited)
        var scenario = plainScenario(underlay, duration: microseconds(600))
        scenario.nve.placement = placement
        scenario.nva.delay = .microseconds(100)
        scenario.redirect.learn = .preinstalled
        scenario.vms = [machine("c", at: "leaf\(places[0])/host1"), machine("m", at: "leaf\(places[1])/host2")]
        let source = ConstantRate(rate: .perSecond(1_000_000), phase: 500_000)
        scenario.traffic = [constantRate("F1", from: "c", to: "m", source)]
        let target = "leaf\(places[2])/host3"
        scenario.moves = [hotMove("m1", "m", to: target, at: microseconds(100), downtime: microseconds(50))]
        return scenario
    }

    /// What packets delivered after the attach took, straight and by the old NVE.
    private func ways(_ run: SimulatedRun) -> (direct: Set<[Int]>, viaOld: Set<[Int]>) {
        let delivered = run.fates.filter { $0.end == "delivered" && $0.endedAt >= microseconds(150) }
        return (
            Set(delivered.filter { !$0.redirected }.map { [$0.links, $0.segments] }),
            Set(delivered.filter(\.redirected).map { [$0.links, $0.segments] })
        )
    }

    @Test(
        "C12 NVEs in leaves: direct 2 or 0, by the old NVE 4, 2, 2, 4, 0",
        arguments: [NVEConfiguration.Placement.leaf, .split],
        [([1, 2, 3], 2, 4), ([1, 1, 2], 2, 2), ([1, 2, 2], 2, 2), ([1, 2, 1], 0, 4), ([2, 2, 2], 0, 0)])
    func constellation(
        placement: NVEConfiguration.Placement, row: (leaves: [Int], direct: Int, viaOld: Int)
    ) throws {
        let (sender, old, new) = (row.leaves[0], row.leaves[1], row.leaves[2])
        #expect(Self.links(sender, new) == row.direct)
        #expect(Self.links(sender, old) + Self.links(old, new) == row.viaOld)
        let run = try simulate(scenario(row.leaves, placement))
        let (direct, viaOld) = ways(run)
        #expect(direct == [[row.direct, sender == new ? 0 : 1]])
        // With the sender's NVE the old one, or the old one the new one, there is none between which to redirect.
        let isTriangle = sender != old && old != new
        #expect(viaOld == (isTriangle ? [[row.viaOld, 2]] : []))
        let changes = run.mappingChanges.filter { $0.vm == "m" && $0.host == "leaf\(sender)" }
        #expect(changes.isEmpty == (!isTriangle || sender == new))
    }

    @Test("C12 all placements at three leaves", arguments: [NVEConfiguration.Placement.leaf, .split])
    func everywhere(placement: NVEConfiguration.Placement) throws {
        for number in 0..<27 {
            let places = [number / 9 + 1, number / 3 % 3 + 1, number % 3 + 1]
            let (direct, viaOld) = ways(try simulate(scenario(places, placement)))
            #expect(direct == [[Self.links(places[0], places[2]), places[0] == places[2] ? 0 : 1]])
            let isTriangle = places[0] != places[1] && places[1] != places[2]
            #expect(viaOld == (isTriangle ? [[4, 2]] : []))
        }
    }

    @Test("C12 where the direct way has no link the stretch is empty, and the extra links are told")
    func emptyStretch() throws {
        let tables = try ResultTables(running: scenario([1, 2, 1], .leaf))
        let row = fields(try #require(tables.paths.first { $0.period == .down && $0.triangular.packets > 0 }))
        #expect(row["links_direct"] == "0" && row["segments_direct"] == "0")
        #expect(row["triangular_links"] == "4" && row["triangular_links_extra"] == "4")
        #expect(row["triangular_links_stretch_ratio"] == nil && row["triangular_segments_stretch_ratio"] == nil)
        // Up and down one host link each; by leaf 2 four links between switches more.
        #expect(row["delay_direct_us"] == "2" && row["triangular_delay_us"] == "6")
        #expect(row["triangular_delay_stretch_ratio"] == "3")
    }

    @Test("C12 B and C at one leaf: nothing goes stale, the NVE only changes the port")
    func nothingGoesStale() throws {
        let tables = try ResultTables(running: scenario([1, 2, 2], .leaf))
        #expect(tables.convergence.isEmpty)
        #expect(tables.messages.allSatisfy { $0.kind != "push" })
        let move = try #require(tables.migrations.first)
        #expect(move.from == "leaf2/host2" && move.to == "leaf2/host3" && move.triangular == 0)
        #expect(move.registered != nil)
    }

    @Test("C12 further shapes: links between edge switches and the delay with both host links")
    func furtherShapes() throws {
        var tree = UnderlayConfiguration()
        (tree.kind, tree.k) = (.fatTree, 4)
        var sites = UnderlayConfiguration()
        (sites.kind, sites.sites, sites.leaves, sites.spines, sites.hostsPerLeaf) = (.sites, 2, 2, 2, 2)
        sites.wan = LinkConfiguration(rate: .unlimited, delay: .milliseconds(1))
        let shapes: [(UnderlayConfiguration, [String], direct: Int, viaOld: Int, wan: Int64)] = [
            (tree, ["pod1/edge1", "pod2/edge1", "pod3/edge2"], 4, 8, 0),
            (tree, ["pod1/edge1", "pod1/edge2", "pod2/edge1"], 4, 6, 0),
            (tree, ["pod1/edge1", "pod2/edge2", "pod1/edge1"], 0, 8, 0),
            (sites, ["site1/leaf1", "site1/leaf2", "site2/leaf1"], 5, 7, 1),
            (sites, ["site1/leaf1", "site2/leaf2", "site1/leaf2"], 2, 10, 0),
        ]
        for (underlay, places, direct, viaOld, wan) in shapes {
            var scenario = scenario([1, 2, 3], .leaf)
            scenario.underlay = underlay
            scenario.underlay.hostLink = LinkConfiguration(rate: .unlimited)
            scenario.underlay.fabricLink = LinkConfiguration(rate: .unlimited)
            scenario.duration = .milliseconds(5)
            scenario.nva.costs.registration = .milliseconds(1)
            scenario.vms = [machine("c", at: "\(places[0])/host1"), machine("m", at: "\(places[1])/host2")]
            scenario.moves[0].to = "\(places[2])/host\(places[2] == places[0] ? 2 : 1)"
            let run = try simulate(scenario)
            let (straight, round) = ways(run)
            #expect(straight.map { $0[0] } == [direct])
            #expect(round == [[viaOld, 2]])
            let tables = try ResultTables(running: scenario)
            let rows = tables.paths.filter { $0.period == .after }
            #expect(rows.allSatisfy { $0.directLinks == direct })
            let delay = microseconds(Int64(2 + direct) - wan) + milliseconds(wan)
            #expect(rows.allSatisfy { $0.directDelay == Duration(picoseconds: delay) })
            let last = try #require(run.fates.last)
            #expect(last.endedAt - last.sentAt == delay)
        }
    }
}

import Kernel
import Mobility
import Observe
import Testing

@testable import Experiment

/// Plans of the VM manager beside a drain: two VMs change places, hosts are evened out, links carry so many moves.
@Suite struct MovePlanTests {
    private func scenario(_ moves: String, vms: String, servers: String = "[]") throws -> Scenario {
        let text = """
            schema: 1
            duration: 20 s
            underlay:
              {kind: leaf-spine, spines: 1, leaves: 2, hosts-per-leaf: 2, host-link: {rate: 10 Gbps, delay: 1 us},
               fabric-link: {rate: 40 Gbps, delay: 1 us}}
            overlay: {networks: [{name: blue}]}
            nva: {at: out-of-band}
            servers: \(servers)
            vms: \(vms)
            traffic: [{kind: cbr, from: x, to: a, rate: 1 kpps, size: 500 B, phase: 500 us}]
            moves: \(moves)
            """
        let loaded = ScenarioLoader.load(text: text, name: "plan.yaml")
        return try #require(loaded.scenario, "\(loaded.diagnostics)")
    }

    private static let pair = """
        [{name: a, network: blue, at: leaf1/host1, memory: 1 GiB},
         {name: b, network: blue, at: leaf2/host2, memory: 1 GiB},
         {name: x, network: blue, at: leaf1/host2}]
        """

    @Test("DER-07: two VMs change places at the same time, each move with a row of its own")
    func swap() throws {
        let tables = try ResultTables(
            running: scenario("[{name: s, vm: a, swap-with: b, at: 1 s, downtime: 1 s}]", vms: Self.pair))
        let rows = tables.migrations
        #expect(rows.map(\.move) == ["s[0]", "s[1]"] && rows.map(\.vm) == ["a", "b"])
        #expect(rows.map(\.from) == ["leaf1/host1", "leaf2/host2"])
        #expect(rows.map(\.to) == ["leaf2/host2", "leaf1/host1"])
        #expect(rows.allSatisfy { $0.outcome == .completed && $0.attached == Instant.zero + .seconds(2) })
        // Of 20 000 packets to `a` those are lost that come while it is away, and none after.
        #expect(tables.runs[0].delivered == 19_000)
    }

    @Test("REQ-1-07: full servers cannot exchange VMs without room for both on the way")
    func swapNeedsRoom() throws {
        let rows = try ResultTables(
            running: scenario(
                "[{vm: a, swap-with: b, at: 1 s, downtime: 1 s}]", vms: Self.pair,
                servers: "[{at: all, memory: 1 GiB}]")
        ).migrations
        #expect(rows.map(\.outcome) == [.refused, .refused] && rows.map(\.refusal) == ["no-memory", "no-memory"])
    }

    @Test("DER-07: after a swap a later plan finds each VM where it is by then")
    func plansFollowEachOther() throws {
        let moves = """
            [{vm: a, swap-with: b, at: 1 s, downtime: 1 ms}, {name: d, drain: leaf2/host2, to: leaf2/host1, at: 3 s, \
            downtime: 1 ms}]
            """
        let rows = try ResultTables(running: scenario(moves, vms: Self.pair)).migrations
        #expect(rows.map(\.move) == ["d[0]", "move1[0]", "move1[1]"] && rows.map(\.vm) == ["a", "a", "b"])
        #expect(rows[0].from == "leaf2/host2" && rows[0].to == "leaf2/host1")
    }

    private static let crowd = """
        [{name: a, network: blue, at: leaf1/host1}, {name: c, count: 4, network: blue, at: leaf1/host1, memory: 1 GiB},
         {name: x, network: blue, at: leaf2/host1}]
        """

    @Test(
        "REQ-9-01: hosts are evened out with as few moves as it takes",
        arguments: [
            ("all", ["c[3]", "c[2]", "c[1]"], ["leaf1/host2", "leaf2/host2", "leaf1/host2"]),
            ("leaf1", ["c[3]", "c[2]"], ["leaf1/host2", "leaf1/host2"]),
        ])
    func rebalance(_ place: String, _ vms: [String], _ targets: [String]) throws {
        let rows = try ResultTables(
            running: scenario("[{name: r, rebalance: \(place), at: 1 s, downtime: 1 ms}]", vms: Self.crowd)
        ).migrations
        #expect(rows.map(\.vm) == vms && rows.map(\.to) == targets)
        #expect(rows.allSatisfy { $0.outcome == .completed })
    }

    @Test("REQ-9-01: what has no room elsewhere stays")
    func rebalanceWithinRoom() throws {
        let servers = "[{at: leaf1/host1, memory: 8 GiB}, {at: leaf1/host2, memory: 1 GiB}, {at: leaf2, memory: 1 MiB}]"
        let rows = try ResultTables(
            running: scenario("[{rebalance: all, at: 1 s, downtime: 1 ms}]", vms: Self.crowd, servers: servers)
        ).migrations
        // One VM fills leaf1/host2; the one without memory finds room at leaf2/host2.
        #expect(rows.map(\.vm) == ["c[3]", "a"] && rows.map(\.to) == ["leaf1/host2", "leaf2/host2"])
    }

    @Test(
        "DER-16: so many moves have their state on one link, in one direction",
        arguments: [(1, [0, 1, 2]), (2, [0, 0, 1]), (3, [0, 0, 0])] as [(Int, [Int])])
    func linkLimit(_ most: Int, _ ranks: [Int]) throws {
        let vms = """
            [{name: a, network: blue, at: leaf1/host1, memory: 100 MiB}, {name: b, network: blue, at: leaf1/host2, \
            memory: 100 MiB}, {name: c, network: blue, at: leaf1/host2, memory: 100 MiB}, {name: x, network: blue, \
            at: leaf2/host1, memory: 100 MiB}]
            """
        let moves = """
            [{name: d, drain: leaf1, to: leaf2/host2, at: 1 s, parallel: {per-link: \(most)},
              transfer: {over: fabric}},
             {name: back, vm: x, to: leaf1/host1, at: 1 s, parallel: {per-link: \(most)}, transfer: {over: fabric}}]
            """
        let rows = try ResultTables(running: scenario(moves, vms: vms)).migrations
        // All share the way from leaf1 to leaf2, but the one that goes the other way.
        let waits = rows.dropFirst().map { $0.waited ?? .zero }
        let order = Set(waits).sorted()
        #expect(waits.map { order.firstIndex(of: $0) } == ranks && rows[0].waited == .zero)
        #expect(rows.allSatisfy { $0.outcome == .completed })
    }
}

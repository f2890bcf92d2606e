import Kernel
import Mobility
import Observe
import Testing

@testable import Experiment

/// The VM manager empties places, within the room that servers have and the limits on moves at one time.
@Suite struct DrainTests {
    private func scenario(_ moves: String, servers: String = "[]", networks: String = "{name: blue}") throws -> Scenario
    {
        let text = """
            schema: 1
            duration: 20 s
            underlay:
              {kind: leaf-spine, spines: 1, leaves: 3, hosts-per-leaf: 2, host-link: {rate: unlimited, delay: 1 us},
               fabric-link: {rate: unlimited, delay: 1 us}}
            overlay: {networks: [\(networks)]}
            nva: {at: out-of-band}
            servers: \(servers)
            vms:
              - {name: a, count: 3, network: blue, at: {rack: leaf1}, memory: 3 GiB, cpu: 2}
              - {name: b, network: blue, at: leaf1/host2, memory: 1 GiB, cpu: 1}
              - {name: c, network: blue, at: leaf3/host2, memory: 2 GiB, cpu: 1}
            traffic: [{kind: cbr, from: c, to: b, rate: 1 kpps, size: 500 B, phase: 500 us}]
            moves: \(moves)
            """
        let loaded = ScenarioLoader.load(text: text, name: "drain.yaml")
        return try #require(loaded.scenario, "\(loaded.diagnostics)")
    }

    private func rows(_ scenario: Scenario) throws -> [MigrationRow] { try ResultTables(running: scenario).migrations }

    private static let drain = "name: d, drain: leaf1, to: any, at: 1 s, downtime: 1 s"

    @Test("REQ-1-04: all VMs of a rack leave it, each to the server with the most room by then")
    func rackIsEmptied() throws {
        let rows = try rows(scenario("[{\(Self.drain)}]"))
        #expect(rows.map(\.move) == ["d[0]", "d[1]", "d[2]", "d[3]"])
        #expect(rows.map(\.vm) == ["a[0]", "a[1]", "a[2]", "b"])
        #expect(rows.map(\.from) == ["leaf1/host1", "leaf1/host2", "leaf1/host1", "leaf1/host2"])
        // 2 GiB are taken at leaf3/host2.
        #expect(rows.map(\.to) == ["leaf2/host1", "leaf2/host2", "leaf3/host1", "leaf3/host2"])
        #expect(rows.allSatisfy { $0.outcome == .completed && $0.waited == .zero })
    }

    @Test(
        "DER-16: moves that must wait begin when others are over, in the order asked for",
        arguments: [
            ("listed", "total: 1", ["a[0]", "a[1]", "a[2]", "b"], [0, 1, 2, 3]),
            ("smallest-first", "total: 1", ["b", "a[0]", "a[1]", "a[2]"], [0, 1, 2, 3]),
            ("largest-first", "total: 2", ["a[0]", "a[1]", "a[2]", "b"], [0, 0, 1, 1]),
            ("listed", "per-host: 1", ["a[0]", "a[1]", "a[2]", "b"], [0, 0, 1, 1]),
            ("listed", "per-rack: 3", ["a[0]", "a[1]", "a[2]", "b"], [0, 0, 0, 1]),
        ] as [(String, String, [String], [Int64])])
    func limitsAndOrder(_ order: String, _ limit: String, _ vms: [String], _ waits: [Int64]) throws {
        let rows = try rows(scenario("[{\(Self.drain), order: \(order), parallel: {\(limit)}}]"))
        #expect(rows.map(\.vm) == vms)
        #expect(rows.map(\.waited) == waits.map { Duration.seconds($0) })
        #expect(rows.map(\.detached) == waits.map { Instant.zero + .seconds(1 + $0) })
    }

    @Test(
        "REQ-1-07: a move to a server without room for it is refused; the VM runs on where it was, and loses nothing",
        arguments: [
            ("{at: leaf2/host1, memory: 512 MiB}", "no-memory"), ("{at: leaf2/host1, memory: 4 GiB, cpu: 1}", ""),
            ("{at: leaf2/host1, memory: 4 GiB, storage: 1 GiB}", ""),
        ])
    func noRoom(_ server: String, _ reason: String) throws {
        let row = try #require(
            rows(scenario("[{vm: b, to: leaf2/host1, at: 1 s, downtime: 300 ms}]", servers: "[\(server)]")).first)
        #expect(row.refusal == reason)
        #expect(row.outcome == (reason.isEmpty ? .completed : .refused))
        #expect((row.lost == 0) == !reason.isEmpty && (row.detached == nil) == !reason.isEmpty)
    }

    @Test("REQ-1-07: what a VM has left is free for the next one, and what a given-up move had taken too")
    func roomIsGivenBack() throws {
        let moves = """
            [{vm: c, to: leaf2/host1, at: 1 s, downtime: 100 ms}, {vm: c, to: leaf3/host2, at: 2 s, downtime: 100 ms},
             {vm: "a[0]", to: leaf2/host1, at: 3 s, downtime: 1 ms}, {vm: b, to: leaf2/host1, at: 4 s, downtime: 1 ms}]
            """
        let rows = try rows(scenario(moves, servers: "[{at: leaf2/host1, memory: 3 GiB}]"))
        #expect(rows.map(\.outcome) == [.completed, .completed, .completed, .refused])
        #expect(rows.last?.refusal == "no-memory")
    }

    @Test("REQ-10-12: a move that would bring two tenants behind one NVE is refused where one of them forbids it")
    func exclusiveTenant() throws {
        let text = """
            schema: 1
            duration: 5 s
            underlay: {kind: star, hosts: [A, B, C], host-link: {rate: unlimited, delay: 1 ms}}
            overlay: {networks: [{name: blue, exclusive: true}, {name: red}]}
            nva: {at: out-of-band}
            vms: [{name: x, network: blue, at: A}, {name: y, network: red, at: B}]
            moves: [{vm: x, to: B, at: 1 s, downtime: 1 ms}, {vm: y, to: A, at: 2 s, downtime: 1 ms},
                    {vm: x, to: C, at: 3 s, downtime: 1 ms}, {vm: y, to: A, at: 4 s, downtime: 1 ms}]
            """
        let loaded = ScenarioLoader.load(text: text, name: "tenants.yaml")
        let rows = try rows(try #require(loaded.scenario, "\(loaded.diagnostics)"))
        #expect(rows.map(\.outcome) == [.refused, .refused, .completed, .completed])
        #expect(rows.map(\.refusal) == ["exclusive-tenant", "exclusive-tenant", "", ""])
    }

    @Test("The resolved form of a drained place names all its moves, and is read back to the same scenario")
    func resolved() throws {
        let scenario = try scenario("[{\(Self.drain), parallel: {total: 2}}]")
        #expect(scenario.moves.count == 4 && scenario.moves.allSatisfy { $0.drain.isEmpty })
        let again = ScenarioLoader.load(text: ResolvedForm.encode(scenario), name: "resolved.json")
        #expect(again.scenario == scenario)
    }
}

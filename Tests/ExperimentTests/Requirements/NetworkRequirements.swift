import Fabric
import Kernel
import Observe
import Overlay
import Testing

@testable import Experiment

/// Acceptance checks about tenants, places, registration and caches.
@Suite struct NetworkRequirements {
    private static let leaves = """
        schema: 1
        name: racks
        duration: 400 ms
        underlay:
          kind: leaf-spine
          spines: 2
          leaves: 4
          hosts-per-leaf: 2
          host-link: {rate: unlimited, delay: 10 us}
          fabric-link: {rate: unlimited, delay: 10 us}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: leaf4/host1, costs: {registration: 1 ms, spacing: 2 us}}
        nve: {cache: {timeout: never}}
        invalidate: {by: none}
        redirect: {learn: preinstalled}
        vms:
          - {name: c, network: blue, at: leaf1/host1}
          - {name: m, network: blue, at: leaf2/host1}
        traffic: [{name: f1, kind: cbr, from: c, to: m, rate: 10 kpps, size: 200 B, phase: 7 us}]

        """

    private static func links(movingTo host: String) throws -> (direct: Int?, triangular: Double) {
        let run = try FinishedRun(
            leaves + "moves: [{name: m1, vm: m, to: \(host), at: 100 ms, downtime: 10 ms}]\n")
        let rows = run.tables.paths.filter { $0.triangular.packets > 0 }
        let packets = rows.reduce(0) { $0 + $1.triangular.packets }
        #expect(packets > 0)
        let sum = rows.reduce(Int64(0)) { $0 + $1.triangular.links }
        return (rows.first?.directLinks, Double(sum) / Double(packets))
    }

    @Test("REQ-0-02 inside a rack the triangle has 6 links, across racks 8, to the sender's rack 8 instead of 2")
    func racks() throws {
        let inside = try Self.links(movingTo: "leaf2/host2")
        #expect(inside == (4, 6))
        let across = try Self.links(movingTo: "leaf3/host1")
        #expect(across == (4, 8))
        let back = try Self.links(movingTo: "leaf1/host2")
        #expect(back == (2, 8))
    }

    /// A finished world of the reference set-up, with changes.
    private static func world<Result>(
        _ text: String, _ look: (borrowing World, Roster) throws -> Result
    ) throws -> Result {
        let loaded = ScenarioLoader.load(text: text, name: "run.yaml")
        #expect(loaded.rendered() == "")
        let scenario = try #require(loaded.scenario)
        let builder = try WorldBuilder(scenario)
        let roster = builder.roster
        var world = try builder.build()
        try world.run()
        world.finish()
        return try look(world, roster)
    }

    @Test(
        "REQ-0-03 in the end no NVE has another place than the NVA's record",
        arguments: [ResultScenarios.withoutRedirect, ResultScenarios.withRedirect, "redirect: {learn: query}\n"])
    func allAgree(redirect: String) throws {
        try Self.world(ResultScenarios.reference + redirect) { world, roster in
            let vm = try #require(roster.vms(named: "m")?.lowerBound)
            let record = world.nva.directory[vm]
            #expect(roster.hosts.name(of: Int(record.locator.index)) == "C")
            var places: [String: String] = [:]
            for index in world.nves.indices {
                let slot = world.nves[index].mappings.find(record.hardware)
                if slot < 0 { continue }
                let entry = world.nves[index].mappings[slot]
                let host = roster.hosts.name(of: index)
                switch entry.place {
                case .attached: places[host] = host
                case .remote: places[host] = roster.hosts.name(of: Int(entry.locator.index))
                case .paused, .unknown: continue
                }
            }
            #expect(Set(places.values) == ["C"])
            #expect(places["A"] == "C" && places["C"] == "C")
        }
    }

    @Test("REQ-1-10 after leaving, coming and returning a VM is attached to exactly one NVE", arguments: ["B", "D"])
    func oneAttachment(last: String) throws {
        let text = ResultScenarios.reference.replacing(
            "downtime: 300 ms}]",
            with: "downtime: 300 ms}, {name: m2, vm: m, to: \(last), at: 12 s, mode: hot, downtime: 1 ms}]")
        try Self.world(text + ResultScenarios.withRedirect) { world, roster in
            let vm = try #require(roster.vms(named: "m")?.lowerBound)
            let endpoint = world.nva.directory[vm].hardware
            var attached: [String] = []
            for index in world.nves.indices {
                let slot = world.nves[index].mappings.find(endpoint)
                if slot >= 0, world.nves[index].mappings[slot].place == .attached {
                    attached.append(roster.hosts.name(of: index))
                }
            }
            #expect(attached == [last])
            #expect(roster.hosts.name(of: Int(world.nva.directory[vm].locator.index)) == last)
        }
    }

    @Test("REQ-1-01 REQ-2-09 tenants with the same addresses: each packet comes to its own network's VM")
    func tenants() throws {
        let run = try FinishedRun(
            """
            schema: 1
            duration: 1 s
            underlay:
              kind: star
              hosts: [A, B, C, NVA]
              host-link: {rate: unlimited, delay: 1 ms}
              delays: [{from: A, to: C, delay: 7 ms}]
            overlay:
              networks:
                - {name: blue, tenant: acme, subnet: 10.0.0.0/24}
                - {name: red, tenant: duff, subnet: 10.0.0.0/24}
            nva: {at: NVA}
            vms:
              - {name: a, network: blue, at: A, address: 10.0.0.1, mac: "02:00:00:00:00:01"}
              - {name: b, network: blue, at: B, address: 10.0.0.2, mac: "02:00:00:00:00:02"}
              - {name: x, network: red, at: A, address: 10.0.0.1, mac: "02:00:00:00:00:01"}
              - {name: y, network: red, at: C, address: 10.0.0.2, mac: "02:00:00:00:00:02"}
            traffic:
              - {name: inBlue, from: a, to: b, rate: 1 kpps, size: 100 B}
              - {name: inRed, from: x, to: y, rate: 700 pps, size: 100 B}

            """)
        // B is 2 ms from A, C 7 ms: the delay says where each packet went.
        for (name, tenant, sent, delay) in [("inBlue:a->b", "acme", 1_000, Int64(2)), ("inRed:x->y", "duff", 700, 7)] {
            let flow = try run.flow(name)
            #expect((flow.tenant, flow.sent, flow.delivered) == (tenant, sent, sent))
            #expect(flow.latencyMean == .milliseconds(delay) && flow.latencyMax == .milliseconds(delay))
        }
    }

    @Test("REQ-1-01 traffic from one tenant's VM to another's is refused")
    func noTrafficAcross() {
        let loaded = ScenarioLoader.load(
            text: """
                schema: 1
                overlay: {networks: [{name: blue, vni: 1}, {name: red, vni: 2}]}
                vms: [{name: a, network: blue, at: leaf1/host1}, {name: b, network: red, at: leaf2/host1}]
                traffic: [{from: a, to: b, rate: 1 pps}]

                """, name: "t.yaml")
        #expect(loaded.outcome == .invalid)
        #expect(loaded.diagnostics.map(\.message) == ["`a` and `b` are not in the same network"])
    }

    @Test("REQ-1-04 a move begins at exactly its time; without an entry nothing ever moves")
    func moves() throws {
        let run = try FinishedRun(ResultScenarios.reference + ResultScenarios.withoutRedirect)
        #expect(try run.migration("m1").requested == Instant(picoseconds: 10_000_000_000_000))
        #expect(try run.migration("m1").detached == Instant(picoseconds: 10_000_000_000_000))
        let text = ResultScenarios.reference.split(separator: "\n").filter { !$0.hasPrefix("moves:") }
        let still = try FinishedRun(text.joined(separator: "\n") + "\n")
        #expect(still.tables.migrations.isEmpty && still.tables.convergence.isEmpty && still.tables.messages.isEmpty)
        let flow = try still.flow("f1:c->m")
        #expect((flow.sent, flow.delivered, flow.misdirected) == (20_000, 20_000, 0))
    }

    @Test("REQ-1-08 a VM that no NVE serves gets nothing and sends nothing")
    func withoutNVE() throws {
        let text = ResultScenarios.reference.replacing("downtime: 300 ms", with: "downtime: 10 s")
            .replacing(
                "phase: 500 us}]", with: "phase: 500 us}, {name: f2, from: m, to: c, rate: 1 kpps, phase: 500 us}]")
        let run = try FinishedRun(text + ResultScenarios.withoutRedirect)
        // What has left A by 9.998 s arrives; then the VM is nowhere to the end.
        let flow = try run.flow("f1:c->m")
        #expect((flow.delivered, flow.lost) == (9_998, 10_002))
        // The last two come at the very end, when it is back elsewhere.
        let end = Instant(picoseconds: 20_000_000_000_000)
        #expect(run.tables.losses.allSatisfy { $0.whereabouts == .nowhere || $0.first >= end })
        #expect(try run.flow("f2:m->c").sent == 10_000)
    }

    @Test(
        "REQ-1-09 what is not hot, warm or cold is refused with its line, and no other word stands for one of them",
        arguments: ["lukewarm", "live", "Hot", "HOT", "offline", "hot-migration", "warn", "0", "pre-copy"])
    func unknownMode(_ mode: String) throws {
        let text = ResultScenarios.reference.replacing("mode: hot", with: "mode: \(mode)")
        let loaded = ScenarioLoader.load(text: text, name: "t.yaml")
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.hasPrefix("moves:") }
        #expect(loaded.diagnostics.map(\.message) == ["`mode`: there is no `\(mode)`"])
        let hint = try #require(loaded.diagnostics.first?.hint)
        #expect(hint.hasPrefix("did you mean `") || ["hot", "warm", "cold"].allSatisfy(hint.contains), "\(hint)")
        #expect(loaded.diagnostics.first?.position.line == line.map { $0 + 1 })
        #expect(ScenarioLoader.load(text: ResultScenarios.reference, name: "t.yaml").outcome == .loaded)
    }

    @Test("REQ-1-14 sites 20 ms apart: the triangle adds 40 ms to the direct way", arguments: [1, 20, 33])
    func sites(milliseconds: Int64) throws {
        let run = try FinishedRun(
            """
            schema: 1
            duration: 2 s
            underlay:
              kind: sites
              sites: 2
              leaves: 2
              spines: 2
              hosts-per-leaf: 2
              host-link: {rate: unlimited, delay: 0 s}
              fabric-link: {rate: unlimited, delay: 0 s}
              wan: {rate: unlimited, delay: \(milliseconds) ms}
              framing: none
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            nva: {at: site2/leaf2/host2}
            nve: {cache: {timeout: never}}
            invalidate: {by: none}
            redirect: {learn: preinstalled}
            vms:
              - {name: c, network: blue, at: site2/leaf1/host1}
              - {name: m, network: blue, at: site1/leaf1/host1}
            traffic: [{name: f1, from: c, to: m, rate: 10 kpps, size: 200 B, phase: 7 us}]
            moves: [{name: m1, vm: m, to: site2/leaf2/host1, at: 500 ms, downtime: 1 ms}]

            """)
        let rows = run.tables.paths.filter { $0.triangular.packets > 0 && $0.period != .before }
        #expect(!rows.isEmpty)
        for row in rows {
            let extra =
                row.triangular.delay - Int128(row.triangular.packets) * Int128(row.directDelay?.picoseconds ?? -1)
            #expect(extra == Int128(row.triangular.packets) * Int128(2 * milliseconds) * 1_000_000_000)
        }
    }

    @Test("DER-08 both ends of a flow move at once: both networks of caches converge, and the account is whole")
    func bothEnds() throws {
        let text = ResultScenarios.reference.replacing(
            "downtime: 300 ms}]",
            with: "downtime: 300 ms}, {name: m2, vm: c, to: D, at: 10.1 s, mode: hot, downtime: 250 ms}]"
        )
        .replacing(
            "phase: 500 us}]", with: "phase: 500 us}, {name: f2, from: m, to: c, rate: 700 pps, phase: 3 us}]")
        let run = try FinishedRun(text + ResultScenarios.withRedirect)
        #expect(run.tables.migrations.allSatisfy { $0.outcome == .completed })
        #expect(!run.tables.convergence.isEmpty)
        #expect(run.tables.convergence.allSatisfy { $0.outcome != .stillStale })
        for flow in run.tables.flows {
            #expect(flow.sent == flow.delivered + flow.lost + flow.unfinished && flow.unfinished == 0)
        }
        let after = try simulate(run.scenario).fates.filter { $0.sentAt > 10_400_000_000_000 }
        #expect(after.count > 10_000 && after.allSatisfy { $0.end == "delivered" && $0.segments == 1 })
    }
}

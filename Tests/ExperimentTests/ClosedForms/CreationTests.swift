import Kernel
import Mobility
import Observe
import Testing

@testable import Experiment

/// VMs that come into being in the course of a run, and such as end in it.
@Suite struct CreationTests {
    private func tables(
        _ vms: String, onboarding: String = "{}", servers: String = "[]", moves: String = "[]",
        placement: String = "hypervisor", more: String = ""
    ) throws -> ResultTables {
        let text = """
            schema: 1
            duration: 10 s
            underlay:
              {kind: leaf-spine, spines: 1, leaves: 2, hosts-per-leaf: 2, host-link: {rate: unlimited, delay: 1 us},
               fabric-link: {rate: unlimited, delay: 2 us}}
            overlay: {networks: [{name: blue}]}
            nva: {at: out-of-band, delay: 100 us}
            nve: {miss: query-drop, placement: \(placement)}
            onboarding: \(onboarding)
            servers: \(servers)
            vms: [{name: x, network: blue, at: leaf2/host1}, \(vms)]
            traffic: [{kind: cbr, from: x, to: new, rate: 1 kpps, size: 500 B, phase: 500 us}]
            moves: \(moves)
            \(more)
            """
        let loaded = ScenarioLoader.load(text: text, name: "creation.yaml")
        return try ResultTables(running: try #require(loaded.scenario, "\(loaded.diagnostics)"))
    }

    private static let new = "name: new, network: blue, at: leaf1/host1"

    @Test("OLD-8.1-01: before its creation nothing reaches a VM, after it everything, after its end nothing again")
    func lifetime() throws {
        let tables = try tables("{\(Self.new), created: 2 s, destroyed: 7 s}")
        let row = try #require(tables.creations.first)
        #expect(row.created == .zero + .seconds(2) && row.destroyed == .zero + .seconds(7))
        #expect(row.outcome == "destroyed" && row.delay == .after(.zero))
        // It announces itself when it runs; its registration is a delay and the NVA's 20 us away.
        #expect(row.registered == .zero + .seconds(2) + .microseconds(120))
        // Packets from 0.5 ms on, each millisecond: all of five seconds but those until the sender's NVE is told.
        #expect(tables.runs[0].delivered == 5_000 - misses(tables))
        #expect(tables.vmStates.map(\.to) == ["preparing", "running", "shutting-down", "shutdown"])
        #expect(tables.vmStates.map(\.cause) == ["creation", "creation", "destruction", "destruction"])
    }

    /// Packets of the VM's time that its NVE had no mapping for yet.
    private func misses(_ tables: ResultTables) -> Int {
        tables.losses.filter { $0.cause == .awaitingAnswer || $0.cause == .noAnswer }
            .filter { $0.whereabouts == .elsewhere }.reduce(0) { $0 + Int($1.packets) }
    }

    @Test(
        "OLD-8.1-04: onboarding takes three delays and the processing, an approval one more", arguments: [false, true])
    func onboarding(_ approval: Bool) throws {
        let rules = "{ask: true, delay: 4 ms, processing: 30 ms, approval: \(approval ? "true" : "false")}"
        let tables = try tables("{\(Self.new), created: 2 s}", onboarding: rules)
        let row = try #require(tables.creations.first)
        #expect(row.delay == .after(.milliseconds(approval ? 46 : 42)) && row.outcome == "created")
        let said = tables.messages.filter { $0.kind.hasPrefix("onboard") }
        let bytes = ["onboard-acknowledgement": 128, "onboard-approval": 128] as [String: Int64]
        #expect(said.count == (approval ? 4 : 3))
        for message in said {
            #expect(message.messages == 1 && message.bytes == bytes[message.kind] ?? 256, "\(message.kind)")
        }
    }

    @Test(
        "OLD-8.1-02, OLD-8.1-03: a VM without authority or room is refused, and never runs",
        arguments: [
            ("trusted: false", "[]", "not-authorised"), ("memory: 2 GiB", "[{at: all, memory: 1 GiB}]", "no-memory"),
        ])
    func refused(_ key: String, _ servers: String, _ reason: String) throws {
        let tables = try tables("{\(Self.new), created: 2 s, \(key)}", onboarding: "{ask: true}", servers: servers)
        let row = try #require(tables.creations.first)
        #expect(row.outcome == "refused" && row.refusal == reason && row.created == nil && row.registered == nil)
        #expect(tables.runs[0].delivered == 0 && tables.vmStates.isEmpty)
        #expect(tables.messages.contains { $0.kind == "onboard-refusal" })
    }

    @Test("REQ-1-07: what a destroyed VM had is free for the next")
    func roomIsGivenBack() throws {
        let old = "{name: old, network: blue, at: leaf1/host1, memory: 1 GiB, destroyed: 3 s}"
        for (time, outcome) in [("2 s", "refused"), ("4 s", "created")] {
            let tables = try tables(
                "\(old), {\(Self.new), memory: 1 GiB, created: \(time)}", servers: "[{at: all, memory: 1 GiB}]")
            #expect(tables.creations.map(\.outcome) == [outcome, "destroyed"])
        }
    }

    @Test("OLD-8.1-01: a VM that is on its way when its hour comes is destroyed where it arrives")
    func destroyedOnItsWay() throws {
        let tables = try tables(
            "{\(Self.new), created: 1 s, destroyed: 5 s}",
            moves: "[{vm: new, to: leaf1/host2, at: 4500 ms, downtime: 1 s}]")
        let row = try #require(tables.creations.first)
        #expect(row.destroyed == .zero + .milliseconds(5_500) && row.host == "leaf1/host2")
        #expect(tables.migrations[0].outcome == .completed)
        #expect(tables.runs[0].delivered <= 3_500 && tables.runs[0].delivered > 3_490)
    }

    @Test("OLD-8.1-01: so it is behind NVEs in leaves, and split ones", arguments: ["leaf", "split"])
    func inLeaves(_ placement: String) throws {
        let tables = try tables("{\(Self.new), created: 2 s, destroyed: 7 s}", placement: placement)
        #expect(tables.runs[0].delivered == 5_000 - misses(tables))
        #expect(tables.creations[0].outcome == "destroyed")
    }

    @Test("OLD-8.1-01: on a server that is down it comes into being when that is up again")
    func onFailedServer() throws {
        let tables = try tables(
            "{\(Self.new), created: 2 s}",
            more: "failures: [{target: {server: leaf1/host1}, at: 1 s, repair: 3 s}]")
        #expect(tables.runs[0].delivered <= 6_000 && tables.runs[0].delivered > 5_990)
    }
}

import Kernel
import Observe
import Testing

@testable import Experiment

/// Data centres that cannot move VMs in every way (REQ-3-05).
@Suite struct CapabilityTests {
    private static let steps = "transfer: {rate: 10 Gbps, latency: 2 ms}, cold: {stop: 10 ms, start: 20 ms}"

    private func loaded(_ move: String, capabilities: String) -> LoadResult {
        let text = """
            schema: 1
            duration: 15 s
            underlay: {kind: star, hosts: [A, B, C, N], host-link: {rate: unlimited, delay: 1 us}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            nva: {at: N}
            vms:
              - {name: web, network: blue, at: B, memory: 8 GiB, dirty-rate: 10 MB/s}
              - {name: client, network: blue, at: A}
            traffic: [{kind: cbr, from: client, to: web, rate: 1 kpps, size: 500 B, phase: 500 us}]
            capabilities: \(capabilities)
            moves: [{name: m, vm: web, to: C, at: 1 s, \(move)}]
            """
        return ScenarioLoader.load(text: text, name: "capabilities.yaml")
    }

    private func tables(_ move: String, capabilities: String = "[hot, warm, cold]") throws -> ResultTables {
        let result = loaded(move, capabilities: capabilities)
        return try ResultTables(running: #require(result.scenario, "\(result.diagnostics)"))
    }

    @Test(
        "REQ-3-05 a hot move falls back to a cold one, the same in every number", arguments: ["[cold]", "[warm, cold]"])
    func downgrade(capabilities: String) throws {
        let cold = try tables("mode: cold, \(Self.steps)")
        let hot = try tables("mode: hot, fallback: cold, \(Self.steps)", capabilities: capabilities)
        var row = try #require(hot.migrations.first)
        #expect(row.mode == "cold" && row.asked == "hot" && row.outcome == .completed)
        // 10 ms, 8 GiB at 10 Gbit/s, 2 ms, 20 ms.
        #expect(row.downtime == .after(Duration(picoseconds: 6_871_947_673_600 + 32_000_000_000)))
        row.asked = "cold"
        #expect(cold.migrations == [row])
        #expect(hot.flows == cold.flows && hot.messages == cold.messages && hot.losses == cold.losses)
    }

    @Test("REQ-3-05 where the data centre can do what is asked, the fallback is of no effect")
    func capable() throws {
        let plain = try tables("mode: hot, transfer: {rate: 10 Gbps, latency: 2 ms}")
        let careful = try tables("mode: hot, fallback: cold, \(Self.steps)", capabilities: "[hot, cold]")
        #expect(careful.migrations == plain.migrations && careful.flows == plain.flows)
    }

    @Test(
        "REQ-3-05 without a way to move it the VM stays, and the report and the loader say so",
        arguments: [
            ("mode: hot, downtime: 30 ms", "[warm, cold]", "has no hot moves"),
            ("mode: warm, fallback: cold, \(steps)", "[hot]", "has neither warm nor cold moves"),
            ("mode: cold, \(steps)", "[]", "has no cold moves"),
        ])
    func refused(move: String, capabilities: String, reason: String) throws {
        let result = loaded(move, capabilities: capabilities)
        #expect(result.diagnostics.map(\.message).contains { $0.contains(reason) })
        let tables = try tables(move, capabilities: capabilities)
        let row = try #require(tables.migrations.first)
        #expect(row.outcome == .refused && row.refusal == "no-capability" && row.from == "B" && row.to == "C")
        #expect(row.detached == nil && row.lost == 0 && row.bytesCopied ?? 0 == 0)
        #expect(tables.flows.map(\.delivered) == [15_000])
    }

    @Test("REQ-3-05 describe says how a move will be carried out")
    func description() throws {
        let result = loaded("mode: hot, fallback: cold, \(Self.steps)", capabilities: "[cold]")
        let decisions = try Decisions.inForce(#require(result.scenario))
        #expect(decisions.contains { $0.id == "REQ-3-05" && $0.statement.contains("hot or warm") })
        let text = try Description(#require(result.scenario)).text()
        #expect(text.contains("cold instead of hot"))
    }
}

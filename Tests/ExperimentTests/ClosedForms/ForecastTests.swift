import Kernel
import Observe
import Testing

@testable import Experiment

/// What tenants are told of their interruptions, beforehand and afterwards (REQ-3-06).
@Suite struct ForecastTests {
    private func tables(
        _ move: String, more: String = "", link: String = "unlimited", drain: String = "until-empty"
    ) throws -> ResultTables {
        let text = """
            schema: 1
            duration: 15 s
            drain: \(drain)
            underlay:
              kind: star
              hosts: [A, B, C, D, N]
              host-link: {rate: \(link), delay: 1 us}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24, tenant: shop}, {name: red, subnet: 10.0.1.0/24}]}
            nva: {at: N}
            vms:
              - {name: web, network: blue, at: B, memory: 2 GiB, dirty-rate: 100 MB/s, working-set: 64 MiB}
              - {name: db, network: red, at: B, memory: 1 GiB, dirty-rate: 100 MB/s}
              - {name: client, network: blue, at: A}
            traffic: [{kind: cbr, from: client, to: web, rate: 100 pps, size: 500 B, phase: 500 us}]
            moves: [{name: m, vm: web, to: C, at: 1 s, \(move)}\(more)]
            """
        let result = ScenarioLoader.load(text: text, name: "forecast.yaml")
        return try ResultTables(running: #require(result.scenario, "\(result.diagnostics)"))
    }

    @Test(
        "REQ-3-06 over a channel of its own a move stands still exactly as long as was foretold",
        arguments: [
            "downtime: 30 ms", "transfer: {rate: 10 Gbps, latency: 1 ms, switch-time: 3 ms}",
            "transfer: {rate: 10 Gbps, scheme: post-copy, device-state: 4 MiB}",
            "transfer: {rate: 1 Gbps, scheme: stop-and-copy, compression: 30 %}",
            "mode: warm, warm: {interval: 250 ms, start: 20 ms}, transfer: {rate: 10 Gbps}",
            "mode: cold, transfer: {rate: 10 Gbps, latency: 2 ms}, cold: {stop: 70 ms, package: 5 ms, start: 200 ms}",
        ])
    func exact(move: String) throws {
        let row = try #require(try tables(move).migrations.first)
        let forecast = try #require(row.forecast)
        #expect(row.outcome == .completed && row.tenant == "shop")
        #expect(row.stopToRun == .after(forecast))
    }

    @Test("REQ-3-06 on idle links the forecast lacks headers alone: 1 540 B are sent for 1 460 B")
    func fabric() throws {
        let move = "mode: cold, transfer: {over: fabric, train: 1 MB}, cold: {stop: 70 ms}"
        let row = try #require(try tables(move, link: "10 Gbps").migrations.first)
        let forecast = try #require(row.forecast)
        #expect(forecast == Duration(picoseconds: 70_000_000_000 + (2 << 30) * 800))
        guard case .after(let measured) = row.stopToRun else { return #expect(Bool(false), "it is over") }
        let ratio =
            Double((measured - .milliseconds(70)).picoseconds) / Double((forecast - .milliseconds(70)).picoseconds)
        #expect(ratio > 1 && ratio < 1.08)
    }

    @Test("A move that would be given up is foretold no standstill")
    func givenUp() throws {
        let move = "transfer: {rate: 500 Mbps, max-rounds: 1, on-non-convergence: abort}"
        let row = try #require(try tables(move).migrations.first)
        #expect(row.forecast == nil)
    }

    @Test("REQ-3-06 the summary tells each tenant of its cold moves, and of nothing else")
    func summary() throws {
        let steps = "mode: cold, transfer: {rate: 10 Gbps}"
        let more = ", {vm: web, to: D, at: 5 s, \(steps)}, {vm: db, to: C, at: 1 s, \(steps), cold: {stop: 100 ms}}"
        let cold = RunSummary(tables: try tables(steps, more: more), events: 1, seconds: 0).text()
        let expected = """
            Interruptions by cold moves
              tenant  moves     longest   predicted      in all   predicted
              red         1  958.993 ms  958.993 ms  958.993 ms  958.993 ms
              shop        2   1.71799 s   1.71799 s   3.43597 s   3.43597 s
            """
        #expect(cold.contains(expected), "\(cold)")
        // The second waits for the first, and that takes longer than the run.
        let slow = "mode: cold, transfer: {rate: 1 Gbps}, parallel: {total: 1}, count: 2, every: 1 s"
        let waiting = RunSummary(tables: try tables(slow, drain: "1 s"), events: 1, seconds: 0).text()
        #expect(waiting.contains("  shop        1  "), "\(waiting)")
        let hot = RunSummary(tables: try tables("downtime: 30 ms"), events: 1, seconds: 0).text()
        #expect(!hot.contains("Interruptions"))
    }
}

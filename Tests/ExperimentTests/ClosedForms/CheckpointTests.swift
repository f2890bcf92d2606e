import Kernel
import Mobility
import Observe
import Testing

@testable import Experiment

/// P10: a standby fed by checkpoints, as Remus has it. What the primary sends waits until the state that sent it is
/// safe.
@Suite struct CheckpointTests {
    private func scenario(epoch: String, acknowledgement: String, more: String = "") throws -> Scenario {
        let text = """
            schema: 1
            duration: 2 s
            underlay: {kind: star, hosts: [A, B, C], host-link: {rate: unlimited, delay: 1 ms}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            nva: {at: out-of-band}
            vms: [{name: web, network: blue, at: A}, {name: client, network: blue, at: C}]
            traffic:
              - {name: out, kind: cbr, from: web, to: client, rate: 1009 pps, size: 200 B, phase: 100 us}
              - {name: in, kind: cbr, from: client, to: web, rate: 1 kpps, size: 200 B, phase: 100 us}
            failover:
              - name: f
                primary: web
                secondary: B
                sync: {kind: checkpoints, interval: \(epoch), acknowledgement: \(acknowledgement), size: 3 MB}
                detector: {kind: ideal, delay: 50 ms}
            \(more)
            """
        let loaded = ScenarioLoader.load(text: text, name: "checkpoints.yaml")
        return try #require(loaded.scenario, "\(loaded.diagnostics)")
    }

    @Test(
        "P10, REQ-8-03: a packet waits for the end of its epoch and the acknowledgement, and for nothing else",
        arguments: [(25, 5), (25, 0), (40, 70), (7, 3)] as [(Int64, Int64)])
    func outputWaits(_ epoch: Int64, _ acknowledgement: Int64) throws {
        let scenario = try scenario(epoch: "\(epoch) ms", acknowledgement: "\(acknowledgement) ms")
        let fates = try simulate(scenario).fates
        let millisecond: Int64 = 1_000_000_000
        var waits: [Int64] = []
        for fate in fates where fate.flow == 0 && fate.end == "delivered" {
            // 2 ms on the way.
            let wait = fate.endedAt - fate.sentAt - 2 * millisecond
            let end = (fate.sentAt / (epoch * millisecond) + 1) * epoch * millisecond
            #expect(wait == end + acknowledgement * millisecond - fate.sentAt)
            waits.append(wait)
        }
        #expect(waits.count > 1_900)
        #expect(waits.allSatisfy { $0 > acknowledgement * millisecond })
        #expect(waits.allSatisfy { $0 <= (epoch + acknowledgement) * millisecond })
        let other = fates.filter { $0.flow == 1 }
        #expect(other.allSatisfy { $0.endedAt - $0.sentAt == 2 * millisecond }, "what it receives does not wait")
    }

    @Test(
        "P10: after a failure nobody has seen a packet that the secondary does not know of",
        arguments: [1_003, 1_012, 1_024, 1_025, 1_029, 1_030, 1_031] as [Int64])
    func nothingIsContradicted(_ failure: Int64) throws {
        let scenario = try scenario(
            epoch: "25 ms", acknowledgement: "5 ms", more: "failures: [{target: {server: A}, at: \(failure) ms}]")
        let row = try #require(ResultTables(running: scenario).failovers.first)
        // The last checkpoint that was acknowledged before: 5 ms after a multiple of 25 ms.
        let known = (failure - 5) / 25 * 25
        #expect(row.staleness == .milliseconds(failure - known))
        #expect(row.outcome == "taken-over")
        let fates = try simulate(scenario).fates.filter { $0.flow == 0 }
        let (down, up) = (failure * 1_000_000_000, (failure + 50) * 1_000_000_000)
        let before = fates.filter { $0.sentAt < down }
        #expect(before.allSatisfy { $0.end != "delivered" || $0.sentAt < known * 1_000_000_000 })
        // What has just got out may be lost with the server's link.
        let earlier = before.filter { $0.sentAt < (known - 25) * 1_000_000_000 }
        #expect(earlier.allSatisfy { $0.end == "delivered" } && earlier.count > 900)
        #expect(before.filter { $0.end == "lost" }.allSatisfy { $0.cause == "node-down" })
        #expect(fates.contains { $0.sentAt >= up && $0.end == "delivered" }, "the secondary answers")
    }

    @Test("OLD-7-08: checkpoints cost their bytes, one an epoch")
    func checkpointsCost() throws {
        let row = try #require(
            ResultTables(running: try scenario(epoch: "25 ms", acknowledgement: "5 ms")).failovers.first)
        #expect(row.syncBytes == 80 * 3_000_000)
    }
}

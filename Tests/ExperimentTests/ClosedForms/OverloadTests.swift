import Kernel
import Observe
import Testing

@testable import Experiment

/// What is done about a server that has more to do than it can.
@Suite struct OverloadTests {
    private func tables(_ overload: String, failover: Bool = false) throws -> ResultTables {
        let standby = "failover: [{name: f, primary: m, secondary: C, detector: {kind: ideal}, takeover: 3 ms}]\n"
        let moves = "moves: [{name: m1, vm: m, to: C, at: 10 s, mode: hot, downtime: 300 ms}]"
        let text = ResultScenarios.reference.replacing(moves, with: "overloads: [{\(overload)}]")
        return try FinishedRun(text + ResultScenarios.withoutRedirect + (failover ? standby : "")).tables
    }

    @Test("OLD12-8-01, REQ-8-02: an overload brings about a hot move")
    func hotMove() throws {
        let tables = try tables("name: busy, vm: m, at: 10 s, to: C, downtime: 300 ms")
        let row = try #require(tables.migrations.first)
        #expect(tables.migrations.count == 1 && row.move == "busy" && row.mode == "hot")
        #expect(row.detached == Instant.zero + .seconds(10) && row.downtime == .after(.milliseconds(300)))
    }

    @Test("OLD12-8-01, REQ-8-02: or the secondary takes over, before anything has failed")
    func failover() throws {
        let tables = try tables("vm: m, at: 10 s, reaction: failover", failover: true)
        #expect(tables.migrations.isEmpty)
        let row = try #require(tables.failovers.first)
        #expect(row.outcome == "taken-over" && row.isAnnounced && row.failed == nil)
        #expect(row.takenOver == Instant.zero + .seconds(10) + .milliseconds(3))
    }

    @Test("OLD12-8-01: or nothing is done")
    func nothing() throws {
        let tables = try tables("vm: m, at: 10 s, reaction: none", failover: true)
        #expect(tables.migrations.isEmpty && tables.failovers.first?.outcome == "guarded")
        #expect(tables.runs[0].lost == 0)
    }
}

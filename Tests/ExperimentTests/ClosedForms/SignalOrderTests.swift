import Kernel
import Observe
import Testing

@testable import Experiment

/// State and signalling, one after the other or at once: hosts are 2 ms apart, and the NVA takes 1 ms.
@Suite struct SignalOrderTests {
    private func tables(_ move: String, announce: String = "kind: garp") throws -> ResultTables {
        let text = ResultScenarios.reference
            .replacing("mode: hot, downtime: 300 ms", with: move)
            .replacing("{name: m, network: blue, at: B}", with: "{name: m, network: blue, at: B, memory: 4096 B}")
            .replacing("announce: {kind: garp, delay: 0 s, count: 1}", with: "announce: {\(announce)}")
        return try FinishedRun(text + ResultScenarios.withoutRedirect).tables
    }

    private func row(_ move: String) throws -> MigrationRow { try #require(try tables(move).migrations.first) }

    /// 4 096 bytes at 32 768 bit/s: one second.
    private func cold(_ order: String) -> String { "mode: cold, transfer: {rate: 32768 bps, order: \(order)}" }

    @Test("REQ-6-02 REQ-6-01: state that is sent after signalling begins at the reply, 2a + p later")
    func stateFollowsTheSignal() throws {
        let before = try row(cold("before-signal"))
        let after = try row(cold("after-signal"))
        let parallel = try row(cold("parallel"))
        #expect(before.downtime == .after(.seconds(1)) && parallel.downtime == .after(.seconds(1)))
        #expect(after.downtime == .after(.seconds(1) + .milliseconds(2 + 1 + 2)))
        let detached = Instant.zero + .seconds(10)
        #expect(before.registered == detached + .seconds(1) + .milliseconds(3))
        #expect(after.registered == detached + .milliseconds(3) && parallel.registered == after.registered)
    }

    @Test(
        "REQ-6-01: one registration request and one reply a move, and once more when a VM registered before announces",
        arguments: [("before-signal", 1), ("after-signal", 2), ("parallel", 2)])
    func exchangesAreCounted(_ order: String, _ count: Int) throws {
        let messages = try tables(cold(order)).messages
        for kind in ["registration", "registration-reply"] {
            #expect(messages.filter { $0.kind == kind }.reduce(0) { $0 + $1.messages } == count, "\(kind)")
        }
    }

    @Test("REQ-6-02: what goes to the new place before the state is there is lost, or waits in its buffer")
    func earlyPacketsWait() throws {
        let lost = try row(cold("after-signal"))
        #expect(lost.early > 900 && lost.lost > 900)
        let text = ResultScenarios.reference
            .replacing("mode: hot, downtime: 300 ms", with: cold("after-signal"))
            .replacing("{name: m, network: blue, at: B}", with: "{name: m, network: blue, at: B, memory: 4096 B}")
        let waiting = try FinishedRun(text + "redirect: {learn: none, buffer: {at: new, limit: 2000 packets}}\n")
        let row = try waiting.migration("m1")
        #expect(row.early == lost.early && row.lost < 10)
    }

    @Test("DER-10: a move that is given up after the signal takes the mapping back")
    func givenUpAfterTheSignal() throws {
        let text = ResultScenarios.reference
            .replacing("mode: hot, downtime: 300 ms", with: cold("after-signal"))
            .replacing("{name: m, network: blue, at: B}", with: "{name: m, network: blue, at: B, memory: 4096 B}")
        let run = try FinishedRun(
            text + ResultScenarios.withoutRedirect + "failures: [{target: {server: C}, at: 10.5 s}]\n")
        let row = try run.migration("m1")
        #expect(row.outcome == .aborted && row.attached == Instant.zero + .milliseconds(10_500))
        // It runs at its old place again, and from 10.503 s on the NVA says so.
        let last = try simulate(run.scenario).fates.filter { $0.flow == 0 && $0.sentAt > 10_510_000_000_000 }
        #expect(last.allSatisfy { $0.end == "delivered" } && last.count > 9_000)
    }

    @Test("REQ-7-11: a place that the NVA knows beforehand is in force when the VM runs there: a + p sooner")
    func preregistration() throws {
        func warm(_ more: String) -> String {
            "mode: warm, transfer: {rate: 32768 bps}, warm: {interval: 3 s, start: 200 ms\(more)}"
        }
        let (plain, known) = (try tables(warm("")), try tables(warm(", preregister: true")))
        let rows = (try #require(plain.migrations.first), try #require(known.migrations.first))
        #expect(rows.0.downtime == rows.1.downtime && rows.0.attached == rows.1.attached)
        #expect(rows.1.registered == rows.1.attached)
        let late = try #require(rows.0.registered) - (try #require(rows.0.attached))
        #expect(late == .milliseconds(3))
        let caches = (plain.convergence.first { $0.node == "A" }, known.convergence.first { $0.node == "A" })
        let corrected = (try #require(caches.0?.corrected), try #require(caches.1?.corrected))
        #expect(corrected.0 - corrected.1 == .milliseconds(3))
    }
}

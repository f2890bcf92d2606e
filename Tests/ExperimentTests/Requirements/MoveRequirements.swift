import Kernel
import Observe
import Testing

@testable import Experiment

/// What sections 7 and 8 of the drafts ask of hot, warm and cold mobility, on the reference: hosts are 2 ms apart, the
/// NVA takes 1 ms, and a client sends 1 000 packets a second, the first at half a millisecond.
@Suite struct MoveRequirements {
    private func text(_ move: String, vm: String = "", duration: String = "20 s") -> String {
        ResultScenarios.reference
            .replacing("mode: hot, downtime: 300 ms", with: move)
            .replacing("{name: m, network: blue, at: B}", with: "{name: m, network: blue, at: B\(vm)}")
            .replacing("duration: 20 s", with: "duration: \(duration)")
    }

    private func run(_ move: String, vm: String = "", _ more: String = ResultScenarios.withoutRedirect) throws
        -> FinishedRun
    {
        try FinishedRun(text(move, vm: vm) + more)
    }

    private func announcements(_ run: FinishedRun) -> Int {
        run.tables.messages.filter { $0.kind == "gratuitous-arp" }.reduce(0) { $0 + $1.messages }
    }

    private static let kinds = [
        "mode: hot, transfer: {rate: 1 Gbps}",
        "mode: warm, transfer: {rate: 1 Gbps}, warm: {interval: 3 s, stop: 1 s, start: 500 ms}",
        "mode: cold, transfer: {rate: 1 Gbps}, cold: {stop: 1 s, start: 2 s}",
    ]

    @Test("REQ-7-03, REQ-1-04: every kind of move begins when the VM manager's list says so", arguments: kinds)
    func managerBegins(_ move: String) throws {
        let run = try run(move, vm: ", memory: 1 MiB")
        let row = try run.migration("m1")
        #expect(row.requested == Instant.zero + .seconds(10) && row.outcome == .completed)
        #expect(run.tables.phases.filter { $0.move == "m1" }.allSatisfy { $0.start >= row.requested })
    }

    @Test("REQ-7-07, OLD-8-02: hot, nothing written and no switch-over: nothing is lost but by what caches say")
    func hotInterruptsNothing() throws {
        // Memory goes in one round, for a target that it cannot meet at once.
        let move = "mode: hot, transfer: {rate: 1 Gbps, downtime-target: 1 us}"
        let row = try run(move, vm: ", memory: 1 MiB").migration("m1")
        #expect(row.downtime == .after(.zero) && row.floor == 0)
        // Stale until the push: announced at once, 2 ms to the NVA, 1 ms there behind 1 ms for the deregistration, 2 ms
        // to A; and 2 ms of packets under way.
        #expect(row.lost == 2 + 1 + 1 + 2 + 2)
        let caught = try run(move, vm: ", memory: 1 MiB", ResultScenarios.withRedirect)
        #expect(try caught.migration("m1").lost == 0 && caught.migration("m1").triangular == 8)
    }

    @Test("REQ-7-08, REQ-7-16: a VM announces itself after each move, hot, warm or cold", arguments: kinds)
    func everyMoveIsAnnounced(_ move: String) throws {
        for count in [1, 3] {
            let times = count == 1 ? "count: 1" : "count: \(count), interval: 100 ms"
            let text = text(move, vm: ", memory: 1 MiB").replacing("count: 1", with: times)
            #expect(announcements(try FinishedRun(text + ResultScenarios.withoutRedirect)) == count)
        }
        let thrice = text(move + ", count: 3, every: 4 s", vm: ", memory: 1 MiB", duration: "30 s")
            .replacing("to: C,", with: "to: any,")
        #expect(announcements(try FinishedRun(thrice + ResultScenarios.withoutRedirect)) == 3)
    }

    @Test("REQ-7-09, REQ-7-10: warm, the replica has the state of the last interval, and starts sooner than cold")
    func warmIsSooner() throws {
        let vm = ", memory: 100 MiB, dirty-rate: 1 MB/s"
        let warm = try run(Self.kinds[1], vm: vm).migration("m1")
        let cold = try run("mode: cold, transfer: {rate: 1 Gbps}, cold: {stop: 1 s, start: 500 ms}", vm: vm)
            .migration("m1")
        #expect(warm.snapshots == 3 && warm.staleness == .seconds(1))
        guard case .after(let short) = warm.downtime, case .after(let long) = cold.downtime else {
            Issue.record("a move has no end")
            return
        }
        let delta: Int64 = (1_000_000 + 4_095) / 4_096 * 4_096
        #expect(long - short == Duration(picoseconds: (100 << 20 - delta) * 8_000))
    }

    @Test("REQ-7-13: cold, nothing runs between the shutdown at the old NVE and the launch at the new one")
    func coldStopsFirst() throws {
        let run = try run(Self.kinds[2], vm: ", memory: 1 MiB")
        let row = try run.migration("m1")
        let (down, up) = (try #require(row.detached), try #require(row.attached))
        #expect(down == row.requested && row.stopped == down && row.running == up)
        let fates = try simulate(run.scenario).fates.filter { $0.end == "delivered" && $0.flow == 0 }
        #expect(fates.allSatisfy { $0.endedAt < down.picoseconds || $0.endedAt >= up.picoseconds })
    }

    @Test(
        "REQ-7-14: cold, caches that held the VM are pushed when it runs again: 5 ms of packets go astray"
    )
    func coldIsPushedAtItsStart() throws {
        let push = try run(Self.kinds[2], vm: ", memory: 1 MiB")
        let row = try push.migration("m1")
        let up = try #require(row.attached)
        let cache = try #require(push.tables.convergence.first { $0.node == "A" })
        #expect(cache.corrected == up + .milliseconds(5) && cache.fixedBy == "push")
        // Sent before the start and still under way, or after it: 2 + 5 ms, until the news is there.
        let late = try simulate(push.scenario).fates.filter { fate in
            fate.flow == 0 && fate.misdirected && fate.endedAt >= up.picoseconds
        }
        #expect(late.count == 7)
    }

    @Test(
        "OLD-7-02: what stands still for longer than caches live is in none of them when it starts", arguments: [2, 9])
    func longStandstillCleans(_ seconds: Int) throws {
        let text = text("mode: cold, downtime: 4 s")
            .replacing("timeout: never", with: "timeout: \(seconds) s, kind: hard, requery: lazy")
            .replacing("nva: {at: NVA,", with: "nva: {at: NVA, distribution: none, on-detach: withdraw,")
        let run = try FinishedRun(text + ResultScenarios.withoutRedirect)
        let up = try #require(try run.migration("m1").attached)
        // Caches were loaded at 0: with 2 s they are asked for every 2 s, with 9 s at 9 and 18.
        let isStale = run.tables.convergence.contains { cache in cache.corrected.map { $0 > up } ?? true }
        #expect(isStale == (seconds == 9))
    }

    @Test("OLD-7-01: where nobody sends while it stands still nothing comes to the old NVE; else something does")
    func quiescence() throws {
        let quiet = text(Self.kinds[2], vm: ", memory: 1 MiB")
            .replacing("phase: 500 us}]", with: "phase: 500 us, stop: 9.9 s}]")
        #expect(try FinishedRun(quiet + ResultScenarios.withoutRedirect).migration("m1").misdirected == 0)
        #expect(try run(Self.kinds[2], vm: ", memory: 1 MiB").migration("m1").misdirected > 2_000)
    }

    @Test("REQ-7-06: who moves a mission-critical VM cold is warned, nobody else", arguments: [true, false])
    func criticalAndCold(_ isCritical: Bool) {
        let vm = ", memory: 1 MiB, critical: \(isCritical)"
        for (move, isCold) in zip(Self.kinds, [false, false, true]) {
            let loaded = ScenarioLoader.load(text: text(move, vm: vm), name: "t.yaml")
            let warnings = loaded.diagnostics.map(\.message).filter { $0.contains("mission-critical") }
            let text = "`m` is mission-critical: a cold move interrupts it and ends its connections"
            #expect(warnings == (isCritical && isCold ? [text] : []))
            #expect(loaded.outcome == .loaded)
        }
    }
}

import Kernel
import Observe
import Overlay
import Testing

@testable import Experiment

/// Hot, warm and cold moves whose downtime follows from what is sent, in the whole simulator.
@Suite struct MoveKindTests {
    /// One client sends a packet a millisecond, first at 0.5 ms; the direct way takes 4 us.
    private func scenario(_ move: String, dirty: String, failures: String) throws -> Scenario {
        let text = """
            schema: 1
            duration: 130 s
            underlay:
              {kind: leaf-spine, spines: 1, leaves: 4, hosts-per-leaf: 1, host-link: {rate: unlimited, delay: 1 us},
               fabric-link: {rate: unlimited, delay: 1 us}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            nva: {at: leaf4/host1}
            vms:
              - {name: web, network: blue, at: leaf1/host1, memory: 8 GiB, dirty-rate: \(dirty)}
              - {name: client, network: blue, at: leaf2/host1}
            traffic: [{kind: cbr, from: client, to: web, rate: 1 kpps, size: 500 B, phase: 500 us}]
            moves: [{name: m, vm: web, to: leaf3/host1, \(move)}]
            failures: \(failures)
            """
        let loaded = ScenarioLoader.load(text: text, name: "move.yaml")
        return try #require(loaded.scenario, "\(loaded)")
    }

    private func row(_ move: String, dirty: String = "10 MB/s", failures: String = "[]") throws -> MigrationRow {
        let scenario = try scenario(move, dirty: dirty, failures: failures)
        return try #require(ResultTables(running: scenario).migrations.first)
    }

    /// Packets that leave in [from, until).
    private func departures(_ from: Instant, _ until: Instant) -> Int {
        func before(_ time: Instant) -> Int64 { max(0, (time.picoseconds - 500_000_000 + 999_999_999) / 1_000_000_000) }
        return Int(before(until) - before(from))
    }

    private func checkFloor(_ row: MigrationRow) throws {
        let (detached, attached) = (try #require(row.detached), try #require(row.attached))
        let way = Duration.microseconds(4)
        #expect(row.floor == departures(detached - way, attached - way))
        #expect(row.lost >= row.floor ?? 0)
    }

    @Test(
        "C16, REQ-4.3-11 REQ-4.3-12 REQ-4.3-13 REQ-4.3-14 REQ-4.3-15 REQ-7-05: downtime is the sum of steps",
        arguments: [
            ("stop: 1 s, package: 500 ms, instantiate: 2 s, start: 3 s", 13_373_947_673_600),
            ("stop: 10 ms, start: 7 ms, launch-delay: 5 s", 11_890_947_673_600),
            ("package: 1 ms, instantiate: 2 ms, start: 4 ms, resume: 3 ms", 6_879_947_673_600),
            ("from: stopped, stop: 1 s, package: 3 s, start: 4 s, instantiate: 5 s", 13_000_000_000_000),
        ] as [(String, Int64)])
    func coldIsTheSumOfItsSteps(_ steps: String, _ downtime: Int64) throws {
        let row = try row(
            "at: 1 s, mode: cold, transfer: {rate: 10 Gbps, latency: 2 ms}, cold: {\(steps)}", dirty: "1 GB/s")
        #expect(row.downtime == .after(Duration(picoseconds: downtime)))
        #expect(row.detached == .zero + .seconds(1), "REQ-7-04, REQ-7-01: it stops first")
        #expect(row.outcome == .completed)
        try checkFloor(row)
    }

    @Test(
        "P1: SimGrid's example, three stages of 25.708 ms over a channel of 7.536438 MB/s, to a millisecond",
        arguments: [("memory: 1000000000 B", 132.766), ("memory: 100000000 B", 13.346)])
    func agreesWithSimGrid(_ memory: String, _ seconds: Double) throws {
        // A page more than the memory's bytes is sent at most; the third stage is the message to go on.
        let text = """
            schema: 1
            duration: 200 s
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            vms: [{name: web, network: blue, at: leaf1/host1, \(memory)}]
            moves:
              - {vm: web, to: leaf2/host1, at: 0 s,
                 transfer: {rate: 60291504 bps, latency: 25.708 ms, device-state: 1 B, switch-time: 25.708 ms}}
            """
        let loaded = ScenarioLoader.load(text: text, name: "simgrid.yaml")
        let scenario = try #require(loaded.scenario, "\(loaded.diagnostics)")
        let row = try #require(ResultTables(running: scenario).migrations.first)
        #expect(abs(Double(try #require(row.totalTime).picoseconds) / 1e12 - seconds) < 0.001)
    }

    @Test("C15, REQ-2-02: hot, the VM runs on for the rounds, and its downtime is the last one and the switch-over")
    func hotStandsStillForTheRest() throws {
        let row = try row("at: 1 s, transfer: {rate: 10 Gbps, switch-time: 7 ms}", dirty: "250 MB/s")
        #expect(row.rounds == 2 && row.convergence == "converged")
        #expect(row.detached == Instant(picoseconds: 1_000_000_000_000 + 6_871_947_673_600 + 1_374_391_500_800))
        #expect(row.downtime == .after(Duration(picoseconds: 274_880_921_600 + 7_000_000_000)))
        let bytes: Int64 = 8_589_934_592 + (419_431 + 83_887) * 4_096
        #expect(row.bytesCopied == bytes)
        try checkFloor(row)
    }

    @Test("REQ-2-05 REQ-7-04: stopped, no memory is sent; suspended, all of it", arguments: [true, false])
    func coldSendsMemoryOnlyIfSuspended(_ isSuspended: Bool) throws {
        let from = isSuspended ? "suspended" : "stopped"
        let row = try row("at: 1 s, mode: cold, transfer: {rate: 10 Gbps}, cold: {from: \(from), start: 1 s}")
        let bytes: Int64 = isSuspended ? 8_589_934_592 : 0
        #expect(row.bytesCopied == bytes)
        #expect(row.downtime == .after(.seconds(1) + Duration(picoseconds: bytes * 800)))
    }

    @Test("C15, DER-10: without convergence a move is given up, and the VM never stops")
    func hotIsGivenUp() throws {
        let row = try row(
            "at: 1 s, transfer: {rate: 10 Gbps, max-rounds: 3, on-non-convergence: abort}", dirty: "1250 MB/s")
        #expect(row.outcome == .aborted && row.detached == nil && row.rounds == 3)
        #expect(row.convergence == "not-converged" && row.lost == 0)
    }

    @Test(
        "C17, REQ-2-03 REQ-2-04 REQ-7-12 REQ-7-10: warm, what was written since the last snapshot is sent",
        arguments: [
            (95_000, 10_000, 9, 5_000), (93_700, 10_000, 9, 3_700), (99_999, 10_000, 9, 9_999),
            (7_000, 10_000, 0, 7_000), (50_500, 2_000, 25, 500),
        ]
            as [(Int64, Int64, Int, Int64)])
    func warmSendsTheDifference(_ at: Int64, _ interval: Int64, _ snapshots: Int, _ age: Int64) throws {
        let row = try row(
            "at: \(at) ms, mode: warm, transfer: {rate: 10 Gbps}, warm: {interval: \(interval) ms, start: 40 ms}")
        #expect(row.snapshots == snapshots)
        #expect(row.staleness == .milliseconds(age))
        let bytes = (age * 10_000 + 4_095) / 4_096 * 4_096
        #expect(row.bytesCopied == bytes)
        #expect(row.downtime == .after(.milliseconds(40) + Duration(picoseconds: bytes * 800)))
        try checkFloor(row)
    }

    @Test("REQ-7-01: what a VM writes while the last changes are sent is lost if it does not shut down first")
    func warmMayRunOn() throws {
        let row = try row(
            "at: 95 s, mode: warm, transfer: {rate: 10 Gbps}, warm: {shutdown-first: false, start: 40 ms}")
        #expect(row.downtime == .after(.milliseconds(40)))
        #expect(row.detached == Instant(picoseconds: 95_000_000_000_000 + 12_208 * 4_096 * 800))
    }

    @Test("DER-10: a VM that fails while its memory is sent does not move", arguments: [5_000, 9_300] as [Int64])
    func movingVMFails(_ failure: Int64) throws {
        let row = try row(
            "at: 1 s, transfer: {rate: 10 Gbps}", dirty: "250 MB/s",
            failures: "[{name: f, target: {vm: web}, at: \(failure) ms}]")
        #expect(row.outcome == .aborted)
        #expect((row.detached == nil) == (failure < 9_000))
    }

    @Test("DER-10: given up and back, the VM is where it was for the NVA, and caches that kept it are right again")
    func givenUpTheMapIsTheOldOne() throws {
        var scenario = try scenario(
            "at: 1 s, transfer: {rate: 10 Gbps}", dirty: "250 MB/s",
            failures: "[{name: f, target: {server: leaf3/host1}, at: 9300 ms}]")
        scenario.nva.onDetach = .keep
        scenario.invalidate.by = .none
        var world = try WorldBuilder(scenario).build()
        try world.run()
        #expect(world.nva.directory[0].locator == NodeID(0) && world.places[0].host == NodeID(0))
        #expect(world.places[0].state == .running)
        let cache = try #require(ResultTables(running: scenario).convergence.first)
        #expect(cache.outcome == .corrected && cache.fixedBy == "attach")
        #expect(cache.corrected == .zero + .milliseconds(9_300))
    }

    @Test(
        "DER-10: the target fails: before the stop nothing is lost; after it the VM is away until then, and back",
        arguments: [(5_000, nil), (9_300, 9_300)] as [(Int64, Int64?)])
    func targetFails(_ failure: Int64, _ back: Int64?) throws {
        let row = try row(
            "at: 1 s, transfer: {rate: 10 Gbps}", dirty: "250 MB/s",
            failures: "[{name: f, target: {server: leaf3/host1}, at: \(failure) ms}]")
        #expect(row.outcome == .aborted)
        #expect(row.attached == back.map { .zero + .milliseconds($0) })
        let detached = Instant(picoseconds: 9_246_339_174_400)
        #expect(row.detached == (back == nil ? nil : detached))
        let lost = back.map { departures(detached - .microseconds(4), .zero + .milliseconds($0) - .microseconds(4)) }
        #expect(row.lost == lost ?? 0)
    }
}

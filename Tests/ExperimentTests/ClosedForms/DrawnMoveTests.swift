import Kernel
import Mobility
import Observe
import Testing

@testable import Experiment

/// Moves of which something is drawn, and many from one entry.
@Suite struct DrawnMoveTests {
    private func scenario(_ moves: String, traffic: String = "[]", duration: String = "20 s") throws -> Scenario {
        let text = """
            schema: 1
            duration: \(duration)
            underlay:
              {kind: leaf-spine, spines: 1, leaves: 2, hosts-per-leaf: 3, host-link: {rate: unlimited, delay: 1 us},
               fabric-link: {rate: unlimited, delay: 1 us}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            vms:
              - {name: web, network: blue, at: leaf1/host2}
              - {name: client, network: blue, at: leaf2/host1}
            traffic: \(traffic)
            moves: \(moves)
            """
        let loaded = ScenarioLoader.load(text: text, name: "drawn.yaml")
        return try #require(loaded.scenario, "\(loaded.diagnostics)")
    }

    private func rows(_ scenario: Scenario) throws -> [MigrationRow] { try ResultTables(running: scenario).migrations }

    @Test(
        "P7: 64 byte frames at 2 013 Mbit/s lose what 26 ms and 5 ms take",
        arguments: [("26 ms", 102_223), ("5 ms", 19_658)] as [(String, Int)])
    func framesOfAStandstill(_ downtime: String, _ frames: Int) throws {
        // 2 013 Mbit/s over 512 bits; an IP packet of 50 bytes is a frame of 64.
        let traffic = "[{kind: cbr, from: client, to: web, rate: 3931640.625 pps, size: 50 B, stop: 40 ms}]"
        let moves = "[{vm: web, to: leaf1/host1, at: 5 ms, downtime: \(downtime)}]"
        let row = try #require(try rows(scenario(moves, traffic: traffic, duration: "40 ms")).first)
        let floor = try #require(row.floor)
        #expect(abs(floor - frames) <= 1)
        #expect(row.lost - floor >= 0 && row.lost - floor <= 300, "and what is lost until caches are right")
    }

    @Test("One entry stands for many moves, and its resolved form names them all")
    func oneEntryIsManyMoves() throws {
        let scenario = try scenario("[{name: m, vm: web, to: any, at: 1 s, count: 5, every: 3 s, downtime: 10 ms}]")
        #expect(scenario.moves.map(\.name) == (0..<5).map { "m[\($0)]" })
        let rows = try rows(scenario)
        #expect(rows.map(\.detached) == (0..<5).map { Instant.zero + .seconds(1 + 3 * $0) })
        for (row, next) in zip(rows, rows.dropFirst()) { #expect(row.to == next.from && next.to != next.from) }
        let resolved = ScenarioLoader.load(text: ResolvedForm.encode(scenario), name: "resolved.json")
        #expect(resolved.scenario == scenario)
    }

    @Test("`15 s ± 1 s` is drawn from that interval, another time for each run and each move")
    func timesAreDrawn() throws {
        let scenario = try scenario("[{name: m, vm: web, to: any, at: 15 s ± 1 s, downtime: 10 ms ± 10 ms}]")
        #expect(scenario.moves[0].at == .uniform(from: .seconds(14), to: .seconds(16)))
        var times = Set<Instant>()
        for replication in 1...20 as ClosedRange<UInt32> {
            let world = try WorldBuilder(scenario, replication: replication).build()
            times.insert(world.moves[0].at)
            #expect(
                world.moves[0].at >= Instant.zero + .seconds(14) && world.moves[0].at <= Instant.zero + .seconds(16))
        }
        #expect(times.count == 20)
    }

    @Test("P9: 10 000 standstills of median 50 ms and 300 ms at 99 %: so are the packets lost at 1 000 a second")
    func fleetOfMoves() throws {
        let moves =
            "[{name: m, vm: web, to: any, at: 1 s, count: 10000, every: 3 s, "
            + "downtime: {kind: lognormal, median: 50 ms, p99: 300 ms}}]"
        let scenario = try scenario(moves, duration: "30003 s")
        // A departure each millisecond at half past: a standstill of d meets those between its ends.
        let lost = try rows(scenario).compactMap { row -> Int? in
            guard let from = row.detached, let until = row.attached else { return nil }
            func before(_ time: Instant) -> Int64 { (time.picoseconds + 499_999_999) / 1_000_000_000 }
            return Int(before(until) - before(from))
        }.sorted()
        #expect(lost.count >= 9_990, "a standstill may last until the next move")
        #expect(abs(Double(lost[lost.count / 2]) - 50) <= 2.5)
        #expect(abs(Double(lost[lost.count * 99 / 100]) - 300) <= 30)
    }

    @Test("P9: in the run each move loses the packets of its standstill, and those until caches are right")
    func everyMoveLosesItsStandstill() throws {
        let moves =
            "[{name: m, vm: web, to: any, at: 500 ms, count: 30, every: 600 ms, "
            + "downtime: {kind: lognormal, median: 50 ms, p99: 300 ms}}]"
        let traffic = "[{kind: cbr, from: client, to: web, rate: 1 kpps, size: 200 B, phase: 500 us}]"
        for row in try rows(scenario(moves, traffic: traffic)) {
            guard case .after(let time) = row.downtime, let floor = row.floor else { continue }
            #expect(abs(Double(floor) - Double(time.picoseconds) / 1e9) < 1)
            #expect(row.lost >= floor && row.lost <= floor + 2)
        }
    }
}

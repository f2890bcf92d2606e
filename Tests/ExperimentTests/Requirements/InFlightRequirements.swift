import Kernel
import Observe
import Testing

@testable import Experiment

/// Acceptance checks about packets in flight, on the reference set-up: 20 000 packets, of which 307 are at stake.
@Suite struct InFlightRequirements {
    /// What the old NVE does with packets in flight.
    enum Baseline: String, CaseIterable {
        case none = "{learn: none}"
        case preinstalled = "{learn: preinstalled}"
        case buffer = "{learn: preinstalled, buffer: {at: new, limit: 1000 packets}}"
        case buffer100 = "{learn: preinstalled, buffer: {at: new, limit: 100 packets}}"
        case query = "{learn: query}"

        /// Run once for all tests.
        private static let runs = Dictionary(
            uniqueKeysWithValues: allCases.map { baseline in
                let text = ResultScenarios.reference + "redirect: \(baseline.rawValue)\n"
                return (baseline, Result { try FinishedRun(text) })
            })

        func run() throws -> FinishedRun { try #require(Self.runs[self]).get() }
    }

    private static func run(_ redirect: String) throws -> FinishedRun {
        try FinishedRun(ResultScenarios.reference + "redirect: \(redirect)\n")
    }

    private static func seconds(_ thousandths: Double) -> Instant {
        Instant(picoseconds: Int64(thousandths * 1_000_000_000))
    }

    @Test("OLD-0-01 relaying makes a difference of 9 triangular packets")
    func relaying() throws {
        let (without, with) = (try Baseline.none.run(), try Baseline.preinstalled.run())
        let (dropped, relayed) = (try without.flow("f1:c->m"), try with.flow("f1:c->m"))
        #expect(relayed.triangular - dropped.triangular == 9)
        #expect(dropped.lost - relayed.lost == 9)
    }

    @Test("REQ-2-07 REQ-4.2-02 307 packets in flight, split by what became of them", arguments: Baseline.allCases)
    func inFlight(baseline: Baseline) throws {
        let run = try baseline.run()
        let row = try run.migration("m1")
        #expect(row.misdirected == 307)
        let byCause = Dictionary(grouping: run.tables.losses, by: \.cause).mapValues {
            $0.reduce(0) { $0 + $1.packets }
        }
        let buffered = run.tables.disruptions.reduce(0) { $0 + $1.buffered }
        let expected: (forwarded: Int, dropped: [LossCause: Int], buffered: Int) =
            switch baseline {
            case .none: (0, [.staleNoRedirect: 307], 0)
            case .preinstalled: (307, [.notAttached: 298], 0)
            case .buffer: (307, [:], 298)
            case .buffer100: (307, [.bufferOverflow: 198], 100)
            case .query: (2, [.awaitingAnswer: 305], 0)
            }
        #expect(row.redirected == expected.forwarded)
        #expect(byCause == expected.dropped)
        #expect(buffered == expected.buffered)
    }

    @Test("REQ-5-01 with a buffer none of 307 packets in flight is lost, and all come by the old NVE")
    func noneLost() throws {
        let row = try Baseline.buffer.run().migration("m1")
        #expect((row.misdirected, row.lost, row.triangular) == (307, 0, 307))
    }

    @Test("REQ-5-02 REQ-2-02 the VM is away for exactly the downtime, and runs until then", arguments: [1, 22, 300])
    func downtime(milliseconds: Int64) throws {
        let text = ResultScenarios.reference.replacing("downtime: 300 ms", with: "downtime: \(milliseconds) ms")
            .replacing("from: c, to: m,", with: "from: m, to: c,")
        let run = try FinishedRun(text)
        let row = try run.migration("m1")
        #expect(row.detached == Self.seconds(10_000))
        #expect(row.attached == Self.seconds(10_000 + Double(milliseconds)))
        #expect(row.downtime == .after(.milliseconds(milliseconds)))
        #expect(row.stopToRun == .after(.milliseconds(milliseconds)))
        // It sends every millisecond, but not while it is away.
        #expect(try run.flow("f1:m->c").sent == 20_000 - Int(milliseconds))
        #expect(try run.flow("f1:m->c").lost == 0)
    }

    @Test("REQ-5-04 the NVA's answer makes 2 triangular packets, what was told beforehand 9")
    func learning() throws {
        #expect(try Baseline.query.run().migration("m1").triangular == 2)
        #expect(try Baseline.preinstalled.run().migration("m1").triangular == 9)
    }

    @Test("REQ-3-07 OLD-4.1-03 the triangle has 9 packets, all of which left before A was right")
    func triangle() throws {
        let run = try Baseline.preinstalled.run()
        var inTriangle: [PathRow] = []
        for row in run.tables.paths where row.triangular.packets > 0 { inTriangle.append(row) }
        #expect(inTriangle.reduce(0) { $0 + $1.triangular.packets } == 9)
        let fates = try simulate(run.scenario).fates.filter { $0.redirected && $0.end == "delivered" }
        #expect(fates.count == 9)
        #expect(fates.allSatisfy { $0.sentAt < Self.seconds(10_305).picoseconds })
    }

    @Test("REQ-3-08 nothing is tunnelled without a redirect; with it 307 packets, of which 9 arrive")
    func tunnel() throws {
        #expect(try Baseline.none.run().migration("m1").redirected == 0)
        let row = try Baseline.preinstalled.run().migration("m1")
        #expect((row.redirected, row.triangular) == (307, 9))
    }

    @Test("OLD-4.1-07 nothing that comes to an old NVE which knows the new place is dropped there")
    func relaysAll() throws {
        let run = try Baseline.preinstalled.run()
        #expect(run.tables.losses.allSatisfy { $0.cause == .notAttached }, "what is lost is lost at the new NVE")
        let afterwards = try simulate(run.scenario).fates.filter { $0.misdirected && $0.endedAt >= 10_300_000_000_000 }
        #expect(afterwards.count == 9 && afterwards.allSatisfy { $0.end == "delivered" })
    }

    @Test("REQ-5-11 DER-04 by the old NVE it is c, A, B, C, m: two segments, four links, twice the direct way")
    func path() throws {
        let run = try Baseline.preinstalled.run()
        let fates = try simulate(run.scenario).fates.filter { $0.redirected && $0.end == "delivered" }
        #expect(fates.allSatisfy { $0.segments == 2 && $0.links == 4 })
        #expect(fates.allSatisfy { $0.endedAt - $0.sentAt == 4_000_000_000 })
        let rows = run.tables.paths.filter { $0.triangular.packets > 0 }
        #expect(rows.allSatisfy { $0.triangularLinksStretch == 2 && $0.directSegments == 1 && $0.directLinks == 2 })
        // What arrives is as long as what was sent, every packet.
        let flow = try run.flow("f1:c->m")
        #expect(flow.bytesDelivered == Int64(flow.delivered) * 1_000)
    }

    @Test("REQ-5-12 nothing is relayed from the end of the timer on", arguments: [100, 301, 304, 30_000])
    func stop(milliseconds: Int64) throws {
        let run = try Self.run("{learn: preinstalled, timer: \(milliseconds) ms}")
        let end = 10_000_000_000_000 + milliseconds * 1_000_000_000
        // A packet is at B 2 ms after it left A.
        let fates = try simulate(run.scenario).fates.filter(\.misdirected)
        #expect(fates.count == 307)
        for fate in fates { #expect(fate.redirected == (fate.sentAt + 2_000_000_000 < end)) }
    }

    @Test(
        "REQ-5-13 the slack of the timer: needed are 306.5 ms",
        arguments: [(200, -106.5, 307), (306, -0.5, 299), (307, 0.5, 298)])
    func slack(timer: Int, slack: Double, lost: Int) throws {
        let run = try Self.run("{learn: preinstalled, timer: \(timer) ms}")
        let row = try run.migration("m1")
        #expect(row.timerSlack == Duration(picoseconds: Int64(slack * 1_000_000_000)))
        #expect(row.lost == lost)
        #expect(row.lastMisdirected == Self.seconds(10_306.5))
        let summary = RunSummary(tables: run.tables, events: 1, seconds: 1)
        #expect(summary.text().contains("ran out") == (slack < 0), "\(summary.text())")
    }

    @Test("DER-09 rate x delta packets are overtaken, and none when the detour is no longer")
    func reordering() throws {
        func reordered(_ delays: String) throws -> Int {
            let text = ResultScenarios.reference.replacing(
                "host-link: {rate: unlimited, delay: 1 ms}",
                with: "host-link: {rate: unlimited, delay: 1 ms}, delays: [\(delays)]")
            return try FinishedRun(text + "redirect: {learn: preinstalled}\n").flow("f1:c->m").reordered
        }
        // By B 4 ms + 5 ms, direct 2 ms. The first direct one, of 10 305.5 ms, comes at 10 307.5 ms, together with the
        // relayed one of 10 298.5 ms and before the six after that.
        #expect(try reordered("{from: A, to: B, delay: 4 ms}, {from: B, to: C, delay: 5 ms}") == 6)
        #expect(try reordered("{from: A, to: C, delay: 4 ms}") == 0)
    }

    @Test("DER-14 convergence from detach, attach and registration, of the table and of traffic")
    func convergence() throws {
        let row = try #require(try Baseline.none.run().tables.convergence.first)
        #expect(row.tableTime(since: row.detached) == .after(.milliseconds(305)))
        #expect(row.tableTime(since: row.attached) == .after(.milliseconds(5)))
        #expect(row.tableTime(since: row.registered) == .after(.milliseconds(2)))
        #expect(row.lastMisdirected == Self.seconds(10_306.5))
        #expect(row.trafficTime(since: row.attached) == .after(.microseconds(6_500)))
    }
}

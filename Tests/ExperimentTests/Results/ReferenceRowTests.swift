import Kernel
import Observe
import Testing

@testable import Experiment

/// Whole rows of REF-A, worked out by hand: A sends packet k at k + 0.5 ms, everything is 2 ms apart, the VM is away
/// from 10 000 to 10 300 ms, the NVA's record is in force at 10 303 ms and A is right at 10 305 ms.
///
/// Of what arrives at B from 10 000 ms on, 307 packets left A before it was right: those of 9998.5 to 10 304.5 ms.
@Suite struct ReferenceRowTests {
    private static func run(_ redirect: String) throws -> FinishedRun {
        try FinishedRun(ResultScenarios.reference + redirect)
    }

    private let dropping: FinishedRun
    private let relaying: FinishedRun

    init() throws {
        (dropping, relaying) = try Self.runs.get()
    }

    /// Both are looked at by all tests.
    private static let runs = Result {
        (try run(ResultScenarios.withoutRedirect), try run(ResultScenarios.withRedirect))
    }

    // MARK: - The move

    /// The last packet came at 9999.5 ms (sent at 9997.5), the next at 10 307.5 ms (sent at 10 305.5): 308 ms.
    /// No update could save the 300 packets sent in [9998, 10 298) ms.
    @Test func moveWithoutRedirect() {
        #expect(
            dropping.tables.migrations.map(fields) == [
                [
                    "move": "m1", "vm": "m", "mode": "hot", "asked": "hot", "tenant": "acme", "from": "B", "to": "C",
                    "outcome": "completed",
                    "requested_ms": "10000", "detached_ms": "10000", "attached_ms": "10300",
                    "registered_ms": "10303", "downtime_ms": "300", "stop_to_run_ms": "300",
                    "forecast_ms": "300", "interruption_ms": "308", "total_time_ms": "300", "waited_ms": "0",
                    "misdirected": "307", "triangular": "0",
                    "redirected": "0", "early": "0", "lost": "307", "floor": "300",
                    "last_misdirected_ms": "10306.5", "neighbours_changed": "0", "records_updated": "1",
                ]
            ])
    }

    /// B relays: a packet is at C 4 ms after it left A. The first to find the VM left at 10 296.5 ms and came at
    /// 10 300.5 ms: 301 ms of silence, 298 lost, 9 triangular. The timer ran for 306.5 ms with a use.
    @Test func moveWithRedirect() {
        #expect(
            relaying.tables.migrations.map(fields) == [
                [
                    "move": "m1", "vm": "m", "mode": "hot", "asked": "hot", "tenant": "acme", "from": "B", "to": "C",
                    "outcome": "completed",
                    "requested_ms": "10000", "detached_ms": "10000", "attached_ms": "10300",
                    "registered_ms": "10303", "downtime_ms": "300", "stop_to_run_ms": "300",
                    "forecast_ms": "300", "interruption_ms": "301", "total_time_ms": "300", "waited_ms": "0",
                    "misdirected": "307", "triangular": "9",
                    "redirected": "307", "early": "298", "lost": "298", "floor": "300",
                    "last_misdirected_ms": "10306.5", "redirect_installed_ms": "10000", "redirect_ended_ms": "40000",
                    "redirect_active_ms": "30000", "redirect_timer_ms": "30000", "timer_slack_ms": "29693.5",
                    "neighbours_changed": "0", "records_updated": "1",
                ]
            ])
    }

    /// The last packet by the triangle, of 10 304.5 ms, comes at 10 308.5 ms: 2 ms later than others take, and
    /// overtaken by the direct one of 10 305.5 ms, which is there at 10 307.5 ms.
    @Test func disruptionOfTheFlow() {
        #expect(
            dropping.tables.disruptions.map(fields) == [
                [
                    "flow": "f1:c->m", "move": "m1", "vm": "m", "gap_ms": "308", "lost": "307", "misdirected": "307",
                    "triangular": "0", "redirected": "0", "early": "0", "reordered": "0", "buffered": "0",
                    "extra_delay_us": "0",
                ]
            ])
        #expect(
            relaying.tables.disruptions.map(fields) == [
                [
                    "flow": "f1:c->m", "move": "m1", "vm": "m", "gap_ms": "301", "lost": "298", "misdirected": "307",
                    "triangular": "9", "redirected": "307", "early": "298", "reordered": "1", "buffered": "0",
                    "extra_delay_us": "2000",
                ]
            ])
    }

    /// A alone sends to the VM, so A alone had its mapping.
    @Test func cacheOfTheSender() {
        for run in [dropping, relaying] {
            #expect(
                run.tables.convergence.map(fields) == [
                    [
                        "move": "m1", "vm": "m", "node": "A", "cache_kind": "mapping", "outcome": "corrected",
                        "fixed_by": "push", "stale_since_ms": "10000", "corrected_ms": "10305",
                        "time_since_detach_ms": "305", "time_since_attach_ms": "5",
                        "time_since_registration_ms": "2", "misdirected": "307", "last_misdirected_ms": "10306.5",
                        "traffic_time_since_detach_ms": "306.5", "traffic_time_since_attach_ms": "6.5",
                        "traffic_time_since_registration_ms": "3.5",
                    ]
                ])
        }
    }

    // MARK: - Losses

    /// Without a redirect B drops on arrival, 2 ms after departure: up to 10 299.5 ms the VM is nowhere.
    @Test func lossesByPeriodAndWhereabouts() {
        let expected: [(String, String, packets: Int, first: String, last: String)] = [
            ("before", "nowhere", 2, "10000.5", "10001.5"), ("down", "nowhere", 298, "10002.5", "10299.5"),
            ("down", "elsewhere", 2, "10300.5", "10301.5"), ("after", "elsewhere", 5, "10302.5", "10306.5"),
        ]
        #expect(dropping.tables.losses.map(fields) == expected.map { loss("stale-no-redirect", $0) })
    }

    /// With it they are lost at C, 4 ms after departure.
    @Test func lossesAtTheNewPlace() {
        let expected: [(String, String, packets: Int, first: String, last: String)] = [
            ("before", "nowhere", 2, "10002.5", "10003.5"), ("down", "nowhere", 296, "10004.5", "10299.5"),
        ]
        #expect(relaying.tables.losses.map(fields) == expected.map { loss("not-attached", $0) })
    }

    private func loss(
        _ cause: String, _ row: (period: String, place: String, packets: Int, first: String, last: String)
    ) -> [String: String] {
        [
            "flow": "f1:c->m", "move": "m1", "vm": "m", "period": row.period, "cause": cause,
            "whereabouts": row.place, "packets": "\(row.packets)", "first_ms": row.first, "last_ms": row.last,
        ]
    }

    // MARK: - Paths

    /// 10 000 packets left before the detach, 2 of them were lost; of the 9700 after the attach 5.
    @Test func pathsWithoutRedirect() {
        let before = path("before", 9_998), after = path("after", 9_695)
        #expect(dropping.tables.paths.map(fields) == [before, after])
    }

    /// Four of those that left while the VM was down came by the triangle, and five of those after: two segments,
    /// four links and 4 ms, twice as much as the direct way.
    @Test func pathsWithRedirect() {
        var down = path("down", 4, segments: "2", links: "4", extra: "2", delay: "4000", stretch: "2")
        var after = path(
            "after", 9_700, segments: "\(9_705.0 / 9_700)", links: "\(19_410.0 / 9_700)",
            extra: "\(19_410.0 / 9_700 - 2)", delay: "2001.030928", stretch: "\(9_705.0 / 9_700)")
        for (key, value) in Self.triangle {
            down[key] = value
            after[key] = value
        }
        down["triangular"] = "4"
        after["triangular"] = "5"
        #expect(relaying.tables.paths.map(fields) == [path("before", 9_998), down, after])
    }

    private static let triangle = [
        "triangular_segments": "2", "triangular_segments_stretch_ratio": "2", "triangular_links": "4",
        "triangular_links_extra": "2", "triangular_links_stretch_ratio": "2", "triangular_delay_us": "4000",
        "triangular_delay_stretch_ratio": "2",
    ]

    private func path(
        _ period: String, _ packets: Int, segments: String = "1", links: String = "2", extra: String = "0",
        delay: String = "2000", stretch: String = "1"
    ) -> [String: String] {
        [
            "flow": "f1:c->m", "move": "m1", "vm": "m", "period": period, "packets": "\(packets)",
            "segments_direct": "1", "segments_taken": segments, "segments_stretch_ratio": stretch,
            "links_direct": "2", "links_taken": links, "links_stretch_ratio": stretch, "links_extra": extra,
            "delay_direct_us": "2000", "delay_taken_us": delay, "delay_stretch_ratio": stretch, "triangular": "0",
        ]
    }

    // MARK: - Messages

    /// B says that the VM has left; C, told by the VM's announcement, registers it, and the NVA replies and pushes to
    /// the other three members of the network, A, B and D. In bytes: 20 IP, 8 UDP, 14 Ethernet and the payload; the
    /// announcement has 28 and 14.
    @Test func messages() {
        let expected: [(kind: String, sender: String, from: String, to: String, count: Int, bytes: Int)] = [
            ("deregistration", "B", "nve", "nva", 1, 42 + 64), ("gratuitous-arp", "m", "vm", "nve", 1, 42),
            ("push", "nva", "nva", "nve", 3, 3 * (42 + 80)), ("registration", "C", "nve", "nva", 1, 42 + 64),
            ("registration-reply", "nva", "nva", "nve", 1, 42 + 32),
        ]
        let rows = expected.map { row in
            [
                "kind": row.kind, "sender": row.sender, "sender_kind": row.from, "receiver_kind": row.to,
                "move": "m1", "messages": "\(row.count)", "bytes": "\(row.bytes)", "retries": "0", "drops": "0",
            ]
        }
        for run in [dropping, relaying] { #expect(run.tables.messages.map(fields) == rows) }
    }

    // MARK: - The flow and the run

    @Test func flowAndRun() throws {
        let (first, second) = (try dropping.flow("f1:c->m"), try relaying.flow("f1:c->m"))
        #expect((first.sent, first.delivered, first.lost, first.unfinished) == (20_000, 19_693, 307, 0))
        #expect((second.sent, second.delivered, second.lost, second.unfinished) == (20_000, 19_702, 298, 0))
        #expect((first.triangular, second.triangular, first.reordered, second.reordered) == (0, 9, 0, 1))
        #expect(second.segments == Spread(least: 1, most: 2, total: 19_702 + 9, packets: 19_702))
        #expect(second.links == Spread(least: 2, most: 4, total: 2 * (19_702 + 9), packets: 19_702))
        #expect((first.latencyMax, second.latencyMax) == (.milliseconds(2), .milliseconds(4)))
        #expect(second.latencyMean == Duration(picoseconds: (2_000_000_000 * (19_702 + 9) + 9_851) / 19_702))
        #expect((first.bytesSent, first.bytesDelivered) == (20_000_000, 19_693_000))
        // The last packet arrives 2 ms after it left at 19 999.5 ms; the redirect's timer keeps the run alive.
        #expect(dropping.tables.runs[0].ended == .zero + .microseconds(20_001_500))
        #expect(relaying.tables.runs[0].ended == .zero + .seconds(40))
        for run in [dropping, relaying] {
            #expect(run.tables.runs[0].convergenceMax == .after(.milliseconds(5)))
            #expect((run.tables.runs[0].messages, run.tables.runs[0].messageBytes) == (7, 652 + 42))
            #expect((run.tables.runs[0].moves, run.tables.runs[0].movesCompleted) == (1, 1))
        }
    }

    /// Windows of 200 ms, 200 packets each. That from 10 200 ms on has the last losses, the 9 by the triangle, and the
    /// direct ones that come from 10 307.5 to 10 399.5 ms.
    @Test func timeSeriesAroundTheMove() throws {
        let rows = relaying.tables.timeseries
        #expect(rows.count == 101, "the last arrivals fall behind the end")
        let delivered = rows.map(\.delivered), lost = rows.map(\.lost)
        #expect(delivered[48...53] == [200, 200, 0, 9 + 93, 200, 200])
        #expect(lost[48...53] == [0, 0, 198, 100, 0, 0])
        #expect(rows[51].triangular == 9)
        #expect(rows[51].latencyMax == .milliseconds(4))
        #expect((rows[0].sent, rows[0].delivered, rows[100].sent, rows[100].delivered) == (200, 198, 0, 2))
        #expect(rows[1].goodput == 8e6)
    }
}

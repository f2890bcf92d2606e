import Foundation
import Kernel
import Testing

@testable import Observe

@Suite("Terminal summary")
struct SummaryTests {
    private var summary: RunSummary {
        var tables = SampleRun.tables
        tables.convergence[0].lastMisdirected = SampleRun.us(328_500)
        let queries = [
            MetricQuery(
                metric: "convergence.time", of: ["move": "m1"], stat: "max", max: Bound(.time, 6_000_000_000)),
            MetricQuery(metric: "disruptions.lost", of: ["move": "m1"], stat: "sum", max: Bound(.packets, 300)),
            MetricQuery(metric: "flows.lost", of: ["traffic": "nothing"], stat: "sum", max: Bound(.packets, 300)),
        ]
        return RunSummary(
            tables: tables, verdicts: MetricEngine().judge(queries, on: tables), folder: "Results/sample/r0001",
            events: 12_345, seconds: 0.5)
    }

    @Test("The summary of a run, as printed")
    func golden() { #expect(summary.text() == Self.expected) }

    static let expected = """
        sample  seed 7, 1 s of traffic, over at 1.002 s

        Moves: 1 of 1 completed
          move  vm   from         to           detached   down  longest silence  outcome
          m1    web  leaf5/host2  leaf9/host3    300 ms  22 ms          27.1 ms  completed

        Lost: 305 of 2 000 packets (15.2 %)
          packets  cause              that is            the VM was       when           first – last
              298  stale-no-redirect  no redirect there  between hosts    while down     299.5 – 327.25 ms
                5  stale-no-redirect  no redirect there  at another host  after attach   299.5 – 327.25 ms
                2  queue-full         a queue was full   there            before detach  299.5 – 327.25 ms
          On direct paths 298 packets would have met no running VM, however fast mappings changed.

        Triangle: 9 packets delivered by way of the old NVE
          On average 2 segments instead of 1, 8 links instead of 4 (stretch 2), 4 ms instead of 2 ms.
          312 packets came to an NVE that the VM had left; 2 of those relayed did not arrive.
          The redirect timer of m1 ran out 8.5 ms before the last packet for web came there.

        Caches: 2 caches held an old place, all right in the end
          The last one, at leaf3/host1, was put right 5.3 ms after attach by push.
          The last misdirected packet arrived 6.5 ms after attach.

        Traffic: 3 flows
          2 000 packets sent, 1 695 delivered (84.8 %), 305 lost.
          One-way delay: median 2 ms, highest 99th percentile 4.001 ms, largest 4.1 ms.
          Control: 24 messages, 2.93 kB.

        Expectations: 1 of 3 hold
          pass          max of convergence.time, move m1      5.3 ms  ≤ 6 ms         2 rows
          fail          sum of disruptions.lost, move m1         303  ≤ 300 packets
          inconclusive  sum of flows.lost, traffic nothing  no value  ≤ 300 packets  no row matches

        Results: Results/sample/r0001
        12 345 events in 0.5 s, 24.7 k events/s

        """

    @Test("No line is longer than the terminal, with or without colour", arguments: [60, 80, 100])
    func width(_ width: Int) {
        var wide = summary
        wide.tables.migrations[0].vm = String(repeating: "long-name-", count: 12)
        let plain = wide.text(width: width)
        for line in plain.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
        #expect(plain.contains("…"))
        let coloured = wide.text(colour: true, width: width)
        #expect(coloured.contains("\u{1B}[31m") && !plain.contains("\u{1B}"))
        #expect(Self.withoutColour(coloured) == plain)
    }

    @Test("Load and loss are told where there are any: the NVA's queue, repetitions, the busiest link, timers")
    func load() {
        var tables = SampleRun.tables
        tables.messages[0].retries = 3
        tables.messages[0].drops = 1_234
        var nva = NodeRow(node: "nva", kind: "nva", place: "out-of-band")
        (nva.queueMax, nva.utilisation) = (12, 0.031)
        var link = LinkRow(link: "leaf1->spine2", from: "leaf1", to: "spine2", kind: "fabric")
        (link.utilisation, link.queueMaxBytes, link.dropsQueueFull) = (0.4312, 12_000, 7)
        var other = LinkRow(link: "leaf2->spine2", from: "leaf2", to: "spine2", kind: "fabric")
        other.utilisation = 0.2
        (tables.nodes, tables.links) = ([nva], [other, link])
        tables.migrations[0].redirectTimer = .microseconds(28_500)
        tables.finish(scenario: "sample", duration: .seconds(1), ended: SampleRun.ms(1_002))
        let text = RunSummary(tables: tables, events: 1, seconds: 1).text()
        for line in [
            "  The redirect timer of m1 ran out at the very moment when the last packet for web came there.",
            "  Control: 24 messages, 2.93 kB, 3 of them repeated, 1 234 lost. The NVA was busy 3.1 % of the time,",
            "  up to 12 messages waiting.",
            "  Busiest link: leaf1->spine2, 43.1 % of the time, up to 12 kB waiting, 7 frames lost.",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        tables.migrations[0].redirectTimer = .microseconds(28_501)
        #expect(!RunSummary(tables: tables, events: 1, seconds: 1).text().contains("redirect timer"))
    }

    @Test("Requests and pings: answered, failed, repeated, how long the answers took and how long they stayed away")
    func requests() {
        var tables = SampleRun.tables
        var calls = [RequestRow(flow: "calls:client[0]->web"), RequestRow(flow: "calls:client[1]->web")]
        for index in calls.indices {
            (calls[index].traffic, calls[index].sent, calls[index].answered) = ("calls", 1_000, 996 + index)
            (calls[index].late, calls[index].failed, calls[index].retried) = (1, 1, 40)
            calls[index].latencyP99 = .microseconds(65 - Int64(index))
            calls[index].latencyMax = .microseconds(20_327 + Int64(index))
        }
        calls[0].unfinished = 2
        calls[1].unfinished = 1
        var ping = RequestRow(flow: "ping:client[0]->web")
        (ping.traffic, ping.sent, ping.failed) = ("ping", 400, 400)
        (ping.lost, ping.longestRun, ping.gap) = (400, 400, .notYet)
        tables.requests = calls
        let text = RunSummary(tables: tables, events: 1, seconds: 0.002).text()
        #expect(text.contains(Self.calls) && text.contains("1 event in 2 ms, "))
        tables.requests = calls + [ping]
        #expect(RunSummary(tables: tables, events: 1, seconds: 1).text().contains(Self.callsAndPings))
        (ping.longestRun, ping.gap) = (3, .after(.milliseconds(402)))
        tables.requests = [ping]
        #expect(
            RunSummary(tables: tables, events: 1, seconds: 1).text(width: 80).contains(
                "  Of ping up to 3 in a row had no reply; the longest time without a reply was\n  402 ms.\n"))
        tables.requests = (0...11).map {
            var row = calls[0]
            row.traffic = "calls\($0)"
            return row
        }
        let many = RunSummary(tables: tables, events: 1, seconds: 1).text()
        #expect(many.contains("  … and 2 more in requests.csv\n") && !many.contains("calls10"))
    }

    private static let calls = """
        Requests: 1 993 of 2 000 answered in time (99.65 %)
          traffic   sent  answered  late  failed  retried  99 % within   longest
          calls    2 000     1 993     2       2       80        65 us  20.33 ms
          3 still waited at the end.

        """

    private static let callsAndPings = """
        Requests: 1 993 of 2 400 answered in time (83.0 %)
          traffic   sent  answered  late  failed  retried  99 % within   longest
          calls    2 000     1 993     2       2       80        65 us  20.33 ms
          ping       400         0     0     400        0            —         —
          Of ping up to 400 in a row had no reply; at the end replies stayed away.
          3 still waited at the end.

        """

    @Test("A quiet run says so")
    func quietRun() {
        var tables = ResultTables(run: SampleRun.key)
        tables.flows = [SampleRun.flow("probe:client[10]-web", lost: 0)]
        tables.finish(scenario: "quiet", duration: .seconds(1), ended: SampleRun.ms(1_002))
        let text = RunSummary(tables: tables, events: 1, seconds: 0).text()
        #expect(text.contains("Nothing moved") && text.contains("Lost: nothing"))
        #expect(!text.contains("Expectations") && !text.contains("Results:") && !text.contains("Triangle"))
    }

    @Test("Failovers have lines of their own; who has only stood by has none")
    func failovers() {
        var tables = ResultTables(run: SampleRun.key)
        var taken = FailoverRow(failover: "guard", episode: 1)
        (taken.vm, taken.primary, taken.secondary, taken.outcome) = ("web", "a", "b", "taken-over")
        (taken.failed, taken.detected, taken.takenOver) = (
            SampleRun.ms(1_000), SampleRun.ms(1_100), SampleRun.ms(1_105)
        )
        taken.packetsLost = 1_234
        var next = FailoverRow(failover: "guard", episode: 2)
        (next.vm, next.primary, next.secondary, next.outcome) = ("web", "b", "a", "guarded")
        var unseen = FailoverRow(failover: "other")
        (unseen.vm, unseen.primary, unseen.secondary, unseen.outcome) = ("db", "c", "d", "undetected")
        unseen.failed = SampleRun.ms(1_900)
        tables.failovers = [taken, next, unseen]
        tables.finish(scenario: "sample", duration: .seconds(2), ended: SampleRun.ms(2_000))
        let text = RunSummary(tables: tables, events: 1, seconds: 0).text()
        let expected = """
            Failovers: 1 of 2 failures taken over
              failover  vm   primary  secondary  failed  detected after    down   lost  outcome
              guard     web  a        b             1 s          100 ms  105 ms  1 234  taken-over
              other     db   c        d           1.9 s          no end  no end      0  undetected

            """
        #expect(text.contains(expected), "\(text)")
        #expect(!text.contains("Nothing moved"))
        tables.failovers = [next]
        let quiet = RunSummary(tables: tables, events: 1, seconds: 0).text()
        #expect(quiet.contains("Failovers: nobody protected has failed\n"))
    }

    @Test("Trouble stands at the top: an interrupted run, an account that does not balance, stale caches")
    func trouble() {
        var tables = SampleRun.tables
        tables.flows[0].delivered -= 1
        tables.convergence.append(SampleRun.stale("leaf9/host9"))
        tables.finish(scenario: "sample", duration: .seconds(1), ended: SampleRun.ms(400))
        let text = RunSummary(tables: tables, state: .partial, events: 1, seconds: 1).text()
        let lines = text.split(separator: "\n")
        #expect(lines[1] == "Interrupted: what follows describes the run up to 400 ms.")
        #expect(lines[2] == "The account is wrong by 1 packet: this is a bug of nvo3sim.")
        #expect(text.contains("Caches: 3 caches held an old place, 1 still wrong at the end"))
    }

    @Test("Many moves are counted, not listed")
    func manyMoves() {
        var tables = SampleRun.tables
        tables.migrations = (1...25).map { MigrationRow(move: "m\($0)", vm: "web") }
        tables.finish(scenario: "sample", duration: .seconds(1), ended: .zero)
        let text = RunSummary(tables: tables, events: 1, seconds: 1).text()
        #expect(text.contains("Moves: 0 of 25 completed") && text.contains("… and 15 more in migrations.csv"))
    }

    @Test("JSON and CSV carry the row of runs.csv")
    func formats() throws {
        let root = try JSONSerialization.jsonObject(with: Data(summary.json.utf8)) as? [String: Any]
        let run = try #require(root?["run"] as? [String: Any])
        #expect(run["lost"] as? Int == 305 && run["convergence_max_ms"] as? Double == 5.3)
        #expect(run["seed"] as? Int == 7 && run["scenario"] as? String == "sample")
        let verdicts = try #require(root?["expectations"] as? [[String: Any]])
        #expect(verdicts.map { $0["outcome"] as? String } == ["pass", "fail", "inconclusive"])
        let lines = summary.csv(header: true).split(separator: "\n")
        #expect(lines.count == 2 && lines[0].split(separator: ",", omittingEmptySubsequences: false).count == run.count)
        #expect(summary.csv(header: false) == lines[1] + "\n")
    }

    @Test("Numbers for people")
    func humanNumbers() {
        #expect(HumanText.count(1_234_567) == "1 234 567" && HumanText.count(-12) == "-12")
        #expect(HumanText.span(Duration(picoseconds: 10_302_500_000_001)) == "10.3025 s")
        #expect(HumanText.span(.zero) == "0" && HumanText.span(.nanoseconds(999)) == "999 ns")
        #expect(HumanText.percent(1, of: 1_000_000) == "< 0.01 %" && HumanText.percent(0, of: 0) == "")
        #expect(HumanText.percent(999_999, of: 1_000_000) == "> 99.99 %" && HumanText.percent(3, of: 3) == "100.00 %")
        #expect(HumanText.bytes(3_400) == "3.4 kB" && HumanText.rate(13_600_000) == "13.6 M")
        #expect(HumanText.bytes(999_960) == "1 MB" && HumanText.bytes(999_400) == "999 kB")
        #expect(HumanText.bytes(999) == "999 B" && HumanText.bytes(1_000) == "1 kB")
    }

    private static func withoutColour(_ text: String) -> String {
        var plain = ""
        var isCode = false
        for character in text {
            if character == "\u{1B}" { isCode = true }
            if !isCode { plain.append(character) }
            if isCode, character == "m" { isCode = false }
        }
        return plain
    }
}

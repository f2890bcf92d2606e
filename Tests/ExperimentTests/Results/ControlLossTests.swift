import Kernel
import Observe
import Testing

@testable import Experiment

/// Messages between NVEs and the NVA that are lost by chance, and what repetition makes of them.
@Suite struct ControlLossTests {
    /// So many VMs, each of which moves once; nothing takes time but the timeouts, 10 ms each.
    private static func moves(_ count: Int, _ more: String, retries: Int = 100) -> String {
        let moves = (0..<count).map { "  - {name: m\($0), vm: \"web[\($0)]\", to: B, at: 1 ms, downtime: 1 ms}\n" }
        return """
            schema: 1
            name: lossy
            duration: 20 s
            underlay: {kind: star, hosts: [A, B], host-link: {rate: unlimited, delay: 1 us}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/16}]}
            nve: {query: {timeout: 10 ms, retries: \(retries)}, cache: {timeout: never}}
            invalidate: {by: none}
            vms: [{name: web, count: \(count), network: blue, at: A}]
            \(more)
            moves:
            \(moves.joined())
            """
    }

    private static func nva(_ share: String, distribution: String = "none") -> String {
        "nva: {control-loss: \(share), distribution: \(distribution), on-detach: keep, costs: {registration: 0 s}}"
    }

    private func messages(_ tables: ResultTables, _ kind: String) -> (sent: Int, retries: Int, drops: Int) {
        tables.messages.filter { $0.kind == kind }.reduce((0, 0, 0)) {
            ($0.0 + $1.messages, $0.1 + $1.retries, $0.2 + $1.drops)
        }
    }

    /// A sample mean of a geometric number of trials, against 1/p: standard error sqrt(1 - p)/(p sqrt(n)).
    private func agrees(_ total: Int, of count: Int, success: Double) -> Bool {
        let error = (1 - success).squareRoot() / success / Double(count).squareRoot()
        return abs(Double(total) / Double(count) - 1 / success) < 3.3 * error
    }

    /// A registration is sent until the NVA has it: 1/0.9 times on average, the replies left out of account. It goes on
    /// being sent until its reply is there: 1/0.81 times. The phase tells the first, for each repetition takes 10 ms.
    @Test("REQ-4.2-08: with 10 % loss all registrations succeed, after 1/0.9 sendings on average")
    func registrationsSucceed() throws {
        let count = 1_000
        let tables = try FinishedRun(Self.moves(count, Self.nva("10 %"))).tables
        #expect(tables.migrations.allSatisfy { $0.registered != nil })
        let timeout = Duration.milliseconds(10).picoseconds
        let phases = tables.phases.filter { $0.phase == .registration }
        #expect(phases.count == count)
        var untilInForce = 0
        for phase in phases {
            let span = try #require(phase.end) - phase.start
            #expect(span.picoseconds % timeout == 0)
            untilInForce += 1 + Int(span.picoseconds / timeout)
        }
        #expect(untilInForce > count)
        #expect(agrees(untilInForce, of: count, success: 0.9), "\(untilInForce)")
        let registrations = messages(tables, "registration"), replies = messages(tables, "registration-reply")
        #expect(registrations.retries == registrations.sent - count)
        #expect(agrees(registrations.sent, of: count, success: 0.81), "\(registrations.sent)")
        #expect(replies.sent == registrations.sent - registrations.drops, "each one that arrives is replied to")
        #expect(replies.drops > 0 && replies.sent - replies.drops >= count)
    }

    /// Without repetition the record is in force by the first announcement, or 50 ms later by the second, or never.
    @Test("DER-12: a registration that is lost is made up for by the next announcement only, without retries")
    func announcementsStandInForRetries() throws {
        let count = 300
        let announce = "announce: {count: 2, interval: 50 ms}\n"
        let tables = try FinishedRun(Self.moves(count, announce + Self.nva("50 %"), retries: 0)).tables
        var after: [Duration?: Int] = [:]
        for move in tables.migrations {
            let attached = try #require(move.attached)
            after[move.registered.map { $0 - attached }, default: 0] += 1
        }
        #expect(Set(after.keys) == [.zero, .milliseconds(50), nil])
        // 1/2, 1/4, 1/4 of 300; 3.3 standard errors are 28.6 and 24.8.
        #expect(abs((after[.zero] ?? 0) - 150) < 29 && abs((after[.milliseconds(50)] ?? 0) - 75) < 25)
        let registrations = messages(tables, "registration")
        #expect(registrations.sent == 2 * count && registrations.retries == 0)
    }

    @Test("DER-12: when all is lost no registration ever succeeds, and repetition has its cap", arguments: [0, 3])
    func nothingGetsThrough(_ retries: Int) throws {
        let tables = try FinishedRun(Self.moves(20, Self.nva("100 %"), retries: retries)).tables
        #expect(tables.migrations.allSatisfy { $0.registered == nil })
        #expect(tables.phases.filter { $0.phase == .registration }.allSatisfy { $0.end == nil })
        let registrations = messages(tables, "registration")
        #expect(registrations == (20 * (1 + retries), 20 * retries, 20 * (1 + retries)))
        #expect(messages(tables, "registration-reply").sent == 0)
        let nva = try #require(tables.nodes.first { $0.kind == "nva" })
        #expect((nva.received, nva.controlDrops) == (0, registrations.sent))
    }

    /// 2 ms to the NVA and back: an answer is there 4 ms after a query that gets through, or 10 ms later.
    @Test("DER-12: queries are repeated until they are answered, through the fabric too")
    func queriesAreRepeated() throws {
        let text = """
            schema: 1
            name: lossy-queries
            duration: 300 ms
            underlay: {kind: star, hosts: [A, B, NVA], host-link: {rate: unlimited, delay: 1 ms}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/16}]}
            start: {caches: empty}
            nva: {at: NVA, control-loss: 30 %, costs: {query: 0 s}}
            nve: {miss: query-queue, query: {timeout: 10 ms, retries: 50}, cache: {timeout: never}}
            vms:
              - {name: client, count: 200, network: blue, at: A}
              - {name: web, count: 200, network: blue, at: B}
            traffic: [{name: hello, kind: cbr, from: client, to: web, rate: 1 pps, count: 1, size: 100 B}]
            """
        let tables = try FinishedRun(text).tables
        #expect(tables.runs[0].delivered == 200)
        let queries = messages(tables, "query"), answers = messages(tables, "answer")
        #expect(queries.retries == queries.sent - 200 && queries.drops > 0)
        #expect(answers.sent == queries.sent - queries.drops)
        #expect(agrees(queries.sent, of: 200, success: 0.49), "\(queries.sent)")
        for flow in tables.flows {
            let wait = try #require(flow.latencyMax) - .milliseconds(2 + 4)
            #expect(wait.picoseconds % Duration.milliseconds(10).picoseconds == 0, "\(flow.flow)")
        }
        let asker = try #require(tables.nodes.first { $0.node == "A" })
        #expect((asker.queries, asker.queryRetries) == (queries.sent, queries.retries))
        #expect(asker.controlDrops == answers.drops && asker.bufferedMax == 200)
    }

    @Test("Senders draw from streams of their own: a bystander's messages change nobody's fate")
    func streamsAreSeparate() throws {
        let alone = Self.moves(40, Self.nva("40 %"))
        let other = alone.replacing("hosts: [A, B]", with: "hosts: [A, B, nva]")
            .replacing("vms: [", with: "vms: [{name: guest, network: blue, at: nva}, ")
            .replacing("moves:\n", with: "moves:\n  - {name: g, vm: guest, to: A, at: 500 us, downtime: 1 us}\n")
        let (first, second) = (try FinishedRun(alone).tables, try FinishedRun(other).tables)
        // B's first sendings are its first draws; the NVA's replies are others' by then.
        let early = { (tables: ResultTables) in
            Set(tables.migrations.filter { $0.vm != "guest" && $0.registered == $0.attached }.map(\.move))
        }
        #expect(early(first) == early(second) && (1..<40).contains(early(first).count))
    }

    @Test func nothingIsDrawnWithoutLoss() throws {
        let tables = try FinishedRun(Self.moves(20, Self.nva("0 %"))).tables
        #expect(tables.messages.allSatisfy { $0.drops == 0 && $0.retries == 0 })
        #expect(tables.migrations.allSatisfy { $0.registered == $0.attached })
    }

    @Test("REQ-4.2-08: with loss all departures get through, each answered when it does")
    func deregistrationsSucceed() throws {
        let count = 500
        let nva = "nva: {control-loss: 20 %, distribution: none, on-detach: withdraw, costs: {registration: 0 s}}"
        let tables = try FinishedRun(Self.moves(count, nva).replacing("downtime: 1 ms", with: "downtime: 5 s")).tables
        let departures = messages(tables, "deregistration"), replies = messages(tables, "deregistration-reply")
        #expect(departures.retries == departures.sent - count)
        #expect(replies.sent == departures.sent - departures.drops)
        // Until the reply is there: both must get through.
        #expect(agrees(departures.sent, of: count, success: 0.64), "\(departures.sent)")
    }

    /// The VM leaves while its host's link to the switch with the NVE does not work.
    @Test("REQ-4.2-08: what a hypervisor says to the NVE in its switch is said again after a failure of the link")
    func associationsAreRepeated() throws {
        let text = """
            schema: 1
            name: split
            duration: 1 s
            underlay:
              {kind: leaf-spine, spines: 1, leaves: 2, hosts-per-leaf: 2, host-link: {rate: unlimited, delay: 1 us},
               fabric-link: {rate: unlimited, delay: 1 us}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            nva: {at: leaf2/host2}
            nve: {placement: split, query: {timeout: 40 ms, retries: 5}}
            announce: {count: 3, interval: 50 ms}
            vms:
              - {name: web, network: blue, at: leaf1/host1}
              - {name: client, network: blue, at: leaf2/host2}
            traffic: [{kind: cbr, from: client, to: web, rate: 1 kpps, size: 100 B, phase: 500 us}]
            moves: [{vm: web, to: leaf1/host2, at: 100 ms, downtime: 10 ms}]
            failures: [{target: {link: leaf1/host1-leaf1}, at: 95 ms, repair: 70 ms},
                       {target: {link: leaf1/host2-leaf1}, at: 95 ms, repair: 70 ms}]
            """
        let tables = try FinishedRun(text).tables
        // Said at 100 and 110 ms in vain, and at 140 and 150 ms; at 180 and 190 ms with success.
        let left = messages(tables, "de-associate"), came = messages(tables, "associate")
        #expect(left == (3, 2, 2) && came == (3, 2, 2))
        #expect(messages(tables, "associate-reply").sent == 1)
        #expect(messages(tables, "de-associate-reply").sent == 1)
        // Of the announcements of 110, 160 and 210 ms the last one is heard.
        let registered = try #require(tables.migrations[0].registered)
        #expect(registered > .zero + .milliseconds(210) && registered < .zero + .milliseconds(211))
        #expect(tables.runs[0].delivered == 95 + 790, "and then the VM is reached again")
    }
}

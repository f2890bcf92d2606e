import Kernel
import Observe
import Testing

@testable import Experiment

/// Acceptance checks about announcement, registration, invalidation and the life of cache entries.
@Suite struct CacheRequirements {
    private static let attach: Int64 = 10_300_000_000_000
    private static let millisecond: Int64 = 1_000_000_000

    private static func run(_ more: String = "", _ overrides: [String] = []) throws -> FinishedRun {
        let redirect = more.contains("redirect:") ? "" : ResultScenarios.withoutRedirect
        return try FinishedRun(ResultScenarios.reference + redirect + more, overrides)
    }

    private func messages(_ run: FinishedRun, _ kind: MessageKind, _ sender: String? = nil) -> Int {
        run.tables.messages.filter { $0.kind == kind.name && (sender == nil || $0.sender == sender) }
            .reduce(0) { $0 + $1.messages }
    }

    @Test("REQ-4.2-01 a move has no key to change an address")
    func addressIsKept() {
        for key in ["keep-ip: false", "address: 10.0.0.7", "keep-mac: false"] {
            let text = ResultScenarios.reference.replacing("mode: hot", with: "mode: hot, \(key)")
            let loaded = ScenarioLoader.load(text: text, name: "t.yaml")
            #expect(loaded.outcome == .invalid)
            let name = key.split(separator: ":")[0]
            #expect(loaded.diagnostics.map(\.message) == ["unknown key `\(name)` in `moves[0]`"])
        }
    }

    @Test("REQ-4.2-03 pushed one after another, A is right 5.0 ms after attach, B 5.1 ms and D 5.2 ms")
    func promptly() throws {
        let run = try simulate(Self.run().scenario)
        let times = Dictionary(run.mappingChanges.filter { $0.vm == "m" }.map { ($0.host, $0.at) }) { first, _ in first
        }
        #expect(times["A"] == Self.attach + 5 * Self.millisecond)
        #expect(times["B"] == Self.attach + 5 * Self.millisecond + Self.millisecond / 10)
        #expect(times["D"] == Self.attach + 5 * Self.millisecond + Self.millisecond / 5)
    }

    @Test("REQ-4.2-05 so many gratuitous ARP requests as asked for, the first after the delay", arguments: [1, 3])
    func announcements(count: Int) throws {
        let repetition = count > 1 ? ["announce.interval=1 s"] : []
        let run = try Self.run("", ["announce.count=\(count)", "announce.delay=4 ms"] + repetition)
        #expect(messages(run, .gratuitousARP, "m") == count)
        #expect(try run.migration("m1").registered == Instant(picoseconds: Self.attach + 7 * Self.millisecond))
    }

    @Test("REQ-4.2-05 without an announcement nobody registers, and the caches stay wrong")
    func noAnnouncement() throws {
        let text = ResultScenarios.reference.replacing(
            "announce: {kind: garp, delay: 0 s, count: 1}", with: "announce: {kind: none}")
        let run = try FinishedRun(text + ResultScenarios.withoutRedirect)
        #expect(messages(run, .gratuitousARP) == 0 && messages(run, .registration) == 0)
        #expect(try run.migration("m1").registered == nil)
        #expect(run.tables.convergence.map(\.outcome) == [.stillStale])
        #expect(try run.flow("f1:c->m").lost == 20_000 - 9_998)
    }

    @Test("REQ-4.2-06 the new NVE delivers from the attach on, before the NVA knows")
    func newNVEKnows() throws {
        let fates = try simulate(Self.run(ResultScenarios.withRedirect).scenario).fates
        let first = fates.filter { $0.end == "delivered" && $0.redirected }.map(\.endedAt).min()
        #expect(first == Self.attach + Self.millisecond / 2)
    }

    @Test("REQ-4.2-07 one registration, in force at 10.303 s, whose record is the VM at C")
    func registration() throws {
        let run = try Self.run()
        #expect(messages(run, .registration) == 1 && messages(run, .registration, "C") == 1)
        #expect(try run.migration("m1").registered == Instant(picoseconds: Self.attach + 3 * Self.millisecond))
        #expect(try simulate(run.scenario).registrationsInForce == [Self.attach + 3 * Self.millisecond])
    }

    @Test("REQ-4.2-15 as many caches are wrong at the attach as held the VM")
    func staleCaches() throws {
        func nodes(_ more: String) throws -> [String] {
            let text = ResultScenarios.reference.replacing("phase: 500 us}]", with: "phase: 500 us}\(more)]")
            return try FinishedRun(text + ResultScenarios.withoutRedirect).tables.convergence.map(\.node)
        }
        #expect(try nodes("") == ["A"])
        #expect(try nodes(", {name: f2, from: x, to: m, rate: 1 pps}") == ["A", "D"])
        #expect(try nodes(", {name: f2, from: x, to: c, rate: 1 pps}") == ["A"], "who talks to another holds nothing")
    }

    @Test(
        "REQ-4.2-16 REQ-4.2-24 one message to each other NVE, in turn, by the old NVE or by the VM manager",
        arguments: [("old-nve", MessageKind.invalidate, 10_000.0), ("vm-manager", .invalidate, 10_000.0)])
    func invalidation(by: String, kind: MessageKind, start: Double) throws {
        let text = ResultScenarios.reference.replacing(
            "invalidate: {by: none}", with: "invalidate: {by: \(by), targets: all, detect-delay: 7 ms, spacing: 3 ms}")
        let run = try FinishedRun(text + ResultScenarios.withoutRedirect)
        // A, C, D and the NVA's host, which has an NVE too; the old NVE knows by itself.
        #expect(messages(run, kind) == 4)
        let row = try #require(run.tables.convergence.first { $0.node == "A" })
        #expect((row.outcome, row.fixedBy) == (.expired, "invalidate"))
        // A is the first of the train: 7 ms until it is noticed, 2 ms on its way.
        #expect(row.corrected == Instant(picoseconds: 10_009_000_000_000))
    }

    @Test("REQ-4.2-24 the VM manager's messages are its own also where the old NVE is at the NVA's host")
    func managerSpeaksForItself() throws {
        let text = ResultScenarios.reference.replacing("invalidate: {by: none}", with: "invalidate: {by: vm-manager}")
            .replacing("nva: {at: NVA,", with: "nva: {at: B,")
        let rows = try FinishedRun(text + ResultScenarios.withoutRedirect).tables.messages
        #expect(Set(rows.filter { $0.kind == "invalidate" }.map(\.senderKind)) == ["nva"])
    }

    @Test("REQ-4.2-17 cold cache: one query; packets of 5 ms are lost, or the first one waits 5 ms")
    func coldCache() throws {
        let still = ResultScenarios.reference.split(separator: "\n").filter { !$0.hasPrefix("moves:") }
            .joined(separator: "\n").replacing("timeout: never}}", with: "timeout: never}, miss: MISS}")
        let cold =
            still.replacing("costs: {registration: 1 ms,", with: "costs: {registration: 1 ms, query: 1 ms,")
            + "\nstart: {caches: empty}\n"
        let dropping = try FinishedRun(cold.replacing("MISS", with: "query-drop"))
        #expect(messages(dropping, .query) == 1)
        #expect(dropping.tables.losses.map(\.cause) == [.awaitingAnswer])
        #expect(try dropping.flow("f1:c->m").lost == 5)
        let queueing = try FinishedRun(cold.replacing("MISS", with: "query-queue"))
        #expect(messages(queueing, .query) == 1)
        let flow = try queueing.flow("f1:c->m")
        #expect((flow.lost, flow.delivered, flow.buffered) == (0, 20_000, 5))
        #expect(flow.latencyMax == .milliseconds(7))
    }

    @Test("REQ-4.2-18 the old NVE's query: 305 lost, 2 by the triangle")
    func queryOfOld() throws {
        let run = try Self.run("redirect: {learn: query}\n", ["nva.costs.query=1 ms"])
        let flow = try run.flow("f1:c->m")
        #expect((flow.lost, flow.triangular) == (305, 2))
        #expect(messages(run, .query, "B") == 1)
    }

    /// No push, no invalidation, hard timeout: the caches were loaded at 0 and expire at 12.345 s.
    @Test(
        "REQ-4.2-25 OLD-4.1-08 expiry alone puts a cache right: 2a + p after it", arguments: ["eager", "lazy"])
    func expiry(requery: String) throws {
        let text = ResultScenarios.reference.replacing(
            "timeout: never", with: "timeout: 12345 ms, kind: hard, requery: \(requery)"
        ).replacing("nva: {at: NVA,", with: "nva: {at: NVA, distribution: none,")
        let run = try FinishedRun(text + ResultScenarios.withoutRedirect, ["nva.costs.query=1 ms"])
        #expect(messages(run, .push) == 0 && messages(run, .invalidate) == 0, "OLD-4.1-08 knows neither")
        // Lazy: the first packet behind 12.345 s leaves at 12.3455 s.
        let asked: Int64 = requery == "eager" ? 12_345 * Self.millisecond : 12_345 * Self.millisecond + 500_000_000
        let changes = try simulate(run.scenario).mappingChanges.filter { $0.host == "A" && $0.vm == "m" }
        #expect(changes.map(\.at) == [asked + 5 * Self.millisecond])
        // Lost: all that A sent to B from 9.998 s to the expiry, and 5 ms of packets that wait for no answer.
        #expect(try run.flow("f1:c->m").lost == 12_345 - 9_998 + 5)
    }

    @Test("REQ-4.2-25 sliding under steady traffic never converges by itself")
    func sliding() throws {
        let text = ResultScenarios.reference.replacing("timeout: never", with: "timeout: 100 ms, kind: sliding")
            .replacing("nva: {at: NVA,", with: "nva: {at: NVA, distribution: none,")
        let run = try FinishedRun(text + ResultScenarios.withoutRedirect)
        #expect(run.tables.convergence.map(\.outcome) == [.stillStale])
        #expect(try run.flow("f1:c->m").misdirected == 20_000 - 9_998)
    }

    @Test("OLD-4.1-01 a move with the same MAC changes no neighbour entry, but mappings")
    func twoTables() throws {
        let run = try Self.run()
        #expect(try run.migration("m1").neighboursChanged == 0)
        #expect(run.tables.convergence.map(\.cacheKind) == ["mapping"])
    }

    @Test("REQ-4.4-06 communicating NVEs alone are pushed, or all members of the network", arguments: [true, false])
    func pushTargets(communicating: Bool) throws {
        let targets = communicating ? "communicating" : "members"
        let run = try Self.run("", ["nva.push-targets=\(targets)"])
        let changed = Set(try simulate(run.scenario).mappingChanges.filter { $0.vm == "m" }.map(\.host))
        #expect(changed == (communicating ? ["A"] : ["A", "B", "D"]))
    }

    @Test("DER-01 the same scenario and seed give the same tables", arguments: [1, 7])
    func sameSeed(seed: Int) throws {
        let text = ResultScenarios.all.first { $0.name == "transfers and full queues" }?.text ?? ""
        let (first, second) = (try FinishedRun(text, ["seed=\(seed)"]), try FinishedRun(text, ["seed=\(seed)"]))
        #expect(first.tables.flows == second.tables.flows && first.tables.losses == second.tables.losses)
        #expect(first.tables.runs == second.tables.runs && first.tables.timeseries == second.tables.timeseries)
        #expect(try FinishedRun(text, ["seed=\(seed + 1)"]).tables.flows != first.tables.flows)
    }

    @Test("DER-02 an outage of [10.000, 10.250) s loses 250 packets, the one at 10.000 among them, not that at 10.250")
    func tie() throws {
        let text = ResultScenarios.reference.replacing("phase: 500 us", with: "phase: 0 s")
            .replacing("to: C, at: 10 s", with: "to: B, at: 10 s").replacing(
                "downtime: 300 ms", with: "downtime: 250 ms")
        let fates = try simulate(FinishedRun(text).scenario).fates
        let lost = fates.filter { $0.end == "lost" }.map(\.endedAt)
        #expect(lost.count == 250)
        #expect(lost.min() == 10_000_000_000_000 && lost.max() == 10_249_000_000_000)
    }

    @Test("DER-15 1500 bytes inside do not fit links of 1500, but of 1550", arguments: [(1_500, 20_000), (1_550, 0)])
    func mtu(mtu: Int, lost: Int) throws {
        let text = ResultScenarios.reference.replacing("delay: 1 ms}", with: "delay: 1 ms, mtu: \(mtu) B}")
            .replacing("size: 1000 B", with: "size: 1500 B").split(separator: "\n").filter { !$0.hasPrefix("moves:") }
        let scenario = try #require(
            ScenarioLoader.load(text: text.joined(separator: "\n") + "\n", name: "t.yaml").scenario)
        let tables = try ResultTables(running: scenario)
        #expect(tables.flows.map(\.lost) == [lost])
        #expect(tables.losses.allSatisfy { $0.cause == .mtu })
    }

    @Test("DER-17 the outer hop limit ends a way of more than 255 links, and no shorter one", arguments: [254, 255])
    func hopLimit(switches: Int) throws {
        var scenario = plainScenario(rowOfSwitches(switches), duration: milliseconds(10))
        scenario.vms = [machine("c", at: "A"), machine("m", at: "B")]
        scenario.traffic = [constantRate("F1", from: "c", to: "m", ConstantRate(rate: .perSecond(1_000), phase: 0))]
        let fates = try simulate(scenario).fates
        #expect(fates.count == 10 && fates.allSatisfy { $0.links == 255 })
        #expect(fates.allSatisfy { $0.cause == (switches == 254 ? "" : "hop-limit") })
    }
}

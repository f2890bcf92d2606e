import Fabric
import Kernel
import Observe
import Testing

@testable import Experiment

/// Rows of nodes.csv and links.csv, worked out by hand.
@Suite struct NodeAndLinkTests {
    // MARK: - Nodes

    /// REF-A: the NVA handles a deregistration and a registration, 1 ms each, in 20 s, replies and pushes three times.
    @Test func nodesOfTheReference() throws {
        let tables = try FinishedRun(ResultScenarios.reference + ResultScenarios.withRedirect).tables
        #expect(tables.nodes.map(\.node) == ["nva", "A", "B", "C", "D"])
        let nva = tables.nodes[0]
        #expect((nva.place, nva.received, nva.sent, nva.busy) == ("NVA", 2, 4, .milliseconds(2)))
        #expect((nva.utilisation, nva.queueMean, nva.queueMax) == (0.0001, 0, 0))
        #expect((nva.mappings, nva.mappingsMax) == (3, 3))
        let edges = tables.nodes.dropFirst()
        #expect(edges.map(\.received) == [1, 1, 2, 1])
        #expect(edges.map(\.sent) == [0, 1, 1, 0])
        #expect(edges.map(\.mappings) == [1, 1, 0, 1])
        #expect(edges.map(\.redirectsMax) == [0, 1, 0, 0])
        #expect(edges.map(\.registrations) == [0, 0, 1, 0])
        #expect(edges.allSatisfy { $0.busy == nil && $0.queueMax == nil && $0.controlDrops == 0 })
    }

    /// So many VMs attach at once, and the NVA takes 1 ms for each: the i-th waits (i - 1) ms.
    @Test("REQ-4.2-07: registrations at one instant wait for one another", arguments: [1, 2, 10])
    func queueOfTheNVA(_ count: Int) throws {
        let moves = (0..<count).map { "  - {name: m\($0), vm: \"web[\($0)]\", to: B, at: 1 ms, downtime: 1 ms}\n" }
        let name = count == 1 ? "web" : "web[0]"
        let text = """
            schema: 1
            name: queue
            duration: 4 s
            underlay: {kind: star, hosts: [A, B], host-link: {rate: unlimited, delay: 1 us}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/16}]}
            nva: {distribution: none, on-detach: keep, costs: {registration: 1 ms}}
            invalidate: {by: none}
            vms: [{name: web, count: \(count), network: blue, at: A}]
            moves:
            \(moves.joined().replacing("web[0]", with: name))
            """
        let nva = try #require(FinishedRun(text).tables.nodes.first)
        #expect(nva.queueMax == count - 1)
        #expect(nva.busy == .milliseconds(Int64(count)))
        #expect(nva.utilisation == Double(count) / 4_000)
        #expect(nva.queueMean == Double(count * (count - 1) / 2) / 4_000)
    }

    /// BASE-BUF100: a hundred packets wait at the new NVE, and no more find room. In the series, those that are there
    /// by the end of each window of 20 ms: from 1002.5 ms on one a millisecond.
    @Test("REQ-5-03: the peak of a buffer, of the node and over time")
    func peakOfABuffer() throws {
        let short = ResultScenarios.reference.replacing("duration: 20 s", with: "duration: 2 s")
            .replacing("at: 10 s", with: "at: 1 s")
        let text = short + "redirect: {learn: preinstalled, timer: 30 s, buffer: {at: new, limit: 100 packets}}\n"
        let tables = try FinishedRun(text).tables
        #expect(tables.nodes.first { $0.node == "C" }?.bufferedMax == 100)
        #expect(tables.nodes.filter { $0.node != "C" }.allSatisfy { $0.bufferedMax ?? 0 == 0 })
        let peaks = tables.timeseries.map(\.bufferMax)
        let full = [Int?](repeating: 100, count: 10)
        #expect(Array(peaks[49...64]) == [0, 18, 38, 58, 78, 98] + full)
        #expect(peaks[66...].allSatisfy { $0 == 0 })
        let without = try FinishedRun(short + ResultScenarios.withRedirect).tables
        #expect(without.timeseries.allSatisfy { $0.bufferMax == nil })
    }

    /// Three mappings are learnt by asking, two have room.
    @Test("OLD-4.2-01: evictions are counted, and the table's peak is its capacity")
    func evictions() throws {
        let text = """
            schema: 1
            name: evictions
            duration: 100 ms
            underlay: {kind: star, hosts: [A, B], host-link: {rate: unlimited, delay: 1 us}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            start: {caches: empty}
            nve: {miss: query-queue, cache: {capacity: 2, timeout: never}}
            vms: [{name: a, network: blue, at: A}, {name: b, count: 3, network: blue, at: B}]
            traffic: [{name: hello, kind: cbr, from: a, to: b, rate: 1 pps, count: 1, size: 100 B}]
            """
        let tables = try FinishedRun(text).tables
        let edge = try #require(tables.nodes.first { $0.node == "A" })
        #expect((edge.evictions, edge.mappings, edge.mappingsMax, edge.queries) == (1, 2, 2, 3))
        #expect(edge.queryRetries == 0)
    }

    // MARK: - Links

    /// 10 000 packets of 1000 B in a second, 1064 B each on a link of 1 Gbit/s.
    private static let stream = """
        schema: 1
        name: stream
        duration: 1 s
        underlay:
          {kind: star, hosts: [A, B, C], framing: none, host-link: {rate: 1 Gbps, delay: 1 us, queue: 10 packets}}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        vms: [{name: a, network: blue, at: A}, {name: b, network: blue, at: B}, {name: c, network: blue, at: C}]
        traffic: [{name: s, kind: cbr, from: a, to: b, rate: 10 kpps, size: 1000 B}]

        """

    @Test func linksOfAStream() throws {
        let rows = try FinishedRun(Self.stream).tables.links
        #expect(rows.map(\.link) == ["A->core", "core->B"])
        #expect(rows.map(\.from) == ["A", "core"] && rows.map(\.to) == ["core", "B"])
        for row in rows {
            #expect((row.kind, row.frames, row.bytes, row.drops) == ("host", 10_000, 10_640_000, 0))
            #expect(row.utilisation == 0.08512)
            #expect((row.queueMaxBytes, row.queueMaxFrames) == (0, 0))
        }
    }

    /// Two streams of 681 Mbit/s each meet at B's link, which is full from beginning to end.
    @Test func linkThatIsTooSlow() throws {
        let text = Self.stream.replacing("rate: 10 kpps", with: "rate: 80 kpps")
            .replacing("size: 1000 B}]", with: "size: 1000 B}, {name: t, from: c, to: b, rate: 80 kpps, size: 1000 B}]")
        let tables = try FinishedRun(text).tables
        let full = try #require(tables.links.first { $0.link == "core->B" })
        #expect(full.dropsQueueFull == tables.runs[0].lost && full.drops > 40_000)
        #expect((full.queueMaxFrames, full.queueMaxBytes) == (10, 10_640))
        #expect(full.frames == Int64(160_000 - full.drops))
        let share = try #require(full.utilisation)
        #expect(share > 0.9999 && share <= 1)
    }

    /// B's link fails in the middle: what comes then is lost there, and it has sent for half the time.
    @Test func linkThatFails() throws {
        let text = Self.stream + "failures: [{at: 500 ms, target: {link: core->B}}]\n"
        let tables = try FinishedRun(text).tables
        let rows = tables.links
        #expect(rows.map(\.dropsLinkDown) == [0, tables.runs[0].lost])
        #expect(tables.runs[0].lost == 5_000)
        #expect(rows[0].utilisation == 0.08512 && rows[1].utilisation == 0.04256)
    }

    @Test func packetsThatAreTooLong() throws {
        let text = Self.stream.replacing("delay: 1 us", with: "delay: 1 us, mtu: 1000 B")
        let loaded = ScenarioLoader.load(text: text, name: "run.yaml")
        let rows = try ResultTables(running: try #require(loaded.scenario)).links
        #expect(rows.map(\.dropsMTU) == [10_000] && rows.map(\.frames) == [0] && rows[0].utilisation == 0)
    }

    /// Links of both kinds of service tell the same of the same traffic: too much of it, marks, a failure and repair.
    @Test func scheduledLinksTellTheSame() throws {
        let crowd = Self.stream.replacing("rate: 10 kpps", with: "rate: 80 kpps").replacing(
            "size: 1000 B}]", with: "size: 1000 B}, {name: t, from: c, to: b, rate: 70 kpps, size: 900 B}]"
        ).replacing("duration: 1 s", with: "duration: 50 ms").replacing(
            "delay: 1 us", with: "delay: 1 us, ecn-threshold: 3 kB")
        let failure = "failures: [{at: 20001 us, repair: 7003 us, target: {link: core->B}}]\n"
        for text in [crowd, crowd + failure] {
            let fifo = try FinishedRun(text).tables.links
            let scheduled = try FinishedRun(
                text.replacing("delay: 1 us", with: "delay: 1 us, service: scheduled")
            ).tables.links
            #expect(scheduled.map(fields) == fifo.map(fields))
            #expect(fifo.contains { $0.dropsQueueFull > 0 && $0.ecnMarked > 0 && $0.queueMaxFrames > 0 })
        }
    }

    @Test func kindsOfLinks() throws {
        let text = """
            schema: 1
            name: kinds
            duration: 10 ms
            underlay: {kind: sites, sites: 2, spines: 1, leaves: 1, hosts-per-leaf: 1}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            vms:
              - {name: a, network: blue, at: site1/leaf1/host1}
              - {name: b, network: blue, at: site2/leaf1/host1}
            traffic: [{name: s, kind: cbr, from: a, to: b, rate: 1 kpps, size: 1000 B}]
            """
        let kinds = Dictionary(grouping: try FinishedRun(text).tables.links, by: \.kind).mapValues(\.count)
        #expect(kinds["host"] == 2 && kinds["wan"] == 1 && (kinds["fabric"] ?? 0) >= 4)
    }

    // MARK: - Which tables

    /// What is expected of a table that is not written is judged all the same.
    @Test func tablesThatAreNotWrittenAreStillMeasured() throws {
        let text =
            Self.stream + """
                results: {tables: [flows]}
                expect: [{metric: links.frames, of: {link: A->core}, min: 10000 packets, max: 10000 packets}]

                """
        let run = try FinishedRun(text)
        let verdicts = MetricEngine().judge(run.scenario.expect.map(\.query), on: run.tables)
        #expect(verdicts.map(\.outcome) == [.pass])
        #expect(run.tables.nodes.isEmpty, "nobody asks for it")
    }
}

import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Testing

@testable import Experiment

/// Links of both kinds on the same scenarios: without priorities and changes of rate nothing may tell them apart, not
/// even the order of what happens at one instant.
@Suite struct BothKindsTests {
    static let seeds = 1...260

    @Test("Design §5: fifo and scheduled links give every packet the same fate on random scenarios")
    func sameFates() throws {
        var coverage = KindCoverage()
        for seed in Self.seeds {
            var scenario = RandomScenario.make(seed: UInt64(seed), hasEdges: seed % 3 == 0)
            var dice = Dice(seed: UInt64(seed) + 77_000)
            scenario.addLinkTrouble(&dice)
            if seed % 2 == 0 { scenario.coarsen(&dice) }
            let (fifo, scheduled) = try runBoth(scenario)
            coverage.add(fifo, scheduled)
            let difference = zip(fifo.endings, scheduled.endings).first { $0 != $1 }
            #expect(fifo.endings.count == scheduled.endings.count, "seed \(seed)")
            #expect(difference == nil, "seed \(seed)")
            #expect(fifo.fingerprint == scheduled.fingerprint, "seed \(seed)")
            #expect(fifo.linkCounts == scheduled.linkCounts, "seed \(seed)")
        }
        for (what, least) in KindCoverage.wanted {
            #expect(coverage.counts[what, default: 0] >= least, "\(what): \(coverage.counts)")
        }
    }

    @Test("A packet that reaches its hop limit does so on both kinds of link")
    func hopLimit() throws {
        var scenario = plainScenario(rowOfSwitches(260), duration: milliseconds(10))
        scenario.vms = [machine("c", at: "A"), machine("m", at: "B")]
        scenario.traffic = [constantRate("F1", from: "c", to: "m", ConstantRate(rate: .perSecond(3_000), phase: 0))]
        let (fifo, scheduled) = try runBoth(scenario)
        #expect(fifo.endings.count == 30)
        #expect(fifo.endings.allSatisfy { $0.end == .lost(.hopLimit, .here) && $0.links == 255 })
        #expect(fifo == scheduled)
    }

    private func runBoth(_ scenario: Scenario) throws -> (KindRun, KindRun) {
        var other = scenario
        other.underlay.hostLink.service = .scheduled
        other.underlay.fabricLink.service = .scheduled
        other.underlay.wan.service = .scheduled
        for index in other.underlay.links.indices { other.underlay.links[index].link.service = .scheduled }
        return (try KindRun(scenario), try KindRun(other))
    }
}

/// What a run did, in the order in which it did it.
struct KindRun: Equatable {
    /// How one packet ended; its place in the list says when beside others of the instant.
    struct Ending: Equatable {
        var flow: FlowID
        var serial: UInt32
        var end: EndedPacket.End
        var at: Instant
        var links: UInt8
        var segments: UInt8
        var flags: PacketFlags
    }

    var endings: [Ending]
    var fingerprint: String
    /// Frames and bytes of each link.
    var linkCounts: [[UInt64]]
    var events: UInt64

    init(_ scenario: Scenario) throws {
        var world = try WorldBuilder(scenario).build(keepingLogs: true)
        try world.run()
        world.finish()
        try world.checkConservation(names: { "flow \($0)" })
        endings = (world.packetLog ?? []).map { packet in
            // When an unfinished packet "ended" is nobody's fact: the end of the run differs by an event.
            Ending(
                flow: packet.record.flow, serial: packet.record.serial, end: packet.end,
                at: packet.end == .unfinished ? .never : packet.at, links: packet.record.links,
                segments: packet.record.segments, flags: packet.record.flags)
        }
        fingerprint = world.events.description
        linkCounts = world.fabric.links.map { [$0.frames, $0.bytes] }
        events = world.eventCount
    }

    static func == (left: KindRun, right: KindRun) -> Bool {
        left.endings == right.endings && left.fingerprint == right.fingerprint && left.linkCounts == right.linkCounts
    }
}

/// What the random scenarios have brought about, so that the comparison cannot go blind.
struct KindCoverage {
    static let wanted: [(what: String, least: Int)] = [
        ("delivered", 8_000), ("queue-full", 500), ("link-down", 300), ("marked", 500), ("mtu", 100),
        ("triangular", 100), ("waited", 1_500), ("together", 1_500),
    ]

    var counts: [String: Int] = [:]

    mutating func add(_ fifo: KindRun, _ scheduled: KindRun) {
        for ending in fifo.endings {
            if case .lost(let cause, _) = ending.end { counts[cause.name, default: 0] += 1 }
            if ending.end == .delivered { counts["delivered", default: 0] += 1 }
            if ending.end == .delivered, ending.flags.contains(.redirected) { counts["triangular", default: 0] += 1 }
            if ending.flags.contains(.marked) { counts["marked", default: 0] += 1 }
        }
        for (one, other) in zip(fifo.endings, fifo.endings.dropFirst())
        where one.at == other.at && one.end == .delivered && other.end == .delivered && one.flow != other.flow {
            counts["together", default: 0] += 1
        }
        counts["waited", default: 0] += Int(scheduled.events - min(scheduled.events, fifo.events))
    }
}

extension Scenario {
    /// Thresholds of ECN, and links that fail.
    fileprivate mutating func addLinkTrouble(_ dice: inout Dice) {
        if dice.once(in: 2) { underlay.hostLink.ecnThreshold = UInt64(dice.roll(0...3_000)) }
        if dice.once(in: 2) { underlay.fabricLink.ecnThreshold = UInt64(dice.roll(0...3_000)) }
        for index in 0..<dice.roll(0...3) {
            let names = Cast(self).hosts
            let host = dice.pick(names)
            let near = underlay.kind == .star ? "core" : String(host.prefix { $0 != "/" })
            let isInside = underlay.kind == .leafSpine && dice.once(in: 2)
            let ends = isInside ? (near, "spine\(dice.roll(1...underlay.spines))") : (host, near)
            var failure = FailureConfiguration()
            failure.name = "failure\(index)"
            failure.target.link =
                dice.once(in: 2)
                ? "\(ends.0)-\(ends.1)"
                : dice.once(in: 2) ? "\(ends.0)->\(ends.1)" : "\(ends.1)->\(ends.0)"
            failure.at = dice.time(1...RandomScenario.duration)
            if dice.once(in: 3) == false { failure.repair = dice.time(1...RandomScenario.duration / 4) }
            failures.append(failure)
        }
        underlay.reroute = dice.pick([.none, .ecmp])
        if dice.once(in: 2) { underlay.rerouteDelay = dice.time(1...100_000_000) }
    }

    /// Whole microseconds everywhere and a few sizes: much of what happens happens together.
    fileprivate mutating func coarsen(_ dice: inout Dice) {
        func whole(_ time: Duration) -> Duration { .microseconds((time.picoseconds + 999_999) / 1_000_000) }
        underlay.framing = .none
        let kinds: [WritableKeyPath<Scenario, LinkConfiguration>] = [\.underlay.hostLink, \.underlay.fabricLink]
        for path in kinds {
            self[keyPath: path].delay = whole(self[keyPath: path].delay)
            // 250 bytes take 2, 20 or 40 us.
            let rate = dice.pick([1_000_000_000, 100_000_000, 50_000_000])
            self[keyPath: path].rate = BitRate(bitsPerSecond: UInt64(rate))
            if dice.once(in: 2) { self[keyPath: path].queue = .packets(UInt32(dice.roll(0...9))) }
        }
        for index in underlay.delays.indices {
            underlay.delays[index].delay = max(whole(underlay.delays[index].delay), underlay.hostLink.delay)
        }
        for index in traffic.indices {
            traffic[index].size = UInt32(dice.pick([186, 436, 936]))
            traffic[index].rate = PacketRate(microPackets: UInt64(dice.pick([20, 40, 50, 100])) * 1_000_000_000)
            traffic[index].start = whole(traffic[index].start)
            traffic[index].phase = .fixed(.microseconds(Int64(dice.roll(0...3) * 10)))
            if traffic[index].count == nil { traffic[index].count = 120 }
        }
        var free: [String: Duration] = [:]
        for index in moves.indices {
            let earliest = free[moves[index].vm].map { $0 + .microseconds(1) } ?? .zero
            moves[index].beginning = max(whole(moves[index].beginning), earliest)
            moves[index].standstill = moves[index].standstill.map(whole)
            free[moves[index].vm] = moves[index].beginning + (moves[index].standstill ?? .zero)
        }
        for index in failures.indices {
            failures[index].at = whole(failures[index].at)
            failures[index].repair = failures[index].repair.map(whole)
        }
    }
}

import Kernel
import Testing

@testable import Fabric

/// The server of a scheduled link without a simulator: offers in, demands out, every instant worked out by hand.
///
/// At 8 Gbit/s a byte takes a nanosecond: a frame of 1000 bytes takes 1 us.
@Suite struct ScheduledLinkTests {
    static let gigabits8 = BitRate(bitsPerSecond: 8_000_000_000)

    @Test func idleServerSendsAtOnceAndBusyOneInOrder() {
        var loop = ServerLoop(rate: Self.gigabits8)
        for (frame, at) in [(0, 0), (1, 0), (2, 200), (3, 5_000)] { loop.offer(UInt32(frame), 1_000, at: Int64(at)) }
        loop.finish()
        #expect(loop.arrivals == [0: 1_000_000, 1: 2_000_000, 2: 3_000_000, 3: 6_000_000])
    }

    @Test func idleServerNeedsNoEventButTheArrival() {
        var loop = ServerLoop(rate: Self.gigabits8)
        loop.offer(0, 1_000, at: 0)
        loop.offer(1, 1_000, at: 1_000)
        loop.finish()
        #expect(loop.endsOfService == 0)
        loop.offer(2, 1_000, at: 3_000)
        loop.offer(3, 1_000, at: 3_000)
        loop.finish()
        #expect(loop.endsOfService == 1, "only where a frame waits")
        #expect(loop.arrivalsAsked == 4)
    }

    @Test("Strict priority: higher first, in order within one, and never into a frame that is being sent")
    func priority() {
        var loop = ServerLoop(rate: Self.gigabits8)
        let offers: [(frame: UInt32, priority: UInt8, at: Int64)] = [
            (0, 0, 0), (1, 0, 1), (2, 7, 2), (3, 3, 3), (4, 7, 4), (5, 3, 5), (6, 0, 6), (7, 7, 1_500),
        ]
        for offer in offers { loop.offer(offer.frame, 1_000, at: offer.at, priority: offer.priority) }
        loop.finish()
        // 0 is in service; then 2 and 4, and 7, which comes while 2 is sent; then 3, 5; then 1, 6.
        let order = loop.arrivals.sorted { $0.value < $1.value }.map(\.key)
        #expect(order == [0, 2, 4, 7, 3, 5, 1, 6])
        #expect(order.map { loop.arrivals[$0] } == (1...8).map { Int64($0) * 1_000_000 })
    }

    /// A transmission that ends now has ended, and the next one has begun, before anything else of this instant.
    @Test func aFrameThatComesAtTheEndOfServiceComesTooLateToOvertake() {
        for isEndFirst in [true, false] {
            var loop = ServerLoop(rate: Self.gigabits8)
            loop.offer(0, 1_000, at: 0)
            loop.offer(1, 1_000, at: 0, priority: 0)
            if isEndFirst { loop.run(until: 1_000) }
            loop.offer(2, 1_000, at: 1_000, priority: 7)
            loop.finish()
            #expect(loop.arrivals == [0: 1_000_000, 1: 2_000_000, 2: 3_000_000])
        }
    }

    @Test func limitHoldsOverAllPrioritiesAndRefusesWhateverComesLast() {
        var loop = ServerLoop(rate: Self.gigabits8, limit: .packets(2))
        let admissions = (0..<4).map { loop.offer(UInt32($0), 1_000, at: 0, priority: UInt8($0)) }
        #expect(admissions == [.accepted, .accepted, .accepted, .refused])
        #expect(loop.offer(4, 1_000, at: 1_000) == .accepted, "the first of those who waited is in service")
        var bytes = ServerLoop(rate: Self.gigabits8, limit: .bytes(2_000))
        #expect(bytes.offer(0, 9_000, at: 0) == .accepted, "it need not wait")
        #expect(bytes.offer(1, 1_200, at: 0, priority: 1) == .accepted)
        #expect(bytes.offer(2, 801, at: 0, priority: 7) == .refused)
        #expect(bytes.offer(3, 800, at: 0, priority: 0) == .accepted)
    }

    @Test func markedAreThoseThatFindMoreThanTheThresholdWaiting() {
        var loop = ServerLoop(rate: Self.gigabits8, ecnThreshold: 1_000)
        let admissions = (0..<4).map { loop.offer(UInt32($0), 1_000, at: 0, priority: UInt8($0)) }
        #expect(admissions == [.accepted, .accepted, .accepted, .marked])
    }

    // MARK: - Changing rates

    @Test("The frame in service goes on at the new rate: a tenth takes ten times as long for the rest")
    func aTenth() {
        var loop = ServerLoop(rate: Self.gigabits8)
        loop.offer(0, 1_000, at: 0)
        loop.offer(1, 1_000, at: 0)
        loop.setRate(800_000_000, at: 400)
        loop.finish()
        // 600 bytes are left after 0.4 us: 6 us at a tenth. The next frame takes 10 us.
        #expect(loop.arrivals == [0: 6_400_000, 1: 16_400_000])
        #expect(loop.idleTime == 16_400_000)
    }

    /// 1000 bytes are 8000 bits. 3 Gbit/s for 1 us: 3000; 7 Gbit/s for 0.5 us: 3500; 1500 are left.
    @Test("Several changes during one frame: fractions of a bit are kept, the end is rounded up once")
    func severalChanges() {
        var loop = ServerLoop(rate: BitRate(bitsPerSecond: 3_000_000_000))
        loop.offer(0, 1_000, at: 0)
        loop.setRate(7_000_000_000, at: 1_000)
        loop.setRate(11_000_000_000, at: 1_500)
        loop.finish()
        // 1500 bits at 11 Gbit/s: 136 363.63… ps.
        #expect(loop.arrivals == [0: 1_500_000 + 136_364])
        var odd = ServerLoop(rate: BitRate(bitsPerSecond: 7_000_000_000))
        odd.offer(0, 1_000, at: 0)
        // 1/7 of a nanosecond is no whole number of picoseconds, yet nothing is lost on the way back.
        for step in 1...9 { odd.setRate(step % 2 == 0 ? 7_000_000_000 : 3_000_000_001, at: Int64(step) * 100) }
        odd.setRate(7_000_000_000, at: 1_000)
        odd.finish()
        // 7 Gbit/s in five stretches of 100 ns, 3.000 000 001 in five: 3500 + 1500.000 000 5 bits. Left at 7 Gbit/s:
        // 2999.999 999 5 bits, 428 571.428 5 ps.
        #expect(odd.arrivals == [0: 1_000_000 + 428_572])
    }

    @Test("A change at the very end of a transmission meets the next frame whole")
    func changeAtTheEnd() {
        for isEndFirst in [true, false] {
            var loop = ServerLoop(rate: Self.gigabits8)
            loop.offer(0, 1_000, at: 0)
            loop.offer(1, 1_000, at: 0)
            if isEndFirst { loop.run(until: 1_000) }
            loop.setRate(4_000_000_000, at: 1_000)
            loop.finish()
            #expect(loop.arrivals == [0: 1_000_000, 1: 3_000_000])
        }
        var last = ServerLoop(rate: Self.gigabits8)
        last.offer(0, 1_000, at: 0)
        last.run(until: 999)
        last.setRate(1, atPicoseconds: 999_999)
        last.finish()
        // 8 thousandths of a bit are left: 8 ms at 1 bit/s.
        #expect(last.arrivals == [0: 999_999 + 8_000_000_000])
    }

    @Test("To an unlimited rate and back: what waits goes at once, in order of priority")
    func unlimited() {
        var loop = ServerLoop(rate: Self.gigabits8)
        for frame in UInt32(0)..<4 { loop.offer(frame, 1_000, at: 0, priority: UInt8(frame)) }
        loop.setRate(0, at: 500)
        #expect(loop.offer(4, 1_000, at: 500) == .accepted)
        loop.setRate(8_000_000_000, at: 600)
        loop.offer(5, 1_000, at: 600)
        loop.finish()
        #expect(loop.arrivals == [0: 500_000, 1: 500_000, 2: 500_000, 3: 500_000, 4: 500_000, 5: 1_600_000])
        #expect(loop.order == [0, 3, 2, 1, 4, 5])
    }

    @Test func changesWhileIdleConcernWhatComes() {
        var loop = ServerLoop(rate: Self.gigabits8)
        loop.offer(0, 1_000, at: 0)
        loop.setRate(4_000_000_000, at: 2_000)
        loop.offer(1, 1_000, at: 3_000)
        loop.finish()
        #expect(loop.arrivals == [0: 1_000_000, 1: 5_000_000])
    }

    @Test func aFailureForgetsEverything() {
        var loop = ServerLoop(rate: Self.gigabits8)
        for frame in UInt32(0)..<3 { loop.offer(frame, 1_000, at: 0) }
        loop.reset(at: 1_500, losing: [1, 2])
        #expect(loop.offer(1, 500, at: 1_600) == .accepted, "the handle is in use again, its old arrival void")
        loop.finish()
        #expect(loop.arrivals == [0: 1_000_000, 1: 2_100_000])
    }

    // MARK: - Against plain servers

    @Test(
        "Without priorities and changes it is the fifo link: fates, marks, and one arrival asked for each frame",
        arguments: [QueueLimit.unlimited, .packets(0), .packets(3), .packets(100), .bytes(4_000), .bytes(60_000)])
    func equalsFifo(limit: QueueLimit) {
        var underlay = UnderlayConfiguration()
        underlay.kind = .star
        underlay.hosts = ["A", "B"]
        underlay.framing = .none
        underlay.hostLink = LinkConfiguration(rate: BitRate(bitsPerSecond: 7_777_777_777), delay: .zero)
        underlay.hostLink.queue = limit
        underlay.hostLink.ecnThreshold = 2_500
        var fabric = Fabric(underlay)
        var loop = ServerLoop(rate: underlay.hostLink.rate, limit: limit, ecnThreshold: 2_500)
        let random = RandomSource(seed: 6, run: 0)
        var cursor = StreamCursor(component: "link", purpose: "test")
        var now = Instant.zero
        var expected: [UInt32: Int64] = [:]
        for frame in UInt32(0)..<3_000 {
            now = now + random.exponentialGap(mean: frame % 600 < 300 ? 300_000 : 900_000, from: &cursor)
            let bytes = UInt32(64 + random.uniformInteger(below: 1_400, from: &cursor))
            var record = PacketRecord.frame(bytes)
            let fate = fabric.transmit(&record, on: LinkID(0 as UInt32), now: now)
            expected[frame] = fate.arrival?.picoseconds
            let admission = loop.offer(frame, bytes, atPicoseconds: now.picoseconds, priority: 0)
            let isMarked = record.flags.contains(.marked)
            #expect(admission == (fate.arrival == nil ? .refused : isMarked ? .marked : .accepted), "frame \(frame)")
            #expect(loop.idleTime == max(fabric.links[0].busyUntil, now).picoseconds || fate.arrival == nil)
        }
        loop.finish()
        #expect(loop.arrivals == expected)
        #expect(loop.arrivalsAsked == expected.count)
    }

    @Test("Priorities and changes of rate at random: a list of frames served one by one", arguments: 1...6)
    func equalsPlainServer(seed: UInt64) {
        let random = RandomSource(seed: seed, run: 0)
        var cursor = StreamCursor(component: "link", purpose: "test")
        func draw(_ below: UInt64) -> Int64 { Int64(random.uniformInteger(below: below, from: &cursor)) }
        var loop = ServerLoop(rate: BitRate(bitsPerSecond: 1_000_000_007), limit: .packets(12))
        var plain = PlainServer(rate: 1_000_000_007, room: 12)
        var now: Int64 = 0
        for frame in UInt32(0)..<1_500 {
            // Many coincidences: whole microseconds, and lengths that take some.
            now += draw(3) == 0 ? draw(14) * 1_000_000 : draw(9_000_000)
            if draw(6) == 0 {
                let rate = [0, 1_000_000_000, 1_000_000_007, 96_000_000, 3_000_000_000][Int(draw(5))]
                loop.setRate(UInt64(rate), atPicoseconds: now)
                plain.setRate(Int64(rate), at: now)
            }
            let (bytes, priority) = (UInt32(125 * (1 + draw(9))), UInt8(draw(4) * 2))
            let isIn = plain.offer(frame, Int64(bytes), Int(priority), at: now)
            #expect((loop.offer(frame, bytes, atPicoseconds: now, priority: priority) != .refused) == isIn)
        }
        loop.finish()
        plain.advance(to: .max)
        #expect(loop.arrivals == plain.ends)
        #expect(plain.overtakings > 100 && plain.ends.count > 700, "\(plain.overtakings), \(plain.ends.count)")
    }
}

/// The other party of ``ScheduledLinks``: keeps what it asks for in order and hands it back when it is due.
struct ServerLoop {
    private var links = ScheduledLinks()
    private let limit: QueueLimit
    private let ecnThreshold: UInt64
    private var pending: [(at: Int64, demand: LinkDemand)] = []
    /// By frame, in picoseconds.
    private(set) var arrivals: [UInt32: Int64] = [:]
    private(set) var order: [UInt32] = []
    private(set) var arrivalsAsked = 0
    private(set) var endsOfService = 0

    init(rate: BitRate, limit: QueueLimit = .unlimited, ecnThreshold: UInt64 = .max) {
        self.limit = limit
        self.ecnThreshold = ecnThreshold
        _ = links.addServer(of: LinkID(0 as UInt32), rate: rate)
    }

    var idleTime: Int64 { links.idleTime(of: 0).picoseconds }

    @discardableResult
    mutating func offer(_ frame: UInt32, _ bytes: UInt32, at nanoseconds: Int64, priority: UInt8 = 0)
        -> ScheduledLinks.Admission
    {
        offer(frame, bytes, atPicoseconds: nanoseconds * 1_000, priority: priority)
    }

    mutating func offer(_ frame: UInt32, _ bytes: UInt32, atPicoseconds time: Int64, priority: UInt8)
        -> ScheduledLinks.Admission
    {
        run(before: time)
        let offer = ScheduledLinks.Offer(handle: PacketHandle(frame), wireBytes: bytes, priority: priority)
        defer { collect() }
        return links.offer(
            offer, to: 0, limit: limit, ecnThreshold: ecnThreshold, now: Instant(picoseconds: time))
    }

    mutating func setRate(_ bitsPerSecond: UInt64, at nanoseconds: Int64) {
        setRate(bitsPerSecond, atPicoseconds: nanoseconds * 1_000)
    }

    mutating func setRate(_ bitsPerSecond: UInt64, atPicoseconds time: Int64) {
        run(before: time)
        links.setRate(BitRate(bitsPerSecond: bitsPerSecond), of: 0, now: Instant(picoseconds: time))
        collect()
    }

    mutating func reset(at nanoseconds: Int64, losing frames: [UInt32]) {
        run(before: nanoseconds * 1_000)
        links.reset(0, now: Instant(picoseconds: nanoseconds * 1_000))
        for frame in frames { links.forget(PacketHandle(frame)) }
    }

    /// Does all that is due up to an instant, itself included.
    mutating func run(until nanoseconds: Int64) { run(before: nanoseconds * 1_000 + 1) }
    mutating func finish() { run(before: .max) }

    private mutating func run(before time: Int64) {
        while let next = pending.first, next.at < time {
            pending.removeFirst()
            let now = Instant(picoseconds: next.at)
            switch next.demand {
            case .arrival(let handle, _, let generation):
                if links.isDue(handle, generation: generation, now: now) {
                    arrivals[handle.index] = next.at
                    order.append(handle.index)
                }
            case .endOfService:
                endsOfService += 1
                links.endService(0, now: now)
                collect()
            }
        }
    }

    private mutating func collect() {
        for demand in links.demands {
            let time: Int64
            switch demand {
            case .arrival(_, let at, _):
                time = at.picoseconds
                arrivalsAsked += 1
            case .endOfService(_, let at): time = at.picoseconds
            }
            let place = pending.firstIndex { $0.at > time } ?? pending.count
            pending.insert((time, demand), at: place)
        }
        links.clearDemands()
    }
}

/// One server as a list of frames, with work in millionths of a millionth of a bit.
private struct PlainServer {
    private var rate: Int128
    private let room: Int
    private var waiting: [(frame: UInt32, work: Int128, priority: Int)] = []
    private var serving: (frame: UInt32, work: Int128)?
    private var clock: Int64 = 0
    private(set) var ends: [UInt32: Int64] = [:]
    private(set) var overtakings = 0

    init(rate: Int128, room: Int) {
        self.rate = rate
        self.room = room
    }

    mutating func offer(_ frame: UInt32, _ bytes: Int64, _ priority: Int, at time: Int64) -> Bool {
        advance(to: time)
        if serving != nil, waiting.count == room { return false }
        waiting.append((frame, Int128(bytes) * 8_000_000_000_000, priority))
        advance(to: time)
        return true
    }

    mutating func setRate(_ rate: Int64, at time: Int64) {
        advance(to: time)
        self.rate = Int128(rate)
        advance(to: time)
    }

    mutating func advance(to time: Int64) {
        while true {
            if serving == nil {
                guard let best = waiting.map(\.priority).max() else { break }
                let index = waiting.firstIndex { $0.priority == best } ?? 0
                overtakings += index
                let next = waiting.remove(at: index)
                serving = (next.frame, next.work)
            }
            guard let (frame, work) = serving else { break }
            let needed = rate == 0 ? 0 : (work + rate - 1) / rate
            if Int128(clock) + needed > Int128(time) {
                serving?.work -= rate * Int128(time - clock)
                clock = time
                return
            }
            clock += Int64(needed)
            ends[frame] = clock
            serving = nil
        }
        clock = max(clock, time == .max ? clock : time)
    }
}

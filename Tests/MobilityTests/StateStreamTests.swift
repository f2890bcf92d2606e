import Kernel
import Mobility
import Testing

/// Both ends of a stream of state over a wire that keeps order and loses what it is told to.
private struct Wire {
    enum Item {
        case part(StreamBlock, Range<Int>, closes: Bool)
        case answer(StreamAcknowledgement)
    }

    var sender: StreamSender
    var receiver = StreamReceiver()
    /// One way; sending takes no time.
    let delay: Duration
    /// Whether a part that is sent as the n-th, or an answer, is lost.
    var losesPart: (Int) -> Bool = { _ in false }
    var losesAnswer: (Int) -> Bool = { _ in false }
    /// Parts of a block; nil = it goes as a whole.
    var partSegments: Int?
    private(set) var now = Instant.zero
    private(set) var sentBytes: UInt64 = 0
    private(set) var mostUnderWay = 0
    private(set) var completed: Instant?
    private var (parts, answers) = (0, 0)
    private var pending: [(at: Instant, item: Item)] = []

    init(_ settings: StreamSettings, delay: Duration) {
        sender = StreamSender(settings)
        self.delay = delay
    }

    mutating func begin(_ bytes: UInt64) {
        sender.begin(bytes, now: now)
        receiver.begin(stage: sender.stage, segments: sender.settings.segments(of: bytes))
        completed = nil
    }

    /// Until everything has been acknowledged.
    mutating func run() throws {
        for _ in 0..<100_000 {
            let wake = serve()
            if sender.isAcknowledged { return }
            let next = [pending.first?.at, wake, sender.timeoutDue == .never ? nil : sender.timeoutDue]
                .compactMap { $0 }.min()
            now = try #require(next, "nothing will ever happen again")
            if let first = pending.first, first.at == now {
                deliver(pending.removeFirst().item)
            } else {
                sender.expire(now: now)
            }
        }
        Issue.record("the stream has no end")
    }

    private mutating func serve() -> Instant? {
        while true {
            switch sender.next(now: now) {
            case .send(let block):
                sentBytes += sender.settings.bytes(of: block.segments, total: sender.total)
                send(block)
            case .wait(let time): return time
            case .idle: return nil
            }
        }
    }

    private mutating func send(_ block: StreamBlock) {
        let size = partSegments ?? block.segments.count
        for start in stride(from: block.segments.lowerBound, to: block.segments.upperBound, by: size) {
            let part = start..<min(start + size, block.segments.upperBound)
            defer { parts += 1 }
            if losesPart(parts) { continue }
            pending.append((now + delay, .part(block, part, closes: part.upperBound == block.segments.upperBound)))
        }
        mostUnderWay = max(mostUnderWay, pending.count)
    }

    private mutating func deliver(_ item: Item) {
        switch item {
        case .part(let block, let part, let closes):
            for answer in receiver.receive(part, of: block, closes: closes) {
                defer { answers += 1 }
                if !losesAnswer(answers) { pending.append((now + delay, .answer(answer))) }
            }
            if receiver.isComplete, completed == nil { completed = now }
        case .answer(let answer): sender.acknowledged(answer, now: now)
        }
        pending.sort { $0.at < $1.at }
    }
}

@Suite struct StateStreamTests {
    private static func settings(window: UInt64 = 8_000, limit: BitRate? = nil) -> StreamSettings {
        StreamSettings(segmentBytes: 100, blockSegments: 10, window: window, limit: limit)
    }

    @Test(
        "A window of w blocks a round trip: n blocks take ⌈n / w⌉ round trips",
        arguments: [(1, 1), (1, 5), (2, 5), (3, 9), (8, 8), (8, 9), (8, 100)] as [(UInt64, Int64)])
    func windowPacesTheStream(_ window: UInt64, _ blocks: Int64) throws {
        var wire = Wire(Self.settings(window: window * 1_000), delay: .milliseconds(3))
        wire.begin(UInt64(blocks) * 1_000)
        try wire.run()
        let rounds = (blocks + Int64(window) - 1) / Int64(window)
        #expect(wire.now == .zero + .milliseconds(6 * rounds))
        #expect(wire.completed == .zero + .milliseconds(6 * rounds - 3), "all is there before that is known")
        #expect(wire.sentBytes == UInt64(blocks) * 1_000 && wire.sender.bytesResent == 0)
    }

    @Test("A window smaller than a block lets one go all the same; the last segment may not be full")
    func oneBlockAlwaysMayGo() throws {
        var wire = Wire(Self.settings(window: 1), delay: .milliseconds(1))
        wire.begin(2_050)
        try wire.run()
        #expect(wire.now == .zero + .milliseconds(6) && wire.sentBytes == 2_050)
    }

    @Test("DER-16: a limit keeps blocks apart by the time that they take at it")
    func limitKeepsBlocksApart() throws {
        // 1 000 bytes at 8 Mbit/s take 1 ms; the last block leaves after 99 of them.
        let limit = BitRate(bitsPerSecond: 8_000_000)
        var wire = Wire(Self.settings(window: 1_000_000, limit: limit), delay: .microseconds(10))
        wire.begin(100_000)
        try wire.run()
        #expect(wire.completed == Instant.zero + .milliseconds(99) + .microseconds(10))
    }

    @Test("A block waits until the one before has left the host")
    func oneBlockWaitsAtTheLink() {
        var sender = StreamSender(Self.settings())
        sender.begin(5_000, now: .zero)
        guard case .send = sender.next(now: .zero) else {
            Issue.record("the first block does not leave")
            return
        }
        sender.departed(at: .zero + .microseconds(7))
        #expect(sender.next(now: .zero) == .wait(.zero + .microseconds(7)))
        guard case .send(let block) = sender.next(now: .zero + .microseconds(7)) else {
            Issue.record("the second block does not leave")
            return
        }
        #expect(block.segments == 10..<20)
    }

    @Test("OLD-6-01: whatever is lost is sent again, and the end comes only when all is there", arguments: 0..<40)
    func lossesAreRepaired(_ seed: UInt64) throws {
        var wire = Wire(Self.settings(window: 1_000 * (1 + seed % 9)), delay: .milliseconds(2))
        wire.partSegments = [nil, 1, 3][Int(seed % 3)]
        wire.losesPart = { ($0 &* 2_654_435_761 &+ Int(seed) &* 40_503) % 7 == 3 }
        wire.losesAnswer = { ($0 &* 40_503 &+ Int(seed)) % 11 == 4 }
        wire.begin(47_350)
        try wire.run()
        #expect(wire.receiver.isComplete && wire.completed != nil)
        #expect(wire.sentBytes == 47_350 + wire.sender.bytesResent && wire.sender.bytesResent > 0)
    }

    @Test("Exactly the segments that did not come are sent again")
    func onlyLostSegmentsAreSentAgain() throws {
        var wire = Wire(Self.settings(), delay: .milliseconds(2))
        wire.partSegments = 1
        wire.losesPart = { [3, 4, 19, 25].contains($0) }
        wire.begin(10_000)
        try wire.run()
        #expect(wire.sender.bytesResent == 400 && wire.sender.timeouts == 0)
    }

    @Test("RFC 6298: an answer that stays out is waited for 1 s, then 2 s, 4 s, …, later by the times measured")
    func timeoutsDouble() throws {
        var wire = Wire(Self.settings(), delay: .milliseconds(2))
        wire.losesPart = { $0 < 3 }
        wire.begin(1_000)
        try wire.run()
        #expect(wire.sender.timeouts == 3)
        #expect(wire.completed == Instant.zero + .seconds(1 + 2 + 4) + .milliseconds(2))
        // Measured, the timeout is 200 ms, the least.
        let second = wire.now
        wire.losesPart = { $0 == 4 }
        wire.begin(1_000)
        try wire.run()
        #expect(wire.completed == second + .milliseconds(200 + 2))
    }

    @Test("A loss halves the window, once for what was under way then; after a timeout one block goes")
    func windowFollowsLosses() {
        var sender = StreamSender(Self.settings(window: 8_000))
        sender.begin(1_000_000, now: .zero)
        #expect(burst(&sender) == 8)
        sender.acknowledged(
            StreamAcknowledgement(stage: 1, number: 0, missing: [0..<10]), now: .zero + .milliseconds(1))
        #expect(burst(&sender) == 0, "seven are under way, four may be")
        sender.acknowledged(
            StreamAcknowledgement(stage: 1, number: 1, missing: [10..<20]), now: .zero + .milliseconds(1))
        #expect(burst(&sender) == 0, "the same window's loss does not count twice")
        for number in 2..<5 as Range<UInt32> {
            sender.acknowledged(StreamAcknowledgement(stage: 1, number: number), now: .zero + .milliseconds(1))
        }
        #expect(burst(&sender) > 0, "three are under way")
        sender.expire(now: .zero + .seconds(500))
        #expect(burst(&sender) == 1, "after a timeout one block goes")
    }

    /// Blocks that may go now.
    private func burst(_ sender: inout StreamSender) -> Int {
        var count = 0
        while case .send = sender.next(now: .zero + .seconds(1)) { count += 1 }
        return count
    }

    @Test("What belongs to an earlier stage changes nothing")
    func stagesAreApart() {
        var sender = StreamSender(Self.settings())
        var receiver = StreamReceiver()
        sender.begin(1_000, now: .zero)
        guard case .send(let old) = sender.next(now: .zero) else {
            Issue.record("nothing is sent")
            return
        }
        sender.begin(3_000, now: .zero)
        receiver.begin(stage: sender.stage, segments: 30)
        #expect(receiver.receive(old.segments, of: old, closes: true).isEmpty && !receiver.isComplete)
        sender.acknowledged(StreamAcknowledgement(stage: old.stage, number: old.number), now: .zero)
        #expect(!sender.isAcknowledged)
        sender.cancel()
        #expect(sender.next(now: .zero) == .idle && sender.timeoutDue == .never)
    }
}

import Fabric
import Kernel
import Testing

/// One link as a server: every instant worked out by hand.
///
/// 8 Gbit/s make a byte take a nanosecond; a frame of 1000 bytes without framing takes 1 us, and 1 us of propagation.
@Suite struct LinkTests {
    private func fabric(
        rate: BitRate = BitRate(bitsPerSecond: 8_000_000_000), queue: QueueLimit = .unlimited,
        framing: UnderlayConfiguration.Framing = .none, mtu: UInt32 = 9_000
    ) -> Fabric {
        var underlay = UnderlayConfiguration()
        underlay.kind = .star
        underlay.hosts = ["A", "B"]
        underlay.framing = framing
        underlay.hostLink.rate = rate
        underlay.hostLink.delay = .microseconds(1)
        underlay.hostLink.queue = queue
        underlay.hostLink.mtu = mtu
        return Fabric(underlay)
    }

    /// Enters a frame on A's up link.
    private func send(_ bytes: UInt32, at nanoseconds: Int64, on fabric: inout Fabric) -> Transmission {
        var record = PacketRecord.frame(bytes)
        return fabric.transmit(&record, on: LinkID(0 as UInt32), now: .zero + .nanoseconds(nanoseconds))
    }

    private func microseconds(_ count: Int64) -> Instant { .zero + .microseconds(count) }

    // MARK: - Service

    @Test func idleLinkServesAtOnce() {
        var fabric = fabric()
        #expect(send(1_000, at: 5_000, on: &fabric).arrival == microseconds(7))
        #expect(fabric.links[0].busyUntil == microseconds(6))
    }

    @Test func busyLinkServesOneAfterAnother() {
        var fabric = fabric()
        #expect(send(1_000, at: 0, on: &fabric).arrival == microseconds(2))
        #expect(send(500, at: 0, on: &fabric).arrival == .zero + .nanoseconds(2_500))
        #expect(send(1_000, at: 1_200, on: &fabric).arrival == .zero + .nanoseconds(3_500))
        #expect(send(1_000, at: 2_500, on: &fabric).arrival == .zero + .nanoseconds(4_500), "free at that very instant")
        #expect(send(1_000, at: 9_000, on: &fabric).arrival == microseconds(11))
    }

    @Test func wireTimeIsRoundedUpForEachFrame() {
        var fabric = fabric(rate: BitRate(bitsPerSecond: 7_000_000_000))
        #expect(send(1_500, at: 0, on: &fabric).arrival == Instant(picoseconds: 1_714_286 + 1_000_000))
        #expect(send(1_500, at: 0, on: &fabric).arrival == Instant(picoseconds: 2 * 1_714_286 + 1_000_000))
    }

    @Test func unlimitedRateTakesOnlyThePropagation() {
        var fabric = fabric(rate: .unlimited, queue: .packets(0))
        for _ in 0..<3 { #expect(send(9_000, at: 10, on: &fabric).arrival == .zero + .nanoseconds(1_010)) }
    }

    @Test func acceptedFramesAreCountedAndMarked() {
        var fabric = fabric(framing: .ethernet)
        var record = PacketRecord.frame(1_000)
        _ = fabric.transmit(&record, on: LinkID(0 as UInt32), now: .zero)
        #expect(record.link == LinkID(0 as UInt32))
        #expect(record.links == 1)
        #expect(record.hopLimit == 254)
        #expect(fabric.links[0].frames == 1)
        #expect(fabric.links[0].bytes == 1_024)
        #expect(fabric.links[2].frames == 0, "the other direction is another link")
    }

    // MARK: - Framing and size

    @Test(arguments: [(42, 84), (60, 84), (61, 85), (1_014, 1_038), (1_064, 1_088)] as [(UInt32, UInt64)])
    func ethernetFramingAddsTwentyFourBytesToAtLeastEightyFour(_ frame: UInt32, _ wire: UInt64) {
        var fabric = fabric(framing: .ethernet)
        #expect(send(frame, at: 0, on: &fabric).arrival == .zero + .nanoseconds(Int64(wire) + 1_000))
        #expect(fabric.links[0].bytes == wire)
    }

    @Test("DER-15: a packet as long as the MTU passes, a byte more is lost")
    func packetLongerThanTheLinkCarriesIsLost() {
        var fabric = fabric(mtu: 1_500)
        #expect(send(1_514, at: 0, on: &fabric).arrival != nil)
        #expect(send(1_515, at: 0, on: &fabric).loss == .mtu)
        #expect(fabric.links[0].frames == 1)
        #expect(fabric.links[0].busyUntil == .zero + .nanoseconds(1_514), "a lost frame takes no wire time")
    }

    @Test func packetWithoutHopsLeftIsLost() {
        var fabric = fabric()
        var record = PacketRecord.frame(1_000)
        record.hopLimit = 0
        #expect(fabric.transmit(&record, on: LinkID(0 as UInt32), now: .zero).loss == .hopLimit)
        #expect(record.links == 0)
    }

    // MARK: - Queue

    @Test func frameInServiceDoesNotCountAgainstALimitInPackets() {
        var fabric = fabric(queue: .packets(2))
        let fates = (0..<5).map { _ in send(1_000, at: 0, on: &fabric).loss }
        #expect(fates == [nil, nil, nil, .queueFull, .queueFull])
        #expect(fabric.links[0].frames == 3)
        #expect(fabric.links[0].busyUntil == microseconds(3))
    }

    @Test func frameInServiceDoesNotCountAgainstALimitInBytes() {
        var fabric = fabric(queue: .bytes(2_000))
        #expect(send(9_000, at: 0, on: &fabric).arrival != nil, "larger than the queue, but it need not wait")
        #expect(send(1_200, at: 0, on: &fabric).arrival != nil)
        #expect(send(801, at: 0, on: &fabric).loss == .queueFull)
        #expect(send(800, at: 0, on: &fabric).arrival != nil, "exactly full")
        #expect(send(14, at: 0, on: &fabric).loss == .queueFull)
    }

    @Test func queueIsMeasuredInWireBytes() {
        var tight = fabric(queue: .bytes(1_023), framing: .ethernet)
        _ = send(1_000, at: 0, on: &tight)
        #expect(send(1_000, at: 0, on: &tight).loss == .queueFull)
        var roomy = fabric(queue: .bytes(1_024), framing: .ethernet)
        _ = send(1_000, at: 0, on: &roomy)
        #expect(send(1_000, at: 0, on: &roomy).arrival != nil)
    }

    /// The second frame's service starts at 1 us: from that instant on it does not wait any more.
    @Test func frameWhoseServiceStartsNowDoesNotWait() {
        var late = fabric(queue: .packets(1))
        for _ in 0..<2 { #expect(send(1_000, at: 0, on: &late).arrival != nil) }
        #expect(send(1_000, at: 999, on: &late).loss == .queueFull)
        #expect(send(1_000, at: 1_000, on: &late).arrival == microseconds(4))
        #expect(send(1_000, at: 1_000, on: &late).loss == .queueFull)
    }

    @Test(arguments: [QueueLimit.packets(0), .bytes(0)])
    func linkWithoutAQueueTakesAFrameOnlyWhenItIsFree(_ limit: QueueLimit) {
        var fabric = fabric(queue: limit)
        #expect(send(1_000, at: 0, on: &fabric).arrival != nil)
        #expect(send(1_000, at: 999, on: &fabric).loss == .queueFull)
        #expect(send(1_000, at: 1_000, on: &fabric).arrival == microseconds(3))
    }

    /// A plain server beside the real one: the list of all frames, looked through each time.
    @Test(arguments: [QueueLimit.unlimited, .packets(3), .packets(100), .bytes(4_000), .bytes(60_000)])
    func fatesAreThoseOfAPlainServer(_ limit: QueueLimit) {
        var fabric = fabric(rate: BitRate(bitsPerSecond: 7_777_777_777), queue: limit)
        let random = RandomSource(seed: 5, run: 0)
        var cursor = StreamCursor(component: "link", purpose: "test")
        var accepted: [(start: Instant, end: Instant, bytes: UInt64)] = []
        var now = Instant.zero
        var losses = 0
        for step in 0..<3_000 {
            let isBurst = step % 600 < 300
            now = now + random.exponentialGap(mean: isBurst ? 300_000 : 900_000, from: &cursor)
            let bytes = 64 + random.uniformInteger(below: 1_400, from: &cursor)
            let start = max(now, accepted.last?.end ?? .zero)
            let waiting = accepted.suffix(300).filter { $0.start > now }
            let fits =
                switch limit {
                case .unlimited: true
                case .packets(let most): waiting.count + 1 <= Int(most)
                case .bytes(let most): waiting.reduce(0) { $0 + $1.bytes } + bytes <= most
                }
            var record = PacketRecord.frame(UInt32(bytes))
            let fate = fabric.transmit(&record, on: LinkID(0 as UInt32), now: now)
            if start == now || fits {
                let end = start + BitRate(bitsPerSecond: 7_777_777_777).wireTime(bytes: bytes)
                accepted.append((start, end, bytes))
                #expect(fate.arrival == end + .microseconds(1), "frame \(step)")
            } else {
                losses += 1
                #expect(fate.loss == .queueFull, "frame \(step)")
            }
        }
        #expect((losses > 100) == (limit != .unlimited), "\(losses) losses")
    }
}

import Guest
import Kernel
import Testing

/// Where sized transfers come from.
@Suite struct TransferSourceTests {
    private func source(_ vm: UInt32, peers: Range<UInt32>, stop: Instant = .never) -> TransferSource {
        TransferSource(
            vm: VMID(vm), entry: 0, peers: peers, meanGap: 1e9, stop: stop,
            gaps: StreamCursor(component: "vm\(vm)", purpose: "gap"),
            choices: StreamCursor(component: "vm\(vm)", purpose: "choice"))
    }

    private let sizes = SizeSampler(.named(.websearch))

    @Test(
        arguments: [
            (4, 4..<12), (11, 4..<12), (7, 4..<12), (0, 0..<2), (1, 0..<2), (2, 3..<9),
        ] as [(UInt32, Range<UInt32>)])
    func everyPeerIsDrawnAboutAlikeAndNeverItself(_ vm: UInt32, _ peers: Range<UInt32>) {
        var context = Context(random: RandomSource(seed: 1, run: 0))
        var source = source(vm, peers: peers)
        var counts: [UInt32: Int] = [:]
        let draws = 4_000
        for _ in 0..<draws { counts[source.draw(sizes: sizes, in: &context).peer.index, default: 0] += 1 }
        let others = peers.filter { $0 != vm }
        #expect(counts.keys.sorted() == others)
        let share = 1 / Double(others.count)
        let deviation = (Double(draws) * share * (1 - share)).squareRoot()
        for (peer, count) in counts {
            #expect(abs(Double(count) - Double(draws) * share) <= 5 * deviation, "peer \(peer): \(count)")
        }
    }

    @Test func sizesAreThoseOfTheDistributionAndAtLeastOneByte() {
        var context = Context(random: RandomSource(seed: 1, run: 0))
        var source = source(0, peers: 0..<8)
        let small = SizeSampler(.points([.init(bytes: 0, cumulative: Ratio(billionths: 1_000_000_000))]))
        #expect(source.draw(sizes: small, in: &context).bytes == 1)
        let constant = SizeSampler(.points([.init(bytes: 1_500, cumulative: Ratio(billionths: 1_000_000_000))]))
        #expect(source.draw(sizes: constant, in: &context).bytes == 1_500)
    }

    @Test func portsDiffer() {
        var context = Context(random: RandomSource(seed: 1, run: 0))
        var source = source(0, peers: 0..<8)
        let ports = Set((0..<1_000).map { _ in source.draw(sizes: sizes, in: &context).port })
        #expect(ports.count > 995)
    }

    @Test func beginningsAreAPoissonProcessThatStops() {
        var context = Context(random: RandomSource(seed: 1, run: 0))
        var source = source(0, peers: 0..<8, stop: .zero + .seconds(4))
        var count = 0
        var now = source.next(after: .zero, in: &context)
        while now != .never {
            #expect(now < .zero + .seconds(4))
            count += 1
            now = source.next(after: now, in: &context)
        }
        #expect(abs(count - 4_000) < 320, "mean gap 1 ms: 4000 with a deviation of 63")
    }

    /// What a VM draws depends on nobody else: neither on other sources nor on when it is asked.
    @Test func drawsDoNotDependOnOtherSources() {
        var context = Context(random: RandomSource(seed: 1, run: 0))
        var alone = source(5, peers: 0..<8)
        let expected = (0..<50).map { _ in alone.draw(sizes: sizes, in: &context).bytes }
        var again = source(5, peers: 0..<8)
        var other = source(6, peers: 0..<8)
        let mixed = (0..<50).map { _ in
            _ = other.draw(sizes: sizes, in: &context)
            _ = other.next(after: .zero, in: &context)
            return again.draw(sizes: sizes, in: &context).bytes
        }
        #expect(mixed == expected)
    }
}

/// How a transfer is cut into packets.
@Suite struct TransferTests {
    private func transfer(_ bytes: UInt64, packet: UInt32 = 1_500, header: UInt32 = 40) -> Transfer {
        Transfer(
            vm: VMID(0 as UInt32), peer: VMID(1 as UInt32), flow: FlowID(0 as UInt32), start: .zero, dataBytes: bytes,
            packetBytes: packet, headerBytes: header, entropy: 0, gap: .microseconds(2), isMeasured: true)
    }

    @Test(
        arguments: [
            (1, 1, 41), (1_459, 1, 1_499), (1_460, 1, 1_500), (1_461, 2, 41), (2_920, 2, 1_500), (10_000, 7, 1_280),
            (30_000_000, 20_548, 1_420),
        ] as [(UInt64, UInt32, UInt32)])
    func lastPacketCarriesTheRest(_ bytes: UInt64, _ packets: UInt32, _ last: UInt32) {
        let transfer = transfer(bytes)
        #expect(transfer.packets == packets)
        #expect(transfer.lastPacketBytes == last)
    }

    @Test(arguments: [(1_500, 40), (1_000, 28), (9_000, 40), (41, 40)] as [(UInt32, UInt32)])
    func payloadsAddUpToTheData(_ packet: UInt32, _ header: UInt32) {
        for bytes in [1, 2, 959, 960, 961, 1_460, 1_461, 4_999, 20_000] as [UInt64] {
            var transfer = transfer(bytes, packet: packet, header: header)
            var payload: UInt64 = 0
            var sizes: [UInt32] = []
            while !transfer.isSent {
                let size = transfer.sendNext()
                sizes.append(size)
                payload += UInt64(size - header)
            }
            #expect(payload == bytes, "\(bytes) B in packets of \(packet)")
            #expect(sizes.count == Int(transfer.packets))
            #expect(sizes.dropLast().allSatisfy { $0 == packet })
            #expect(sizes.last.map { header < $0 && $0 <= packet } == true)
        }
    }

    @Test func transferIsOverWhenEveryPacketHasEnded() {
        var transfer = transfer(4_000)
        #expect(transfer.packets == 3)
        for _ in 0..<3 { _ = transfer.sendNext() }
        #expect(transfer.isSent)
        #expect(!transfer.isOver)
        transfer.noteDelivered()
        transfer.noteLost()
        #expect(!transfer.isOver)
        transfer.noteDelivered()
        #expect(transfer.isOver)
        #expect(!transfer.isComplete, "a packet was lost")
        #expect(transfer.delivered == 2 && transfer.lost == 1)
    }

    @Test func transferIsCompleteWhenAllPacketsWereDelivered() {
        var transfer = transfer(2_000)
        for _ in 0..<2 {
            #expect(!transfer.isComplete)
            _ = transfer.sendNext()
            transfer.noteDelivered()
        }
        #expect(transfer.isComplete && transfer.isOver && transfer.isSent)
    }

    @Test func idleTimeIsThePaceAndTheLastPacketsDelay() {
        #expect(transfer(1).idleTime(lastDelay: .microseconds(5)) == .microseconds(5))
        #expect(transfer(14_600).idleTime(lastDelay: .microseconds(5)) == .microseconds(9 * 2 + 5))
    }
}

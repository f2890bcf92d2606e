import Fabric
import Kernel
import Testing

/// What a link tells of its use: 8 Gbit/s make a byte take a nanosecond, a frame of 1000 bytes 1 us.
@Suite struct UsageTests {
    private let link = LinkID(0 as UInt32)

    private func fabric(
        queue: QueueLimit = .packets(2), mtu: UInt32 = 9_000, ecn: UInt64? = nil, countsWaiting: Bool = false
    ) -> Fabric {
        var underlay = UnderlayConfiguration()
        underlay.kind = .star
        underlay.hosts = ["A", "B"]
        underlay.framing = .none
        underlay.hostLink.rate = BitRate(bitsPerSecond: 8_000_000_000)
        underlay.hostLink.queue = queue
        underlay.hostLink.mtu = mtu
        underlay.hostLink.ecnThreshold = ecn
        return Fabric(underlay, countsWaiting: countsWaiting)
    }

    private func us(_ time: Int64) -> Instant { .zero + .microseconds(time) }

    private func send(_ count: Int, _ bytes: UInt32 = 1_000, at time: Int64 = 0, on fabric: inout Fabric) {
        for _ in 0..<count {
            var record = PacketRecord.frame(bytes)
            _ = fabric.transmit(&record, on: link, now: us(time))
        }
    }

    /// One is served, two wait, two are lost.
    @Test func busyTimeIsWhatHasBeenSent() {
        var fabric = fabric()
        send(5, on: &fabric)
        let times: [(Int64, busy: Int64, last: Int64)] = [(0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 3, 3), (9, 3, 3)]
        for (time, busy, last) in times {
            let usage = fabric.usage(of: link, until: us(time))
            #expect((usage.busy, usage.lastBusy) == (.microseconds(busy), us(last)))
        }
        let usage = fabric.usage(of: link, until: us(9))
        #expect((usage.frames, usage.bytes, usage.queueFull) == (3, 3_000, 2))
        #expect((usage.mostFrames, usage.mostBytes) == (2, 2_000))
        #expect(fabric.usage(of: LinkID(1 as UInt32), until: us(9)).isIdle && !usage.isIdle)
    }

    @Test func peaksAreOfTheWholeRun() {
        var fabric = fabric(queue: .bytes(10_000))
        send(4, on: &fabric)
        send(2, 4_000, at: 100, on: &fabric)
        let usage = fabric.usage(of: link, until: us(200))
        #expect((usage.mostFrames, usage.mostBytes) == (3, 4_000))
    }

    @Test func waitingIsCountedWithoutLimitOnlyWhenAskedFor() {
        for isAsked in [false, true] {
            var fabric = fabric(queue: .unlimited, countsWaiting: isAsked)
            send(4, on: &fabric)
            let usage = fabric.usage(of: link, until: us(9))
            #expect((usage.mostFrames, usage.busy) == (isAsked ? 3 : 0, .microseconds(4)))
        }
    }

    @Test func marksAndLossesAreCounted() {
        var fabric = fabric(queue: .packets(3), mtu: 1_000, ecn: 1_500)
        send(4, on: &fabric)
        send(2, 1_015, on: &fabric)
        var exhausted = PacketRecord.frame(500)
        exhausted.hopLimit = 0
        _ = fabric.transmit(&exhausted, on: link, now: us(50))
        let usage = fabric.usage(of: link, until: us(60))
        #expect((usage.marked, usage.mtu, usage.hopLimit, usage.queueFull, usage.linkDown) == (1, 2, 1, 0, 0))
    }

    /// Three frames at 0; the link fails when it has sent one and a half, and is repaired at 10 us.
    @Test func failureCutsItsWorkShort() {
        var fabric = fabric()
        send(3, on: &fabric)
        fabric.apply(LinkChange(.fail, at: .zero + .nanoseconds(1_500), links: [link]))
        fabric.lostWithFailure(of: link, frames: 2)
        send(1, at: 5, on: &fabric)
        var usage = fabric.usage(of: link, until: us(6))
        #expect((usage.busy, usage.lastBusy) == (.nanoseconds(1_500), .zero + .nanoseconds(1_500)))
        #expect((usage.frames, usage.linkDown, usage.mostFrames) == (3, 3, 2))
        fabric.apply(LinkChange(.repair, at: us(10), links: [link]))
        send(1, at: 20, on: &fabric)
        usage = fabric.usage(of: link, until: us(30))
        #expect((usage.busy, usage.lastBusy) == (.nanoseconds(2_500), us(21)))
    }
}

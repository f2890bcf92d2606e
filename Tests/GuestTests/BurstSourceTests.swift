import Guest
import Kernel
import Testing

/// The clock of `kind: on-off`, packet after packet.
@Suite struct BurstSourceTests {
    private func source(
        _ rate: PacketRate, on: Distribution<Duration>, off: Distribution<Duration>, stop: Instant = .never,
        limit: UInt64? = nil
    ) -> BurstSource {
        let packets = PacketSource(
            vm: VMID(3 as UInt32), flow: FlowID(2 as UInt32), source: EndpointID(6 as UInt32),
            destination: EndpointID(14 as UInt32), entropy: 7, innerBytes: 500, rate: rate, isPoisson: false,
            stop: stop, limit: limit, gaps: StreamCursor(component: "client", purpose: "gap"))
        return BurstSource(
            packets: packets, on: on, off: off, periods: StreamCursor(component: "client", purpose: "on-off"))
    }

    private func departures(
        of source: inout BurstSource, from start: Instant, atMost count: Int = 1_000, silence: Range<Int64>? = nil
    ) -> [Int64] {
        var context = Context(random: RandomSource(seed: 1, run: 0))
        var result: [Int64] = []
        var now = source.first(at: start, in: &context)
        while now != .never, result.count < count {
            if silence?.contains(now.picoseconds) != true {
                result.append(source.packets.makePacket(now: now).sentAt.picoseconds)
            }
            now = source.next(after: now, in: &context)
        }
        return result
    }

    /// Packet k of period n leaves at n (on + off) + floor(k / rate), as many as begin before its end.
    @Test(
        arguments: [
            (1_000_000_000, 10, 5), (3_000_000_000, 10, 5), (3_000_000_000, 1, 0), (7_777_777, 999, 1),
            (250_000_000, 3, 4),
        ] as [(UInt64, Int64, Int64)])
    func fixedPeriodsAreExact(_ microPackets: UInt64, _ on: Int64, _ off: Int64) {
        let start: Int64 = 12_345
        var source = source(
            PacketRate(microPackets: microPackets), on: .constant(.milliseconds(on)), off: .constant(.milliseconds(off))
        )
        let times = departures(of: &source, from: Instant(picoseconds: start), atMost: 200)
        var expected: [Int64] = []
        for period in 0..<200 as Range<Int64> {
            for serial in 0... as PartialRangeFrom<Int64> {
                let offset = Int64(Int128(serial) * 1_000_000_000_000_000_000 / Int128(microPackets))
                if offset >= on * 1_000_000_000 { break }
                expected.append(start + period * (on + off) * 1_000_000_000 + offset)
            }
        }
        #expect(times == Array(expected.prefix(200)))
    }

    @Test("DER-01: bursts fall due at the same instants with and without a silence of their VM")
    func silenceOfItsVMShiftsNothing() {
        let on = Distribution.constant(Duration.milliseconds(3))
        var whole = source(.perSecond(1_000), on: on, off: on)
        var moved = source(.perSecond(1_000), on: on, off: on)
        let silence: Range<Int64> = 7_500_000_000..<20_000_000_000
        let all = departures(of: &whole, from: .zero, atMost: 100)
        let rest = departures(of: &moved, from: .zero, atMost: 90, silence: silence)
        #expect(rest == all.filter { !silence.contains($0) }.prefix(90).map { $0 })
    }

    @Test func randomPeriodsAlternateInOneStream() {
        let on = Distribution<Duration>.exponential(mean: .milliseconds(4))
        let off = Distribution<Duration>.uniform(from: .milliseconds(1), to: .milliseconds(9))
        var bursts = source(.perSecond(1_000), on: on, off: off)
        let times = departures(of: &bursts, from: .zero, atMost: 400)
        let random = RandomSource(seed: 1, run: 0)
        var cursor = StreamCursor(component: "client", purpose: "on-off")
        var expected: [Int64] = []
        var begin: Int64 = 0
        while expected.count < 400 {
            let end = begin + max(1, on.draw(from: &cursor, of: random).picoseconds)
            expected += stride(from: begin, to: end, by: 1_000_000_000)
            begin = end + off.draw(from: &cursor, of: random).picoseconds
        }
        #expect(times == Array(expected.prefix(400)))
    }

    @Test func stopAndLimitEndIt() {
        let on = Distribution.constant(Duration.milliseconds(2))
        var stopped = source(.perSecond(1_000), on: on, off: on, stop: .zero + .milliseconds(5))
        #expect(departures(of: &stopped, from: .zero) == [0, 1_000_000_000, 4_000_000_000])
        var limited = source(.perSecond(1_000), on: on, off: on, limit: 3)
        #expect(departures(of: &limited, from: .zero) == [0, 1_000_000_000, 4_000_000_000])
        var late = source(.perSecond(1_000), on: on, off: on, stop: .zero + .milliseconds(5))
        #expect(departures(of: &late, from: .zero + .milliseconds(5)) == [])
    }

    /// An on period that is drawn as 0 still has its packet.
    @Test func everyOnPeriodHasAPacket() {
        var source = source(
            .perSecond(1), on: .choice([.zero], weights: [1]), off: .constant(.microseconds(10)),
            stop: Instant(picoseconds: 50_000_000))
        #expect(departures(of: &source, from: .zero) == [0, 10_000_001, 20_000_002, 30_000_003, 40_000_004])
    }
}

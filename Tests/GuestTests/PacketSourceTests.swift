import Guest
import Kernel
import Testing

/// One flow's clock, as the world drives it: packet after packet.
@Suite struct PacketSourceTests {
    private func source(
        _ rate: PacketRate, isPoisson: Bool = false, stop: Instant = .never, limit: UInt64? = nil
    ) -> PacketSource {
        PacketSource(
            vm: VMID(3 as UInt32), flow: FlowID(2 as UInt32), source: EndpointID(6 as UInt32),
            destination: EndpointID(14 as UInt32), entropy: 0xcafe, innerBytes: 1_000, rate: rate,
            isPoisson: isPoisson, stop: stop, limit: limit, gaps: StreamCursor(component: "client", purpose: "gap"))
    }

    /// The instants at which packets leave; at most `count` of them. The VM does not run in `silence`.
    private func departures(
        of source: inout PacketSource, from start: Instant = .zero, atMost count: Int = 1_000,
        silence: Range<Instant>? = nil
    ) -> [Instant] {
        var context = Context(random: RandomSource(seed: 1, run: 0))
        var result: [Instant] = []
        var now = source.first(at: start, in: &context)
        while now != .never, result.count < count {
            if silence?.contains(now) != true { result.append(source.makePacket(now: now).sentAt) }
            now = source.next(after: now, in: &context)
        }
        return result
    }

    private func milliseconds(_ count: Int64) -> Instant { .zero + .milliseconds(count) }

    // MARK: - Constant rate

    @Test(arguments: [0, 1, 500_000_000, 999_999_999] as [Int64])
    func packetsLeaveAtPhaseAndWholeIntervals(_ phase: Int64) {
        var source = source(.perSecond(1_000))
        let times = departures(of: &source, from: Instant(picoseconds: phase), atMost: 100)
        #expect(times == (0..<100).map { Instant(picoseconds: phase + $0 * 1_000_000_000) })
    }

    @Test("DER-01: packet k of 3 kpps leaves at floor(k / rate), without drift over a million packets")
    func intervalThatIsNotWholeDoesNotDrift() {
        var context = Context(random: RandomSource(seed: 1, run: 0))
        var source = source(.perSecond(3_000))
        var now = source.first(at: .zero, in: &context)
        var wrong = 0
        for serial in 0..<1_000_000 as Range<Int64> {
            if now.picoseconds != serial * 1_000_000_000_000 / 3_000 { wrong += 1 }
            now = source.next(after: now, in: &context)
        }
        #expect(wrong == 0)
        #expect(now.picoseconds == 333_333_333_333_333)
    }

    @Test(arguments: [7, 999_983, 1_234_567_891, 14_880_952_000_000] as [UInt64])
    func oddRatesAreExact(_ microPackets: UInt64) {
        var source = source(PacketRate(microPackets: microPackets))
        let times = departures(of: &source, atMost: 60)
        for (serial, time) in times.enumerated() {
            let exact = UInt128(serial) * 1_000_000_000_000_000_000 / UInt128(microPackets)
            #expect(UInt128(time.picoseconds) == exact, "packet \(serial)")
        }
    }

    // MARK: - Ends

    @Test func stopIsHalfOpen() {
        var until = source(.perSecond(1_000), stop: milliseconds(5))
        #expect(departures(of: &until).count == 5, "0, 1, 2, 3, 4 ms")
        var beyond = source(.perSecond(1_000), stop: milliseconds(5) + Duration(picoseconds: 1))
        #expect(departures(of: &beyond).last == milliseconds(5))
        var late = source(.perSecond(1_000), stop: milliseconds(5))
        #expect(departures(of: &late, from: milliseconds(5)) == [])
    }

    @Test func countEndsTheFlow() {
        var few = source(.perSecond(1_000), limit: 3)
        #expect(departures(of: &few) == [milliseconds(0), milliseconds(1), milliseconds(2)])
        #expect(few.serial == 3)
        var none = source(.perSecond(1_000), limit: 0)
        #expect(departures(of: &none) == [])
        var early = source(.perSecond(1_000), stop: milliseconds(2), limit: 3)
        #expect(departures(of: &early).count == 2, "whichever comes first")
    }

    // MARK: - Silence

    @Test("REQ-2-02: the clock goes on while the VM is down; what is not sent is not numbered")
    func clockGoesOnWhileTheVMIsSilent() {
        var source = source(.perSecond(1_000), stop: milliseconds(10))
        let times = departures(of: &source, silence: milliseconds(3)..<milliseconds(6))
        #expect(times == [0, 1, 2, 6, 7, 8, 9].map(milliseconds))
        #expect(source.serial == 7)
    }

    @Test func silenceDoesNotUseUpTheCount() {
        var source = source(.perSecond(1_000), limit: 4)
        let times = departures(of: &source, silence: milliseconds(1)..<milliseconds(5))
        #expect(times == [0, 5, 6, 7].map(milliseconds))
    }

    // MARK: - Packets

    @Test func packetsCarryTheirFlowAndNumbers() {
        var source = source(.perSecond(1_000))
        for serial in 0..<3 as Range<UInt32> {
            let packet = source.makePacket(now: milliseconds(Int64(serial)))
            #expect(packet.serial == serial)
            #expect(packet.flow == FlowID(2 as UInt32))
            #expect(packet.source == EndpointID(6 as UInt32))
            #expect(packet.destination == EndpointID(14 as UInt32))
            #expect(packet.entropy == 0xcafe)
            #expect(packet.innerBytes == 1_000)
            #expect(packet.frameBytes == 1_014)
            #expect(packet.sentAt == milliseconds(Int64(serial)))
            #expect(packet.flags == [])
        }
    }

    // MARK: - Poisson

    @Test func poissonGapsHaveTheMeanAndSpread() {
        var source = source(.perSecond(1_000), isPoisson: true)
        let times = departures(of: &source, atMost: 20_000)
        let gaps = zip(times.dropFirst(), times).map { ($0 - $1).seconds * 1e3 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        // In milliseconds; mean and standard deviation are 1, five standard errors are 0.035 and 0.14.
        #expect(abs(mean - 1) < 0.036)
        #expect(abs(variance - 1) < 0.15)
    }

    @Test func poissonFlowBeginsWithAGapAndStopsInTime() {
        var source = source(.perSecond(1_000), isPoisson: true, stop: milliseconds(20))
        let times = departures(of: &source, from: milliseconds(10))
        #expect(times.allSatisfy { $0 > milliseconds(10) && $0 < milliseconds(20) })
        #expect(!times.isEmpty)
    }
}

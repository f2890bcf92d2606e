import Kernel
import Testing

/// Points and spans of the virtual clock, in whole picoseconds (DER-01, DEC-17).
@Suite struct TimeTests {
    @Test func unitsAreThousandsOfOneAnother() {
        #expect(Duration.nanoseconds(3).picoseconds == 3_000)
        #expect(Duration.microseconds(3) == .nanoseconds(3_000))
        #expect(Duration.milliseconds(3) == .microseconds(3_000))
        #expect(Duration.seconds(3) == .milliseconds(3_000))
        #expect(Duration.longest == .seconds(2_592_000))
    }

    @Test func arithmeticIsExact() {
        let detach = Instant.zero + .seconds(10)
        let attach = detach + .milliseconds(300)
        #expect(attach.picoseconds == 10_300_000_000_000)
        #expect(attach - detach == .milliseconds(300))
        #expect(detach - attach == .zero - .milliseconds(300))
        #expect(attach - .milliseconds(300) == detach)
        #expect(Duration.microseconds(7) * 3 - .microseconds(1) + .nanoseconds(5) == .nanoseconds(20_005))
        #expect(Duration.milliseconds(1) * 0 == .zero)
    }

    @Test func pointsAndSpansAreOrdered() {
        #expect(Instant.zero < Instant(picoseconds: 1))
        #expect(Instant.zero + .longest + .longest < .never)
        #expect(Duration.zero - .nanoseconds(1) < .zero)
        #expect(max(Duration.milliseconds(2), .microseconds(1_999)) == .milliseconds(2))
    }

    @Test(
        arguments: [
            (0, "0 ps"), (1, "1 ps"), (999, "999 ps"), (1_000, "1 ns"), (1_024_000, "1.024 us"),
            (999_999_999, "999.999999 us"), (300_000_000_000, "300 ms"), (10_002_500_000_000, "10.0025 s"),
            (1_000_000_000_001, "1.000000000001 s"), (-1, "-1 ps"), (-1_500_000_000, "-1.5 ms"),
            (2_592_000_000_000_000_000, "2592000 s"),
        ] as [(Int64, String)])
    func descriptionIsExactInTheLargestUnit(_ picoseconds: Int64, _ text: String) {
        #expect(Duration(picoseconds: picoseconds).description == text)
        #expect(Instant(picoseconds: picoseconds).description == text)
    }

    @Test func neverIsSaidInWords() {
        #expect(Instant.never.description == "never")
    }

    @Test func secondsAreForPeople() {
        #expect(Duration.milliseconds(1_500).seconds == 1.5)
        #expect((Instant.zero + .microseconds(250)).seconds == 0.000_25)
    }
}

/// Wire times and packet intervals: exact, whatever the rate.
@Suite struct RateTests {
    @Test(
        arguments: [
            (1_088, 25_000_000_000, 348_160), (1, 8_000_000_000_000, 1), (1, 8_000_000_000_001, 1),
            (1, 7_999_999_999_999, 2), (1, 3, 2_666_666_666_667), (1_500, 7_000_000_000, 1_714_286),
            (84, 100_000_000_000, 6_720), (0, 10, 0), (9_000, 1, 72_000_000_000_000_000),
            (64, 400_000_000_000_000, 2),
        ] as [(UInt64, UInt64, Int64)])
    func wireTimeIsTheCeiling(_ bytes: UInt64, _ rate: UInt64, _ picoseconds: Int64) {
        #expect(BitRate(bitsPerSecond: rate).wireTime(bytes: bytes) == Duration(picoseconds: picoseconds))
    }

    /// The least time in which so many bits fit: one picosecond less and they would not.
    @Test func wireTimeIsTheLeastInWhichTheBitsFit() {
        var draw = Draw(purpose: "wire time")
        for _ in 0..<2_000 {
            let rate = UInt64(1 + draw(below: 1_000_000)) * [1, 1_000, 999_983, 400_000_000][draw(below: 4)]
            let bytes = UInt64(1 + draw(below: 65_535))
            let time = UInt128(BitRate(bitsPerSecond: rate).wireTime(bytes: bytes).picoseconds)
            let work = UInt128(bytes) * 8_000_000_000_000
            #expect(time * UInt128(rate) >= work, "\(bytes) B at \(rate) bit/s")
            #expect((time - 1) * UInt128(rate) < work, "\(bytes) B at \(rate) bit/s")
        }
    }

    @Test func unlimitedTakesNoTime() {
        #expect(BitRate.unlimited.isUnlimited)
        #expect(BitRate.unlimited.wireTime(bytes: 9_000) == .zero)
        #expect(!BitRate(bitsPerSecond: 1).isUnlimited)
    }

    @Test func intervalIsWholePicosecondsAndTheRest() {
        let even = PacketRate.perSecond(10_000).interval
        #expect(even == (100_000_000, 0))
        let third = PacketRate.perSecond(3_000).interval
        #expect(third.whole == 333_333_333)
        #expect(third.remainder * 3 == PacketRate.perSecond(3_000).microPackets)
        #expect(PacketRate(microPackets: 1).interval == (1_000_000_000_000_000_000, 0))
    }

    @Test func intervalTimesRateIsExactlyOne() {
        var draw = Draw(purpose: "interval")
        for _ in 0..<1_000 {
            let rate = PacketRate(microPackets: UInt64(1 + draw(below: 10_000_000_000_000)))
            let interval = rate.interval
            #expect(interval.remainder < rate.microPackets)
            let product = UInt128(interval.whole) * UInt128(rate.microPackets) + UInt128(interval.remainder)
            #expect(product == 1_000_000_000_000_000_000, "\(rate.microPackets) millionths a second")
        }
    }

    @Test func ratioIsBillionths() {
        #expect(Ratio(billionths: 20_000_000).value == 0.02)
        #expect(Ratio(billionths: 1_000_000_000).value == 1)
    }
}

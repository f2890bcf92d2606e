import Testing

@testable import Kernel

/// What each unit means, exactly; and what is refused instead of rounded.
@Suite struct UnitTests {
    private static let all = Int128(Int64.min)...Int128(Int64.max)

    private func parse(_ text: String, _ table: UnitTable) -> Int128? {
        do throws(ValueProblem) { return try table.parse(text, in: Self.all, limits: "") } catch { return nil }
    }

    private func problem(_ text: String, _ table: UnitTable, _ range: ClosedRange<Int128> = all) -> ValueProblem? {
        do throws(ValueProblem) {
            _ = try table.parse(text, in: range, limits: "the limits")
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("10 s", 10_000_000_000_000), ("10ms", 10_000_000_000), ("20 us", 20_000_000), ("20 µs", 20_000_000),
        ("20 \u{3bc}s", 20_000_000), ("1.5 ns", 1_500), ("7 ps", 7), ("2 min", 120_000_000_000_000),
        ("1 h", 3_600_000_000_000_000), ("30 d", 2_592_000_000_000_000_000), ("0.000000000001 s", 1), ("0 s", 0),
        ("1.50 ns", 1_500),
    ])
    func durations(_ text: String, _ picoseconds: Int) {
        #expect(parse(text, .duration) == Int128(picoseconds))
    }

    @Test(arguments: [
        ("10 Gbps", 10_000_000_000), ("10 Gb/s", 10_000_000_000), ("10Gbit", 10_000_000_000),
        ("400 Mbps", 400_000_000), ("64 kbps", 64_000), ("64 Kbps", 64_000), ("1 Kibps", 1_024), ("1 bps", 1),
        ("2.5 Gbit/s", 2_500_000_000), ("1 GB/s", 8_000_000_000), ("1 MBps", 8_000_000),
    ])
    func rates(_ text: String, _ bitsPerSecond: Int) {
        #expect(parse(text, .bitRate) == Int128(bitsPerSecond))
    }

    @Test(arguments: [
        ("1500 B", 1_500), ("4 GiB", 4_294_967_296), ("1 MB", 1_000_000), ("1 kB", 1_000), ("1 KB", 1_000),
        ("1 KiB", 1_024), ("1.5 kB", 1_500),
    ])
    func sizes(_ text: String, _ bytes: Int) {
        #expect(parse(text, .size) == Int128(bytes))
    }

    @Test(arguments: [
        ("10 kpps", 10_000_000_000), ("0.5 pps", 500_000), ("0.000001 pps", 1), ("1 Mpps", 1_000_000_000_000),
    ])
    func packetRates(_ text: String, _ microPackets: Int) {
        #expect(parse(text, .packetRate) == Int128(microPackets))
    }

    @Test(arguments: [("0.1 %", 1_000_000), ("100 %", 1_000_000_000), ("0.0000001 %", 1)])
    func shares(_ text: String, _ billionths: Int) {
        #expect(parse(text, .share) == Int128(billionths))
    }

    @Test(arguments: ["0.3 ps", "1.0000000000001 s", "0.0005 ns"])
    func fractionsOfTheBaseUnitAreRefused(_ text: String) {
        #expect(problem(text, .duration)?.message == "`\(text)` is not a whole number of picoseconds")
    }

    @Test func aFractionOfABitIsRefused() {
        #expect(problem("0.0001 kbps", .bitRate)?.message == "`0.0001 kbps` is not a whole number of bits per second")
    }

    @Test func aBareNumberShowsTheFix() {
        let found = problem("10", .duration)
        #expect(found?.message == "`10` has no unit; a duration needs one")
        #expect(found?.hint == "write `10 s` or `10 ms` or `10 us`")
        #expect(problem("0", .duration)?.message == "`0` has no unit; a duration needs one")
    }

    @Test(arguments: [("0.3", "30"), ("1", "100"), ("0.015", "1.5"), ("0.0005", "0.05")])
    func aBareShareIsTakenForAFraction(_ text: String, _ percent: String) {
        #expect(problem(text, .share)?.hint == "write `\(percent) %`")
    }

    @Test func caseDecidesBetweenBitsAndBytes() {
        #expect(problem("25 gbps", .bitRate)?.hint?.hasPrefix("did you mean `25 Gbps`?") == true)
        #expect(problem("1 Mb", .size)?.message == "`Mb` is no unit of a size")
        #expect(problem("1 Mb", .size)?.hint?.hasPrefix("did you mean `1 MB`?") == true)
        #expect(problem("5 sec", .duration)?.message == "`sec` is no unit of a duration")
    }

    @Test(arguments: ["", " ", "s", "ten s", ".5 s", "5. s", "1e3 s", "--5 s", "0x10 s", "1 2 s", "1_000 s"])
    func textsThatAreNoDuration(_ text: String) {
        #expect(problem(text, .duration) != nil)
    }

    @Test func rangesHold() {
        #expect(problem("31 d", .duration, 0...Int128(Duration.longest.picoseconds))?.message.contains("range") == true)
        #expect(problem("-1 s", .duration, 0...10)?.message == "`-1 s` is out of range: the limits")
        #expect(problem("99999999999999999999999999999 d", .duration)?.message.contains("out of range") == true)
        #expect(problem("9999999999999999999999999999999 d", .duration) != nil)
    }

    @Test func shownValuesCanBeReadBack() {
        var generator = TestGenerator(seed: 7)
        for _ in 0..<2_000 {
            let shift = Int(generator.next() % 60)
            let value = Int128(generator.next() >> UInt64(shift)) % 1_000_000_000_000_000 + 1
            let rate = BitRate(bitsPerSecond: UInt64(value))
            #expect(parse(ValueCodec.bitRate.show(rate), .bitRate) == value)
            let packets = PacketRate(microPackets: UInt64(value))
            #expect(parse(ValueCodec.packetRate.show(packets), .packetRate) == value)
            let share = Ratio(billionths: UInt64(value % 1_000_000_001))
            #expect(parse(ValueCodec.share().show(share), .share) == value % 1_000_000_001)
            #expect(parse(ValueCodec<UInt64>.bytes(0...UInt64.max).show(UInt64(value)), .size) == value)
            let duration = Duration(picoseconds: Int64(value))
            #expect(parse(ValueCodec.duration().show(duration), .duration) == value)
        }
    }
}

/// SplitMix64: the same numbers in every run.
struct TestGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

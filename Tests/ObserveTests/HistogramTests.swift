import Kernel
import Testing

@testable import Observe

@Suite("Latency histogram")
struct HistogramTests {
    /// SplitMix64, so that the samples are the same in every run.
    private struct Generator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            return word ^ (word >> 31)
        }
    }

    @Test("Quantiles stay within 1/256 of the exact order statistic", arguments: 0..<6)
    func errorBound(_ shape: Int) throws {
        var generator = Generator(state: UInt64(shape))
        // From delays inside one bucket to all octaves.
        let samples = (0..<3_000).map { _ -> Int64 in
            let word = generator.next()
            return shape == 0 ? Int64(word % 900) : Int64(word >> (word % UInt64(shape * 8) + 2))
        }
        var histogram = LatencyHistogram(flows: 3)
        var hint: UInt32 = 0
        for sample in samples { histogram.record(1, sample, hint: &hint) }
        let sorted = samples.sorted()
        let (low, high) = (Duration(picoseconds: sorted[0]), Duration(picoseconds: sorted[2_999]))
        for quantile in [Quantile(0, 1), Quantile(1, 1_000), .p50, .p90, .p99, Quantile(999, 1_000), Quantile(1, 1)] {
            let exact = sorted[quantile.rank(of: 3_000) - 1]
            let found = try #require(histogram.quantile(1, quantile, min: low, max: high)).picoseconds
            #expect(abs(Double(found - exact)) <= max(4, Double(exact) / 256), "\(quantile) \(found) \(exact)")
            #expect(found >= low.picoseconds && found <= high.picoseconds)
        }
        #expect(histogram.count(1) == 3_000 && histogram.count(0) == 0)
        #expect(histogram.quantile(0, .p50, min: low, max: high) == nil)
    }

    @Test("Every value falls into the bucket whose middle is nearest")
    func places() {
        for top in 0..<63 {
            for offset in [0, 1, 3] {
                let value = max(0, (Int64(1) << Int64(top)) &+ Int64(offset) &- 1)
                let place = LatencyHistogram.place(of: UInt64(value))
                #expect(place.octave < LatencyHistogram.octaves && place.bucket < LatencyHistogram.bucketsPerPage)
                let error = abs(LatencyHistogram.middle(place.octave, place.bucket) - value)
                #expect(error <= max(value < 8 ? 7 : 4, value / 256), "\(value)")
            }
        }
        #expect(LatencyHistogram.place(of: UInt64(Int64.max)) == (53, 127))
    }

    @Test("Flows do not mix, and clearing forgets delays only")
    func flowsAndClear() {
        var histogram = LatencyHistogram(flows: 2)
        let (short, long) = (Duration.microseconds(1), Duration.milliseconds(1))
        var hints: [UInt32] = [0, 0]
        histogram.record(0, short.picoseconds, hint: &hints[0])
        for _ in 0..<3 { histogram.record(1, long.picoseconds, hint: &hints[1]) }
        #expect(histogram.quantile(0, .p99, min: short, max: short) == short)
        #expect(histogram.quantile(1, .p50, min: long, max: long) == long)
        histogram.clear()
        #expect(histogram.count(0) == 0 && histogram.count(1) == 0)
        var hint: UInt32 = 0
        histogram.record(0, 5, hint: &hint)
        #expect(histogram.count(0) == 1)
    }

    @Test(
        "Quantile names",
        arguments: [
            ("p50", 50, 100), ("p99.9", 999, 1_000), ("p0", 0, 100), ("p100", 100, 100), ("p99.99", 9_999, 10_000),
        ])
    func quantileNames(name: String, numerator: Int64, denominator: Int64) {
        #expect(Quantile(name: name) == Quantile(numerator, denominator))
    }

    @Test("What is no quantile", arguments: ["p", "p101", "p-1", "p5x", "50", "p.5", "p99.", "p1.0.0", "p0100", "p+5"])
    func notQuantiles(name: String) { #expect(Quantile(name: name) == nil) }

    @Test("Nearest rank is exact where floating point is not")
    func ranks() {
        #expect(Quantile(7, 100).rank(of: 100) == 7)
        #expect(Quantile.p99.rank(of: 100) == 99)
        #expect(Quantile.p99.rank(of: 101) == 100)
        #expect(Quantile.p50.rank(of: 1) == 1)
        #expect(Quantile(0, 1).rank(of: 5) == 1)
    }
}

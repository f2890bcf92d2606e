import CGSL
import Kernel
import Testing

/// What a stream is: a pure function of seed, run, component, purpose and position.
@Suite struct RandomSourceTests {
    private let gap = StreamCursor(component: "client[17]", purpose: "gap")

    private func words(_ count: Int, seed: UInt64 = 1, run: UInt32 = 0, from start: StreamCursor) -> [UInt] {
        let source = RandomSource(seed: seed, run: run)
        var cursor = start
        return (0..<count).map { _ in source.draw(from: &cursor) { gsl_rng_get($0) } }
    }

    /// Key = seed, counter = (block, run, hash of component and purpose): computed apart from this code.
    @Test func wordsAreTheBlocksOfTheStatedCounters() {
        #expect(gap.stream == 0x8ee7_c652_2f46_25d1)
        let expected: [UInt] = [
            0x9a4d_8063, 0x1fa8_7ec5, 0xb809_fca4, 0x3ee8_6a27, 0x411d_a40b, 0x2443_4edb, 0x8558_3dc0, 0x3d6f_1e6c,
            0x4fff_387d, 0xb5bb_e6dc, 0x8dd6_2f62, 0xad8a_2bf9,
        ]
        #expect(words(12, seed: 0x0123_4567_89ab_cdef, run: 3, from: gap) == expected)
    }

    @Test func sameNamesGiveTheSameSequence() {
        #expect(words(100, from: gap) == words(100, from: StreamCursor(component: "client[17]", purpose: "gap")))
    }

    @Test func seedRunComponentAndPurposeEachChangeTheSequence() {
        let base = words(8, from: gap)
        #expect(words(8, seed: 2, from: gap) != base)
        #expect(words(8, seed: 1 | 1 << 32, from: gap) != base, "the upper half of the seed counts")
        #expect(words(8, run: 1, from: gap) != base)
        #expect(words(8, from: StreamCursor(component: "client[1]", purpose: "gap")) != base)
        #expect(words(8, from: StreamCursor(component: "client[17]", purpose: "phase")) != base)
    }

    @Test func streamsDoNotDependOnEachOthersDrawsOrTheirOrder() {
        let source = RandomSource(seed: 1, run: 0)
        var mine = gap
        var other = StreamCursor(component: "client[18]", purpose: "gap")
        var drawn: [UInt] = []
        for round in 0..<40 {
            for _ in 0..<(round % 5) { _ = source.uniform(from: &other) }
            drawn.append(source.draw(from: &mine) { gsl_rng_get($0) })
        }
        #expect(drawn == words(40, from: gap))
        #expect(other.position == 80)
        #expect(words(1, from: other) == [words(81, from: StreamCursor(component: "client[18]", purpose: "gap"))[80]])
    }

    /// A cursor kept anywhere, in any place of a block, continues the sequence.
    @Test(arguments: 0..<9)
    func keptPositionContinuesTheSequence(_ position: Int) {
        let whole = words(20, from: gap)
        let source = RandomSource(seed: 1, run: 0)
        var cursor = gap
        for _ in 0..<position { _ = source.uniform(from: &cursor) }
        let kept = cursor
        #expect(Array(whole[position...]) == words(20 - position, from: kept))
        #expect(kept.position == UInt32(position))
    }

    @Test func cursorIsAFewBytes() {
        #expect(MemoryLayout<StreamCursor>.stride <= 16)
    }

    /// Pearson's statistic over 64 classes, 64 000 numbers, 63 degrees of freedom: the same for ever, and within the
    /// central 99.8 %.
    @Test(arguments: ["a", "b", "c", "d", "e"])
    func uniformNumbersFillClassesEvenly(_ component: String) {
        let source = RandomSource(seed: 42, run: 0)
        var cursor = StreamCursor(component: component, purpose: "uniform")
        var classes = [Int](repeating: 0, count: 64)
        for _ in 0..<64_000 { classes[Int(source.uniform(from: &cursor) * 64)] += 1 }
        let statistic = classes.reduce(0.0) { $0 + Double(($1 - 1_000) * ($1 - 1_000)) / 1_000 }
        #expect(gsl_cdf_chisq_P(statistic, 63) > 0.001)
        #expect(gsl_cdf_chisq_Q(statistic, 63) > 0.001)
    }

    @Test func streamsOfNeighboursAreNotCorrelated() {
        let source = RandomSource(seed: 7, run: 0)
        var first = StreamCursor(component: "client[0]", purpose: "gap")
        var second = StreamCursor(component: "client[1]", purpose: "gap")
        let count = 20_000
        var left: [Double] = []
        var right: [Double] = []
        for _ in 0..<count {
            left.append(source.uniform(from: &first))
            right.append(source.uniform(from: &second))
        }
        // Standard deviation of the coefficient: 1 / sqrt(count).
        let correlation = gsl_stats_correlation(left, 1, right, 1, count)
        #expect(abs(correlation) < 4 / Double(count).squareRoot())
    }
}

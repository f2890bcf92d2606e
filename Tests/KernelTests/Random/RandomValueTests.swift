import CGSL
import Kernel
import Testing

/// What a distribution of the scenario draws, against the closed forms of its law.
@Suite struct RandomValueTests {
    private let random = RandomSource(seed: 11, run: 1)

    private func draws(_ law: Distribution<Duration>, _ count: Int) -> [Double] {
        var cursor = StreamCursor(component: "test", purpose: "law")
        return (0..<count).map { _ in Double(law.draw(from: &cursor, of: random).picoseconds) }
    }

    private func picoseconds(_ count: Int64) -> Duration { Duration(picoseconds: count) }

    /// Laws with their closed-form means and standard deviations, in picoseconds.
    static let laws: [(law: Distribution<Duration>, mean: Double, deviation: Double)] = {
        let sigma = log2OfFour / gsl_cdf_ugaussian_Pinv(0.99)
        let lognormalMean = 1e9 * gsl_sf_exp(sigma * sigma / 2)
        let spread = (gsl_sf_exp(sigma * sigma) - 1).squareRoot()
        return [
            (.exponential(mean: .milliseconds(10)), 1e10, 1e10),
            (.lognormal(median: .milliseconds(1), p99: .milliseconds(4)), lognormalMean, lognormalMean * spread),
            (.uniform(from: .milliseconds(1), to: .milliseconds(4)), 2.5e9, 3e9 / 12.0.squareRoot()),
            // shape 5: mean 5/4, variance 5 / (16 * 3)
            (
                .pareto(least: .milliseconds(2), shape: DecimalNumber(billionths: 5_000_000_000)), 2.5e9,
                2e9 * (5.0 / 48).squareRoot()
            ),
            (
                .choice([.milliseconds(1), .milliseconds(5)], weights: [3_000_000_000, 1_000_000_000]), 2e9,
                3.0.squareRoot() * 1e9
            ),
        ]
    }()

    private static let log2OfFour = gsl_sf_log(4)

    @Test(arguments: 0..<5)
    func drawsHaveTheMeanOfTheLaw(_ index: Int) throws {
        let (law, mean, deviation) = Self.laws[index]
        #expect(abs(try #require(law.mean) / mean - 1) < 1e-12)
        let count = 40_000
        let measured = draws(law, count).reduce(0, +) / Double(count)
        #expect(abs(measured - mean) < 3.3 * deviation / Double(count).squareRoot(), "\(law): \(measured)")
    }

    /// Kolmogorov's bound at 1 %.
    @Test(arguments: 0..<4)
    func drawsFollowTheLaw(_ index: Int) {
        let count = 20_000
        let sorted = draws(Self.laws[index].law, count).sorted()
        let sigma = Self.log2OfFour / gsl_cdf_ugaussian_Pinv(0.99)
        var distance = 0.0
        for (rank, value) in sorted.enumerated() {
            let share =
                switch index {
                case 0: gsl_cdf_exponential_P(value, 1e10)
                case 1: gsl_cdf_lognormal_P(value, gsl_sf_log(1e9), sigma)
                case 2: gsl_cdf_flat_P(value, 1e9, 4e9)
                default: gsl_cdf_pareto_P(value, 5, 2e9)
                }
            distance = max(distance, abs(share - Double(rank) / Double(count)))
            distance = max(distance, abs(share - Double(rank + 1) / Double(count)))
        }
        #expect(distance < 1.63 / Double(count).squareRoot(), "\(distance)")
    }

    @Test func lognormalHasItsMedianAndPercentile() {
        let sorted = draws(.lognormal(median: .milliseconds(20), p99: .milliseconds(400)), 20_000).sorted()
        let below = { (value: Double) in Double(sorted.firstIndex { $0 > value } ?? sorted.count) / 20_000 }
        #expect(abs(below(2e10) - 0.5) < 3.3 * 0.5 / 20_000.0.squareRoot())
        #expect(abs(below(4e11) - 0.99) < 3.3 * (0.99 * 0.01 / 20_000).squareRoot())
    }

    @Test func plainValueDrawsNothing() {
        var cursor = StreamCursor(component: "test", purpose: "constant")
        let law = Distribution.constant(Duration.milliseconds(3))
        #expect(law.draw(from: &cursor, of: random) == .milliseconds(3))
        #expect(cursor.position == 0)
        #expect(law.mean == 3e9 && law.most == .milliseconds(3) && !law.isRandom)
    }

    @Test func uniformReachesBothEndsAndNothingBeyond() {
        let values = Set(draws(.uniform(from: picoseconds(7), to: picoseconds(9)), 1_000))
        #expect(values == [7, 8, 9])
        #expect(Set(draws(.uniform(from: picoseconds(5), to: picoseconds(5)), 10)) == [5])
    }

    @Test func choiceNeedsNoDrawOfWhatHasAlmostNoWeight() {
        let law = Distribution<Duration>.choice([picoseconds(1), picoseconds(2)], weights: [1, 1_000_000_000_000_000])
        #expect(Set(draws(law, 1_000)) == [2])
    }

    /// Sizes of a heavy tail are cut at 10^12 bytes, and so is their mean.
    @Test func meansAreThoseOfTheCutValues() throws {
        let heavy = Distribution<ByteCount>.pareto(
            least: ByteCount(100_000_000_000), shape: DecimalNumber(billionths: 2_000_000_000))
        // b = 1e11, c = 1e12: the integral of P(X > x) from 0 to c is b + b (1 - b / c).
        #expect(abs(try #require(heavy.mean) - 1.9e11) < 1)
        var cursor = StreamCursor(component: "test", purpose: "cut")
        let values = (0..<20_000).map { _ in heavy.draw(from: &cursor, of: random).bytes }
        #expect(values.max() == 1_000_000_000_000 && values.min() ?? 0 >= 100_000_000_000)
        // Second moment of the cut value: b^2 + 2 b^2 ln(c / b).
        let deviation = (1e22 * (1 + 2 * gsl_sf_log(10)) - 1.9e11 * 1.9e11).squareRoot()
        let measured = values.reduce(0.0) { $0 + Double($1) } / 20_000
        #expect(abs(measured - 1.9e11) < 3.3 * deviation / 20_000.0.squareRoot())

        let wide = Distribution<ByteCount>.exponential(mean: ByteCount(1_000_000_000_000))
        #expect(abs(try #require(wide.mean) / (1e12 * (1 - gsl_sf_exp(-1))) - 1) < 1e-12)
        let log = Distribution<ByteCount>.lognormal(median: ByteCount(1_000_000_000_000), p99: ByteCount(1))
        #expect(log.most == ByteCount(1_000_000_000_000))
    }

    @Test(arguments: [500_000_000, 1_000_000_000] as [UInt64])
    func paretoOfASmallShapeHasNoMean(_ shape: UInt64) {
        let law = Distribution<Duration>.pareto(least: .milliseconds(1), shape: DecimalNumber(billionths: shape))
        #expect(law.mean == nil)
        #expect(draws(law, 1_000).allSatisfy { $0 >= 1e9 && $0 <= Double(Duration.longest.picoseconds) })
    }

    @Test func smallMeansAreRoundedToTheNearest() {
        // P(0) = P(X < 0.5) of an exponential value with mean 1.
        let zeros = draws(.exponential(mean: picoseconds(1)), 20_000).count { $0 == 0 }
        let share = 1 - gsl_sf_exp(-0.5)
        #expect(abs(Double(zeros) / 20_000 - share) < 3.3 * (share * (1 - share) / 20_000).squareRoot())
    }
}

import Guest
import Kernel
import Testing

/// Sizes that the program carries, and sizes drawn from general distributions.
@Suite struct SizeSamplerTests {
    /// Means by linear interpolation, as published beside the points.
    @Test(
        arguments: [
            (.websearch, 1_711_250, 1), (.facebookHadoop, 120_421, 1), (.alibabaStorage, 40_870, 1),
            (.dataMining, 12_660_000, 5_000),
        ] as [(TrafficConfiguration.Sizes.Named, Double, Double)])
    func namedSizesHaveTheirPublishedMeans(
        _ name: TrafficConfiguration.Sizes.Named, _ mean: Double, _ rounding: Double
    ) throws {
        #expect(abs(try #require(SizeSampler(.named(name)).mean) - mean) < rounding)
    }

    /// Largest sizes and quantiles of the published points.
    @Test(
        arguments: [
            (.facebookHadoop, 0.15, 350), (.facebookHadoop, 0.97, 860_000), (.facebookHadoop, 1, 10_000_000),
            (.alibabaStorage, 0.2293, 4_000), (.alibabaStorage, 0.8061, 16_000), (.alibabaStorage, 1, 2_000_000),
            (.dataMining, 0.15, 198), (.dataMining, 0.98, 100_000_000), (.dataMining, 1, 1_000_000_000),
        ] as [(TrafficConfiguration.Sizes.Named, Double, UInt64)])
    func quantilesLieOnTheLines(_ name: TrafficConfiguration.Sizes.Named, _ share: Double, _ bytes: UInt64) {
        let drawn = PiecewiseLinearCDF(name).quantile(share)
        #expect(drawn == bytes || drawn + 1 == bytes || drawn == bytes + 1)
    }

    /// The variance of a piecewise linear distribution: of each piece a third of (a² + ab + b²) is its second moment.
    @Test(
        arguments: [(.facebookHadoop, 4.4845e11), (.alibabaStorage, 3.6786e10), (.dataMining, 7.3432e15)]
            as [(TrafficConfiguration.Sizes.Named, Double)])
    func drawsHaveTheMean(_ name: TrafficConfiguration.Sizes.Named, _ variance: Double) throws {
        let sampler = SizeSampler(.named(name))
        let mean = try #require(sampler.mean)
        let random = RandomSource(seed: 4, run: 1)
        var cursor = StreamCursor(component: "test", purpose: "size")
        let count = 50_000
        var sum = 0.0
        for _ in 0..<count {
            let bytes = Double(sampler.draw(from: &cursor, of: random))
            #expect(bytes >= 1)
            sum += bytes
        }
        let measured = sum / Double(count)
        #expect(abs(measured - mean) < 3.3 * (variance / Double(count)).squareRoot(), "\(measured)")
    }

    @Test func generalDistributionsGiveWholeBytes() {
        let sampler = SizeSampler(.drawn(.exponential(mean: ByteCount(2))))
        let random = RandomSource(seed: 4, run: 1)
        var cursor = StreamCursor(component: "test", purpose: "size")
        #expect((0..<1_000).allSatisfy { _ in sampler.draw(from: &cursor, of: random) >= 1 })
        let steep = Distribution<ByteCount>.pareto(
            least: ByteCount(1), shape: DecimalNumber(billionths: 1_000_000_000))
        #expect(SizeSampler(.drawn(steep)).mean == nil)
    }
}

import Guest
import Kernel
import Testing

@Suite struct PiecewiseLinearCDFTests {
    private func point(_ bytes: UInt64, percent: UInt64) -> TrafficConfiguration.Sizes.Point {
        TrafficConfiguration.Sizes.Point(bytes: bytes, cumulative: Ratio(billionths: percent * 10_000_000))
    }

    /// The mean that circulates with the web-search distribution (DCTCP, SIGCOMM 2010).
    @Test func webSearchHasItsPublishedMean() {
        let sizes = PiecewiseLinearCDF(.websearch)
        #expect(abs(sizes.mean - 1_711_250) < 1e-6)
    }

    @Test(
        arguments: [
            (0.0, 0), (0.15, 10_000), (0.175, 15_000), (0.6, 200_000), (0.65, 600_000), (0.97, 10_000_000),
            (1.0, 30_000_000),
        ] as [(Double, UInt64)])
    func webSearchQuantilesLieOnTheLines(_ share: Double, _ bytes: UInt64) {
        #expect(PiecewiseLinearCDF(.websearch).quantile(share) == bytes)
    }

    @Test func drawsHaveTheMean() {
        let sizes = PiecewiseLinearCDF(.websearch)
        let random = RandomSource(seed: 3, run: 0)
        var cursor = StreamCursor(component: "test", purpose: "size")
        let count = 100_000
        var total = 0.0
        for _ in 0..<count {
            let bytes = sizes.draw(from: &cursor, of: random)
            #expect(bytes <= 30_000_000)
            total += Double(bytes)
        }
        // Standard deviation of one size is about 4 MB: five standard errors are 63 kB.
        #expect(abs(total / Double(count) - 1_711_250) < 63_000)
        #expect(cursor.position == UInt32(count), "one number a draw")
    }

    @Test func stepAtTheFirstPointAndFlatPartsAreKept() {
        let sizes = PiecewiseLinearCDF([
            point(100, percent: 40), point(200, percent: 50), point(500, percent: 50), point(600, percent: 100),
        ])
        #expect(sizes.quantile(0.2) == 100)
        #expect(sizes.quantile(0.45) == 150)
        #expect(sizes.quantile(0.5) == 200)
        #expect(sizes.quantile(0.75) == 550)
        #expect(sizes.mean == 40 + 15 + 275)
    }

    @Test func singlePointIsAConstant() {
        let sizes = PiecewiseLinearCDF([point(1_500, percent: 100)])
        #expect(sizes.mean == 1_500)
        #expect(sizes.quantile(0) == 1_500)
        #expect(sizes.quantile(1) == 1_500)
    }
}

import CGSL
import Kernel
import Testing

/// The draws that components use, and GSL distributions on our generator.
@Suite struct DistributionTests {
    private let source = RandomSource(seed: 5, run: 2)

    private func cursor(_ purpose: String) -> StreamCursor { StreamCursor(component: "test", purpose: purpose) }

    /// Mean of 20 000 draws, and whether it lies within five standard errors of `mean`.
    private func expectMean(
        _ mean: Double, deviation: Double, _ purpose: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ draw: (inout StreamCursor) -> Double
    ) {
        var stream = cursor(purpose)
        let count = 20_000
        let measured = (0..<count).reduce(0.0) { sum, _ in sum + draw(&stream) } / Double(count)
        let tolerance = 5 * deviation / Double(count).squareRoot()
        #expect(abs(measured - mean) < tolerance, "\(purpose): \(measured)", sourceLocation: sourceLocation)
    }

    @Test func gslDistributionsHaveTheirMeans() {
        expectMean(0.5, deviation: 0.289, "uniform") { source.uniform(from: &$0) }
        expectMean(3, deviation: 3, "exponential") { cursor in source.draw(from: &cursor) { gsl_ran_exponential($0, 3) }
        }
        expectMean(0, deviation: 2, "ziggurat") { cursor in
            source.draw(from: &cursor) { gsl_ran_gaussian_ziggurat($0, 2) }
        }
        expectMean(0, deviation: 2, "polar") { cursor in source.draw(from: &cursor) { gsl_ran_gaussian($0, 2) } }
        // Lognormal with mu 0, sigma 0.5: mean exp(1/8), variance (exp(1/4) - 1) exp(1/4).
        expectMean(1.133_148, deviation: 0.604, "lognormal") { cursor in
            source.draw(from: &cursor) { gsl_ran_lognormal($0, 0, 0.5) }
        }
        expectMean(3, deviation: 1.732, "poisson") { cursor in
            Double(source.draw(from: &cursor) { gsl_ran_poisson($0, 3) })
        }
        expectMean(1.5, deviation: 0.866, "pareto") { cursor in source.draw(from: &cursor) { gsl_ran_pareto($0, 3, 1) }
        }
        expectMean(0.25, deviation: 0.433, "bernoulli") { cursor in
            Double(source.draw(from: &cursor) { gsl_ran_bernoulli($0, 0.25) })
        }
        expectMean(2, deviation: 1.414, "gamma") { cursor in source.draw(from: &cursor) { gsl_ran_gamma($0, 2, 1) } }
        expectMean(0.886_227, deviation: 0.463, "weibull") { cursor in
            source.draw(from: &cursor) { gsl_ran_weibull($0, 1, 2) }
        }
    }

    @Test func uniformStaysBelowOne() {
        var stream = cursor("bounds")
        for _ in 0..<100_000 {
            let value = source.uniform(from: &stream)
            #expect(value >= 0 && value < 1)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 1 << 33, UInt64.max])
    func uniformIntegersStayBelowTheirBound(_ bound: UInt64) {
        var stream = cursor("integer")
        var largest: UInt64 = 0
        for _ in 0..<1_000 {
            let value = source.uniformInteger(below: bound, from: &stream)
            #expect(value < bound)
            largest = max(largest, value)
        }
        #expect(largest >= bound - bound / 50 - 1, "the upper end is reached")
    }

    /// 6 classes of 6 000 integers, 5 degrees of freedom.
    @Test func uniformIntegersAreEquallyFrequent() {
        var stream = cursor("die")
        var faces = [Int](repeating: 0, count: 6)
        for _ in 0..<6_000 { faces[Int(source.uniformInteger(below: 6, from: &stream))] += 1 }
        let statistic = faces.reduce(0.0) { $0 + Double(($1 - 1_000) * ($1 - 1_000)) / 1_000 }
        #expect(gsl_cdf_chisq_Q(statistic, 5) > 0.001)
    }

    @Test func exponentialGapsAreWholePicosecondsAroundTheirMean() {
        expectMean(100_000_000, deviation: 100_000_000, "gap") { cursor in
            Double(source.exponentialGap(mean: 100_000_000, from: &cursor).picoseconds)
        }
    }

    /// A mean beside which 64 bits end: the gap is cut, and an instant plus it can still be told.
    @Test func exponentialGapBeyondEveryRunIsCut() {
        var stream = cursor("long")
        var cut = 0
        for _ in 0..<1_000 {
            let gap = source.exponentialGap(mean: 1e19, from: &stream)
            #expect(gap <= RandomSource.longestGap)
            #expect(Instant.zero + Duration.longest + gap < Instant.never)
            if gap == RandomSource.longestGap { cut += 1 }
        }
        #expect(cut > 500)
    }

    @Test func shuffleIsAPermutationAndEveryOrderOccurs() {
        var stream = cursor("shuffle")
        var orders: [[Int]: Int] = [:]
        for _ in 0..<6_000 {
            var elements = [1, 2, 3]
            source.shuffle(&elements, from: &stream)
            #expect(elements.sorted() == [1, 2, 3])
            orders[elements, default: 0] += 1
        }
        #expect(orders.count == 6)
        #expect(orders.values.allSatisfy { abs($0 - 1_000) < 150 }, "five standard deviations: \(orders)")
    }

    @Test func shuffleOfNothingAndOfOneDrawsNothing() {
        var stream = cursor("short")
        var none: [Int] = []
        var one = [9]
        source.shuffle(&none, from: &stream)
        source.shuffle(&one, from: &stream)
        #expect(one == [9])
        #expect(stream.position == 0)
    }
}

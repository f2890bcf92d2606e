import CGSL

/// Differences of pairs of replications that share their random numbers, and what they say about the mean difference
/// (Student's t).
public struct PairedTest: Hashable, Sendable {
    /// Pairs; at least 1.
    public let count: Int
    public let mean: Double
    /// Of the mean; 0 where all differences are equal.
    public let standardError: Double

    public var degreesOfFreedom: Int { count - 1 }

    /// Nothing is left to chance: the differences are all the same, or there is one alone.
    public var isExact: Bool { standardError == 0 }

    /// - Precondition: there is a difference, and all are finite.
    public init(_ differences: [Double]) {
        precondition(!differences.isEmpty && differences.allSatisfy(\.isFinite), "no differences to judge")
        count = differences.count
        let mean = differences.reduce(0, +) / Double(count)
        // The sum of equal numbers need not be their multiple.
        let areEqual = differences.allSatisfy { $0 == differences[0] }
        self.mean = areEqual ? differences[0] : mean
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        standardError = areEqual ? 0 : (squares / Double(count - 1) / Double(count)).squareRoot()
    }

    /// How far above a margin the mean is, in standard errors.
    public func statistic(above margin: Double) -> Double { (mean - margin) / standardError }

    /// Probability of a mean so far above the margin, or farther, if the true one were the margin.
    public func probability(above margin: Double) -> Double {
        if isExact { return mean > margin ? 0 : 1 }
        return gsl_cdf_tdist_Q(statistic(above: margin), Double(degreesOfFreedom))
    }

    /// Bounds of the true mean, each passed with this probability.
    public func bounds(_ tail: Double) -> (lower: Double, upper: Double) {
        if isExact { return (mean, mean) }
        let reach = gsl_cdf_tdist_Qinv(tail, Double(degreesOfFreedom)) * standardError
        return (mean - reach, mean + reach)
    }
}

/// Several tests at once: the chance that any of them raises a false alarm stays what it is for one (Holm 1979).
public enum Holm {
    /// The probabilities, each grown for the number of tests; in the same order.
    public static func adjust(_ probabilities: [Double]) -> [Double] {
        let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
        var adjusted = probabilities
        var largest = 0.0
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(1, probabilities[index] * Double(probabilities.count - rank)))
            adjusted[index] = largest
        }
        return adjusted
    }
}

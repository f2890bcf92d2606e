import CGSL

/// A value of a scenario that may be random: a plain value, or how it is drawn.
///
/// Draws come from a stream through the GSL and are whole base units, rounded to the nearest and cut to
/// ``Dimensioned/drawn``. Means are those of the cut values. A plain value draws nothing.
public enum Distribution<Value: Dimensioned>: Hashable, Sendable {
    case constant(Value)
    case exponential(mean: Value)
    /// Its logarithm is normal; given by the median and the 99th percentile above it.
    case lognormal(median: Value, p99: Value)
    /// Every whole number of base units from `from` to `to` is as likely as another.
    case uniform(from: Value, to: Value)
    /// P(X > x) = (least / x)^shape.
    case pareto(least: Value, shape: DecimalNumber)
    /// One of the values; weights in billionths, as many as values.
    case choice([Value], weights: [UInt64])

    /// Draws a value and moves the cursor on.
    public func draw(from cursor: inout StreamCursor, of random: RandomSource) -> Value {
        switch self {
        case .constant(let value): return value
        case .exponential(let mean):
            return Self.cut(random.draw(from: &cursor) { gsl_ran_exponential($0, Double(mean.baseUnits)) })
        case .lognormal(let median, let p99):
            let (zeta, sigma) = Self.logarithms(median, p99)
            return Self.cut(random.draw(from: &cursor) { gsl_ran_lognormal($0, zeta, sigma) })
        case .uniform(let from, let to):
            let width = UInt64(to.baseUnits - from.baseUnits) + 1
            return Value(baseUnits: from.baseUnits + Int64(random.uniformInteger(below: width, from: &cursor)))
        case .pareto(let least, let shape):
            return Self.cut(random.draw(from: &cursor) { gsl_ran_pareto($0, shape.value, Double(least.baseUnits)) })
        case .choice(let values, let weights):
            var place = random.uniformInteger(below: weights.reduce(0, +), from: &cursor)
            for (value, weight) in zip(values, weights) {
                if place < weight { return value }
                place -= weight
            }
            return values[values.count - 1]
        }
    }

    /// The mean in base units; nil where the distribution has none, as a Pareto distribution of a shape up to 1.
    public var mean: Double? {
        let most = Double(Value.drawn.upperBound)
        switch self {
        case .constant(let value): return Double(value.baseUnits)
        case .exponential(let mean):
            let mean = Double(mean.baseUnits)
            return mean * (1 - Self.exponential(-most / mean))
        case .lognormal(let median, let p99):
            let (zeta, sigma) = Self.logarithms(median, p99)
            let edge = (gsl_sf_log(most) - zeta) / sigma
            return Self.exponential(zeta + sigma * sigma / 2) * gsl_cdf_ugaussian_P(edge - sigma)
                + most * gsl_cdf_ugaussian_Q(edge)
        case .uniform(let from, let to): return (Double(from.baseUnits) + Double(to.baseUnits)) / 2
        case .pareto(let least, let shape):
            let (least, shape) = (Double(least.baseUnits), shape.value)
            if shape <= 1 { return nil }
            let beyond = Self.exponential((1 - shape) * gsl_sf_log(most / least))
            return least * (shape - beyond) / (shape - 1)
        case .choice(let values, let weights):
            let sum = zip(values, weights).reduce(0.0) { $0 + Double($1.0.baseUnits) * Double($1.1) }
            return sum / Double(weights.reduce(0, +))
        }
    }

    /// Whether it draws anything: it is no plain value.
    public var isRandom: Bool { if case .constant = self { false } else { true } }

    /// No draw is larger.
    public var most: Value {
        switch self {
        case .constant(let value), .uniform(_, let value): value
        case .choice(let values, _): values.max { $0.baseUnits < $1.baseUnits } ?? values[0]
        case .exponential, .lognormal, .pareto: Value(baseUnits: Value.drawn.upperBound)
        }
    }

    /// Mean and standard deviation of the logarithm.
    private static func logarithms(_ median: Value, _ p99: Value) -> (zeta: Double, sigma: Double) {
        let zeta = gsl_sf_log(Double(median.baseUnits))
        return (zeta, (gsl_sf_log(Double(p99.baseUnits)) - zeta) / gsl_cdf_ugaussian_Pinv(0.99))
    }

    /// Beyond these arguments the GSL reports an error for what is 0, or larger than anything here.
    private static func exponential(_ argument: Double) -> Double { gsl_sf_exp(min(max(argument, -700), 700)) }

    private static func cut(_ value: Double) -> Value {
        let range = Value.drawn
        if !(value < Double(range.upperBound)) { return Value(baseUnits: range.upperBound) }
        return Value(baseUnits: max(range.lowerBound, Int64(value.rounded())))
    }
}

/// A quantile as an exact fraction, so that ranks are found without rounding: p99 is 99/100, p99.9 is 999/1000.
public struct Quantile: Hashable, Sendable {
    public let numerator: Int64
    public let denominator: Int64

    /// - Precondition: 0 ≤ numerator ≤ denominator, denominator > 0.
    public init(_ numerator: Int64, _ denominator: Int64) {
        precondition(numerator >= 0 && numerator <= denominator && denominator > 0, "\(numerator)/\(denominator)")
        self.numerator = numerator
        self.denominator = denominator
    }

    public static let p50 = Quantile(50, 100)
    public static let p90 = Quantile(90, 100)
    public static let p99 = Quantile(99, 100)

    /// Reads `p50`, `p99.9`: a percentage from 0 to 100 with at most nine decimal places; nil = it is none.
    public init?(name: String) {
        guard name.hasPrefix("p") else { return nil }
        let parts = name.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first.flatMap(Self.digits), parts[0].count <= 3 else { return nil }
        var numerator = whole
        var denominator: Int64 = 100
        if parts.count == 2 {
            guard parts[1].count <= 9, let fraction = Self.digits(parts[1]) else { return nil }
            for _ in parts[1] {
                numerator *= 10
                denominator *= 10
            }
            numerator += fraction
        }
        guard numerator <= denominator else { return nil }
        self.init(numerator, denominator)
    }

    private static func digits(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int64(text)
    }

    /// Nearest rank: the smallest rank, from 1, that at least this share of `count` values does not exceed.
    /// - Precondition: count > 0.
    public func rank(of count: Int) -> Int {
        precondition(count > 0)
        let product = Int128(count) * Int128(numerator)
        return Swift.max(1, Int((product + Int128(denominator) - 1) / Int128(denominator)))
    }
}

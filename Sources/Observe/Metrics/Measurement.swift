import Kernel

/// One value that rows were reduced to, exact wherever the column is.
public enum Measurement: Hashable, Sendable {
    /// `numerator / denominator` in the column's base unit (picoseconds, bytes, packets).
    case exact(Int128, per: Int64)
    case real(Double)
    /// Larger than anything measured: what it describes had not happened when the run ended.
    case beyond

    /// Whether it is above (+), at (0) or below (-) a limit.
    func compared(with bound: Bound) -> Int {
        switch self {
        case .beyond: return 1
        case .real(let value):
            let limit = Double(bound.value) / Double(bound.denominator)
            return value == limit ? 0 : (value < limit ? -1 : 1)
        case .exact(let numerator, let denominator):
            let left = numerator * Int128(bound.denominator)
            let right = Int128(bound.value) * Int128(denominator)
            return left == right ? 0 : (left < right ? -1 : 1)
        }
    }

    /// For people.
    public func text(_ unit: ColumnUnit) -> String {
        switch self {
        case .beyond: return "never"
        case .real(let value): return Self.withUnit(NumberText.real(value) ?? "?", unit)
        case .exact(let numerator, let denominator):
            if unit.picoseconds != nil {
                return Duration(picoseconds: Self.rounded(numerator, denominator)).description
            }
            if numerator % Int128(denominator) == 0 {
                return Self.withUnit("\(numerator / Int128(denominator))", unit)
            }
            return Self.withUnit(NumberText.real(Double(numerator) / Double(denominator)) ?? "?", unit)
        }
    }

    private static func rounded(_ numerator: Int128, _ denominator: Int64) -> Int64 {
        let half = Int128(denominator / 2)
        return Int64(clamping: (numerator + (numerator < 0 ? -half : half)) / Int128(denominator))
    }

    private static func withUnit(_ number: String, _ unit: ColumnUnit) -> String {
        switch unit {
        case .bytes: number + " B"
        case .bitsPerSecond: number + " bit/s"
        case .packetsPerSecond: number + " packets/s"
        case .none, .ratio, .milliseconds, .microseconds: number
        }
    }
}

extension Bound: CustomStringConvertible {
    /// For people: `5 ms`, `2000 packets`, `0.1 %`.
    public var description: String {
        switch dimension {
        case .time: Duration(picoseconds: value).description
        case .bytes: "\(value) B"
        case .packets: "\(value) packets"
        case .rate: "\(value) bit/s"
        case .number: NumberText.decimal(value, places: 9)
        // A billionth is 10^-7 percent.
        case .ratio: NumberText.decimal(value, places: 7) + " %"
        }
    }
}

/// The values of a metric in the rows that match, sorted out by what is known of them.
struct Sample {
    var rows = 0
    var integers: [Int64] = []
    var reals: [Double] = []
    /// Rows whose value had not come about when the run ended.
    var censored = 0

    init(_ cells: [Cell]) {
        rows = cells.count
        for cell in cells {
            switch cell {
            case .integer(let value), .picoseconds(let value): integers.append(value)
            case .real(let value): reals.append(value)
            case .censored: censored += 1
            case .absent, .text: break
            }
        }
    }

    /// Values that are known, be it only that they are large.
    var known: Int { integers.count + reals.count + censored }

    /// nil = there is nothing to reduce, or a sum over censored values was asked for.
    func reduce(_ stat: Statistic) -> Measurement? {
        switch stat {
        case .count: return .exact(Int128(rows), per: 1)
        case .sum: return censored > 0 || known == 0 ? nil : total(per: 1)
        case .mean: return censored > 0 || known == 0 ? nil : total(per: known)
        case .min: return order(rank: 1)
        case .max: return order(rank: known)
        case .quantile(let quantile): return known == 0 ? nil : order(rank: quantile.rank(of: known))
        }
    }

    private func total(per count: Int) -> Measurement {
        if !reals.isEmpty { return .real(reals.reduce(0, +) / Double(count)) }
        return .exact(integers.reduce(Int128(0)) { $0 + Int128($1) }, per: Int64(count))
    }

    private func order(rank: Int) -> Measurement? {
        guard known > 0 else { return nil }
        if rank > integers.count + reals.count { return .beyond }
        if !reals.isEmpty { return .real(reals.sorted()[rank - 1]) }
        return .exact(Int128(integers.sorted()[rank - 1]), per: 1)
    }
}

public import Kernel

/// A distribution of sizes given by points of its cumulative function, joined by straight lines.
public struct PiecewiseLinearCDF: Sendable {
    private let bytes: [Double]
    private let cumulative: [Double]

    /// Points with rising bytes and shares from 0 to 1. A first point above 0 begins a step at its size.
    public init(_ points: [TrafficConfiguration.Sizes.Point]) {
        precondition(points.last?.cumulative.billionths == 1_000_000_000, "a distribution must end at 100 %")
        bytes = points.map { Double($0.bytes) }
        cumulative = points.map(\.cumulative.value)
    }

    /// A distribution that the program carries.
    public init(_ name: TrafficConfiguration.Sizes.Named) { self.init(name.points) }

    /// Mean size in bytes.
    public var mean: Double {
        var total = bytes[0] * cumulative[0]
        for index in bytes.indices.dropFirst() {
            total += (cumulative[index] - cumulative[index - 1]) * (bytes[index] + bytes[index - 1]) / 2
        }
        return total
    }

    /// A size in whole bytes, by inverse transform.
    public func draw(from cursor: inout StreamCursor, of random: RandomSource) -> UInt64 {
        quantile(random.uniform(from: &cursor))
    }

    /// The size below which a share of the sizes lies; `share` in [0, 1].
    public func quantile(_ share: Double) -> UInt64 {
        guard let upper = cumulative.firstIndex(where: { $0 >= share }), upper > 0 else { return UInt64(bytes[0]) }
        let width = cumulative[upper] - cumulative[upper - 1]
        let part = width > 0 ? (share - cumulative[upper - 1]) / width : 1
        return UInt64((bytes[upper - 1] + part * (bytes[upper] - bytes[upper - 1])).rounded())
    }
}

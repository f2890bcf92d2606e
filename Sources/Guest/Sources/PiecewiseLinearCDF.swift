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

    public init(_ sizes: TrafficConfiguration.Sizes) {
        switch sizes {
        case .points(let points): self.init(points)
        case .named(.websearch): self.init(Self.websearch)
        }
    }

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

    /// Web search (DCTCP, SIGCOMM 2010), as circulated with later data-centre studies: bytes and percent.
    private static let websearch: [TrafficConfiguration.Sizes.Point] = [
        (0, 0), (10_000, 15), (20_000, 20), (30_000, 30), (50_000, 40), (80_000, 53), (200_000, 60), (1_000_000, 70),
        (2_000_000, 80), (5_000_000, 90), (10_000_000, 97), (30_000_000, 100),
    ].map { bytes, percent in
        TrafficConfiguration.Sizes.Point(bytes: bytes, cumulative: Ratio(billionths: percent * 10_000_000))
    }
}

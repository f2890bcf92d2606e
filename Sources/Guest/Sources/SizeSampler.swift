public import Kernel

/// Draws sizes of transfers, in bytes of data.
public enum SizeSampler: Sendable {
    case curve(PiecewiseLinearCDF)
    case drawn(Distribution<ByteCount>)

    public init(_ sizes: TrafficConfiguration.Sizes) {
        switch sizes {
        case .named(let name): self = .curve(PiecewiseLinearCDF(name))
        case .points(let points): self = .curve(PiecewiseLinearCDF(points))
        case .drawn(let distribution): self = .drawn(distribution)
        }
    }

    /// A size in whole bytes, at least 1.
    public func draw(from cursor: inout StreamCursor, of random: RandomSource) -> UInt64 {
        switch self {
        case .curve(let curve): max(1, curve.draw(from: &cursor, of: random))
        case .drawn(let distribution): distribution.draw(from: &cursor, of: random).bytes
        }
    }

    /// Mean size in bytes; nil where there is none.
    public var mean: Double? {
        switch self {
        case .curve(let curve): curve.mean
        case .drawn(let distribution): distribution.mean
        }
    }
}

extension TrafficConfiguration.Sizes.Named {
    /// Points of the cumulative distribution, as circulated with later data-centre studies.
    var points: [TrafficConfiguration.Sizes.Point] {
        table.map { bytes, share in
            .init(bytes: bytes, cumulative: Ratio(billionths: share * 100_000))
        }
    }

    /// Bytes, and hundredths of per cent of the sizes that are not larger.
    private var table: [(UInt64, UInt64)] {
        switch self {
        case .websearch:
            [
                (0, 0), (10_000, 1_500), (20_000, 2_000), (30_000, 3_000), (50_000, 4_000), (80_000, 5_300),
                (200_000, 6_000), (1_000_000, 7_000), (2_000_000, 8_000), (5_000_000, 9_000), (10_000_000, 9_700),
                (30_000_000, 10_000),
            ]
        case .facebookHadoop:
            [
                (0, 0), (100, 100), (200, 200), (300, 500), (350, 1_500), (400, 2_000), (500, 3_000), (600, 4_000),
                (700, 5_000), (1_000, 6_000), (2_000, 6_700), (7_000, 7_000), (30_000, 7_200), (50_000, 8_200),
                (80_000, 8_700), (120_000, 9_000), (300_000, 9_500), (1_000_000, 9_750), (2_000_000, 9_900),
                (10_000_000, 10_000),
            ]
        case .alibabaStorage:
            [
                (0, 0), (4_000, 2_293), (8_000, 6_921), (16_000, 8_061), (32_000, 9_047), (64_000, 9_353),
                (128_000, 9_677), (256_000, 9_753), (2_000_000, 10_000),
            ]
        case .dataMining:
            [
                (0, 0), (180, 1_000), (216, 2_000), (560, 3_000), (900, 4_000), (1_100, 5_000), (1_870, 6_000),
                (3_160, 7_000), (10_000, 8_000), (400_000, 9_000), (3_160_000, 9_500), (100_000_000, 9_800),
                (1_000_000_000, 10_000),
            ]
        }
    }
}

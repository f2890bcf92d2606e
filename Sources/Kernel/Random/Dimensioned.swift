/// A quantity that may be drawn from a ``Distribution``: a whole number of base units, and the way it is written.
public protocol Dimensioned: Hashable, Sendable {
    /// How one value is written.
    static var codec: ValueCodec<Self> { get }
    /// What draws are cut to, in base units.
    static var drawn: ClosedRange<Int64> { get }
    init(baseUnits: Int64)
    var baseUnits: Int64 { get }
}

/// In picoseconds, at most ``Duration/longest``.
extension Duration: Dimensioned {
    public static var codec: ValueCodec<Duration> { .duration() }
    public static var drawn: ClosedRange<Int64> { 0...Duration.longest.picoseconds }
    public init(baseUnits: Int64) { self.init(picoseconds: baseUnits) }
    public var baseUnits: Int64 { picoseconds }
}

/// In bits per second.
extension BitRate: Dimensioned {
    public static var codec: ValueCodec<BitRate> { .bitRate }
    public static var drawn: ClosedRange<Int64> { 1...1_000_000_000_000_000 }
    public init(baseUnits: Int64) { self.init(bitsPerSecond: UInt64(baseUnits)) }
    public var baseUnits: Int64 { Int64(bitsPerSecond) }
}

/// A number of bytes, 1 to 10^12.
public struct ByteCount: Dimensioned {
    public var bytes: UInt64

    public init(_ bytes: UInt64) { self.bytes = bytes }
    public init(baseUnits: Int64) { self.init(UInt64(baseUnits)) }
    public var baseUnits: Int64 { Int64(bytes) }
    public static var drawn: ClosedRange<Int64> { 1...1_000_000_000_000 }
    public static var codec: ValueCodec<ByteCount> {
        ValueCodec<UInt64>.bytes(1...1_000_000_000_000, example: "10 kB").map({ ByteCount($0) }, { $0.bytes })
    }
}

/// A number without a dimension, in whole billionths: `1.5` is 1 500 000 000.
public struct DecimalNumber: Hashable, Sendable {
    public var billionths: UInt64

    public init(billionths: UInt64) { self.billionths = billionths }
    public var value: Double { Double(billionths) / 1e9 }
}

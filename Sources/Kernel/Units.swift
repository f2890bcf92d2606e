/// A transmission rate in bits per second, or no limit at all.
public struct BitRate: Hashable, Sendable {
    /// Bits per second; 0 stands for ``unlimited``.
    public var bitsPerSecond: UInt64

    @inlinable public init(bitsPerSecond: UInt64) { self.bitsPerSecond = bitsPerSecond }

    /// A link that takes no time to send: used by closed-form cases.
    @inlinable public static var unlimited: BitRate { BitRate(bitsPerSecond: 0) }
    @inlinable public var isUnlimited: Bool { bitsPerSecond == 0 }

    /// Wire time of a frame: the number of picoseconds, rounded up, that its bits take at this rate.
    /// Exact in 128-bit arithmetic; no remainder is carried to the next frame.
    public func wireTime(bytes: UInt64) -> Duration {
        if isUnlimited { return .zero }
        let bits = UInt128(bytes) * 8 * 1_000_000_000_000
        let rate = UInt128(bitsPerSecond)
        return Duration(picoseconds: Int64((bits + rate - 1) / rate))
    }
}

/// A packet rate as an exact fraction: millionths of a packet per second.
///
/// Packet k of a constant-rate source leaves at `phase + floor(k / rate)`; the fraction of a picosecond that the
/// floor cuts off is kept, so that a source never drifts.
public struct PacketRate: Hashable, Sendable {
    /// Packets per 1 000 000 seconds. Greater than 0.
    public var microPackets: UInt64

    public init(microPackets: UInt64) { self.microPackets = microPackets }
    public static func perSecond(_ packets: UInt64) -> PacketRate { PacketRate(microPackets: packets * 1_000_000) }

    /// Interval between two packets: `whole` picoseconds and `remainder / microPackets` of one.
    public var interval: (whole: Int64, remainder: UInt64) {
        let (quotient, remainder) = UInt64(1_000_000_000_000_000_000).quotientAndRemainder(dividingBy: microPackets)
        return (Int64(quotient), remainder)
    }
}

/// A share between 0 and 1 in whole billionths: `2 %` is 20 000 000.
public struct Ratio: Hashable, Sendable {
    public var billionths: UInt64

    public init(billionths: UInt64) { self.billionths = billionths }
    public var value: Double { Double(billionths) / 1e9 }
}

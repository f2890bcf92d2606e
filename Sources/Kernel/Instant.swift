/// A point on the virtual clock: whole picoseconds since the start of the run.
///
/// Integer time is what makes runs reproducible and closed forms exact (DER-01, DEC-17); there is no
/// floating-point time anywhere in the model. Range: 0 to ``horizon``, so that `time * 2 + class` fits the queue's
/// 64-bit key. Sums that lie beyond stop there: a run that gets that far is given up with a message, whatever a
/// scenario makes links, queues and servers add up to.
public struct Instant: Hashable, Comparable, Sendable {
    /// Picoseconds since the start of the run.
    public var picoseconds: Int64

    @inlinable public init(picoseconds: Int64) { self.picoseconds = picoseconds }

    /// The start of every run.
    @inlinable public static var zero: Instant { Instant(picoseconds: 0) }
    /// A value of its own, later than every instant of a run: "does not happen".
    @inlinable public static var never: Instant { Instant(picoseconds: .max) }

    @inlinable public static func < (left: Instant, right: Instant) -> Bool {
        left.picoseconds < right.picoseconds
    }

    /// The last instant of any run, 2^62 - 1 picoseconds: 53 days.
    @inlinable public static var horizon: Instant { Instant(picoseconds: (1 << 62) - 1) }

    /// Stops at ``horizon``; ``never`` stays what it is.
    @inlinable public static func + (left: Instant, right: Duration) -> Instant {
        let (sum, overflow) = left.picoseconds.addingReportingOverflow(right.picoseconds)
        if overflow || sum > horizon.picoseconds { return left == .never ? .never : .horizon }
        return Instant(picoseconds: sum)
    }

    @inlinable public static func - (left: Instant, right: Duration) -> Instant {
        Instant(picoseconds: left.picoseconds - right.picoseconds)
    }

    /// The span between two points; negative when `right` is later.
    @inlinable public static func - (left: Instant, right: Instant) -> Duration {
        Duration(picoseconds: left.picoseconds - right.picoseconds)
    }

    /// Seconds as a floating-point number, for people's eyes and for plots only.
    public var seconds: Double { Double(picoseconds) / 1e12 }
}

/// A span of virtual time in whole picoseconds; may be negative as a difference of instants.
///
/// Every duration key of a scenario is at most ``Duration/longest``.
public struct Duration: Hashable, Comparable, Sendable {
    /// Length in picoseconds.
    public var picoseconds: Int64

    @inlinable public init(picoseconds: Int64) { self.picoseconds = picoseconds }

    @inlinable public static var zero: Duration { Duration(picoseconds: 0) }
    /// The longest duration a scenario may name: 30 days.
    @inlinable public static var longest: Duration { Duration.seconds(30 * 86_400) }

    @inlinable public static func nanoseconds(_ count: Int64) -> Duration { Duration(picoseconds: count * 1_000) }
    @inlinable public static func microseconds(_ count: Int64) -> Duration { Duration(picoseconds: count * 1_000_000) }
    @inlinable public static func milliseconds(_ count: Int64) -> Duration {
        Duration(picoseconds: count * 1_000_000_000)
    }
    @inlinable public static func seconds(_ count: Int64) -> Duration {
        Duration(picoseconds: count * 1_000_000_000_000)
    }

    @inlinable public static func < (left: Duration, right: Duration) -> Bool {
        left.picoseconds < right.picoseconds
    }

    /// Stops at the largest and smallest 64-bit number.
    @inlinable public static func + (left: Duration, right: Duration) -> Duration {
        let (sum, overflow) = left.picoseconds.addingReportingOverflow(right.picoseconds)
        return Duration(picoseconds: overflow ? (right.picoseconds > 0 ? .max : .min) : sum)
    }

    @inlinable public static func - (left: Duration, right: Duration) -> Duration {
        Duration(picoseconds: left.picoseconds - right.picoseconds)
    }

    /// Stops at the largest and smallest 64-bit number.
    @inlinable public static func * (left: Duration, right: Int64) -> Duration {
        let (product, overflow) = left.picoseconds.multipliedReportingOverflow(by: right)
        return Duration(picoseconds: overflow ? ((left.picoseconds > 0) == (right > 0) ? .max : .min) : product)
    }

    /// Seconds as a floating-point number, for people's eyes and for plots only.
    public var seconds: Double { Double(picoseconds) / 1e12 }
}

extension Instant: CustomStringConvertible {
    public var description: String { self == .never ? "never" : Duration(picoseconds: picoseconds).description }
}

extension Duration: CustomStringConvertible {
    /// The exact value in the largest unit that keeps it short: `300 ms`, `10.0025 s`, `1.024 us`.
    public var description: String {
        let magnitude = picoseconds.magnitude
        let units: [(name: String, size: UInt64, digits: Int)] = [
            ("s", 1_000_000_000_000, 12), ("ms", 1_000_000_000, 9), ("us", 1_000_000, 6), ("ns", 1_000, 3),
        ]
        for unit in units where magnitude >= unit.size {
            return (picoseconds < 0 ? "-" : "") + Self.decimal(magnitude, unit.size, unit.digits) + " " + unit.name
        }
        return "\(picoseconds) ps"
    }

    /// `value / size` written exactly, without trailing zeros.
    private static func decimal(_ value: UInt64, _ size: UInt64, _ digits: Int) -> String {
        var fraction = String(value % size)
        fraction = String(repeating: "0", count: digits - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return fraction.isEmpty ? "\(value / size)" : "\(value / size).\(fraction)"
    }
}

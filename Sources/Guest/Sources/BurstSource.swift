public import Kernel

/// One flow of `kind: on-off`: a constant rate while it is on, silence while it is off.
///
/// The first period is an on period and begins at the flow's start. Each on period has a packet at its beginning, and
/// packet k of it `floor(k / rate)` later, as long as that is before its end; nothing is carried from one period to
/// the next. An on period lasts at least 1 ps, so that it has one packet. While the VM does not run the clock goes
/// on and nothing is sent: periods are the same with and without a move.
public struct BurstSource: Sendable {
    public var packets: PacketSource
    private let on: Distribution<Duration>
    private let off: Distribution<Duration>
    private var periods: StreamCursor
    /// End of the present on period.
    private var end = Instant.zero

    /// - Parameter periods: the stream of all lengths, in the order on, off, on, ….
    public init(packets: PacketSource, on: Distribution<Duration>, off: Distribution<Duration>, periods: StreamCursor) {
        self.packets = packets
        self.on = on
        self.off = off
        self.periods = periods
    }

    /// The first emission, `.never` when that is too late.
    public mutating func first(at start: Instant, in context: inout Context) -> Instant {
        begin(at: start, &context)
        return packets.mayLeave(at: start) && !packets.isExhausted ? start : .never
    }

    /// When to send next, or `.never`. Called once for each emission, made or missed.
    public mutating func next(after now: Instant, in context: inout Context) -> Instant {
        if packets.isExhausted { return .never }
        var due = packets.tick(now)
        if due >= end {
            due = end + off.draw(from: &periods, of: context.random)
            begin(at: due, &context)
        }
        return packets.mayLeave(at: due) ? due : .never
    }

    private mutating func begin(at start: Instant, _ context: inout Context) {
        packets.restartClock()
        end = start + max(on.draw(from: &periods, of: context.random), Duration(picoseconds: 1))
    }
}

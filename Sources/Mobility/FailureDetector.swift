public import Kernel

/// The sending half of failure detection: when hellos leave (RFC 5880, section 6.8.7).
public struct HelloSender: Sendable {
    private let interval: Duration
    /// By how much an interval is shorter at least, and at most, ps.
    private let reductions: ClosedRange<Int64>
    private var cursor: StreamCursor

    /// - Parameters:
    ///   - multiplier: with 1, intervals are shorter by 10 % at least, so that a lone late hello is no failure.
    ///   - jitter: 0 = hellos leave at each interval exactly, whatever the multiplier.
    public init(interval: Duration, multiplier: UInt32, jitter: Ratio, cursor: StreamCursor) {
        self.interval = interval
        self.cursor = cursor
        let most = Self.share(jitter.billionths, of: interval)
        let least = multiplier == 1 ? min(most, Self.share(100_000_000, of: interval)) : 0
        reductions = least...most
    }

    private static func share(_ billionths: UInt64, of interval: Duration) -> Int64 {
        Int64(Int128(interval.picoseconds) * Int128(billionths) / 1_000_000_000)
    }

    /// When the next hello leaves after one that leaves now.
    public mutating func next(after now: Instant, in context: inout Context) -> Instant {
        if reductions.upperBound == 0 { return now + interval }
        let width = UInt64(reductions.upperBound - reductions.lowerBound) + 1
        let drawn = Int64(context.random.uniformInteger(below: width, from: &cursor))
        return now + (interval - Duration(picoseconds: reductions.lowerBound + drawn))
    }
}

/// The receiving half: a failure is noticed when no hello has come for the detection time, which is the multiplier
/// times the interval without its jitter (RFC 5880, section 6.8.4). The time begins with the first hello.
///
/// Where the last hello left a time U before the failure and took d, that is m·I − U + d after the failure (C18).
public struct FailureDetector: Sendable {
    /// Of the failover that it serves.
    private let index: UInt32
    private let detectionTime: Duration
    private var timer: TimerHandle?
    public private(set) var heardLast: Instant?

    public init(index: UInt32, interval: Duration, multiplier: UInt32) {
        self.index = index
        detectionTime = interval * Int64(multiplier)
    }

    /// A hello has come.
    public mutating func heard(now: Instant, in context: inout Context) {
        reset(in: &context)
        heardLast = now
        let key = TimerKey(owner: .detector(index), purpose: .helloTimeout, token: 0)
        timer = context.arm(key, at: now + detectionTime)
    }

    /// Its timer has run out: the primary is taken for dead.
    public mutating func timerRanOut() { timer = nil }

    /// It begins anew with the next hello: its own server has failed.
    public mutating func reset(in context: inout Context) {
        if let timer { context.disarm(timer) }
        timer = nil
    }
}

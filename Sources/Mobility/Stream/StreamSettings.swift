public import Kernel

/// How state is cut and how much of it may be under way.
public struct StreamSettings: Hashable, Sendable {
    /// State in a full segment, in bytes.
    public var segmentBytes: UInt64
    /// Segments of a full block, at least 1.
    public var blockSegments: Int
    /// State that may be under way without an acknowledgement, in bytes; one block always may.
    public var window: UInt64
    /// Blocks leave no faster than this, counted in state; nil = as fast as the window and the links let them.
    public var limit: BitRate?

    public init(segmentBytes: UInt64, blockSegments: Int, window: UInt64, limit: BitRate? = nil) {
        precondition(segmentBytes > 0 && blockSegments > 0, "a stream of empty segments")
        self.segmentBytes = segmentBytes
        self.blockSegments = blockSegments
        self.window = window
        self.limit = limit
    }

    /// State in so many segments of a stage, the last of which may not be full.
    public func bytes(of segments: Range<Int>, total: UInt64) -> UInt64 {
        min(UInt64(segments.upperBound) * segmentBytes, total) - min(UInt64(segments.lowerBound) * segmentBytes, total)
    }

    /// Segments that so many bytes take.
    public func segments(of bytes: UInt64) -> Int { Int((bytes + segmentBytes - 1) / segmentBytes) }
}

/// When an acknowledgement is overdue, from the times that others took (RFC 6298, sections 2 and 5, with the minimum
/// and maximum that Linux has).
struct RetransmissionTimer: Sendable {
    static let first = Duration.seconds(1)
    static let least = Duration.milliseconds(200)
    static let most = Duration.seconds(120)

    private(set) var timeout = first
    private(set) var smoothed: Duration?
    private var variation = Duration.zero

    mutating func measured(_ time: Duration) {
        if let smoothed {
            let difference = max(time, smoothed) - min(time, smoothed)
            variation = Duration(picoseconds: (3 * variation.picoseconds + difference.picoseconds) / 4)
            self.smoothed = Duration(picoseconds: (7 * smoothed.picoseconds + time.picoseconds) / 8)
        } else {
            (smoothed, variation) = (time, Duration(picoseconds: time.picoseconds / 2))
        }
        guard let smoothed else { return }
        timeout = min(max(smoothed + variation * 4, Self.least), Self.most)
    }

    mutating func expired() { timeout = min(timeout * 2, Self.most) }
}

public import Kernel
import Wire

/// A directed link: one server with a busy-until time, a queue in front of it, a delay behind it.
///
/// One event carries a packet over a hop: when it enters, its arrival at the far end is already known. What many links
/// have in common is in their ``LinkProfile``, so that a link is half a cache line.
public struct Link: Sendable {
    /// When the frame that was accepted last leaves the wire's near end.
    public var busyUntil: Instant = .zero
    /// Frames and wire bytes accepted.
    public var frames: UInt64 = 0
    public var bytes: UInt64 = 0
    /// Place of the queue's list of waiting frames, -1 until one has waited; of a scheduled link, of its server.
    var waiting: Int32 = -1
    /// Place of its profile.
    var profile: UInt32

    init(profile: UInt32) { self.profile = profile }
}

/// What links of one kind have in common.
public struct LinkProfile: Sendable {
    /// Propagation delay.
    public let delay: Duration
    /// Wire time of a byte in picoseconds when that is a whole number, else 0.
    private let picosecondsPerByte: Int64
    public let rate: BitRate
    public let queue: QueueLimit
    public let mtu: UInt32
    /// The same on a fifo link; 0 on a scheduled one, so that the test which every packet takes tells it apart too.
    let fifoMTU: UInt32
    /// Its links are servers of ``ScheduledLinks``.
    public let isScheduled: Bool
    /// A packet that finds more bytes waiting is marked.
    public let ecnThreshold: UInt64
    /// Nobody asks how much waits.
    let countsNothing: Bool
    /// Added to each frame on the wire, and the least that it then occupies.
    private let framingBytes: UInt32
    private let minimumBytes: UInt32

    /// - Parameter countsWaiting: whether to count what waits even where neither a limit nor marks depend on it.
    public init(
        _ configuration: LinkConfiguration, framing: UnderlayConfiguration.Framing, countsWaiting: Bool = false
    ) {
        delay = configuration.delay
        rate = configuration.rate
        queue = configuration.queue
        mtu = configuration.mtu
        isScheduled = configuration.service == .scheduled
        fifoMTU = isScheduled ? 0 : configuration.mtu
        ecnThreshold = configuration.ecnThreshold ?? .max
        countsNothing = !countsWaiting && configuration.queue == .unlimited && configuration.ecnThreshold == nil
        framingBytes = framing == .ethernet ? HeaderSize.ethernetFraming : 0
        minimumBytes = framing == .ethernet ? HeaderSize.ethernetMinimum : 0
        let bits = configuration.rate.bitsPerSecond
        picosecondsPerByte = bits > 0 && 8_000_000_000_000 % bits == 0 ? Int64(8_000_000_000_000 / bits) : 0
    }

    /// What a frame occupies on the wire, in bytes.
    @inline(__always)
    public func wireBytes(frame: UInt32) -> UInt32 { max(frame &+ framingBytes, minimumBytes) }

    /// Time on the wire of so many bytes in frames of any size: exact where a byte takes whole picoseconds, else less
    /// than one picosecond a frame too short.
    func wireTime(totalBytes: UInt64) -> Duration {
        if picosecondsPerByte > 0 { return Duration(picoseconds: Int64(totalBytes) * picosecondsPerByte) }
        if rate.isUnlimited { return .zero }
        return Duration(picoseconds: Int64(UInt128(totalBytes) * 8_000_000_000_000 / UInt128(rate.bitsPerSecond)))
    }

    /// Exact wire time, rounded up to a picosecond.
    @inline(__always)
    public func wireTime(wireBytes: UInt32) -> Duration {
        if picosecondsPerByte > 0 { return Duration(picoseconds: Int64(wireBytes) &* picosecondsPerByte) }
        return rate.wireTime(bytes: UInt64(wireBytes))
    }
}

/// What became of a frame at the near end of a link.
public enum Transmission: Sendable {
    /// It will be at the far end then.
    case arrives(Instant)
    /// The link has a server of its own: see ``Fabric/enqueue(_:_:on:now:)``.
    case scheduled(LinkID)
    case lost(LossCause)
}

/// Frames that wait for a link: a ring of the instants at which their service starts, and their sizes.
///
/// A frame waits while its start lies in the future; the frame in service does not count against the limit.
struct WaitingFrames: Sendable {
    private var starts: ContiguousArray<Instant> = ContiguousArray(repeating: .zero, count: 16)
    private var sizes: ContiguousArray<UInt32> = ContiguousArray(repeating: 0, count: 16)
    private var first = 0
    private(set) var count = 0
    private(set) var bytes: UInt64 = 0
    /// The most that have waited, those that found no room, and those that were marked.
    private(set) var mostFrames = 0
    private(set) var mostBytes: UInt64 = 0
    var refused = 0
    var marked = 0

    mutating func forgetStarted(by now: Instant) {
        while count > 0, starts[first] <= now {
            bytes -= UInt64(sizes[first])
            first = (first + 1) & (starts.count - 1)
            count -= 1
        }
    }

    mutating func append(start: Instant, size: UInt32) {
        if count == starts.count { grow() }
        let index = (first + count) & (starts.count - 1)
        starts[index] = start
        sizes[index] = size
        count += 1
        bytes += UInt64(size)
        mostFrames = max(mostFrames, count)
        mostBytes = max(mostBytes, bytes)
    }

    /// The link has failed: nothing waits any more.
    mutating func forgetAll() {
        (first, count, bytes) = (0, 0, 0)
    }

    private mutating func grow() {
        let capacity = starts.count
        starts = ContiguousArray((0..<2 * capacity).map { starts[(first + $0) & (capacity - 1)] })
        sizes = ContiguousArray((0..<2 * capacity).map { sizes[(first + $0) & (capacity - 1)] })
        first = 0
    }
}

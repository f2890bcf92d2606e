import Kernel

/// One server of a scheduled link: a frame in service, and eight queues in front of it, served by strict priority.
///
/// Frames are numbers of a table that all servers share; a queue is a chain through that table, so that it takes no
/// memory of its own however long it grows.
struct LinkServer: Sendable {
    static let none = UInt32.max

    struct Queue: Sendable {
        var first = LinkServer.none
        var last = LinkServer.none
        /// What its frames take at the present rate.
        var time = Duration.zero
    }

    let link: LinkID
    private(set) var rate: BitRate
    /// The frame in service, and when its last bit leaves.
    var serving = none
    private(set) var end = Instant.zero
    /// What was left of it at `since`, in bits x 10^12: a picosecond at the link's rate in bit/s takes off that rate.
    private var unsent: UInt128 = 0
    private var since = Instant.zero
    /// When nothing will be left if nothing more comes.
    var idleAt = Instant.zero
    /// By priority.
    var queues = InlineArray<8, Queue>(repeating: Queue())
    /// Bit p: queue p has frames.
    private var occupied: UInt8 = 0
    /// Over all priorities; the frame in service does not count.
    private(set) var waiting: UInt32 = 0
    private(set) var waitingBytes: UInt64 = 0
    private(set) var mostWaiting: UInt32 = 0
    private(set) var mostWaitingBytes: UInt64 = 0
    /// When the transmission in hand began, and how long all before it took.
    private var begun = Instant.zero
    private var sending = Duration.zero
    /// The end of service for which an event was asked last.
    var armed = Instant.never

    init(link: LinkID, rate: BitRate) {
        self.link = link
        self.rate = rate
    }

    /// The highest priority of which frames wait.
    var highestPriority: Int? { occupied == 0 ? nil : 7 - occupied.leadingZeroBitCount }

    /// Drop-tail: what comes finds room or not, whatever its priority and that of those who wait.
    func hasRoom(for wireBytes: UInt32, limit: QueueLimit) -> Bool {
        switch limit {
        case .unlimited: true
        case .bytes(let most): waitingBytes + UInt64(wireBytes) <= most
        case .packets(let most): waiting < most
        }
    }

    /// When the frames in service and in the queues of this and higher priorities will have been sent.
    func endOfQueues(from priority: Int) -> Instant {
        var time = Duration.zero
        for index in priority..<8 { time = time + queues[index].time }
        return end + time
    }

    /// Puts a frame at the end of a queue and returns the one before it.
    mutating func append(_ frame: UInt32, wireBytes: UInt32, wireTime: Duration, to priority: Int) -> UInt32 {
        let last = queues[priority].last
        if last == Self.none { queues[priority].first = frame }
        queues[priority].last = frame
        queues[priority].time = queues[priority].time + wireTime
        occupied |= 1 << UInt8(priority)
        waiting += 1
        waitingBytes += UInt64(wireBytes)
        mostWaiting = max(mostWaiting, waiting)
        mostWaitingBytes = max(mostWaitingBytes, waitingBytes)
        idleAt = idleAt + wireTime
        return last
    }

    /// - Parameter next: the frame behind the first one.
    mutating func removeFirst(of priority: Int, wireBytes: UInt32, wireTime: Duration, next: UInt32) {
        queues[priority].first = next
        queues[priority].time = queues[priority].time - wireTime
        if next == Self.none {
            queues[priority].last = Self.none
            occupied &= ~(1 << UInt8(priority))
        }
        waiting -= 1
        waitingBytes -= UInt64(wireBytes)
    }

    mutating func serve(_ frame: UInt32, wireBytes: UInt32, at start: Instant, until end: Instant) {
        serving = frame
        since = start
        begun = start
        unsent = UInt128(wireBytes) * 8 * 1_000_000_000_000
        self.end = end
    }

    /// The transmission in hand is over.
    mutating func endService() {
        sending = busy(until: end)
        serving = Self.none
    }

    /// Time in which it has sent until now.
    func busy(until now: Instant) -> Duration {
        if serving == Self.none || now <= begun { return sending }
        return sending + (min(now, end) - begun)
    }

    /// It loses what it has; only its account stays.
    mutating func reset(now: Instant) {
        var fresh = LinkServer(link: link, rate: rate)
        fresh.sending = busy(until: now)
        (fresh.mostWaiting, fresh.mostWaitingBytes) = (mostWaiting, mostWaitingBytes)
        self = fresh
    }

    /// What the frame in service still has to send goes at another rate from now on. Its end lies after now.
    mutating func change(to rate: BitRate, now: Instant) {
        if serving != Self.none {
            // An unlimited rate leaves nothing in service. What has been sent is less than all: the end was rounded up.
            unsent -= UInt128(self.rate.bitsPerSecond) * UInt128((now - since).picoseconds)
            since = now
            end = now
            if !rate.isUnlimited {
                let divisor = UInt128(rate.bitsPerSecond)
                end = now + Duration(picoseconds: Int64((unsent + divisor - 1) / divisor))
            }
        }
        self.rate = rate
    }
}

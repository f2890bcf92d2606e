public import Kernel

/// The account of a server that handles one message after another: how long it has been busy, and how many messages
/// have waited for it. All sums are whole picoseconds, so that nothing is rounded before the last division.
///
/// When a message begins to be served is known beforehand; a period that lies in the future counts only as far as the
/// instant that is asked about.
public struct ServerLoad: Sendable {
    /// Messages whose service is over.
    public private(set) var handled = 0
    /// Most messages that waited at one time; the one in service does not wait.
    public private(set) var waitingMost = 0
    /// Work allotted so far.
    private var busy = Duration.zero
    /// Waits of messages whose service has a beginning.
    private var waits: Int128 = 0
    /// Arrivals of messages whose service has none yet.
    private var unserved = Backlog<Instant>()
    /// The service in hand.
    private var service: (start: Instant, end: Instant)?
    /// Other work behind the last service: replies, pushes.
    private var workEnd = Instant.zero
    /// Of the last service, also when it is over.
    private var serviceEnd = Instant.zero

    public init() {}

    /// A message has come. Whether it waits, ``serves(from:until:)`` says; it must follow at once if it does not.
    mutating func arrived(_ now: Instant) {
        unserved.append(now)
        // The one in service waits no longer once its time has come; before, it is one more.
        let isPending = service.map { $0.start > now } ?? false
        if service == nil, workEnd <= now { return }
        waitingMost = max(waitingMost, unserved.count + (isPending ? 1 : 0))
    }

    /// The message that has waited longest is served then.
    mutating func serves(from start: Instant, until end: Instant) {
        let arrival = unserved.removeFirst()
        waits += Int128((start - arrival).picoseconds)
        busy = busy + (end - start)
        service = (start, end)
        serviceEnd = end
    }

    /// The service in hand is over.
    mutating func served() {
        service = nil
        handled += 1
    }

    /// The server has failed: what it had before it is gone.
    mutating func stopped(_ now: Instant) {
        (waits, busy) = (waits(until: now), busy(until: now))
        unserved = Backlog()
        service = nil
        workEnd = min(workEnd, now)
        serviceEnd = min(serviceEnd, now)
    }

    /// The server does something else than serving a message.
    mutating func works(from start: Instant, until end: Instant) {
        busy = busy + (end - start)
        workEnd = max(workEnd, end)
    }

    /// When the work that it has by now is done.
    public var lastBusy: Instant { max(workEnd, serviceEnd) }

    /// Time that it has been busy until then.
    public func busy(until now: Instant) -> Duration {
        var ahead = Duration.zero
        if let service, service.end > now { ahead = service.end - max(service.start, now) }
        if workEnd > now { ahead = ahead + (workEnd - now) }
        return busy - ahead
    }

    /// The sum of all waits until then, in picoseconds: over the time it is the mean number of messages that wait.
    public func waits(until now: Instant) -> Int128 {
        var sum = waits
        if let service, service.start > now { sum -= Int128((service.start - now).picoseconds) }
        unserved.forEach { sum += Int128((now - $0).picoseconds) }
        return sum
    }
}

public import Kernel

/// Why a run was given up.
public enum RunFailure: Error, Equatable, Sendable {
    /// A limit of the scenario's `limits:` was reached; with the events that came next.
    case limit(name: String, value: UInt64, at: Instant, next: [String])
    /// sent + copies differ from the sum of all fates: a bug of ours.
    case conservation(flow: String, sent: UInt64, accounted: UInt64)
}

/// Watches over a run's `limits:`, so that a livelock ends.
struct RunGuards: Sendable {
    let limits: Limits
    private var instant = Instant.never
    private var atInstant: UInt64 = 0

    init(_ limits: Limits) { self.limits = limits }

    /// The limit that the run has reached with this event, or nil.
    @inline(__always)
    mutating func check(_ now: Instant, events: UInt64, alive: Int) -> (name: String, value: UInt64)? {
        if now == instant {
            atInstant &+= 1
        } else {
            instant = now
            atInstant = 0
        }
        if events <= limits.events, atInstant < limits.eventsAtOneInstant, alive <= limits.packetsAlive,
            now < .horizon
        {
            return nil
        }
        if now >= .horizon { return ("horizon", UInt64(Instant.horizon.picoseconds)) }
        if events > limits.events { return ("events", limits.events) }
        if atInstant >= limits.eventsAtOneInstant { return ("events-at-one-instant", limits.eventsAtOneInstant) }
        return ("packets-alive", limits.packetsAlive)
    }
}

import Kernel

/// Messages that leave one after another, at least a spacing apart: pushes, invalidations.
struct SpacedTrain: Sendable {
    private var waiting = Backlog<(ready: Instant, target: NodeID, message: Message)>()
    private let spacing: Duration
    /// The spacing lets nothing leave before.
    private var free = Instant.zero
    private var isTimerArmed = false

    init(spacing: Duration) { self.spacing = spacing }

    /// Whether a message for which this holds has not left yet.
    func holds(where isWanted: (Message) -> Bool) -> Bool {
        var isHeld = false
        waiting.forEach { if isWanted($0.message) { isHeld = true } }
        return isHeld
    }

    /// Puts a message at the end; it leaves at `ready` at the earliest.
    mutating func append(_ message: Message, to target: NodeID, ready: Instant) {
        waiting.append((ready, target, message))
    }

    /// Sends what may leave now and arms the timer for the rest.
    mutating func advance(
        timer key: TimerKey, now: Instant, in context: inout Context,
        send: (Message, NodeID, inout Context) -> Void
    ) {
        while let next = waiting.first, max(next.ready, free) <= now {
            send(next.message, next.target, &context)
            free = now + spacing
            waiting.removeFirst()
        }
        if let next = waiting.first, !isTimerArmed {
            isTimerArmed = true
            context.arm(key, at: max(next.ready, free))
        }
    }

    /// The timer that ``advance(timer:now:in:send:)`` armed has run out.
    mutating func timerRanOut() { isTimerArmed = false }
}

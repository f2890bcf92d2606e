public import Kernel

/// The transfer of a running VM's memory (REQ-6-02, OLD-6-03): what is sent next, and when the VM must stand still.
///
/// It knows no channel: it says how much is to be sent, and is told when it is there. From the time that a round took
/// it sees how fast the channel is.
public struct StateTransfer: Sendable {
    public enum Phase: Hashable, Sendable {
        /// A round while the VM runs.
        case live
        /// The rest, while the VM stands still.
        case stopCopy
    }

    /// What comes next.
    public enum Step: Hashable, Sendable {
        /// These bytes; ``sent(now:)`` when they are there.
        case send(bytes: UInt64, Phase)
        /// The VM stands still; ``stopped(now:)`` when it does.
        case stop
        /// All that the VM needs is at its new place.
        case run
        /// The rounds do not converge, and the move is to be given up.
        case abort
    }

    public enum Outcome: String, Sendable {
        case converged
        case notConverged = "not-converged"
    }

    public let plan: TransferPlan
    /// Live rounds begun.
    public private(set) var rounds = 0
    /// Bytes handed to the channel.
    public private(set) var bytes: UInt64 = 0
    /// nil = not decided yet.
    public private(set) var outcome: Outcome?
    private var began = Instant.zero
    /// The present round: when it began, and how much it sends.
    private var roundBegan = Instant.zero
    private var roundBytes: UInt64 = 0
    /// What the VM has written since it was sent last.
    private var dirty: UInt64 = 0
    /// When ``dirty`` was counted.
    private var counted = Instant.zero
    private var isStopped = false
    /// What the channel carried last, for the estimate of what is left.
    private var carried: (bytes: UInt64, time: Duration)?

    /// - Parameter bandwidth: of the channel, where it is known beforehand; nil = the first round will show it.
    public init(_ plan: TransferPlan, bandwidth: BitRate? = nil) {
        self.plan = plan
        if let bandwidth, !bandwidth.isUnlimited { carried = (bandwidth.bitsPerSecond, .seconds(8)) }
    }

    public mutating func begin(now: Instant) -> Step {
        (began, counted, dirty) = (now, now, plan.paged(plan.memory))
        if plan.scheme == .stopAndCopy { return .stop }
        return decide(now)
    }

    /// What was to be sent is there.
    public mutating func sent(now: Instant) -> Step {
        if isStopped { return .run }
        let time = now - roundBegan
        if roundBytes > 0, time > .zero { carried = (roundBytes, time) }
        dirty = plan.dirtyBytes(in: time)
        counted = now
        return decide(now)
    }

    /// The VM stands still.
    public mutating func stopped(now: Instant) -> Step {
        isStopped = true
        // It may have run on for a while since the last round: the old NVE had to be told first.
        let late = plan.dirtyBytes(in: now - counted)
        let rest = rounds == 0 ? dirty : min(dirty + late, plan.paged(plan.mostDirty))
        return send(rest + plan.deviceState, .stopCopy, now)
    }

    /// After each round: stop, or another one.
    private mutating func decide(_ now: Instant) -> Step {
        if isShortEnough(dirty + plan.deviceState) {
            outcome = .converged
            return .stop
        }
        let isOutOfRounds = plan.maxRounds.map { rounds >= $0 } ?? false
        let isOutOfTime = plan.maxTime.map { now - began >= $0 } ?? false
        if !isOutOfRounds, !isOutOfTime {
            rounds += 1
            return send(dirty, .live, now)
        }
        outcome = .notConverged
        return plan.onNonConvergence == .stop ? .stop : .abort
    }

    /// Whether so many bytes take no longer than the VM may stand still, at the rate of the last round.
    private func isShortEnough(_ bytes: UInt64) -> Bool {
        if bytes == 0 { return true }
        guard let carried else { return false }
        return UInt128(bytes) * UInt128(carried.time.picoseconds)
            <= UInt128(carried.bytes) * UInt128(plan.downtimeTarget.picoseconds)
    }

    private mutating func send(_ bytes: UInt64, _ phase: Phase, _ now: Instant) -> Step {
        (roundBegan, roundBytes) = (now, bytes)
        self.bytes += bytes
        return bytes == 0 && phase == .stopCopy ? .run : .send(bytes: bytes, phase)
    }
}

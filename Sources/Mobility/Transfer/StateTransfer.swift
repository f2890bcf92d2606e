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
        /// What is left after that, while the VM runs at its new place.
        case push
    }

    /// What comes next.
    public enum Step: Hashable, Sendable {
        /// These bytes; ``sent(now:)`` when they are there.
        case send(bytes: UInt64, Phase)
        /// The VM stands still; ``stopped(now:)`` when it does.
        case stop
        /// All that the VM needs to run is at its new place; ``running(now:)`` when it does.
        case run
        /// Everything is there.
        case done
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
    /// What is sent after the VM: how much, and since when.
    private var pushed: (bytes: UInt64, since: Instant)?
    /// What the VM missed meanwhile; nil = nothing was sent after it.
    public private(set) var paging: DemandPaging?
    /// What the channel carried last, for the estimate of what is left.
    private var carried: (bytes: UInt64, time: Duration)?

    /// - Parameter bandwidth: of the channel, where it is known beforehand; nil = the first round will show it.
    public init(_ plan: TransferPlan, bandwidth: BitRate? = nil) {
        self.plan = plan
        if let bandwidth, !bandwidth.isUnlimited { carried = (bandwidth.bitsPerSecond, .seconds(8)) }
    }

    public mutating func begin(now: Instant) -> Step {
        (began, counted, dirty) = (now, now, plan.paged(plan.memory))
        switch plan.scheme {
        case .stopAndCopy, .postCopy: return .stop
        case .preCopy, .hybrid: return decide(now)
        }
    }

    /// What was to be sent is there.
    ///
    /// - Parameter wait: how long a page takes that the VM asks for.
    public mutating func sent(now: Instant, wait: Duration = .zero) -> Step {
        if let pushed {
            paging = misses(of: pushed.bytes, in: now - pushed.since, wait: wait)
            return .done
        }
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
        dirty = rounds == 0 ? dirty : min(dirty + late, plan.paged(plan.mostDirty))
        return send(followsLater ? plan.deviceState : dirty + plan.deviceState, .stopCopy, now)
    }

    /// The VM runs at its new place.
    public mutating func running(now: Instant) -> Step {
        if !followsLater || dirty == 0 { return .done }
        pushed = (dirty, now)
        return send(dirty, .push, now)
    }

    /// Whether memory that is not there yet comes after the VM.
    private var followsLater: Bool { plan.scheme == .postCopy || plan.scheme == .hybrid }

    private func misses(of bytes: UInt64, in time: Duration, wait: Duration) -> DemandPaging {
        let interval = plan.dirtyRate == 0 ? Duration.zero : plan.pageInterval
        let touched = plan.paged(plan.mostDirty) / plan.page
        if interval == .zero || touched == 0 || time == .zero {
            return DemandPaging(pages: 0, workingSet: 1, interval: .nanoseconds(1), duration: .zero, wait: .zero)
        }
        return DemandPaging(
            pages: bytes / plan.page, workingSet: touched, interval: interval, duration: time, wait: wait)
    }

    /// After each round: stop, or another one.
    private mutating func decide(_ now: Instant) -> Step {
        if plan.scheme == .preCopy, isShortEnough(dirty + plan.deviceState) {
            outcome = .converged
            return .stop
        }
        let isOutOfRounds = plan.maxRounds.map { rounds >= $0 } ?? false
        let isOutOfTime = plan.maxTime.map { now - began >= $0 } ?? false
        if !isOutOfRounds, !isOutOfTime {
            rounds += 1
            return send(dirty, .live, now)
        }
        if plan.scheme == .hybrid { return .stop }
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

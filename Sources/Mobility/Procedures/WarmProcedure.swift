import Kernel

/// Warm mobility (REQ-2-03, REQ-2-04, REQ-7-01, REQ-7-09 to -12): the VM's state has been mirrored at intervals; it
/// shuts down, what has changed since the last snapshot is sent, and the replica starts.
struct WarmProcedure: Procedure {
    private enum Position { case before, sending, stopping, deltaSent, starting }

    let settings: WarmConfiguration
    let plan: TransferPlan
    /// How long a snapshot takes to be there: the last complete one counts.
    let snapshotTime: Duration
    /// What the replica is based on when the move begins.
    private(set) var mirror = WarmMirror()
    private var position = Position.before

    init(_ settings: WarmConfiguration, plan: TransferPlan, snapshotTime: Duration) {
        self.settings = settings
        self.plan = plan
        self.snapshotTime = snapshotTime
    }

    mutating func begin(now: Instant) -> ProcedureStep {
        mirror = WarmMirror(settings, plan, snapshotTime: snapshotTime, now: now)
        if settings.shutdownFirst { return .stop }
        position = .sending
        return send(now)
    }

    mutating func stopped(now: Instant) -> ProcedureStep {
        if position == .sending { return start() }
        position = .stopping
        return settings.stop > .zero ? .wait(settings.stop, .stop) : ended(now: now)
    }

    mutating func ended(now: Instant) -> ProcedureStep {
        switch position {
        case .before: preconditionFailure("a warm move's stage ends before it begins")
        case .sending: return .stop
        case .stopping:
            position = .deltaSent
            return send(now)
        case .deltaSent: return start()
        case .starting: return .run
        }
    }

    mutating func running(now: Instant) -> ProcedureStep { .done }

    /// What has changed since the last snapshot; where nothing has, the stage is over at once.
    private mutating func send(_ now: Instant) -> ProcedureStep {
        mirror.deltaBytes > 0 ? .send(bytes: mirror.deltaBytes, .delta) : ended(now: now)
    }

    private mutating func start() -> ProcedureStep {
        position = .starting
        return settings.start > .zero ? .wait(settings.start, .start) : .run
    }
}

/// The mirror of a VM's state at an instant: how old it is, and what it lacks (REQ-2-03, REQ-2-04).
public struct WarmMirror: Hashable, Sendable {
    /// Snapshots that were complete.
    public private(set) var snapshots = 0
    /// Time since the last complete one was taken; before the first, since the start.
    public private(set) var age = Duration.zero
    /// State that the VM has changed since then, in whole pages.
    public private(set) var deltaBytes: UInt64 = 0
    /// Bytes that all complete snapshots took.
    public private(set) var mirroredBytes: UInt64 = 0

    init() {}

    /// - Parameter snapshotTime: from taking a snapshot until it is complete at its place.
    public init(_ settings: WarmConfiguration, _ plan: TransferPlan, snapshotTime: Duration, now: Instant) {
        let (elapsed, interval) = (now.picoseconds, settings.interval.picoseconds)
        let sinceFirst = elapsed - settings.phase.picoseconds - snapshotTime.picoseconds
        snapshots = max(0, Int(sinceFirst / interval))
        let last = snapshots == 0 ? 0 : settings.phase.picoseconds + Int64(snapshots) * interval
        age = Duration(picoseconds: elapsed - last)
        deltaBytes = plan.dirtyBytes(in: age)
        if snapshots == 0 { return }
        let first = UInt128(plan.dirtyBytes(in: settings.phase + settings.interval))
        let others = UInt128(snapshots - 1) * UInt128(plan.dirtyBytes(in: settings.interval))
        // Files hold signed 64-bit numbers; nobody has such a channel.
        mirroredBytes = UInt64(min(first + others, UInt128(Int64.max)))
    }
}

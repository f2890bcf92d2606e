import Kernel

/// Warm mobility (REQ-2-03, REQ-2-04, REQ-7-01, REQ-7-09 to -12): the VM's state has been mirrored at intervals; it
/// shuts down, what has changed since the last snapshot is sent, and the replica starts.
struct WarmProcedure: Procedure {
    private enum Position { case before, sending, stopping, deltaSent, starting }

    let settings: WarmConfiguration
    let plan: TransferPlan
    /// Fed by a channel of its own a mirror follows from the time alone; nil.
    private var fed: FedMirror?
    /// How long a snapshot takes to be there, by a channel of its own: the last complete one counts.
    private var snapshotTime = Duration.zero
    /// What the replica is based on when the move begins.
    private(set) var mirror = WarmMirror()
    private var position = Position.before

    init(_ settings: WarmConfiguration, plan: TransferPlan, channel: StateChannel) {
        self.settings = settings
        self.plan = plan
        switch channel {
        case .ideal(let channel): snapshotTime = channel.time(of: plan.changedBytes(in: settings.interval))
        case .underlay: fed = FedMirror(settings, plan)
        }
    }

    /// When the next snapshot is to be taken, where the underlay carries them.
    var snapshotDue: Instant? { fed?.due }

    mutating func takeSnapshot(isRunning: Bool, now: Instant) -> UInt64? {
        fed?.take(isRunning: isRunning, now: now)
    }

    mutating func snapshotArrived() { fed?.arrived() }

    mutating func begin(now: Instant) -> ProcedureStep {
        mirror = fed?.state(now: now) ?? WarmMirror(settings, plan, snapshotTime: snapshotTime, now: now)
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

public import Kernel

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

    init(snapshots: Int, age: Duration, deltaBytes: UInt64, mirroredBytes: UInt64) {
        self.snapshots = snapshots
        self.age = age
        self.deltaBytes = deltaBytes
        self.mirroredBytes = mirroredBytes
    }

    /// - Parameter snapshotTime: from taking a snapshot until it is complete at its place.
    public init(_ settings: WarmConfiguration, _ plan: TransferPlan, snapshotTime: Duration, now: Instant) {
        let (elapsed, interval) = (now.picoseconds, settings.interval.picoseconds)
        let sinceFirst = elapsed - settings.phase.picoseconds - snapshotTime.picoseconds
        snapshots = max(0, Int(sinceFirst / interval))
        let last = snapshots == 0 ? 0 : settings.phase.picoseconds + Int64(snapshots) * interval
        age = Duration(picoseconds: elapsed - last)
        deltaBytes = plan.changedBytes(in: age)
        if snapshots == 0 { return }
        let first = UInt128(plan.changedBytes(in: settings.phase + settings.interval))
        let others = UInt128(snapshots - 1) * UInt128(plan.changedBytes(in: settings.interval))
        // Files hold signed 64-bit numbers; nobody has such a channel.
        mirroredBytes = UInt64(min(first + others, UInt128(Int64.max)))
    }
}

/// A mirror that the underlay feeds: which snapshots are complete shows only when they are.
struct FedMirror: Sendable {
    private let settings: WarmConfiguration
    private let plan: TransferPlan
    /// Snapshots that are at their place, and the bytes of all of them.
    private var snapshots = 0
    private var bytes: UInt64 = 0
    /// When the last complete one was taken; before the first, the start.
    private var taken = Instant.zero
    /// The one that is on its way.
    private var underWay: (taken: Instant, bytes: UInt64)?
    private(set) var due: Instant

    init(_ settings: WarmConfiguration, _ plan: TransferPlan) {
        self.settings = settings
        self.plan = plan
        due = .zero + settings.phase + settings.interval
    }

    /// - Returns: what is to be sent; nil = nothing has changed, the VM does not run, or the one before is on its way.
    mutating func take(isRunning: Bool, now: Instant) -> UInt64? {
        due = due + settings.interval
        if underWay != nil || !isRunning { return nil }
        let changed = plan.changedBytes(in: now - taken)
        underWay = (now, changed)
        if changed > 0 { return changed }
        arrived()
        return nil
    }

    mutating func arrived() {
        guard let snapshot = underWay else { preconditionFailure("a snapshot arrives that was not sent") }
        snapshots += 1
        bytes += snapshot.bytes
        (taken, underWay) = (snapshot.taken, nil)
    }

    func state(now: Instant) -> WarmMirror {
        WarmMirror(
            snapshots: snapshots, age: now - taken, deltaBytes: plan.changedBytes(in: now - taken), mirroredBytes: bytes
        )
    }
}

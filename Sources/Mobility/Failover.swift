public import Kernel

/// A protected VM: a primary, and a secondary on another host that takes over its addresses when the primary is taken
/// for dead (draft-15, section 8; REQ-8-02 to REQ-8-04, REQ-8-10, REQ-8-11).
///
/// The takeover is the secondary's alone: its hypervisor attaches it, it announces itself, and its NVE registers it.
/// Nothing comes from the failed side and no state is moved. Both instances are one VM to the network, so there is one
/// record with a sequence number that grows.
public struct Failover: Sendable {
    public enum State: String, Sendable {
        /// The primary runs, as far as anybody has said, and the secondary stands by.
        case guarded
        /// The primary does not run any more; nobody has noticed.
        case failed
        /// It has been noticed, or announced; the secondary is about to run.
        case takingOver
        /// The former secondary serves, and nobody stands by.
        case exposed
    }

    public enum Outcome: String, Sendable {
        /// Nothing has happened.
        case guarded
        /// The secondary serves.
        case takenOver = "taken-over"
        /// The primary ran again before anybody had noticed.
        case recovered
        /// Nobody has noticed by the end of the run.
        case undetected
        /// It was noticed, and the secondary did not run by the end of the run.
        case unfinished
        /// The secondary's server did not work either.
        case standbyDown = "standby-down"
    }

    /// From the time when a secondary stands by until the next one does.
    public struct Episode: Hashable, Sendable {
        /// Hosts of the primary and of the secondary.
        public var primary: NodeID
        public var secondary: NodeID
        public var outcome = Outcome.guarded
        /// The failure had been announced.
        public var isAnnounced = false
        public var failed: Instant?
        public var detected: Instant?
        public var takenOver: Instant?
        /// The NVA's record of the secondary was in force.
        public var registered: Instant?
        /// The failed primary could run again.
        public var returned: Instant?
        /// Age of what the secondary knew when the primary failed.
        public var staleness: Duration?
        /// Bytes of state that had changed since.
        public var bytesLost: Int64?
        /// Time that instances have run, added up.
        public var vmTime = Duration.zero
        public var syncBytes: Int64 = 0
        /// Packets for the VM that were lost since its failure.
        public var packetsLost = 0
        /// The VM's sequence number after the takeover.
        var sequence: UInt32?

        init(primary: NodeID, secondary: NodeID) {
            self.primary = primary
            self.secondary = secondary
        }
    }

    public let index: UInt32
    public let vm: VMID
    public let configuration: FailoverConfiguration
    public private(set) var state = State.guarded
    public private(set) var episodes: [Episode]
    /// When the secondary's copy of the state was complete: it stands by since then.
    private var protectedSince = Instant.zero
    /// Since when the two instances have run; nil = they do not.
    private var primaryRuns: Instant? = .zero
    private var secondaryRuns: Instant?
    private var timer: TimerHandle?

    /// - Parameter primary: the host of the VM at the start; the secondary is on another one.
    public init(index: UInt32, vm: VMID, primary: NodeID, secondary: NodeID, _ configuration: FailoverConfiguration) {
        self.index = index
        self.vm = vm
        self.configuration = configuration
        episodes = [Episode(primary: primary, secondary: secondary)]
        if configuration.standby == .hot { secondaryRuns = .zero }
    }

    private var last: Int { episodes.count - 1 }
    /// The episode that is not over yet.
    public var present: Episode { episodes[last] }

    /// The VM at the primary's place does not run any more.
    public mutating func primaryFailed(now: Instant, in context: inout Context) {
        stopPrimary(now)
        if state == .takingOver, present.failed == nil {
            episodes[last].failed = now
            noteStaleness(now)
        }
        if state != .guarded { return }
        state = .failed
        episodes[last].failed = now
        episodes[last].outcome = .undetected
        noteStaleness(now)
        if configuration.detector.kind == .ideal {
            let key = TimerKey(owner: .detector(index), purpose: .helloTimeout, token: 0)
            timer = context.arm(key, at: now + configuration.detector.delay)
        }
    }

    /// Whether the failed primary may run again at its place. When its death has been noticed it may not, for the
    /// secondary is about to run (fencing).
    public var mayRestart: Bool { state != .takingOver }

    /// The primary runs again at its place, and nobody has noticed anything.
    public mutating func primaryRecovered(now: Instant, in context: inout Context) {
        primaryRuns = now
        if let timer { context.disarm(timer) }
        timer = nil
        if state != .failed { return }
        if episodes[last].outcome == .undetected { episodes[last].outcome = .recovered }
        episodes[last].returned = now
        begin(now, primary: present.primary, secondary: present.secondary)
    }

    /// The primary is taken for dead, or about to be. The secondary takes over, `takeover` later.
    public mutating func detected(isAnnounced: Bool = false, now: Instant, in context: inout Context) {
        timer = nil
        guard state == .guarded || state == .failed && present.detected == nil else { return }
        state = .takingOver
        episodes[last].detected = now
        episodes[last].isAnnounced = isAnnounced
        episodes[last].outcome = .unfinished
        let key = TimerKey(owner: .detector(index), purpose: .takeover, token: 0)
        context.arm(key, at: now + configuration.takeover)
    }

    /// The secondary cannot take over: its own server does not work.
    public mutating func standbyIsDown(now: Instant) {
        episodes[last].outcome = .standbyDown
        state = .failed
    }

    /// The secondary runs from now on: the VM's hypervisor there attaches it. The answer is its record.
    ///
    /// - Parameters:
    ///   - before: the VM's record.
    ///   - nve: the NVE that serves the secondary's host.
    ///   - isRunning: the primary does run, for what was taken for its death was none: it is fenced, which its own NVE
    ///     is told by the hypervisor.
    public mutating func takeOver(
        before: MappingRecord, nve: NodeID, isRunning: Bool, now: Instant, in context: inout Context
    ) -> MappingRecord {
        precondition(state == .takingOver, "failover \(index) takes over in state \(state)")
        if isRunning {
            noteStaleness(now)
            let departure = Departure(record: before, redirectTo: .none)
            context.ask(
                .tell(.nve(before.locator), .detach(departure), from: .hypervisor(before.port), after: .zero))
        }
        stopPrimary(now)
        var record = before
        (record.locator, record.port) = (nve, present.secondary)
        (record.sequence, record.move) = (before.sequence + 1, .none)
        context.ask(.tell(.nve(nve), .attach(record), from: .hypervisor(present.secondary), after: .zero))
        state = .exposed
        episodes[last].takenOver = now
        episodes[last].outcome = .takenOver
        episodes[last].sequence = record.sequence
        stopSecondary(now)
        primaryRuns = now
        return record
    }

    /// The NVA's record of the VM is in force.
    public mutating func registered(_ record: MappingRecord, now: Instant) {
        if present.sequence == record.sequence, present.registered == nil { episodes[last].registered = now }
    }

    /// A packet for the VM is lost.
    public mutating func lostPacket() {
        if present.failed != nil || present.detected != nil { episodes[last].packetsLost += 1 }
    }

    /// The failed primary could run again, after the takeover: it stays away, or stands by from now on. (Where there is
    /// nobody to learn from, because what serves has failed by now, it stays away too.)
    public mutating func returned(now: Instant) {
        if state != .exposed || present.returned != nil { return }
        episodes[last].returned = now
        if configuration.onReturn == .fence || primaryRuns == nil { return }
        begin(now, primary: present.secondary, secondary: present.primary)
    }

    /// The run is over for the accounts: instances ran until then.
    public mutating func finish(now: Instant) {
        if state == .guarded { episodes[last].syncBytes += configuration.sync.cost(of: now - protectedSince) }
        stopPrimary(now)
        stopSecondary(now)
    }

    private mutating func begin(_ now: Instant, primary: NodeID, secondary: NodeID) {
        stopSecondary(now)
        episodes.append(Episode(primary: primary, secondary: secondary))
        state = .guarded
        protectedSince = now
        if configuration.standby == .hot { secondaryRuns = now }
        if let since = primaryRuns, since < now {
            episodes[last - 1].vmTime = episodes[last - 1].vmTime + (now - since)
            primaryRuns = now
        }
    }

    // MARK: - Accounts

    /// How old the secondary's state is, and what it lacks.
    private mutating func noteStaleness(_ now: Instant) {
        let sync = configuration.sync
        let age = now - protectedSince
        switch sync.kind {
        case .ideal: episodes[last].staleness = .zero
        case .lag: episodes[last].staleness = min(sync.lag, age)
        case .backups:
            let interval = sync.interval ?? age
            episodes[last].staleness =
                interval == .zero ? .zero : Duration(picoseconds: age.picoseconds % interval.picoseconds)
        case .checkpoints: episodes[last].staleness = now - max(sync.lastAcknowledged(by: now), protectedSince)
        }
        if let staleness = episodes[last].staleness, sync.kind == .ideal || sync.kind == .lag, !sync.rate.isUnlimited {
            episodes[last].bytesLost = sync.bytes(in: staleness)
        }
        episodes[last].syncBytes += sync.cost(of: age)
    }

    private mutating func stopPrimary(_ now: Instant) {
        guard let since = primaryRuns else { return }
        episodes[last].vmTime = episodes[last].vmTime + (now - since)
        primaryRuns = nil
    }

    private mutating func stopSecondary(_ now: Instant) {
        guard let since = secondaryRuns else { return }
        episodes[last].vmTime = episodes[last].vmTime + (now - since)
        secondaryRuns = nil
    }
}

extension SyncConfiguration {
    /// State that changes in a time, rounded down to whole bytes.
    func bytes(in time: Duration) -> Int64 {
        Int64(Int128(time.picoseconds) * Int128(rate.bitsPerSecond) / 8_000_000_000_000)
    }

    /// The last checkpoint that the secondary has by then; the start before the first one.
    public func lastAcknowledged(by now: Instant) -> Instant {
        guard kind == .checkpoints, let interval else { return .zero }
        let time = now.picoseconds - acknowledgement.picoseconds
        return time <= 0 ? .zero : Instant(picoseconds: time / interval.picoseconds * interval.picoseconds)
    }

    /// When what the primary sends gets out: with the acknowledgement of the next checkpoint. A packet of the very
    /// instant of a checkpoint belongs to the next one.
    public func release(of sentAt: Instant) -> Instant {
        guard kind == .checkpoints, let interval else { return sentAt }
        let number = sentAt.picoseconds / interval.picoseconds + 1
        return Instant(picoseconds: number * interval.picoseconds) + acknowledgement
    }

    /// Bytes that have been sent to the secondary in a time.
    func cost(of time: Duration) -> Int64 {
        switch kind {
        case .ideal: rate.isUnlimited ? 0 : bytes(in: time)
        case .lag: rate.isUnlimited || time < lag ? 0 : bytes(in: time - lag)
        case .backups, .checkpoints:
            interval.map { Int64(clamping: time.picoseconds / $0.picoseconds) * Int64(size) } ?? 0
        }
    }
}

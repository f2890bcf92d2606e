public import Kernel

/// How a move is carried out.
public enum MoveMethod: Sendable {
    /// For so long the VM is away; what happens meanwhile is not asked.
    case given(Duration)
    /// - Parameter switchTime: from the last state that it needs to its first instruction.
    case hot(TransferPlan, switchTime: Duration)
    case warm(WarmConfiguration, TransferPlan)
    /// - Parameter bytes: state that is sent.
    case cold(ColdConfiguration, bytes: UInt64)
}

/// One move as a whole: a ``Procedure`` that says what comes when, and a ``Handover`` that tells the overlay.
public struct MoveProcedure: Sendable {
    public enum Outcome: String, CaseIterable, Sendable {
        case completed
        /// Given up; the VM went on at its old place (DER-10).
        case aborted
        /// It did not begin: there was no room for the VM where it was to go, or no way to move it so.
        case refused
        /// Asked for, and not over when the run ended.
        case unfinished
    }

    /// A stage that has begun.
    public struct Stage: Hashable, Sendable {
        public let stage: MoveStage
        public let start: Instant
        public internal(set) var end: Instant?
        /// State sent in it.
        public let bytes: UInt64
    }

    /// State that the underlay is to carry.
    public struct Transfer: Hashable, Sendable {
        /// As they are sent: compressed, if they are.
        public let bytes: UInt64
        /// The VM's old host goes on when it knows that all has arrived; else the new one does when it has.
        public let isAcknowledged: Bool
    }

    /// When to call again; nil = not for that.
    public struct Next: Hashable, Sendable {
        /// ``proceed(now:in:)``
        public var step: Instant?
        /// ``proceed(now:in:)`` when this is done.
        public var transfer: Transfer?
        /// ``announce(present:now:in:)``
        public var announcement: Instant?

        public init(step: Instant? = nil, transfer: Transfer? = nil, announcement: Instant? = nil) {
            self.step = step
            self.transfer = transfer
            self.announcement = announcement
        }
    }

    /// When it begins.
    public let at: Instant
    public private(set) var handover: Handover
    public private(set) var stages: [Stage] = []
    public private(set) var outcome = Outcome.unfinished
    /// When there was nothing left to do.
    public private(set) var ended: Instant?
    /// Whether it has begun.
    public var hasBegun: Bool { began != nil }
    /// When it has begun: later than its hour if it had to wait for others.
    public private(set) var began: Instant?
    /// Why it was refused.
    public private(set) var refusal: Refusal?
    /// For how long the VM was to stand still, as could be told when the move began; nil = it has not begun, or was not
    /// to stand still.
    public private(set) var forecast: Duration?
    private var procedure: any Procedure
    private let channel: StateChannel
    /// The same when nothing else uses it.
    private let idleChannel: IdealChannel
    public let kind: Kind
    private var present: MappingRecord?
    /// It has stopped, and waits for the reply to its registration.
    private var awaitsReply = false

    /// - Parameters:
    ///   - channel: carries the state; of no meaning where the downtime is given.
    ///   - idleRate: state that the underlay carries in a second while nothing else uses it.
    public init(
        at: Instant, handover: Handover, method: MoveMethod, channel: StateChannel, idleRate: BitRate = .unlimited,
        kind: Kind = .hot
    ) {
        self.at = at
        self.handover = handover
        self.channel = channel
        switch channel {
        case .ideal(let channel): idleChannel = channel
        case .underlay(let compression): idleChannel = IdealChannel(rate: idleRate, compression: compression)
        }
        self.kind = kind
        switch method {
        case .given(let downtime): procedure = GivenDowntime(downtime: downtime)
        case .hot(let plan, let time):
            procedure = HotProcedure(plan, bandwidth: channel.rate, switchTime: time)
        case .warm(let settings, let plan):
            procedure = WarmProcedure(settings, plan: plan, channel: channel)
        case .cold(let times, let bytes): procedure = ColdProcedure(times, bytes: bytes)
        }
    }

    /// Bytes of state sent so far; nil where the downtime is given.
    public var bytesCopied: UInt64? { procedure is GivenDowntime ? nil : stages.reduce(0) { $0 + $1.bytes } }

    /// The same as it was sent: compressed, if it was.
    public var bytesSent: UInt64? {
        procedure is GivenDowntime ? nil : stages.reduce(0) { $0 + channel.compression.of($1.bytes) }
    }

    /// Whether the VM found its disk at the new place as it had left it; nil = no disk goes along, or it is not there.
    public var isDiskConsistent: Bool? { (procedure as? HotProcedure)?.isDiskConsistent }

    /// What the VM missed while its memory came after it; nil = nothing did.
    public var paging: DemandPaging? { (procedure as? HotProcedure)?.transfer.paging }

    /// Live rounds, of a hot move whose downtime is not given.
    public var rounds: Int? { (procedure as? HotProcedure)?.transfer.rounds }

    /// Whether the rounds became short enough; nil without rounds, or when that is not decided.
    public var convergence: StateTransfer.Outcome? { (procedure as? HotProcedure)?.transfer.outcome }

    /// What a warm move's replica was based on.
    public var mirror: WarmMirror? { hasBegun ? (procedure as? WarmProcedure)?.mirror : nil }

    /// The next snapshot of a warm move whose state the underlay carries: when to call ``takeSnapshot(now:)``. Nil when
    /// there will be none.
    public var snapshotDue: Instant? { hasBegun ? nil : (procedure as? WarmProcedure)?.snapshotDue }

    /// A snapshot is due. What is to be sent of it; nil when nothing has changed, or when it is left out: the VM does
    /// not run, or the snapshot before is still on its way.
    public mutating func takeSnapshot(isRunning: Bool, now: Instant) -> UInt64? {
        guard var warm = procedure as? WarmProcedure, !hasBegun else { return nil }
        defer { procedure = warm }
        return warm.takeSnapshot(isRunning: isRunning, now: now).map(channel.compression.of)
    }

    /// All of a snapshot is at its place.
    public mutating func snapshotArrived() {
        guard var warm = procedure as? WarmProcedure, !hasBegun else { return }
        warm.snapshotArrived()
        procedure = warm
    }

    /// The move's hour has come. `present` says where the VM is attached.
    public mutating func begin(present: MappingRecord, now: Instant, in context: inout Context) -> Next {
        self.present = present
        began = now
        forecast = Self.forecast(procedure, over: idleChannel, from: now)
        return follow(procedure.begin(now: now), now, &context)
    }

    /// It cannot be carried out. `present` says where the VM is, and stays.
    public mutating func refuse(_ reason: Refusal, present: MappingRecord, now: Instant) {
        precondition(!hasBegun, "a move is refused that has begun")
        self.present = present
        (refusal, outcome, ended) = (reason, .refused, now)
    }

    /// What was waited for is there.
    ///
    /// - Parameter roundTrip: where the underlay carries state, from host to host and back: a page that is asked for
    ///   takes so long.
    public mutating func proceed(now: Instant, roundTrip: Duration = .zero, in context: inout Context) -> Next {
        if var hot = procedure as? HotProcedure {
            hot.pageWait = pageWait(hot.transfer.plan.page, roundTrip)
            procedure = hot
        }
        if let last = stages.indices.last, stages[last].end == nil { stages[last].end = now }
        return follow(procedure.ended(now: now), now, &context)
    }

    /// The new NVE has the reply to its registration, in advance of the VM.
    public mutating func signalled(now: Instant, in context: inout Context) -> Next {
        if !awaitsReply { return Next() }
        awaitsReply = false
        return follow(procedure.stopped(now: now), now, &context)
    }

    /// The old NVE knows where the VM will go: it may stop.
    public mutating func detach(now: Instant, in context: inout Context) -> Next {
        handover.detach(in: &context)
        if isSignalling(&context) { return Next() }
        return follow(procedure.stopped(now: now), now, &context)
    }

    /// The VM announces itself: see ``Handover/announce(present:now:in:)``.
    public mutating func announce(present: MappingRecord?, now: Instant, in context: inout Context) -> Next {
        Next(announcement: handover.announce(present: present, now: now, in: &context))
    }

    private func pageWait(_ page: UInt64, _ roundTrip: Duration) -> Duration {
        switch channel {
        case .ideal(let channel): channel.time(of: page) + channel.latency
        case .underlay: roundTrip
        }
    }

    /// In which state the VM is while it is on its way.
    public enum Kind: Sendable {
        /// It runs, or stands still for a moment.
        case hot
        case stopped
        case suspended
    }

    /// The host that the VM left, once the move has begun: its state is there.
    public var source: NodeID { present?.port ?? .none }

    /// Whether the VM runs at its new place and part of its memory is still at the old one.
    public var isPushing: Bool { ended == nil && stages.last?.stage == .push }

    /// Whether its downtime is given: it has no state to lose on the way.
    public var isGiven: Bool { procedure is GivenDowntime }

    /// The move is given up by others: an end of it has failed. A VM that has left its old place is attached there
    /// again (DER-10).
    public mutating func abort(now: Instant, in context: inout Context) -> Next {
        precondition(hasBegun && ended == nil, "a move is given up that is not under way")
        if let last = stages.indices.last, stages[last].end == nil { stages[last].end = now }
        return follow(.giveUp, now, &context)
    }

    /// Has the VM registered in advance, if that is to be; true when the move waits for it.
    private mutating func isSignalling(_ context: inout Context) -> Bool {
        if handover.rules.order == .beforeSignal || present?.port == handover.to { return false }
        handover.signal(in: &context)
        awaitsReply = handover.rules.order == .afterSignal
        return awaitsReply
    }

    private mutating func follow(_ first: ProcedureStep, _ now: Instant, _ context: inout Context) -> Next {
        var next = Next()
        var step = first
        while true {
            switch step {
            case .wait(let time, let stage):
                stages.append(Stage(stage: stage, start: now, end: nil, bytes: 0))
                next.step = now + time
                return next
            case .send(let bytes, let stage):
                stages.append(Stage(stage: stage, start: now, end: nil, bytes: bytes))
                switch channel {
                case .ideal(let channel): next.step = now + channel.time(of: bytes)
                case .underlay(let compression):
                    let isAcknowledged = stage == .live || stage == .disk
                    next.transfer = Transfer(bytes: compression.of(bytes), isAcknowledged: isAcknowledged)
                }
                return next
            case .stop:
                guard let present else { preconditionFailure("a move that has not begun stops its VM") }
                if !handover.begin(present: present, in: &context) { return next }
                if isSignalling(&context) { return next }
                step = procedure.stopped(now: now)
            case .run:
                next.announcement = handover.finish(now: now, in: &context)
                step = procedure.running(now: now)
            case .giveUp:
                if handover.state == .down { next.announcement = handover.rollBack(now: now, in: &context) }
                outcome = .aborted
                step = .done
            case .done:
                if outcome == .unfinished { outcome = .completed }
                ended = now
                return next
            }
        }
    }
}

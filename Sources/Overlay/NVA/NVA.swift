public import Kernel

/// The Network Virtualization Authority: the directory of which NVE serves which VM (RFC 8014; REQ-4.2-07, -23).
///
/// A finite server: messages wait for one another, each takes its service time. Changed mappings are pushed one after
/// another, at least the spacing apart.
public struct NVA: Sendable {
    /// What the NVA knows of a VM's place (DEC-06).
    enum Presence: Sendable {
        /// The record is true.
        case present
        /// It has left the recorded place; queries are held.
        case leaving
        /// It has left, and nothing is held.
        case absent
    }

    /// What the server does one after the other.
    private enum Job: Sendable {
        case register(MappingRecord)
        case deregister(MappingRecord)
        case answer(MappingRecord)
    }

    let settings: NVASettings
    /// Where it works: the place of the replica that is in charge.
    public internal(set) var place: NVESettings.Authority
    /// It has failed, and what is said to it is lost.
    public internal(set) var isDown = false
    /// It has failed since it last worked, and nothing of its directory is left.
    var isDirectoryLost = false
    /// How often it has failed.
    public internal(set) var epoch: UInt32 = 0
    /// By VM: the record in force, or the last one.
    public internal(set) var directory: ContiguousArray<MappingRecord>
    /// By VM.
    var presence: ContiguousArray<Presence>
    /// Who may be told of changes.
    var audience: Audience
    /// Queries without an answer yet, by VM in order of asking.
    var held: [VMID: [HeldQuery]] = [:]
    /// Messages that wait for the server or are being handled; the first one is in service.
    private var waiting = Backlog<Job>()
    /// When the server has done all that follows from the messages handled so far.
    private var serverFree = Instant.zero
    /// How busy the server is, and how many messages wait for it.
    public private(set) var load = ServerLoad()
    /// Replies that are not out yet, each with the instant from which it may leave.
    private var replies = Backlog<(ready: Instant, record: MappingRecord)>()
    /// Of VMs with several addresses, where each is registered on its own (not `batch`): by address.
    private var apart: [EndpointID: NodeID] = [:]
    private var pushes: SpacedTrain
    private var invalidations: SpacedTrain

    struct HeldQuery: Sendable {
        let asker: MappingRecord
        let timer: TimerHandle
    }

    /// - Parameters:
    ///   - directory: by VM, what is true at the start; without a locator for one that does not exist yet.
    ///   - audience: which NVEs are told of changes.
    public init(settings: NVASettings, directory: ContiguousArray<MappingRecord>, audience: Audience) {
        self.settings = settings
        place = settings.place
        self.directory = directory
        self.audience = audience
        presence = ContiguousArray(directory.map { $0.locator == .none ? .absent : .present })
        pushes = SpacedTrain(spacing: settings.costs.spacing)
        invalidations = SpacedTrain(spacing: settings.invalidate.spacing)
        if settings.batch { return }
        for record in directory where record.furtherCount > 0 {
            for address in record.addresses { apart[address] = record.locator }
        }
    }

    /// Whether pushes, or invalidations of the VM manager, because of a move have not left yet.
    public func hasPushes(of move: MoveID) -> Bool { pushes.holds { $0.record.move == move } }
    public func hasInvalidations(of move: MoveID) -> Bool { invalidations.holds { $0.record.move == move } }

    /// VMs whose place the directory knows.
    public var presentCount: Int { presence.count { $0 == .present } }

    /// An NVE holds a VM's mapping from the start.
    public mutating func note(_ node: NodeID, of vm: VMID) { audience.note(node, of: vm, at: .zero) }

    public mutating func handle(_ input: Input, now: Instant, in context: inout Context) {
        if isDown { return }
        switch input {
        case .message(let message, from: _): receive(message, now, &context)
        case .timer(let key):
            if key.epoch != epoch { return }
            switch key.purpose {
            case .serviceDone: finishService(now, &context)
            case .nextReply:
                let reply = replies.removeFirst()
                send(.registrationReply(reply.record), to: reply.record.locator, &context)
            case .nextPush:
                pushes.timerRanOut()
                advancePushes(now, &context)
            case .nextInvalidation:
                invalidations.timerRanOut()
                advanceInvalidations(now, &context)
            case .holdTimeout: giveUpHolding(VMID(key.token), &context)
            default: preconditionFailure("the NVA has no timer \(key)")
            }
        }
    }

    private mutating func receive(_ message: Message, _ now: Instant, _ context: inout Context) {
        switch message {
        case .registration(let record): enqueue(.register(record), now, &context)
        case .deregistration(let record): enqueue(.deregister(record), now, &context)
        case .query(let record): enqueue(.answer(record), now, &context)
        case .invalidationRequest(let record): invalidate(record, now, &context)
        case .activation(let record): activate(record, now, &context)
        case .moveRequest(let departure): send(message, to: departure.record.locator, &context)
        default: preconditionFailure("the NVA was sent \(message)")
        }
    }

    // MARK: - Service

    private mutating func enqueue(_ job: Job, _ now: Instant, _ context: inout Context) {
        waiting.append(job)
        load.arrived(now)
        if waiting.count == 1 { startService(now, &context) }
    }

    private mutating func startService(_ now: Instant, _ context: inout Context) {
        guard let job = waiting.first else { return }
        let cost: Duration
        if case .answer = job { cost = settings.costs.query } else { cost = settings.costs.registration }
        let start = max(now, serverFree)
        let done = start + cost
        load.serves(from: start, until: done)
        context.arm(key(.serviceDone), at: done)
    }

    private mutating func finishService(_ now: Instant, _ context: inout Context) {
        serverFree = now
        load.served()
        switch waiting.removeFirst() {
        case .register(let record): register(record, now, &context)
        case .deregister(let record):
            deregister(record)
            if settings.confirms { send(.deregistrationReply(record), to: record.locator, &context) }
        case .answer(let record): answer(record, now, &context)
        }
        if waiting.count > 0 { startService(now, &context) }
    }

    /// The record is in force now: held queries are answered, then the reply and the pushes follow; reply and pushes
    /// keep the server for their own costs.
    private mutating func register(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        let changed = accept(record, &context)
        answerHeld(record.vm, now, &context)
        serverFree = now + settings.costs.reply
        if serverFree == now {
            send(.registrationReply(record), to: record.locator, &context)
        } else {
            replies.append((serverFree, record))
            context.arm(key(.nextReply), at: serverFree)
        }
        if changed { push(record, now, &context) }
        load.works(from: now, until: serverFree)
        advancePushes(now, &context)
    }

    /// A place that the NVA knew of beforehand is the VM's from now on: that takes no service (REQ-7-11). The new NVE
    /// registers the VM all the same when it hears it.
    private mutating func activate(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        let changed = accept(record, &context)
        answerHeld(record.vm, now, &context)
        serverFree = max(serverFree, now)
        if changed { push(record, now, &context) }
        advancePushes(now, &context)
    }

    private mutating func push(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        if settings.distribution != .push { return }
        for target in audience.targets(of: record, settings.pushTargets, now: now) where target != record.locator {
            serverFree = serverFree + settings.costs.push
            pushes.append(.push(record), to: target, ready: serverFree)
            audience.note(target, of: record.vm, at: now)
        }
    }

    /// The one place through which a registration gets into the directory; an older one never overwrites a newer one
    /// (DER-06). Returns whether the place changed of the addresses that it names.
    private mutating func accept(_ record: MappingRecord, _ context: inout Context) -> Bool {
        let index = Int(record.vm.index)
        let present = directory[index]
        if record.sequence < present.sequence { return false }
        // A registration of one address among several says where the VM is, but not that the others are known there.
        directory[index].locator = record.locator
        directory[index].port = record.port
        directory[index].sequence = record.sequence
        directory[index].move = record.move
        presence[index] = .present
        let before = apart[record.address]
        if before != nil { apart[record.address] = record.locator }
        let changed = record.locator != before ?? present.locator
        context.record(.registered(record, changed: changed))
        return changed
    }

    /// The recorded NVE says that the VM is gone.
    private mutating func deregister(_ record: MappingRecord) {
        let index = Int(record.vm.index)
        let present = directory[index]
        if present.sequence > record.sequence || present.locator != record.locator { return }
        switch settings.onDetach {
        case .hold: presence[index] = .leaving
        case .withdraw: presence[index] = .absent
        case .keep: break
        }
    }

    func key(_ purpose: TimerKey.Purpose, token: UInt32 = 0) -> TimerKey {
        TimerKey(owner: .nva, purpose: purpose, token: token, epoch: epoch)
    }

    // MARK: - Failures

    /// Everything that has not been done yet will not be.
    mutating func loseWork(_ now: Instant) {
        waiting = Backlog()
        replies = Backlog()
        pushes = SpacedTrain(spacing: settings.costs.spacing)
        invalidations = SpacedTrain(spacing: settings.invalidate.spacing)
        serverFree = now
        load.stopped(now)
    }

    /// The addresses that were registered one by one are not known any more.
    mutating func forgetApart() {
        for address in apart.keys { apart[address] = NodeID.none }
    }

    /// Tells all NVEs something, one after another.
    mutating func announce(_ message: Message, _ now: Instant, _ context: inout Context) {
        for target in audience.all { pushes.append(message, to: target, ready: now) }
        advancePushes(now, &context)
    }

    // MARK: - Sending

    private mutating func advancePushes(_ now: Instant, _ context: inout Context) {
        let place = place
        let key = key(.nextPush)
        pushes.advance(timer: key, now: now, in: &context) { message, target, context in
            Self.send(message, to: target, from: place, &context)
        }
    }

    /// The VM manager sits with the NVA and uses its list of NVEs, but not its server (REQ-4.2-24).
    private mutating func invalidate(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        let targets = audience.targets(of: record, settings.invalidate.targets, now: now)
        // It names no port: so it is told from what the old NVE says, which may be at the NVA's host.
        var record = record
        record.port = .none
        for target in targets where target != record.locator {
            invalidations.append(.invalidate(record), to: target, ready: now)
        }
        advanceInvalidations(now, &context)
    }

    private mutating func advanceInvalidations(_ now: Instant, _ context: inout Context) {
        let place = place
        let key = key(.nextInvalidation)
        invalidations.advance(timer: key, now: now, in: &context) { message, target, context in
            Self.send(message, to: target, from: place, &context)
        }
    }

    func send(_ message: Message, to node: NodeID, _ context: inout Context) {
        Self.send(message, to: node, from: place, &context)
    }

    private static func send(
        _ message: Message, to node: NodeID, from place: NVESettings.Authority, _ context: inout Context
    ) {
        switch place {
        case .host(let host): context.ask(.originate(message, from: host, to: node))
        case .outOfBand(let delay): context.ask(.tell(.nve(node), message, from: .nva, after: delay))
        }
    }
}

public import Kernel

/// The Network Virtualization Authority: the directory of which NVE serves which VM (RFC 8014; REQ-4.2-07, -23).
///
/// A finite server: messages wait for one another, each takes its service time. Changed mappings are pushed one after
/// another, at least the spacing apart.
public struct NVA: Sendable {
    let settings: NVASettings
    /// By VM: the record in force.
    public internal(set) var directory: ContiguousArray<MappingRecord>
    /// Who is pushed a change of each network, in order.
    private let targets: [[NodeID]]
    /// Registrations that wait for the server or are being handled; the first one is in service.
    private var waiting = Backlog<MappingRecord>()
    /// When the server has done all that follows from the registrations handled so far.
    private var serverFree = Instant.zero
    /// Replies and pushes that are not out yet, each with the instant from which it may leave.
    private var replies = Backlog<(ready: Instant, record: MappingRecord)>()
    private var pushes = Backlog<(ready: Instant, target: NodeID, record: MappingRecord)>()
    /// The spacing lets no push leave before.
    private var pushFree = Instant.zero
    private var isPushTimerArmed = false

    /// - Parameters:
    ///   - directory: by VM, what is true at the start.
    ///   - targets: by network, the NVEs that a push goes to, in order.
    public init(settings: NVASettings, directory: ContiguousArray<MappingRecord>, targets: [[NodeID]]) {
        self.settings = settings
        self.directory = directory
        self.targets = targets
    }

    public mutating func handle(_ input: Input, now: Instant, in context: inout Context) {
        switch input {
        case .message(.registration(let record), from: _):
            waiting.append(record)
            if waiting.count == 1 { startService(now, &context) }
        case .timer(let key) where key.purpose == .serviceDone: finishService(now, &context)
        case .timer(let key) where key.purpose == .nextReply:
            let reply = replies.removeFirst()
            send(.registrationReply(reply.record), to: reply.record.locator, &context)
        case .timer(let key) where key.purpose == .nextPush:
            isPushTimerArmed = false
            sendPushes(now, &context)
        case .message, .timer: preconditionFailure("the NVA cannot handle \(input)")
        }
    }

    private func startService(_ now: Instant, _ context: inout Context) {
        let done = max(now, serverFree) + settings.costs.registration
        context.arm(TimerKey(owner: .nva, purpose: .serviceDone, token: 0), at: done)
    }

    /// The record is in force now; the reply and the pushes that follow keep the server for their own costs.
    private mutating func finishService(_ now: Instant, _ context: inout Context) {
        let record = waiting.removeFirst()
        let changed = accept(record, &context)
        serverFree = now + settings.costs.reply
        if serverFree == now {
            send(.registrationReply(record), to: record.locator, &context)
        } else {
            replies.append((serverFree, record))
            context.arm(TimerKey(owner: .nva, purpose: .nextReply, token: 0), at: serverFree)
        }
        if changed, settings.distribution == .push { queuePushes(record) }
        sendPushes(now, &context)
        if waiting.count > 0 { startService(now, &context) }
    }

    /// The one place through which a registration gets into the directory; an older one never overwrites a newer one
    /// (DER-06). Returns whether the VM's place changed.
    private mutating func accept(_ record: MappingRecord, _ context: inout Context) -> Bool {
        let index = Int(record.vm.index)
        let present = directory[index]
        if record.sequence < present.sequence { return false }
        directory[index] = record
        let changed = record.locator != present.locator
        context.record(.registered(record, changed: changed))
        return changed
    }

    private mutating func queuePushes(_ record: MappingRecord) {
        for target in targets[Int(record.network.index)] where target != record.locator {
            serverFree = serverFree + settings.costs.push
            pushes.append((serverFree, target, record))
        }
    }

    private mutating func sendPushes(_ now: Instant, _ context: inout Context) {
        while let next = pushes.first, max(next.ready, pushFree) <= now {
            send(.push(next.record), to: next.target, &context)
            pushFree = now + settings.costs.spacing
            pushes.removeFirst()
        }
        if let next = pushes.first, !isPushTimerArmed {
            isPushTimerArmed = true
            let key = TimerKey(owner: .nva, purpose: .nextPush, token: 0)
            context.arm(key, at: max(next.ready, pushFree))
        }
    }

    private func send(_ message: Message, to node: NodeID, _ context: inout Context) {
        switch settings.place {
        case .host(let host): context.ask(.originate(message, from: host, to: node))
        case .outOfBand(let delay): context.ask(.tell(.nve(node), message, from: .nva, after: delay))
        }
    }
}

/// What an NVA needs to know of its surroundings.
public struct NVASettings: Sendable {
    public let place: NVESettings.Authority
    public let costs: NVACosts
    public let distribution: NVAConfiguration.Distribution

    public init(place: NVESettings.Authority, costs: NVACosts, distribution: NVAConfiguration.Distribution) {
        self.place = place
        self.costs = costs
        self.distribution = distribution
    }
}

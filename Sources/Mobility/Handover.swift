public import Kernel

/// What all moves have in common: the VM detaches from the old NVE, attaches to the new one some time later, then
/// announces itself (REQ-7-07, REQ-7-08, REQ-7-16). How long it is away, a procedure decides.
///
/// A move to the host where the VM already is pauses it in place: it stays attached and its mapping stays right.
public struct Handover: Sendable {
    public enum State: String, Sendable {
        /// Not begun.
        case requested
        /// The old NVE is being told where the VM will go.
        case announced
        /// The VM does not run: detached, or paused in place.
        case down
        /// The VM runs at its new place.
        case completed
        /// The VM runs at its old place again.
        case rolledBack
    }

    public let id: MoveID
    public let vm: VMID
    /// The host it goes to, and the NVE that serves that host.
    public let to: NodeID
    public let nve: NodeID
    public let announcement: AnnounceConfiguration
    public let rules: MoveRules
    public private(set) var state = State.requested
    /// Announcements made so far.
    public private(set) var announced = 0
    /// The VM's record before the move, as found when it began.
    private var before: MappingRecord?
    private var after: MappingRecord?

    /// - Parameter nve: nil where NVEs are in the hosts.
    public init(
        id: MoveID, vm: VMID, to: NodeID, nve: NodeID? = nil, announcement: AnnounceConfiguration, rules: MoveRules
    ) {
        self.id = id
        self.vm = vm
        self.to = to
        self.nve = nve ?? to
        self.announcement = announcement
        self.rules = rules
    }

    /// The VM is to stop. `present` says where it is attached. False when it must wait for a message: the old NVE is
    /// told of the new place first.
    public mutating func begin(present: MappingRecord, in context: inout Context) -> Bool {
        precondition(state == .requested, "move \(id.index) begins twice")
        before = present
        if present.port == to || !rules.asksOldNVE {
            detach(in: &context)
            return true
        }
        state = .announced
        let departure = Departure(record: present, redirectTo: nve)
        context.ask(.tell(.nva, .moveRequest(departure), from: .vmManager, after: .zero))
        return false
    }

    /// The VM stops: at once, or when the old NVE has been told of the new place.
    public mutating func detach(in context: inout Context) {
        guard let present = before, state == .requested || state == .announced else {
            preconditionFailure("move \(id.index) detaches in state \(state)")
        }
        state = .down
        let isInPlace = present.port == to
        if isInPlace {
            tell(.nve(present.locator), .pause(present), &context)
        } else {
            let target = rules.namesNewPlace ? nve : NodeID.none
            tell(.nve(present.locator), .detach(Departure(record: present, redirectTo: target)), &context)
            if nve != present.locator || rules.buffersAtNewNVE { tell(.nve(nve), .expect(present), &context) }
            if let delay = rules.invalidationDelay {
                context.ask(.tell(.nva, .invalidationRequest(present), from: .vmManager, after: delay))
            }
        }
        context.record(
            .detached(
                id, vm, node: present.port, nve: present.locator, inPlace: isInPlace, sequence: present.sequence + 1))
    }

    /// The new NVE registers the VM before its state is there (REQ-6-02): packets go to the new place from then on, and
    /// wait or are lost there.
    public func signal(in context: inout Context) {
        guard let before, state == .down else { preconditionFailure("move \(id.index) signals in state \(state)") }
        if before.port == to { return }
        var record = before
        (record.locator, record.port, record.move) = (nve, to, id)
        record.sequence += 1
        context.ask(.tell(.nve(nve), .prepare(record), from: .vmManager, after: .zero))
    }

    /// The VM runs at its new place. The answer is when to announce first, or nil for never.
    public mutating func finish(now: Instant, in context: inout Context) -> Instant? {
        precondition(state == .down, "move \(id.index) finishes in state \(state)")
        state = .completed
        let next = attach(host: to, nve: nve, now, &context)
        if rules.isPreregistered, let after { tell(.nva, .activation(after), &context) }
        return next
    }

    /// The move is given up while the VM does not run: it goes on at its old place (DER-10). The answer is as for
    /// ``finish(now:in:)``. What the VM manager has told the new NVE it takes back.
    public mutating func rollBack(now: Instant, in context: inout Context) -> Instant? {
        guard state == .down, let before else { preconditionFailure("move \(id.index) rolls back in state \(state)") }
        state = .rolledBack
        if before.port != to, nve != before.locator || rules.buffersAtNewNVE {
            tell(.nve(nve), .unexpect(before), &context)
        }
        return attach(host: before.port, nve: before.locator, now, &context)
    }

    private mutating func attach(
        host: NodeID, nve: NodeID, _ now: Instant, _ context: inout Context
    ) -> Instant? {
        guard var record = before else { preconditionFailure("move \(id.index) attaches what has not left") }
        let isInPlace = record.port == to
        record.locator = nve
        record.port = host
        record.move = id
        if !isInPlace { record.sequence += 1 }
        tell(.nve(nve), isInPlace ? .resume(record) : .attach(record), &context)
        after = record
        context.record(.attached(id, vm, node: host, nve: nve, inPlace: isInPlace))
        return announcement.kind == .none ? nil : now + announcement.delay
    }

    /// The VM announces itself to its NVE. The answer is when to announce next, or nil for no more.
    ///
    /// - Parameter present: where the VM runs now, nil when it does not. A VM that has left again, or is paused,
    ///   announces nothing for this move: its old place must not claim it.
    public mutating func announce(present: MappingRecord?, now: Instant, in context: inout Context) -> Instant? {
        guard let after else { preconditionFailure("move \(id.index) announces before attach") }
        announced += 1
        if let present, present.port == after.port, present.sequence == after.sequence {
            for address in after.addresses {
                context.ask(.tell(.nve(after.locator), message(for: after, address), from: .vm(vm), after: .zero))
            }
        }
        return announced < announcement.count ? now + announcement.interval : nil
    }

    /// Each address has an announcement of its own. The record goes with the first as a whole: the hypervisor has told
    /// the NVE which addresses belong together.
    private func message(for record: MappingRecord, _ address: EndpointID) -> Message {
        let own = address == record.address ? record : record.alone(address)
        return announcement.kind == .na ? .neighbourAdvertisement(own) : .gratuitousARP(own)
    }

    private func tell(_ party: Party, _ message: Message, _ context: inout Context) {
        context.ask(.tell(party, message, from: .vmManager, after: .zero))
    }
}

/// What the VM manager does besides moving the VM.
public struct MoveRules: Hashable, Sendable {
    /// The NVA names the new place to the old NVE before the VM detaches (OLD-5-01).
    public var asksOldNVE: Bool
    /// The old NVE knows the new place when the VM detaches.
    public var namesNewPlace: Bool
    /// The new NVE keeps packets for the VM until it is there.
    public var buffersAtNewNVE: Bool
    /// So long after the detach it has other NVEs told that the VM has left; nil = never.
    public var invalidationDelay: Duration?
    /// The NVA knows the new place before the move: it is in force when the VM runs there (REQ-7-11).
    public var isPreregistered: Bool
    /// When the new NVE registers the VM.
    public var order: SignalOrder

    public init(
        asksOldNVE: Bool = false, namesNewPlace: Bool = false, buffersAtNewNVE: Bool = false,
        invalidationDelay: Duration? = nil, isPreregistered: Bool = false, order: SignalOrder = .beforeSignal
    ) {
        self.isPreregistered = isPreregistered
        self.order = order
        self.asksOldNVE = asksOldNVE
        self.namesNewPlace = namesNewPlace
        self.buffersAtNewNVE = buffersAtNewNVE
        self.invalidationDelay = invalidationDelay
    }
}

/// When a VM's state is sent: before the exchange of VM Mobility Registration Request and Reply, after it, or at the
/// same time (REQ-6-01, REQ-6-02).
public enum SignalOrder: String, CaseIterable, Sendable {
    /// The VM is registered when it announces itself at its new place.
    case beforeSignal = "before-signal"
    /// The new NVE registers it when it has stopped, and its state is sent when the reply is there.
    case afterSignal = "after-signal"
    /// The same, and its state is sent meanwhile.
    case parallel
}

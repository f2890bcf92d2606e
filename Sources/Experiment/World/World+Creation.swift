import Guest
import Kernel
import Mobility
import Overlay

/// VMs that come into being while others run already, and such as end (OLD-8.1-01).
extension World {
    enum CreationEvent {
        static let asked: UInt32 = 0
        static let destroyed: UInt32 = 1
    }

    mutating func createOrDestroy(_ event: Event) {
        let vm = VMID(event.handle)
        events.fold(event.key, UInt64(event.handle) << 8 | UInt64(event.kind.rawValue))
        if event.generation == CreationEvent.destroyed {
            destroy(vm)
        } else {
            let refusal = creations.procedure.asks ? nil : takeRoom(for: vm)
            follow(creations.procedure.begin(record(of: vm), refusal: refusal), vm, refusal)
        }
        applyEffects()
    }

    /// VM manager and NVA go on with an onboarding.
    mutating func onboard(_ message: Message) {
        let vm = message.record.vm
        guard case .onboardRequest = message else {
            return follow(creations.procedure.heard(message), vm, nil)
        }
        let refusal = takeRoom(for: vm)
        follow(creations.procedure.requested(message.record, refusal: refusal), vm, refusal)
    }

    private mutating func follow(_ step: Onboarding.Step, _ vm: VMID, _ refusal: Refusal?) {
        guard let place = creations.place(of: vm) else { preconditionFailure("VM \(vm.index) was there before") }
        if let refusal { creations.entries[place].refusal = refusal }
        switch step {
        case .say(let message, let sender, let receiver, let delay):
            count(message, from: sender, to: receiver, bytes: message.payloadBytes)
            post(message, from: sender, to: receiver, after: delay)
        case .create: create(vm, place)
        case .refused: break
        }
    }

    /// Takes the room that a VM needs at its host; else says why there is none, or why it must not have it.
    private mutating func takeRoom(for vm: VMID) -> Refusal? {
        guard let place = creations.place(of: vm) else { return nil }
        if !creations.entries[place].isTrusted { return .trust }
        if room == nil { return nil }
        let (demand, host) = (demands[Int(vm.index)], creations.entries[place].host)
        if let refusal = room?.refusal(of: demand, at: host) { return refusal }
        room?.take(demand, at: host)
        return nil
    }

    private mutating func create(_ vm: VMID, _ place: Int) {
        creations.entries[place].created = now
        creations.entries[place].isBeginning = true
        attach(vm, at: creations.entries[place].host)
        creations.entries[place].isBeginning = false
    }

    // MARK: - Destruction

    /// The VM shuts down and is gone: its NVE and the NVA learn of it as of a VM that leaves. One that is on its way is
    /// destroyed when it has arrived; one that has not been created never is.
    mutating func destroy(_ vm: VMID) {
        guard let place = creations.place(of: vm) else { return }
        let present = places[Int(vm.index)]
        if present.state == .nowhere
            || moves.contains(where: { $0.handover.vm == vm && $0.hasBegun && $0.ended == nil })
        {
            let isOnItsWay = creations.entries[place].asked == nil || creations.entries[place].created != nil
            creations.entries[place].isDoomed = isOnItsWay
            return
        }
        end(vm, at: present.host)
        creations.entries[place].isDoomed = false
        creations.entries[place].destroyed = now
        room?.give(back: demands[Int(vm.index)], at: present.host)
    }

    private mutating func end(_ vm: VMID, at host: NodeID) {
        lives.reach(.shutdown, vm, at: host, .destruction, now: now)
        let record = record(of: vm)
        post(
            .detach(Departure(record: record, redirectTo: .none)), from: .hypervisor(host), to: .nve(record.locator),
            after: .zero)
        if !guests.isEmpty {
            for handle in guests[Int(vm.index)].fail(in: &context) {
                finishLost(handle, .neighbourUnresolved, at: nve(serving: host))
            }
        }
        failRequests(of: vm)
    }

    /// A move is over: what was to be destroyed meanwhile is now.
    mutating func destroyIfDoomed(_ vm: VMID) {
        guard let place = creations.place(of: vm), creations.entries[place].isDoomed else { return }
        push(
            Event(
                at: now, rank: .control, kind: .creation, generation: CreationEvent.destroyed, handle: vm.index))
    }

    /// A registration is in force.
    mutating func noteCreated(_ record: MappingRecord) {
        guard let place = creations.place(of: record.vm), creations.entries[place].created != nil,
            creations.entries[place].registered == nil
        else { return }
        creations.entries[place].registered = now
    }
}

extension Message {
    /// Whether it is said before a VM is created.
    var isOfOnboarding: Bool {
        switch kind {
        case .onboardRequest, .onboardAcknowledgement, .onboardRefusal, .onboardConfirmation, .onboardApproval: true
        default: false
        }
    }
}

import Kernel

/// How an NVE tells the NVA that a VM is here, and repeats it until that is confirmed (DER-12).
extension NVE {
    /// The neighbour entries of a VM's addresses.
    mutating func resolve(_ record: MappingRecord) {
        neighbours.update(record.address, to: record.hardware)
        if record.furtherCount == 0 { return }
        for address in record.addresses { neighbours.update(address, to: record.hardware) }
    }

    /// A VM announced an address at its virtual access point: tell the NVA that it is here (REQ-4.2-06, REQ-4.2-07,
    /// REQ-4.2-22). The announcement of its first address stands for all of them, unless each is told apart.
    mutating func announced(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        resolve(record)
        if !settings.batch {
            register(record.alone(record.address), now, &context)
        } else if record.address == Endpoints.address(of: record.vm) {
            register(record, now, &context)
        }
    }

    mutating func register(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        // It was on its way to a switch while the VM left.
        if states[stateIndex(of: record.hardware, vm: record.vm)].hasLeft { return }
        let state = registrationState(record, record.address)
        if let pending = states[state].registration { context.disarm(pending.timer) }
        sendRegistration(record, state, times: 1, now, &context)
    }

    private mutating func sendRegistration(
        _ record: MappingRecord, _ state: Int, times: UInt32, _ now: Instant, _ context: inout Context
    ) {
        if times > 1 { context.record(.repeated(.registration, record, by: node)) }
        sendToNVA(.registration(record), &context)
        let timer = context.arm(key(.registrationTimeout, state), at: now + settings.query.timeout)
        states[state].registration = (record, times, timer)
    }

    mutating func registrationTimedOut(_ state: Int, _ now: Instant, _ context: inout Context) {
        guard let pending = states[state].registration else { return }
        states[state].registration = nil
        turnToNextReplica(now)
        if pending.times <= settings.query.retries {
            sendRegistration(pending.record, state, times: pending.times + 1, now, &context)
        }
    }

    mutating func registrationConfirmed(_ record: MappingRecord, _ context: inout Context) {
        let state = registrationState(record, record.address)
        guard let pending = states[state].registration, pending.record.sequence == record.sequence else { return }
        context.disarm(pending.timer)
        states[state].registration = nil
        // It was registered before it came: the VM manager waits for that.
        if states[state].isExpected {
            context.ask(.tell(.vmManager, .registrationReply(record), from: .nve(node), after: .zero))
        }
    }

    /// The VM has left: what is not confirmed yet is not repeated.
    mutating func endRegistrations(_ record: MappingRecord, _ context: inout Context) {
        for address in settings.batch ? [record.address] : record.addresses {
            let state = registrationState(record, address)
            if let pending = states[state].registration { context.disarm(pending.timer) }
            states[state].registration = nil
        }
    }

    /// Where a registration waits for its reply: with the VM's other affairs, or with those of its further address.
    private mutating func registrationState(_ record: MappingRecord, _ address: EndpointID) -> Int {
        let isFirst = address == Endpoints.address(of: record.vm)
        return stateIndex(of: isFirst ? record.hardware : address, vm: record.vm)
    }
}

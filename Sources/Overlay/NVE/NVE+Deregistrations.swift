import Kernel

/// How the old NVE tells the NVA that a VM has left, and repeats it until that is confirmed where messages may be lost
/// (REQ-4.2-08, DER-12).
extension NVE {
    mutating func deregister(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        let state = stateIndex(of: record.hardware, vm: record.vm)
        endDeregistration(state, &context)
        sendDeregistration(record, state, times: 1, now, &context)
    }

    private mutating func sendDeregistration(
        _ record: MappingRecord, _ state: Int, times: UInt32, _ now: Instant, _ context: inout Context
    ) {
        if times > 1 { context.record(.repeated(.deregistration, record, by: node)) }
        sendToNVA(.deregistration(record), &context)
        if !settings.confirms { return }
        let timer = context.arm(key(.deregistrationTimeout, state), at: now + settings.query.timeout)
        states[state].deregistration = (record, times, timer)
    }

    mutating func deregistrationTimedOut(_ state: Int, _ now: Instant, _ context: inout Context) {
        guard let pending = states[state].deregistration else { return }
        states[state].deregistration = nil
        turnToNextReplica(now)
        if pending.times <= settings.query.retries {
            sendDeregistration(pending.record, state, times: pending.times + 1, now, &context)
        }
    }

    mutating func deregistrationConfirmed(_ record: MappingRecord, _ context: inout Context) {
        let state = stateIndex(of: record.hardware, vm: record.vm)
        if states[state].deregistration?.record.sequence == record.sequence { endDeregistration(state, &context) }
    }

    /// It is confirmed, or the VM is back.
    mutating func endDeregistration(_ state: Int, _ context: inout Context) {
        if let pending = states[state].deregistration { context.disarm(pending.timer) }
        states[state].deregistration = nil
    }
}

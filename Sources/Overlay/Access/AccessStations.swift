public import Kernel

/// What hypervisors have said to NVEs in their switches and not had confirmed yet (RFC 8394: VDP repeats what stays
/// without an answer). At each host the last word about a VM counts: a new one ends the wait for the one before.
public struct AccessStations: Sendable {
    private struct Place: Hashable, Sendable {
        let vm: VMID
        let host: NodeID
    }

    private struct Word: Sendable {
        let message: Message
        var times: UInt32
        var timer: TimerHandle
    }

    private let query: QueryConfiguration
    private var words: [Place: Word] = [:]

    public init(query: QueryConfiguration) { self.query = query }

    /// A hypervisor has said something about a VM.
    public mutating func said(_ message: Message, at host: NodeID, now: Instant, in context: inout Context) {
        if let before = words[Place(vm: message.record.vm, host: host)] { context.disarm(before.timer) }
        say(message, at: host, times: 1, now, &context)
    }

    private mutating func say(
        _ message: Message, at host: NodeID, times: UInt32, _ now: Instant, _ context: inout Context
    ) {
        let vm = message.record.vm
        let key = TimerKey(owner: .hypervisor(host), purpose: .associationTimeout, token: vm.index)
        let timer = context.arm(key, at: now + query.timeout)
        words[Place(vm: vm, host: host)] = Word(message: message, times: times, timer: timer)
    }

    /// The NVE has answered. An answer to an earlier word says nothing about the last one.
    public mutating func confirmed(_ answer: Message, in context: inout Context) {
        let (record, isArrival) = (answer.record, answer.kind == .associateReply)
        let place = Place(vm: record.vm, host: record.port)
        guard let word = words[place], word.message.record.sequence == record.sequence,
            (word.message.kind == .associate) == isArrival
        else { return }
        context.disarm(word.timer)
        words[place] = nil
    }

    /// An answer is overdue. What to say again; nil when it has been said often enough.
    public mutating func timedOut(_ vm: VMID, at host: NodeID, now: Instant, in context: inout Context) -> Message? {
        guard let word = words.removeValue(forKey: Place(vm: vm, host: host)), word.times <= query.retries
        else { return nil }
        say(word.message, at: host, times: word.times + 1, now, &context)
        return word.message
    }
}

import Kernel
import Overlay

/// A node that is spoken to by messages and timers.
protocol Listener {
    mutating func handle(_ input: Input, now: Instant, in context: inout Context)
}

extension NVE: Listener {}
extension NVA: Listener {}

/// One node in conversation with a test, which says what comes in and when, and reads what goes out.
///
/// The only machinery is a list of the armed timers: ``pass(to:)`` lets them run out in order.
struct Dialogue<Node: Listener> {
    var node: Node
    var context = Context(random: RandomSource(seed: 1, run: 0))
    private var now = Instant.zero
    private var armed: [(handle: TimerHandle, at: Instant)] = []
    private var lines: [String] = []
    /// What the node has said again, a line each; ``said()`` has the messages themselves.
    private(set) var repeats: [String] = []

    init(_ node: Node) { self.node = node }

    /// Everything the node has asked for since the last call, a line each: `20 us: …`. Arming is not listed.
    mutating func said() -> [String] {
        defer { lines = [] }
        return lines
    }

    /// Something is said to the node, after the timers that run out until then.
    mutating func hear(_ message: Message, from party: Party = .vmManager, at time: Duration = .zero) {
        pass(to: time)
        node.handle(.message(message, from: party), now: now, in: &context)
        note()
    }

    /// Something is done to the node, which is no message.
    mutating func act(_ change: (inout Node, Instant, inout Context) -> Void) {
        change(&node, now, &context)
        note()
    }

    /// Lets time pass: timers due at that instant run out as well.
    mutating func pass(to time: Duration) {
        let end = Instant.zero + time
        precondition(end >= now, "time does not go back")
        while let next = armed.indices.filter({ armed[$0].at <= end }).min(by: { armed[$0].at < armed[$1].at }) {
            let timer = armed.remove(at: next)
            now = timer.at
            guard let key = context.timers.expire(timer.handle) else { continue }
            node.handle(.timer(key), now: now, in: &context)
            note()
        }
        now = end
    }

    private mutating func note() {
        for effect in context.outbox[..<context.effectCount] {
            switch effect {
            case .arm(let handle, let instant):
                precondition(instant >= now, "a timer for the past")
                armed.append((handle, instant))
            case .record(.repeated(let kind, let record, let node)):
                repeats.append("\(now): \(node.index) repeats \(kind.name) \(words(record))")
            default: lines.append("\(now): \(line(effect))")
            }
        }
        context.clear()
    }
}

extension Dialogue where Node == NVE {
    /// A VM of NVE 1 sends a packet to a VM.
    mutating func send(_ handle: UInt32 = 0, to vm: VMID = web, at time: Duration = .zero) -> Outcome {
        var packet = packet(to: vm)
        return forward(&packet, from: .tenant, at: time, handle: handle)
    }

    /// A packet for a VM comes out of a tunnel.
    mutating func receive(_ handle: UInt32 = 0, from nve: Int = 3, at time: Duration = .zero) -> Outcome {
        var packet = encapsulated(from: nve)
        return forward(&packet, from: .underlay, at: time, handle: handle)
    }

    /// Arms the timers of what was preloaded.
    mutating func start() {
        node.startAgeing(in: &context)
        note()
    }

    /// Gives the NVE a packet. A fact that it states appears in ``said()``.
    mutating func forward(
        _ packet: inout PacketRecord, from port: Port, at time: Duration = .zero, handle: UInt32 = 0
    ) -> Outcome {
        pass(to: time)
        let outcome = node.forward(&packet, PacketHandle(handle), from: port, now: now, in: &context)
        note()
        return outcome
    }
}

/// An effect in words.
private func line(_ effect: Effect) -> String {
    switch effect {
    case .originate(let message, let from, let to): "\(from.index) sends \(words(message)) to \(to.index)"
    case .tell(let party, let message, let from, let delay):
        "\(words(from)) tells \(words(party)) \(words(message))" + (delay == .zero ? "" : " after \(delay)")
    case .record(let fact): words(fact)
    case .arm(let handle, let instant): "timer \(handle.index) at \(instant)"
    case .release(let handle, let release, let node): "\(node.index) releases \(handle.index): \(words(release))"
    }
}

private func words(_ release: Release) -> String {
    switch release {
    case .deliver(let vm): "deliver to vm\(vm.index)"
    case .drop(let cause): "drop, \(cause.name)"
    case .forward: "forward"
    }
}

private func words(_ message: Message) -> String {
    var text = "\(message.kind.name) \(words(message.record))"
    if case .moveRequest(let departure) = message { text += " to \(departure.redirectTo.index)" }
    return text
}

/// `vm7@2#1`: which VM, behind which NVE, with which sequence number. Who asks may know the endpoint only.
private func words(_ record: MappingRecord) -> String {
    let name = record.vm == .none ? "endpoint\(record.hardware.index)" : "vm\(record.vm.index)"
    return "\(name)@\(record.locator.index)#\(record.sequence)"
}

private func words(_ party: Party) -> String {
    switch party {
    case .nve(let node): "nve\(node.index)"
    case .hypervisor(let node): "hypervisor\(node.index)"
    case .nva: "nva"
    case .vmManager: "vm-manager"
    case .vm(let vm): "vm\(vm.index)"
    }
}

private func words(_ fact: Fact) -> String {
    switch fact {
    case .registered(let record, let changed): "in force \(words(record))\(changed ? "" : ", as before")"
    case .mappingChanged(let nve, let record, let from, let kind):
        "\(nve.index) maps \(words(record)), was \(from == .none ? "unknown" : "\(from.index)"), by \(kind.name)"
    case .neighbourChanged(let nve, let record): "\(nve.index) resolves vm\(record.vm.index) anew"
    case .misdirected(let vm, let node, let ingress, let relayed):
        "vm\(vm.index) misdirected at \(node.index) from \(ingress.index), \(relayed ? "relayed" : "not relayed")"
    case .redirectInstalled(let vm, let node, let to, let expiry):
        "\(node.index) redirects vm\(vm.index) to \(to.index) until \(expiry)"
    case .redirectEnded(let vm, let node, let expired):
        "\(node.index) ends redirect of vm\(vm.index), \(expired ? "expired" : "not expired")"
    case .mappingRemoved(let nve, let vm, let why): "\(nve.index) forgets vm\(vm.index), \(why)"
    case .repeated(let kind, let record, let node): "\(node.index) repeats \(kind.name) \(words(record))"
    case .detached(_, let vm, let node, _, _, _): "vm\(vm.index) detached from \(node.index)"
    case .attached(_, let vm, let node, _, _): "vm\(vm.index) attached to \(node.index)"
    }
}

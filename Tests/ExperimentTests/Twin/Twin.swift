import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Wire

/// A second simulator, written from the text of the model alone and sharing nothing with the first but the scenario's
/// types: dictionaries, a sorted array of closures for events, two events for each link that a packet takes.
///
/// It is slow and plain on purpose. It knows explicit placement, traffic without anything drawn, start caches of age 0,
/// and all that star and leaf-spine networks, failing links, failing VMs and NVEs of hosts, moves, NVEs, announcements
/// and the NVA can do. An NVE goes by the number of its node: of a host, or of the leaf that it is in.
final class Twin {
    /// A packet under way, tenant's or control.
    final class Packet {
        var fate: PacketFate
        let destination: Int
        /// As it is on the wire now.
        var frame: Int64
        /// What a control packet brings about; nil for a tenant's packet.
        let effect: (() -> Void)?
        /// Nodes between which it is under way; while it is native, `to` is the far end of the link.
        var (from, to) = (-1, -1)
        /// As its VM sees it, on the link of a host without an NVE.
        var isNative = false
        var hops = 0
        /// The link that took it last, since it waited.
        var link: [Int]?
        /// Since when it waits at an NVE (a running number).
        var held = 0
        /// What its end brings about: whether it was delivered.
        var ending: ((Bool) -> Void)?
        /// It was on a link that failed.
        var isGone = false

        init(_ fate: PacketFate, to destination: Int, frame: Int64, effect: (() -> Void)? = nil) {
            (self.fate, self.destination, self.frame, self.effect) = (fate, destination, frame, effect)
        }
    }

    struct Machine {
        /// Where it is attached; nil while it is on its way.
        var host: Int? { didSet { if let host { lastHost = host } } }
        /// Where it is, or was last.
        var lastHost = 0
        var paused = false
        var failed = false
        /// How often it has failed.
        var life = 0
        /// Attaches so far.
        var sequence = 0
    }

    struct Event {
        var (time, kind, order): (Int64, Int, Int)
        var action: () -> Void

        func comes(before other: Event) -> Bool {
            (time, kind, order) < (other.time, other.kind, other.order)
        }
    }

    let scenario: Scenario
    let cast: Cast
    let spine: SpineChoice
    var machines: [Machine]
    var (now, currentClass) = (Int64(0), 0)
    /// What is to come, the last first.
    var events: [Event] = []
    /// What has been said within a host or without delay, and the NVEs whose wire is free for a packet that waits:
    /// dealt with before the next event, everything said first.
    var said: [() -> Void] = []
    var free: [Int] = []
    var numbers = 0
    /// By node, then VM.
    var beliefs: [[Belief]]
    var isPreloading = false
    /// By node: packets that have waited and may leave now, and where the last of them went.
    var lines: [[Packet]]
    var lastLinks: [Int: [Int]] = [:]
    /// By host and VM: the last word about the VM that the switch has not confirmed yet.
    var unconfirmed: [[Int]: Word] = [:]
    /// By the nodes at its ends: what a link has accepted and not long forgotten, in order.
    var accepted: [[Int]: [(start: Int64, end: Int64, bytes: Int64)]] = [:]
    /// Likewise: what is on it or waits for it, how many failures it has, and of how many switches have heard.
    var aboard: [[Int]: [Packet]] = [:]
    var (failures, withdrawals): ([[Int]: Int], [[Int]: Int]) = ([:], [:])
    /// By VM, by NVE: failures at present; NVEs that are down, and how often each has been.
    var (vmFailures, nveFailures): ([Int: Int], [Int: Int]) = ([:], [:])
    var (serverFailures, nodeLinkFailures): ([Int: Int], [[Int]: Int]) = ([:], [:])
    var (down, epochs): (Set<Int>, [Int: Int]) = ([], [:])
    var packets: [Packet] = []
    /// Questions that wait for their answers, as far as they are not over.
    var questions: [Question] = []
    /// By flow: packets or questions that count against its limit, and packets sent.
    var (first, serials): ([Int: UInt64], [Int: Int]) = ([:], [:])
    var putOff: [PutOff] = []
    var chance: Chance
    /// By VM and neighbour, by NVE and VM.
    var (acquaintances, owners): ([[Int]: Acquaintance], [[Int]: Owner]) = ([:], [:])
    /// The NVA's records by VM, the requests that wait for it, and what it did last.
    var records: [Record]
    var requests: [Request] = []
    /// By NVE, or nil for the VM manager: when the next invalidation may leave.
    var freeToInvalidate: [Int?: Int64] = [:]
    var (serving, lastPush) = (false, Int64.min / 2)
    var result = SimulatedRun(fates: [], mappingChanges: [], registrationsInForce: [])

    /// Outer IP header, beyond the 20 bytes of IPv4.
    var outerExtra: Int64 { scenario.underlay.family == .ipv6 ? 20 : 0 }

    init(_ scenario: Scenario, _ spine: @escaping SpineChoice) {
        let cast = Cast(scenario)
        (self.scenario, self.spine, self.cast) = (scenario, spine, cast)
        machines = cast.machines.map { Machine(host: $0.home, lastHost: $0.home) }
        chance = Chance(scenario, nodes: cast.nodes)
        records = cast.machines.map {
            Record(
                place: .present, nve: cast.nve(of: $0.home),
                places: Array(repeating: cast.nve(of: $0.home), count: $0.addresses))
        }
        beliefs = cast.nodes.map { _ in cast.machines.map { _ in Belief() } }
        lines = cast.nodes.map { _ in [] }
        for (vm, machine) in cast.machines.enumerated() { beliefs[cast.nve(of: machine.home)][vm].port = machine.home }
    }

    static func run(_ scenario: Scenario, spine: @escaping SpineChoice) -> SimulatedRun {
        let twin = Twin(scenario, spine)
        for vm in twin.machines.indices {
            twin.owner(twin.cast.nve(of: twin.cast.machines[vm].home), vm).isKnown = true
        }
        if scenario.start.caches == .resolved { twin.preload() }
        for failure in scenario.failures {
            if failure.target.link.isEmpty { twin.planNode(failure) } else { twin.plan(failure) }
        }
        for move in scenario.moves { twin.plan(move) }
        twin.startTraffic()
        var end = Int64.max
        if case .time(let drain) = scenario.drain { end = (scenario.duration + drain).picoseconds }
        while let next = twin.events.last, next.time < end {
            twin.events.removeLast()
            (twin.now, twin.currentClass) = (next.time, next.kind)
            next.action()
            twin.settle()
        }
        twin.result.fates = twin.packets.map(\.fate)
        twin.result.fates.sort { ($0.flow, $0.serial) < ($1.flow, $1.serial) }
        return twin.result
    }

    /// By time, then class, then first come; what happens at once is never of a lower class than its cause.
    ///
    /// - Parameter order: a number of ``fresh()``, for what was decided earlier.
    func at(_ time: Int64, _ kind: Int, order: Int? = nil, _ action: @escaping () -> Void) {
        precondition(time >= now)
        let kind = time == now ? max(kind, currentClass) : kind
        let event = Event(time: time, kind: kind, order: order ?? fresh(), action: action)
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if event.comes(before: events[middle]) { low = middle + 1 } else { high = middle }
        }
        events.insert(event, at: low)
    }

    /// Does at once what has no need to wait.
    func once(_ time: Int64, _ action: @escaping () -> Void) {
        if time == now { action() } else { at(time, 0, action) }
    }

    /// Deals with all that follows at this instant without being an event of its own.
    func settle() {
        while true {
            if !said.isEmpty {
                said.removeFirst()()
            } else if !free.isEmpty {
                sendNext(free.removeFirst())
            } else {
                return
            }
        }
    }

    func note(_ what: String) { result.notes[what, default: 0] += 1 }

    /// A number that has not been given out before; they grow.
    func fresh() -> Int {
        numbers += 1
        return numbers
    }

    // MARK: - Traffic

    /// Waits for the flow's next tick: number `clock` of its constant-rate clock, which nothing stops.
    func tick(_ flow: Int, clock: Int, serial: Int) {
        let (entry, source) = (cast.flows[flow].entry, cast.flows[flow].source)
        guard case .fixed(let phase) = entry.phase, let rate = entry.rate else { preconditionFailure() }
        let elapsed = Int64(UInt128(clock) * 1_000_000_000_000_000_000 / UInt128(rate.microPackets))
        let time = (entry.start + phase).picoseconds + elapsed
        guard time < min(entry.stop ?? scenario.duration, scenario.duration).picoseconds else { return }
        guard serial < entry.count ?? .max else { return }
        at(time, 1) { [self] in
            let silent = !runs(source)
            if !silent { emit(flow, serial) }
            settle()
            tick(flow, clock: clock + 1, serial: silent ? serial : serial + 1)
        }
    }

    func emit(_ flow: Int, _ serial: Int) {
        depart(makePacket(flow, serial), from: cast.flows[flow].source)
    }

    func makePacket(_ flow: Int, _ serial: Int) -> Packet {
        let fate = PacketFate(flow: flow, serial: serial, sentAt: now)
        let packet = Packet(fate, to: cast.flows[flow].destination, frame: 14 + cast.flows[flow].bytes)
        packets.append(packet)
        return packet
    }

    /// A packet is at the NVE that its VM is behind.
    func deliver(_ packet: Packet, _ here: Int) {
        if cast.isInSwitch { return cross(packet, from: here, to: beliefs[here][packet.destination].port!) }
        reach(packet, here)
    }

    /// A packet is at a host.
    func reach(_ packet: Packet, _ host: Int) {
        if machines[packet.destination].host != host { return lose(packet, "not-attached", host) }
        if machines[packet.destination].failed { return lose(packet, "node-down", host) }
        if machines[packet.destination].paused { return lose(packet, "guest-paused", host) }
        finish(packet, "delivered")
    }

    func lose(_ packet: Packet, _ cause: String, _ here: Int) {
        if packet.effect != nil { return }  // Control that a link refuses vanishes: whoever misses a reply repeats it.
        let machine = machines[packet.destination]
        let isHere = machine.host.map { $0 == here || cast.nve(of: $0) == here } == true
        let attached = machine.failed ? "down" : machine.paused ? "paused" : isHere ? "here" : "elsewhere"
        (packet.fate.cause, packet.fate.whereabouts) = (cause, machine.host == nil ? "nowhere" : attached)
        finish(packet, "lost")
    }

    func finish(_ packet: Packet, _ end: String) {
        (packet.fate.end, packet.fate.endedAt) = (end, now)
        packet.ending?(end == "delivered")
    }

    /// Sends a message from one NVE to another or between an NVE and the NVA (nil): as a packet, or out of band.
    func control(from: Int?, to: Int?, payload: Int64, _ action: @escaping () -> Void) {
        let effect = { [self] in if to.map(down.contains) != true { action() } }
        var (source, target) = (from, to)
        if case .host(let name) = scenario.nva.at {
            (source, target) = (from ?? cast.number(name), to ?? cast.number(name))
        }
        guard let source, let target else {
            return say(after: scenario.nva.delay, unlessLost(from: from, to: to, effect))
        }
        if source == target { return say(after: .zero, effect) }
        let fate = PacketFate(flow: -1, serial: -1, sentAt: now)
        let whole = unlessLost(from: from, to: to, effect)
        send(Packet(fate, to: -1, frame: 42 + outerExtra + payload, effect: whole), from: source, to: target)
    }

    func say(after delay: Duration, _ effect: @escaping () -> Void) {
        if delay == .zero { said.append(effect) } else { at(now + delay.picoseconds, 0, effect) }
    }
}

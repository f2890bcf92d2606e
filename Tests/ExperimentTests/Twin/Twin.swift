import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay

/// A second simulator, written from the text of the model alone and sharing nothing with the first but the scenario's
/// types: dictionaries, a sorted array of closures for events, two events for each link that a packet takes.
///
/// It is slow and plain on purpose. It knows explicit placement, constant-rate traffic with a fixed phase, start caches
/// of age 0, and all that star and leaf-spine networks, moves, NVEs, announcements and the NVA can do.
final class Twin {
    /// A packet under way, tenant's or control.
    final class Packet {
        var fate: PacketFate
        let destination: Int
        let frame: Int64
        /// What a control packet brings about; nil for a tenant's packet.
        let effect: (() -> Void)?
        /// Hosts between which it is tunnelled, or sent natively when it is control.
        var (from, to) = (-1, -1)
        /// Nodes that it has still to visit, the present one first.
        var path: [Int] = []

        init(_ fate: PacketFate, to destination: Int, frame: Int64, effect: (() -> Void)? = nil) {
            (self.fate, self.destination, self.frame, self.effect) = (fate, destination, frame, effect)
        }
    }

    struct Machine {
        /// Where it is attached; nil while it is on its way.
        var host: Int?
        var paused = false
        /// Attaches so far.
        var sequence = 0
    }

    /// Spine switch for a packet between two hosts; the flow is nil for control.
    typealias SpineChoice = (_ source: Int, _ destination: Int, _ flow: Int?) -> Int

    let scenario: Scenario
    let cast: Cast
    let spine: SpineChoice
    var machines: [Machine]
    var (now, currentClass) = (Int64(0), 0)
    var events: [(time: Int64, kind: Int, action: () -> Void)] = []
    var numbers = 0
    /// By NVE, then VM.
    var beliefs: [[Belief]]
    var isPreloading = false
    /// By NVE: packets that have waited and may leave now.
    var lines: [[Packet]]
    /// By the nodes at its ends: what a link has accepted and not long forgotten, in order.
    var accepted: [[Int]: [(start: Int64, end: Int64, bytes: Int64)]] = [:]
    var packets: [Packet] = []
    /// The NVA's records by VM, the requests that wait for it, and what it did last.
    var records: [Record]
    var requests: [Request] = []
    /// By NVE, or nil for the VM manager: when the next invalidation may leave.
    var freeToInvalidate: [Int?: Int64] = [:]
    var (serving, lastPush) = (false, Int64.min / 2)
    var result = SimulatedRun(fates: [], mappingChanges: [], registrationsInForce: [])

    init(_ scenario: Scenario, _ spine: @escaping SpineChoice) {
        let cast = Cast(scenario)
        (self.scenario, self.spine, self.cast) = (scenario, spine, cast)
        machines = cast.machines.map { Machine(host: $0.home) }
        records = cast.machines.map { Record(place: .present, host: $0.home) }
        beliefs = cast.hosts.map { _ in cast.machines.map { _ in Belief() } }
        lines = cast.hosts.map { _ in [] }
    }

    static func run(_ scenario: Scenario, spine: @escaping SpineChoice) -> SimulatedRun {
        let twin = Twin(scenario, spine)
        if scenario.start.caches == .resolved { twin.preload() }
        for move in scenario.moves { twin.plan(move) }
        for flow in twin.cast.flows.indices { twin.tick(flow, clock: 0, serial: 0) }
        var end = Int64.max
        if case .time(let drain) = scenario.drain { end = (scenario.duration + drain).picoseconds }
        while let next = twin.events.first, next.time < end {
            twin.events.removeFirst()
            (twin.now, twin.currentClass) = (next.time, next.kind)
            next.action()
        }
        twin.result.fates = twin.packets.map(\.fate)
        twin.result.fates.sort { ($0.flow, $0.serial) < ($1.flow, $1.serial) }
        return twin.result
    }

    /// By time, then class, then first come; what happens at once is never of a lower class than its cause.
    func at(_ time: Int64, _ kind: Int, _ action: @escaping () -> Void) {
        precondition(time >= now)
        let kind = time == now ? max(kind, currentClass) : kind
        let place = events.lastIndex { ($0.time, $0.kind) <= (time, kind) }
        events.insert((time, kind, action), at: place.map { $0 + 1 } ?? 0)
    }

    /// A number that has not been given out before; they grow.
    func fresh() -> Int {
        numbers += 1
        return numbers
    }

    /// Waits for the flow's next tick: number `clock` of its constant-rate clock, which nothing stops.
    func tick(_ flow: Int, clock: Int, serial: Int) {
        let (entry, source) = (cast.flows[flow].entry, cast.flows[flow].source)
        guard case .fixed(let phase) = entry.phase, let rate = entry.rate else { preconditionFailure() }
        let elapsed = Int64(UInt128(clock) * 1_000_000_000_000_000_000 / UInt128(rate.microPackets))
        let time = (entry.start + phase).picoseconds + elapsed
        guard time < min(entry.stop ?? scenario.duration, scenario.duration).picoseconds else { return }
        guard serial < entry.count ?? .max else { return }
        at(time, 1) { [self] in
            let silent = machines[source].host == nil || machines[source].paused
            if !silent { emit(flow, serial) }
            tick(flow, clock: clock + 1, serial: silent ? serial : serial + 1)
        }
    }

    func emit(_ flow: Int, _ serial: Int) {
        let (source, destination) = (cast.flows[flow].source, cast.flows[flow].destination)
        let fate = PacketFate(flow: flow, serial: serial, sentAt: now)
        let packet = Packet(fate, to: destination, frame: 14 + Int64(cast.flows[flow].entry.size) + 50)
        packets.append(packet)
        leave(packet, machines[source].host!)
    }

    func deliver(_ packet: Packet, _ here: Int) {
        if machines[packet.destination].paused { return lose(packet, "guest-paused", here) }
        finish(packet, "delivered")
    }

    func lose(_ packet: Packet, _ cause: String, _ here: Int) {
        if packet.effect != nil { return }  // Control that a link refuses vanishes: whoever misses a reply repeats it.
        let machine = machines[packet.destination]
        let attached = machine.paused ? "paused" : machine.host == here ? "here" : "elsewhere"
        (packet.fate.cause, packet.fate.whereabouts) = (cause, machine.host == nil ? "nowhere" : attached)
        finish(packet, "lost")
    }

    func finish(_ packet: Packet, _ end: String) {
        (packet.fate.end, packet.fate.endedAt) = (end, now)
    }

    /// Nodes: hosts, then the core or the leaves, then the spines.
    func send(_ packet: Packet, from: Int, to: Int) {
        let (underlay, first) = (scenario.underlay, cast.hosts.count)
        let isStar = underlay.kind == .star
        let near = isStar ? first : first + from / underlay.hostsPerLeaf
        let far = isStar ? first : first + to / underlay.hostsPerLeaf
        (packet.from, packet.to, packet.path) = (from, to, [from, near, to])
        if near != far {
            let chosen = spine(from, to, packet.effect == nil ? packet.fate.flow : nil)
            packet.path = [from, near, first + underlay.leaves + chosen, far, to]
        }
        packet.fate.segments += 1
        enqueue(packet)
    }

    /// Joins the queue of the next link of its path.
    func enqueue(_ packet: Packet) {
        let (node, next) = (packet.path.removeFirst(), packet.path[0])
        let link = min(node, next) < cast.hosts.count ? scenario.underlay.hostLink : scenario.underlay.fabricLink
        if packet.fate.links == 255 { return lose(packet, "hop-limit", packet.to) }
        if packet.frame - 14 > link.mtu { return lose(packet, "mtu", packet.to) }
        let bytes = scenario.underlay.framing == .ethernet ? max(packet.frame + 24, 84) : packet.frame
        let past = accepted[[node, next]] ?? []
        let queue = past.filter { $0.start > now }
        let start = max(past.last?.end ?? 0, now)
        if start > now {
            var fits = true
            if case .packets(let limit) = link.queue { fits = queue.count + 1 <= limit }
            if case .bytes(let limit) = link.queue { fits = queue.reduce(bytes) { $0 + $1.bytes } <= limit }
            if !fits { return lose(packet, "queue-full", packet.to) }
        }
        let rate = Int64(link.rate.bitsPerSecond)
        let end = start + (rate == 0 ? 0 : (bytes * 8_000_000_000_000 + rate - 1) / rate)
        accepted[[node, next]] = queue + [(start, end, bytes)]
        packet.fate.links += 1
        let kind = packet.effect == nil ? 1 : 0
        let isSecondOfStar = scenario.underlay.kind == .star && next == packet.to
        let total = isSecondOfStar ? cast.starDelay(packet.from, packet.to) : link.delay.picoseconds * 2
        let propagation = total - link.delay.picoseconds
        at(end, kind) { [self] in
            at(now + propagation, kind) { [self] in
                if packet.path.count > 1 { return enqueue(packet) }
                if let effect = packet.effect { effect() } else { arrive(packet, packet.to) }
            }
        }
    }

    func busyUntil(uplinkOf host: Int) -> Int64 {
        let first = cast.hosts.count
        let near = scenario.underlay.kind == .star ? first : first + host / scenario.underlay.hostsPerLeaf
        return accepted[[host, near]]?.last?.end ?? 0
    }

    // MARK: - Moves

    func preload() {
        isPreloading = true
        for flow in cast.flows {
            let home = cast.machines[flow.destination].home
            for host in cast.places(flow.source) where host != home {
                set(host, flow.destination, home)
                records[flow.destination].interest[host] = 0
            }
        }
        isPreloading = false
        // What expires at one instant does so in the order of NVEs, then VMs.
        for host in cast.hosts.indices { for vm in machines.indices { watch(host, vm) } }
    }

    func plan(_ move: MoveConfiguration) {
        let (vm, target) = (cast.vms(move.vm)[0], cast.number(move.to))
        at(move.at.picoseconds, 0) { [self] in
            guard scenario.redirect.learn == .moveRequest, let old = machines[vm].host, old != target else {
                return begin(move, vm, target)
            }
            // The NVA asks the old NVE; a request that is lost or comes too late moves nothing.
            control(from: nil, to: old, payload: 48) { [self] in
                if machines[vm].host == old && !machines[vm].paused { begin(move, vm, target) }
            }
        }
    }

    func begin(_ move: MoveConfiguration, _ vm: Int, _ target: Int) {
        guard let old = machines[vm].host, let downtime = move.downtime else { return }
        machines[vm].paused = old == target
        if old != target { detach(vm, old, to: target) }
        at(now + downtime.picoseconds, 0) { [self] in
            machines[vm].paused = false
            if machines[vm].host == nil { attach(vm, target) }
            announce(vm, target)
        }
    }

    func detach(_ vm: Int, _ old: Int, to target: Int) {
        let (belief, learn, sequence) = (beliefs[old][vm], scenario.redirect.learn, machines[vm].sequence)
        machines[vm].host = nil
        (belief.hasLeft, belief.registering) = (true, nil)
        if learn == .preinstalled || learn == .moveRequest {
            install(old, vm, target)
            set(old, vm, target)
        }
        beliefs[target][vm].isExpected = scenario.redirect.buffer.at == .new
        at(now + scenario.invalidate.detectDelay.picoseconds, 0) { [self] in
            let by = scenario.invalidate.by
            if machines[vm].host != old {
                if scenario.nva.onDetach != .keep { deregister(vm, old, sequence) }
                if by == .oldNVE || by == .both { invalidateOthers(vm, left: old, sequence, from: old) }
            }
            if by == .vmManager || by == .both { invalidateOthers(vm, left: old, sequence, from: nil) }
        }
    }

    /// One message after another, at least the spacing apart, also when several VMs leave.
    func invalidateOthers(_ vm: Int, left old: Int, _ sequence: Int, from: Int?) {
        for target in targets(scenario.invalidate.targets, vm, except: old) {
            let time = max(now, freeToInvalidate[from] ?? 0)
            freeToInvalidate[from] = time + scenario.invalidate.spacing.picoseconds
            at(time, 0) { [self] in
                control(from: from, to: target, payload: 32) { [self] in invalidate(target, vm, sequence) }
            }
        }
    }

    /// What has waited at the new host for the VM or for news of it, is delivered.
    func attach(_ vm: Int, _ host: Int) {
        let belief = beliefs[host][vm]
        let packets = belief.waiting + belief.buffer
        machines[vm].host = host
        machines[vm].sequence += 1
        belief.sequence = machines[vm].sequence
        (belief.hasLeft, belief.isExpected, belief.negativeUntil) = (false, false, Int64.min)
        (belief.place, belief.redirect, belief.asking) = (nil, nil, nil)
        (belief.waiting, belief.buffer) = ([], [])
        for packet in packets { deliver(packet, host) }
    }

    /// The new NVE registers the VM each time that it hears it; a VM that is gone or paused then is not heard.
    func announce(_ vm: Int, _ host: Int) {
        let (sequence, announce) = (machines[vm].sequence, scenario.announce)
        for repetition in 0..<(announce.kind == .none ? 0 : announce.count) {
            at((announce.delay + announce.interval * Int64(repetition)).picoseconds + now, 0) { [self] in
                let isThere = machines[vm].host == host && machines[vm].sequence == sequence && !machines[vm].paused
                if isThere { register(vm, host, sequence) }
            }
        }
    }

    /// Sends a message from one NVE to another or between an NVE and the NVA (nil): as a packet, or out of band.
    func control(from: Int?, to: Int?, payload: Int64, _ effect: @escaping () -> Void) {
        var (source, target) = (from, to)
        if case .host(let name) = scenario.nva.at {
            (source, target) = (from ?? cast.number(name), to ?? cast.number(name))
        }
        guard let source, let target else { return at(now + scenario.nva.delay.picoseconds, 0, effect) }
        if source == target { return at(now, 0, effect) }
        let fate = PacketFate(flow: -1, serial: -1, sentAt: now)
        send(Packet(fate, to: -1, frame: 42 + payload, effect: effect), from: source, to: target)
    }
}

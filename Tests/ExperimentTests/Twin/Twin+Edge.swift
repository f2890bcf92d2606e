import Experiment
import Fabric
import Kernel
import Overlay

/// What one NVE knows of one VM, and what waits there for it.
final class Belief {
    /// Where it is; valid until `expiry`.
    var place: Int?
    var expiry = Int64.max
    /// Which attach the newest news was about, and when the entry was last set or used (a running number).
    var (sequence, used) = (0, 0)
    /// The query under way: a new number each time that its timer starts anew; the NVA may have said that it holds it.
    var asking: Int?
    var isPending = false
    var negativeUntil = Int64.min
    /// Packets of this NVE's own VMs that wait for an answer.
    var waiting: [Twin.Packet] = []

    /// It was here and has left; then there may be a redirect, live or ended.
    var hasLeft = false
    var redirect: (to: Int, installed: Int64, lastPacket: Int64)?
    /// It will come here.
    var isExpected = false
    /// Packets out of tunnels that wait for the new place (old NVE) or for the VM (new NVE).
    var buffer: [Twin.Packet] = []
    /// The registration that has no reply yet.
    var registering: Int?
}

/// The NVE: caches, misses and queries of its own VMs' packets, redirects and buffers for those out of tunnels.
extension Twin {
    func valid(_ belief: Belief) -> Int? { now < belief.expiry ? belief.place : nil }

    /// A packet of a VM at `here`.
    func leave(_ packet: Packet, _ here: Int) {
        if machines[packet.destination].host == here { return deliver(packet, here) }
        let (vm, belief, cache) = (packet.destination, beliefs[here][packet.destination], scenario.nve.cache)
        if valid(belief) == nil { belief.place = nil }
        if let place = belief.place {
            belief.used = fresh()
            if let timeout = cache.timeout, cache.kind == .sliding { belief.expiry = now + timeout.picoseconds }
            return send(packet, from: here, to: place)
        }
        if scenario.nve.miss == .drop { return lose(packet, "no-mapping", here) }
        if now < belief.negativeUntil { return lose(packet, "no-answer", here) }
        ask(here, vm)
        if scenario.nve.miss == .queryDrop { return lose(packet, "awaiting-answer", here) }
        if belief.waiting.count >= Int(scenario.nve.missQueue) { return lose(packet, "buffer-overflow", here) }
        packet.fate.buffered = true
        belief.waiting.append(packet)
    }

    /// A packet out of a tunnel at `here`.
    func arrive(_ packet: Packet, _ here: Int) {
        if machines[packet.destination].host == here { return deliver(packet, here) }
        let belief = beliefs[here][packet.destination]
        if belief.hasLeft { packet.fate.misdirected = true } else { packet.fate.early = true }
        if belief.isExpected { return hold(packet, here) }
        if !belief.hasLeft { return lose(packet, "not-attached", here) }
        let redirect = scenario.redirect
        if let entry = belief.redirect {
            if isLive(entry) { return relay(packet, here, to: entry.to) }
            if redirect.onExpiry == .drop { return lose(packet, "redirect-expired", here) }
        } else if redirect.learn != .query {
            let mayLearn = redirect.learn == .nvaPush && redirect.buffer.at == .old
            return mayLearn ? hold(packet, here) : lose(packet, "stale-no-redirect", here)
        }
        if now < belief.negativeUntil { return lose(packet, "no-answer", here) }
        ask(here, packet.destination)
        if redirect.buffer.at == .old { hold(packet, here) } else { lose(packet, "awaiting-answer", here) }
    }

    func isLive(_ entry: (to: Int, installed: Int64, lastPacket: Int64)) -> Bool {
        let redirect = scenario.redirect
        if redirect.stop != .idle && now >= entry.installed + redirect.timer.picoseconds { return false }
        return redirect.stop == .timer || now < entry.lastPacket + redirect.idle.picoseconds
    }

    /// A packet goes on to the new place, but never back to the NVE that it comes from.
    private func relay(_ packet: Packet, _ here: Int, to place: Int) {
        if place == packet.from { return lose(packet, "stale-no-redirect", here) }
        beliefs[here][packet.destination].redirect?.lastPacket = now
        packet.fate.redirected = true
        send(packet, from: here, to: place)
    }

    private func hold(_ packet: Packet, _ here: Int) {
        let (belief, buffer) = (beliefs[here][packet.destination], scenario.redirect.buffer)
        if belief.buffer.count >= Int(buffer.limit) { return lose(packet, "buffer-overflow", here) }
        packet.fate.buffered = true
        belief.buffer.append(packet)
        guard let lifetime = buffer.lifetime else { return }
        at(now + lifetime.picoseconds, 0) { [self] in
            guard let place = belief.buffer.firstIndex(where: { $0 === packet }) else { return }
            lose(belief.buffer.remove(at: place), "buffer-expired", here)
        }
    }

    /// What waited leaves one by one, each when the up link is free and as the NVE then thinks right.
    func release(_ packets: [Packet], _ here: Int) {
        lines[here] += packets
        if lines[here].count == packets.count { at(now, 0) { [self] in drain(here) } }
    }

    private func drain(_ here: Int) {
        while let packet = lines[here].first {
            let free = busyUntil(uplinkOf: here)
            if free > now { return at(free, 1) { [self] in drain(here) } }
            lines[here].removeFirst()
            if packet.fate.segments > 0 { arrive(packet, here) } else { leave(packet, here) }
        }
    }

    // MARK: - Queries

    func ask(_ here: Int, _ vm: Int) {
        if beliefs[here][vm].asking == nil && now >= beliefs[here][vm].negativeUntil { query(here, vm, attempt: 0) }
    }

    private func query(_ here: Int, _ vm: Int, attempt: Int) {
        let (belief, number) = (beliefs[here][vm], fresh())
        (belief.asking, belief.isPending) = (number, false)
        control(from: here, to: nil, payload: 32) { [self] in receive(Request(kind: .query, vm: vm, host: here)) }
        at(now + scenario.nve.query.timeout.picoseconds, 0) { [self] in
            if belief.asking != number { return }
            if attempt < scenario.nve.query.retries { return query(here, vm, attempt: attempt + 1) }
            giveUp(here, vm)
        }
    }

    /// The NVA holds the query: no repetition until its own hold must be over.
    func pending(_ here: Int, _ vm: Int) {
        let (belief, number) = (beliefs[here][vm], fresh())
        if belief.asking == nil || belief.isPending { return }
        (belief.asking, belief.isPending) = (number, true)
        at(now + scenario.nva.holdTimeout.picoseconds, 0) { [self] in
            if belief.asking == number { giveUp(here, vm) }
        }
    }

    func negative(_ here: Int, _ vm: Int) {
        if machines[vm].host == here { return }
        beliefs[here][vm].negativeUntil = now + scenario.nva.negativeLifetime.picoseconds
        giveUp(here, vm)
    }

    /// All that waits for the answer is lost.
    private func giveUp(_ here: Int, _ vm: Int) {
        let (belief, redirect) = (beliefs[here][vm], scenario.redirect)
        var lost = belief.waiting
        if redirect.buffer.at == .old && (redirect.learn == .query || belief.redirect != nil) {
            lost += belief.buffer
            belief.buffer = []
        }
        (belief.asking, belief.waiting) = (nil, [])
        for packet in lost { lose(packet, "no-answer", here) }
    }

    // MARK: - Mappings

    /// An answer or a push says where a VM is. It is no news about a VM of the NVE's own, nor when older than the last.
    func learn(_ here: Int, _ vm: Int, _ place: Int, _ sequence: Int, isAnswer: Bool) {
        let belief = beliefs[here][vm]
        if machines[vm].host == here || sequence < belief.sequence { return }
        if isAnswer { belief.asking = nil }
        (belief.sequence, belief.negativeUntil) = (sequence, Int64.min)
        if belief.place != place {
            let (host, name) = (cast.hosts[here], cast.machines[vm].name)
            result.mappingChanges.append(MappingChange(host: host, vm: name, at: now))
        }
        set(here, vm, place)
        let packets = belief.waiting
        belief.waiting = []
        release(packets, here)
        if mayInstall(belief, isAnswer) { install(here, vm, place) }
    }

    private func mayInstall(_ belief: Belief, _ isAnswer: Bool) -> Bool {
        guard belief.hasLeft else { return false }
        let (learn, onExpiry) = (scenario.redirect.learn, scenario.redirect.onExpiry)
        if let entry = belief.redirect { return !isLive(entry) && onExpiry == .requery && isAnswer }
        return learn == .nvaPush || learn == .query && isAnswer
    }

    func install(_ here: Int, _ vm: Int, _ place: Int) {
        let belief = beliefs[here][vm]
        belief.redirect = (place, now, now)
        if scenario.redirect.buffer.at != .old { return }
        let packets = belief.buffer
        belief.buffer = []
        release(packets, here)
    }

    /// Enters a mapping; the one least recently set or used makes room.
    func set(_ here: Int, _ vm: Int, _ place: Int) {
        let (belief, cache) = (beliefs[here][vm], scenario.nve.cache)
        if valid(belief) == nil, let capacity = cache.capacity {
            let others = beliefs[here].filter { valid($0) != nil }
            if others.count >= capacity { others.min { $0.used < $1.used }?.place = nil }
        }
        (belief.place, belief.used) = (place, fresh())
        belief.expiry = cache.timeout.map { now + $0.picoseconds } ?? .max
        if !isPreloading { watch(here, vm) }
    }

    /// Asks when the entry expires, unless it has been set or used meanwhile, or nobody sends any more.
    func watch(_ here: Int, _ vm: Int) {
        let belief = beliefs[here][vm]
        let isEager = scenario.nve.cache.requery == .eager
        if !isEager || belief.place == nil || belief.expiry >= scenario.duration.picoseconds { return }
        at(belief.expiry, 0) { [self] in
            if belief.place == nil { return }
            if belief.expiry > now { return watch(here, vm) }
            belief.place = nil
            ask(here, vm)
        }
    }

    func invalidate(_ here: Int, _ vm: Int, _ sequence: Int) {
        if beliefs[here][vm].sequence <= sequence { beliefs[here][vm].place = nil }
    }
}

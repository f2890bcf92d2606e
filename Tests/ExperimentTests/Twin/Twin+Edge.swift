import Experiment
import Fabric
import Kernel
import Overlay

/// What one NVE knows of one VM, and what waits there for it.
final class Belief {
    /// The host where it is, if it is behind this NVE.
    var port: Int?
    /// Else the NVE where it is; valid until `expiry`.
    var place: Int?
    var expiry = Int64.max
    /// Which attach the newest news was about, and when the entry was last set or used (a running number).
    var (sequence, used) = (0, 0)
    /// The watch over its expiry that counts.
    var watch = 0
    /// The query under way: a new number each time that its timer starts anew; the NVA may have said that it holds it.
    var asking: Int?
    var isPending = false
    /// A packet out of a tunnel depends on it.
    var isSought = false
    var negativeUntil = Int64.min
    /// Packets of this NVE's own VMs that wait for an answer.
    var waiting: [Twin.Packet] = []

    /// It was here and has left; then there may be a redirect, live or ended.
    var hasLeft = false
    /// Which attach it left from last.
    var leftWith = -1
    var redirect: (to: Int, installed: Int64, lastPacket: Int64)?
    /// It will come here.
    var isExpected = false
    /// Packets out of tunnels that wait for the new place (old NVE) or for the VM (new NVE).
    var buffer: [Twin.Packet] = []
    /// By address, 0 also for all of them: the registration that has no reply yet.
    var registering: [Int: (number: Int, sequence: Int)] = [:]
    /// Likewise the deregistration.
    var deregistering: (number: Int, sequence: Int)?
    /// The last departure from here; nil when it is here again.
    var departure: Int?
}

/// The NVE: caches, misses and queries of its own VMs' packets, redirects and buffers for those out of tunnels.
extension Twin {
    func valid(_ belief: Belief) -> Int? { now < belief.expiry ? belief.place : nil }

    /// A packet of a VM at `here`.
    func leave(_ packet: Packet, _ here: Int) {
        let (vm, belief, cache) = (packet.destination, beliefs[here][packet.destination], scenario.nve.cache)
        if belief.port != nil { return deliver(packet, here) }
        if valid(belief) == nil && belief.place != nil {
            note("mapping found to have expired")
            belief.place = nil
        }
        if let place = belief.place {
            belief.used = fresh()
            if let timeout = cache.timeout, cache.kind == .sliding { belief.expiry = now + timeout.picoseconds }
            return send(packet, from: here, to: place)
        }
        if down.contains(here) { return lose(packet, "node-down", here) }
        if scenario.nve.miss == .drop { return lose(packet, "no-mapping", here) }
        if scenario.nve.miss == .viaGateway { return lose(packet, "no-gateway", here) }
        if now < belief.negativeUntil { return lose(packet, "no-answer", here) }
        ask(here, vm)
        if scenario.nve.miss == .queryDrop { return lose(packet, "awaiting-answer", here) }
        if belief.waiting.count >= Int(scenario.nve.missQueue) { return lose(packet, "buffer-overflow", here) }
        (packet.fate.buffered, packet.held) = (true, fresh())
        belief.waiting.append(packet)
    }

    /// A packet out of a tunnel at `here`.
    func arrive(_ packet: Packet, _ here: Int) {
        let belief = beliefs[here][packet.destination]
        if belief.port != nil { return deliver(packet, here) }
        if down.contains(here) { return lose(packet, "node-down", here) }
        if belief.hasLeft { packet.fate.misdirected = true } else { packet.fate.early = true }
        if belief.isExpected {
            return scenario.redirect.buffer.at == .new ? hold(packet, here) : lose(packet, "not-attached", here)
        }
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
        belief.isSought = true
        if redirect.buffer.at == .old { hold(packet, here) } else { lose(packet, "awaiting-answer", here) }
    }

    func isLive(_ entry: (to: Int, installed: Int64, lastPacket: Int64)) -> Bool {
        let redirect = scenario.redirect
        if redirect.stop != .idle && now >= entry.installed + redirect.timer.picoseconds { return false }
        return redirect.stop == .timer || now < entry.lastPacket + redirect.idle.picoseconds
    }

    /// A packet goes on to the new place, but never back to the NVE that it comes from; back to one in a switch once.
    private func relay(_ packet: Packet, _ here: Int, to place: Int) {
        if place == packet.from {
            if !cast.isInSwitch || packet.fate.redirected { return lose(packet, "stale-no-redirect", here) }
            note("redirected back")
        }
        beliefs[here][packet.destination].redirect?.lastPacket = now
        packet.fate.redirected = true
        send(packet, from: here, to: place)
    }

    private func hold(_ packet: Packet, _ here: Int) {
        let (belief, buffer) = (beliefs[here][packet.destination], scenario.redirect.buffer)
        let all = beliefs[here].reduce(0) { $0 + $1.buffer.count }
        if let most = buffer.nveLimit, all >= most {
            note("buffer of a whole NVE full")
            return lose(packet, "buffer-overflow", here)
        }
        if belief.buffer.count >= Int(buffer.limit) { return lose(packet, "buffer-overflow", here) }
        if packet.held > 0 { note("packet waits again") }
        (packet.fate.buffered, packet.held) = (true, fresh())
        belief.buffer.append(packet)
        guard let lifetime = buffer.lifetime else { return }
        // Who has gone on meanwhile and waits once more, waits anew.
        at(now + lifetime.picoseconds, 0) { [self, number = packet.held] in
            guard let place = belief.buffer.firstIndex(where: { $0.held == number }) else { return }
            lose(belief.buffer.remove(at: place), "buffer-expired", here)
        }
    }

    /// What waited leaves one by one, each when the up link is free and as the NVE then thinks right.
    func release(_ packets: [Packet], _ here: Int) {
        if packets.isEmpty { return }
        said.append { [self] in
            lines[here] += packets
            if lines[here].count == packets.count { awaitWire(here) }
        }
    }

    private func awaitWire(_ here: Int) {
        let end = busyUntil(wireOf: here)
        if end <= now { return free.append(here) }
        note("released packet waits for the wire")
        at(end, 1) { [self] in awaitWire(here) }
    }

    func sendNext(_ here: Int) {
        // What was said meanwhile may have taken the wire.
        if busyUntil(wireOf: here) > now { return awaitWire(here) }
        if lines[here].isEmpty { return }
        let packet = lines[here].removeFirst()
        packet.link = nil
        if packet.fate.segments > 0 { arrive(packet, here) } else { leave(packet, here) }
        lastLinks[here] = packet.isNative ? nil : packet.link
        if !lines[here].isEmpty { awaitWire(here) }
    }

    // MARK: - Queries

    func ask(_ here: Int, _ vm: Int) {
        if beliefs[here][vm].asking == nil && now >= beliefs[here][vm].negativeUntil {
            query(Asked(here: here, vm: vm), attempt: 0)
        }
    }

    /// What a query is about: a VM by its MAC address, or by its IP address for a guest.
    struct Asked {
        let here: Int
        let vm: Int
        var forGuest = false
    }

    private func belief(_ asked: Asked) -> Belief {
        asked.forGuest ? owner(asked.here, asked.vm).query : beliefs[asked.here][asked.vm]
    }

    func query(_ asked: Asked, attempt: Int) {
        let (belief, number) = (belief(asked), fresh())
        (belief.asking, belief.isPending) = (number, false)
        control(from: asked.here, to: nil, payload: 32) { [self] in
            receive(Request(kind: .query, vm: asked.vm, host: asked.here, forGuest: asked.forGuest))
        }
        at(now + scenario.nve.query.timeout.picoseconds, 0) { [self] in
            if belief.asking != number { return }
            if attempt < scenario.nve.query.retries {
                note("query repeated")
                return query(asked, attempt: attempt + 1)
            }
            note("query given up")
            giveUp(asked)
        }
    }

    /// The NVA holds the query: no repetition until its own hold must be over, or for a while where it may get lost.
    func pending(_ asked: Asked) {
        let (belief, number) = (belief(asked), fresh())
        if belief.asking == nil || belief.isPending { return }
        (belief.asking, belief.isPending) = (number, true)
        let hold = scenario.nva.holdTimeout.picoseconds
        at(now + (confirms ? min(hold, scenario.nve.query.timeout.picoseconds) : hold), 0) { [self] in
            if belief.asking != number { return }
            if confirms {
                note("held query asked again")
                return query(asked, attempt: 0)
            }
            note("held query given up")
            giveUp(asked)
        }
    }

    func negative(_ asked: Asked) {
        if !asked.forGuest && beliefs[asked.here][asked.vm].port != nil { return }
        belief(asked).negativeUntil = now + scenario.nva.negativeLifetime.picoseconds
        giveUp(asked)
    }

    /// All that waits for the answer is lost.
    private func giveUp(_ asked: Asked) {
        let (belief, redirect, here) = (belief(asked), scenario.redirect, asked.here)
        if asked.forGuest { owner(here, asked.vm).askers = [] }
        var lost = belief.waiting
        if redirect.buffer.at == .old && (redirect.learn != .nvaPush || belief.redirect != nil) {
            lost += belief.buffer
            belief.buffer = []
        }
        (belief.asking, belief.isSought, belief.waiting) = (nil, false, [])
        for packet in lost { lose(packet, "no-answer", here) }
    }

    // MARK: - Mappings

    /// An answer or a push says where a VM is. It is no news about a VM of the NVE's own, nor when older than the last;
    /// then it is an answer only for who knows better by now.
    ///
    /// - Parameter address: the one that it is about, unless about all; guests ask for the first.
    func learn(_ here: Int, _ vm: Int, _ place: Int, _ sequence: Int, address: Int? = nil, isAnswer: Bool) {
        let belief = beliefs[here][vm]
        if address ?? 0 == 0 {
            owner(here, vm).isKnown = true
            answerAskers(here, vm)
        }
        if belief.port != nil { return }
        if sequence < belief.sequence {
            guard isAnswer, let known = valid(belief) else { return }
            note("older answer")
            // It is newer than the negative answer all the same.
            belief.negativeUntil = Int64.min
            return useAnswer(belief, here, vm, known)
        }
        (belief.sequence, belief.negativeUntil) = (sequence, Int64.min)
        if belief.place != place {
            let (node, name) = (cast.nodes[here], cast.machines[vm].name)
            result.mappingChanges.append(MappingChange(host: node, vm: name, at: now))
        }
        set(here, vm, place)
        if isAnswer { return useAnswer(belief, here, vm, place) }
        let isWanted = belief.hasLeft && belief.redirect == nil && scenario.redirect.learn == .nvaPush
        if isWanted { install(here, vm, place) }
        goOn(belief, here, isRedirecting: isWanted)
    }

    private func useAnswer(_ belief: Belief, _ here: Int, _ vm: Int, _ place: Int) {
        if mayInstall(belief) { install(here, vm, place) }
        (belief.asking, belief.isSought) = (nil, false)
        goOn(belief, here, isRedirecting: belief.redirect.map(isLive) == true)
    }

    /// Packets of this NVE's own VMs have a mapping now, and others perhaps a new place to go; first come, first
    /// served.
    private func goOn(_ belief: Belief, _ here: Int, isRedirecting: Bool) {
        var packets = belief.waiting
        belief.waiting = []
        if isRedirecting && scenario.redirect.buffer.at == .old {
            packets += belief.buffer
            belief.buffer = []
        }
        release(packets.sorted { $0.held < $1.held }, here)
    }

    private func mayInstall(_ belief: Belief) -> Bool {
        if !belief.hasLeft { return false }
        if let entry = belief.redirect { return !isLive(entry) && belief.isSought }
        return scenario.redirect.learn == .nvaPush || scenario.redirect.learn == .query
    }

    func install(_ here: Int, _ vm: Int, _ place: Int) {
        note(beliefs[here][vm].redirect == nil ? "redirect entry" : "redirect entry renewed")
        beliefs[here][vm].redirect = (place, now, now)
    }

    /// Enters a mapping; the one least recently set or used makes room.
    func set(_ here: Int, _ vm: Int, _ place: Int) {
        let (belief, cache) = (beliefs[here][vm], scenario.nve.cache)
        if valid(belief) == nil, let capacity = cache.capacity {
            let others = beliefs[here].filter { valid($0) != nil }
            if others.count >= capacity {
                note("mapping evicted")
                others.min { $0.used < $1.used }?.place = nil
            }
        }
        (belief.place, belief.used) = (place, fresh())
        owner(here, vm).isKnown = owner(here, vm).isKnown || isPreloading
        belief.expiry = cache.timeout.map { now + $0.picoseconds } ?? .max
        if !isPreloading { watch(here, vm) }
    }

    /// Asks when the entry expires, unless it has been set or used meanwhile, or nobody sends any more.
    func watch(_ here: Int, _ vm: Int) {
        let belief = beliefs[here][vm]
        let isEager = scenario.nve.cache.requery == .eager
        if !isEager || belief.place == nil || belief.expiry >= scenario.duration.picoseconds { return }
        let number = fresh()
        belief.watch = number
        at(belief.expiry, 0) { [self] in
            if belief.watch != number || belief.place == nil { return }
            if belief.expiry > now { return watch(here, vm) }
            note("mapping asked for at its expiry")
            belief.place = nil
            ask(here, vm)
        }
    }

    func invalidate(_ here: Int, _ vm: Int, _ sequence: Int) {
        if beliefs[here][vm].place == nil || beliefs[here][vm].sequence > sequence { return }
        note("mapping invalidated")
        beliefs[here][vm].place = nil
    }
}

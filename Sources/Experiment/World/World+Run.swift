import Fabric
import Guest
import Kernel
import Observe
import Overlay

extension World {
    /// Runs until nothing is pending or the sentinel comes.
    public mutating func run() throws(RunFailure) {
        while try step(atMost: .max) {}
    }

    /// Handles up to `count` events; false when the run is over.
    public mutating func step(atMost count: UInt64) throws(RunFailure) -> Bool {
        var left = count
        while left > 0 {
            guard let event = queue.pop() else { return false }
            left -= 1
            eventCount &+= 1
            now = event.time
            if let limit = guards.check(now, events: eventCount, alive: pool.alive) {
                throw .limit(name: limit.name, value: limit.value, at: now, next: describeNext(event))
            }
            if !handle(event) { return false }
        }
        return true
    }

    /// Handles the next event after showing it; false when the run is over. For looking closely, not for speed.
    mutating func step(showing: (Event, borrowing World) -> Void) throws(RunFailure) -> Bool {
        guard let event = queue.pop() else { return false }
        now = event.time
        showing(event, self)
        eventCount &+= 1
        if let limit = guards.check(now, events: eventCount, alive: pool.alive) {
            throw .limit(name: limit.name, value: limit.value, at: now, next: describeNext(event))
        }
        return handle(event)
    }

    /// The one switch. False when the event ends the run.
    @inline(__always)
    private mutating func handle(_ event: Event) -> Bool {
        switch event.kind {
        case .arrival: arrive(PacketHandle(event.handle), key: event.key)
        case .emission: emit(event.handle, key: event.key)
        case .transferStart: startTransfer(event.handle, key: event.key)
        case .transferPacket: sendTransferPacket(event)
        case .burst: emitBurst(event.handle, key: event.key)
        case .request: ask(event.handle, key: event.key)
        case .response: respond(event)
        case .requestTimeout: expireRequest(event.handle, key: event.key)
        case .release:
            scheduleRelease(at: NodeID(event.handle))
            applyEffects()
        case .timer: expire(event)
        case .message:
            events.fold(event.key, UInt64(event.kind.rawValue))
            let entry = messages.take(event.handle)
            tell(entry.to, entry.message, from: entry.from)
            applyEffects()
        case .move: advance(event)
        case .state: expireState(event)
        case .output: letOut(event)
        case .link: change(event.handle, key: event.key)
        case .node: change(node: event.handle, key: event.key)
        case .authority: takeOverAuthority(event)
        case .announcement: announce(event.handle, key: event.key)
        case .creation: createOrDestroy(event)
        case .sentinel: return false
        case .endOfService: endService(LinkID(event.handle))
        case .scheduledArrival: arriveScheduled(event)
        }
        return true
    }

    /// Puts an event in the queue. At the present instant it takes the later of its own rank and the present event's.
    @inline(__always)
    mutating func schedule(_ kind: EventKind, _ rank: EventClass, at time: Instant, handle: UInt32) {
        push(Event(at: time, rank: rank, kind: kind, handle: handle))
    }

    /// What lies at the horizon ends the run: see ``step(atMost:)``.
    @inline(__always)
    mutating func push(_ event: Event) {
        var event = event
        event.key = max(event.key, queue.lastKey)
        queue.push(event)
    }

    // MARK: - Packets

    @inline(__always)
    mutating func arrive(_ handle: PacketHandle, key: UInt64) {
        let link = pool[handle].link
        if link == .cut { return pool.remove(handle) }
        let node = fabric.farNodes[Int(link.index)]
        let identity = UInt64(pool[handle].flow.index) << 32 | UInt64(pool[handle].serial)
        events.fold(key, nodeHashes[Int(node.index)] ^ identity)
        if node.index >= firstRelay {
            settle(fabric.forward(&pool[handle], at: node, now: now), handle)
        } else if pool[handle].flags.contains(.control) {
            receiveControl(handle, at: node)
        } else if edge == .hypervisor {
            let outcome = nves[Int(node.index)].forward(
                &pool[handle], handle, from: .underlay, now: now, in: &context)
            apply(outcome, handle, at: node)
        } else if edge == .nowhere {
            finishDelivered(handle)
        } else {
            arriveNatively(handle, at: node)
        }
    }

    private mutating func emit(_ index: UInt32, key: UInt64) {
        let source = Int(index)
        let vm = sources[source].vm
        let place = places[Int(vm.index)]
        events.fold(key, nodeHashes[Int(place.host.index)] ^ UInt64(sources[source].flow.index) << 32)
        if place.state == .running {
            if sources[source].isWatched { watchProbe.sent(sources[source].flow, now: now) }
            send(sources[source].makePacket(now: now), from: place.host)
        }
        let due = sources[source].next(after: now, in: &context)
        if due != .never { schedule(.emission, .traffic, at: due, handle: index) }
    }

    /// A packet leaves its VM.
    @inline(__always)
    mutating func send(_ packet: PacketRecord, from host: NodeID) {
        let flow = Int(packet.flow.index)
        sent[flow].all &+= 1
        if ledger.isMeasured(now) {
            sent[flow].measured &+= 1
            sent[flow].measuredBytes &+= UInt64(packet.innerBytes)
        }
        let handle = pool.insert(packet)
        if failovers.holdsOutput, holdsOutput(handle) { return }
        leave(handle, from: host)
    }

    /// A packet leaves its guest for the NVE.
    @inline(__always)
    mutating func leave(_ handle: PacketHandle, from host: NodeID) {
        if !guests.isEmpty, !isResolved(handle, from: host) { return }
        if edge == .hypervisor {
            let outcome = nves[Int(host.index)].forward(&pool[handle], handle, from: .tenant, now: now, in: &context)
            apply(outcome, handle, at: host)
        } else {
            sendNatively(handle, from: host)
        }
    }

    /// Does what a node wants done with the packet it was given, then whatever else it asked for.
    @inline(__always)
    private mutating func apply(_ outcome: Outcome, _ handle: PacketHandle, at node: NodeID) {
        perform(outcome, handle, at: node)
        if context.effectCount > 0 { applyEffects() }
    }

    @inline(__always)
    mutating func perform(_ outcome: Outcome, _ handle: PacketHandle, at node: NodeID) {
        switch outcome {
        case .send: transmit(handle, on: fabric.topology.uplink(of: node))
        case .deliver: finishDelivered(handle)
        case .drop(let cause): finishLost(handle, cause, at: node)
        case .held: noteHeld(handle, at: node)
        }
    }

    /// A packet waits at a node.
    mutating func noteHeld(_ handle: PacketHandle, at node: NodeID) {
        pool[handle].link = .none
        nodeProbe.held(at: node)
        watchProbe.held(pool[handle].flow, now: now)
    }

    @inline(__always)
    mutating func transmit(_ handle: PacketHandle, on link: LinkID) {
        settle(fabric.transmit(&pool[handle], on: link, now: now), handle)
    }

    /// A packet has been put on a link, or could not be.
    @inline(__always)
    mutating func settle(_ transmission: Transmission, _ handle: PacketHandle) {
        switch transmission {
        case .arrives(let time):
            packetHops &+= 1
            let rank = pool[handle].flags.contains(.control) ? EventClass.control : .traffic
            schedule(.arrival, rank, at: time, handle: handle.index)
        case .lost(let cause): finishLost(handle, cause, at: pool[handle].outerDestination)
        case .scheduled(let link): enqueue(handle, on: link)
        }
    }

    // MARK: - Held packets

    /// A packet that a node has held goes on. Where it needs the wire it waits until that is free.
    private mutating func release(_ handle: PacketHandle, _ release: Release, at node: NodeID) {
        switch release {
        case .deliver:
            noteReleased(handle, at: node)
            if isEdgeInSwitch { sendDown(handle, from: node) } else { finishDelivered(handle) }
        case .drop(let cause):
            noteReleased(handle, at: node)
            finishLost(handle, cause, at: node)
        case .forward:
            releases[node, default: []].append(handle)
            if releases[node]?.count == 1 { scheduleRelease(at: node) }
        }
    }

    /// The next one goes when the wire is free: now, but behind what was asked for before, or later, if no other packet
    /// has taken the wire by then. On a wire that has failed it is lost at once.
    mutating func scheduleRelease(at node: NodeID) {
        if let free = busyWireEnd(of: node) {
            schedule(.release, .traffic, at: free, handle: node.index)
        } else {
            dueReleases.append(node)
        }
    }

    /// When the wire of a node will be free; nil when it is now, or has failed.
    private func busyWireEnd(of node: NodeID) -> Instant? {
        let wire = isEdgeInSwitch ? releaseLinks[node] : fabric.topology.uplink(of: node)
        guard let free = wire.map({ fabric.links[Int($0.index)].busyUntil }) else { return nil }
        return free <= now || free == .never ? nil : free
    }

    private mutating func noteReleased(_ handle: PacketHandle, at node: NodeID) {
        nodeProbe.released(at: node)
        watchProbe.released(pool[handle].flow)
    }

    private mutating func releaseNext(_ node: NodeID) {
        guard let handle = releases[node]?.first else { return }
        // Another packet may have taken the wire: the query that the one before has brought about.
        if busyWireEnd(of: node) != nil { return scheduleRelease(at: node) }
        noteReleased(handle, at: node)
        let outcome = nves[nveIndex(of: node)].forward(&pool[handle], handle, from: .buffer, now: now, in: &context)
        if isEdgeInSwitch {
            performInSwitch(outcome, handle, at: node)
            // Which of its links a switch has chosen shows only now: the next one waits for that.
            let link = pool[handle].link
            releaseLinks[node] = outcome == .send(.underlay) && Int(link.index) < fabric.links.count ? link : nil
        } else {
            perform(outcome, handle, at: node)
        }
        releases[node]?.removeFirst()
        if releases[node]?.isEmpty == true { releases[node] = nil } else { scheduleRelease(at: node) }
    }

    // MARK: - Effects

    /// Applies what actors asked for, first in first out; what they ask for meanwhile comes behind.
    mutating func applyEffects() {
        repeat {
            var index = 0
            while index < context.effectCount {
                switch context.outbox[index] {
                case .originate(let message, let from, let to): originate(message, from: from, to: to)
                case .release(let handle, let release, let node): self.release(handle, release, at: node)
                case .arm(let timer, let time):
                    push(
                        Event(
                            at: min(time, .horizon), rank: .control, kind: .timer, generation: timer.generation,
                            handle: timer.index))
                case .tell(let party, let message, let from, let delay):
                    post(message, from: from, to: party, after: delay)
                case .record(let fact): note(fact)
                }
                index += 1
                precondition(index < 10_000_000, "effects without an end at \(now)")
            }
            context.clear()
            if !dueReleases.isEmpty { releaseNext(dueReleases.removeFirst()) }
        } while context.effectCount > 0 || !dueReleases.isEmpty
    }

    private mutating func expire(_ event: Event) {
        let timer = TimerHandle(index: event.handle, generation: event.generation)
        guard let key = context.timers.expire(timer) else { return }
        events.fold(event.key, UInt64(key.purpose.rawValue) << 8 | UInt64(event.kind.rawValue))
        switch key.owner {
        case .nve(let node): nves[nveIndex(of: node)].handle(.timer(key), now: now, in: &context)
        case .nva: nva.handle(.timer(key), now: now, in: &context)
        case .vm(let vm): askAgain(key, of: vm)
        case .detector(let index): runOut(key, of: Int(index))
        case .hypervisor(let host): associateAgain(VMID(key.token), at: host)
        case .vmManager: preconditionFailure("nobody waits for timer \(key)")
        }
        applyEffects()
    }

    /// The events that would have come next, for the message about a run that was given up.
    private mutating func describeNext(_ event: Event) -> [String] {
        var lines: [String] = []
        var next: Event? = event
        while let event = next, lines.count < 10 {
            lines.append("\(event.time) \(event.kind)" + describePacket(event))
            next = queue.pop()
        }
        return lines
    }

    private func describePacket(_ event: Event) -> String {
        guard event.kind == .arrival || event.kind == .scheduledArrival else { return "" }
        let packet = pool[PacketHandle(event.handle)]
        if packet.link == .cut { return " of a packet that was lost with its link" }
        return packet.flags.contains(.control)
            ? " of a control packet" : " of packet \(packet.flow.index):\(packet.serial) on link \(packet.link.index)"
    }
}

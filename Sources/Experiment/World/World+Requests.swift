import Fabric
import Guest
import Kernel
import Observe

/// Questions and answers: `kind: request-response` and `kind: ping`.
///
/// An answer is an event of its own, also where it follows at once, so that it never leaves in the midst of what the
/// request's delivery does.
extension World {
    /// What waits for a client that does not run.
    enum Parked: Sendable {
        /// The next request of a closed loop.
        case client(UInt32)
        /// A request that waits for its answer no longer.
        case timeout(UInt32)
    }

    /// A request falls due.
    mutating func ask(_ index: UInt32, key: UInt64) {
        let client = Int(index)
        let requests = requestSources[client].requests
        let place = places[Int(requests.vm.index)]
        events.fold(key, nodeHashes[Int(place.host.index)] ^ UInt64(requests.flow.index) << 32)
        let isRunning = place.state == .running
        if !isRunning, requestSources[client].isClosedLoop {
            parked.append(.client(index))
            return
        }
        let times = requestSources[client].drawTimes(in: &context)
        if isRunning {
            let measured = ledger.isMeasured(now) ? requestLedger.sent(by: client) : nil
            let request = Request(
                client: index, sentAt: now, service: times.service, pause: times.pause, place: measured)
            sendRequest(requestTable.insert(request))
        }
        let due = requestSources[client].next(after: now, in: &context)
        if due != .never { schedule(.request, .traffic, at: due, handle: index) }
    }

    /// Sends a request, for the first time or again, and sets the time at which its client has waited long enough.
    private mutating func sendRequest(_ slot: UInt32) {
        let client = Int(requestTable[slot].client)
        let isFirst = requestTable[slot].attempts == 0
        requestTable[slot].attempts += 1
        requestTable[slot].pending += 1
        if let retry = requestSources[client].retry {
            requestTable[slot].pending += 1
            schedule(.requestTimeout, .traffic, at: now + retry.timeout, handle: slot)
        }
        var packet =
            isFirst
            ? requestSources[client].requests.makePacket(now: now)
            : requestSources[client].requests.makeCopy(now: now)
        packet.flags.insert(.request)
        packet.extensionIndex = slot
        sendFollowed(packet, from: requestSources[client].requests.vm)
    }

    private mutating func sendFollowed(_ packet: PacketRecord, from vm: VMID) {
        if watchProbe.isWatched(packet.flow) { watchProbe.sent(packet.flow, now: now) }
        send(packet, from: places[Int(vm.index)].host)
    }

    /// A request has reached its server, or an answer its client.
    mutating func dialogueDelivered(_ packet: PacketRecord) {
        let slot = packet.extensionIndex
        if packet.flags.contains(.response) { return takeAnswer(slot) }
        let server = requestSources[Int(requestTable[slot].client)].server
        push(
            Event(
                at: now + requestTable[slot].service, rank: .traffic, kind: .response,
                generation: health.epoch(of: server), handle: slot))
    }

    /// The server has done its work. One that does not run says nothing, nor does one that has failed meanwhile.
    mutating func respond(_ event: Event) {
        let (slot, key) = (event.handle, event.key)
        let client = Int(requestTable[slot].client)
        let server = requestSources[client].server
        let place = places[Int(server.index)]
        let flow = UInt64(requestSources[client].responseFlow.index)
        events.fold(key, nodeHashes[Int(place.host.index)] ^ flow << 32)
        if place.state == .running, event.generation == health.epoch(of: server) & 0xff_ffff {
            sendFollowed(requestSources[client].makeResponse(to: slot, now: now), from: server)
        } else {
            if requestTable[slot].place != nil { requestLedger.notServed(client) }
            letGo(slot)
        }
    }

    private mutating func takeAnswer(_ slot: UInt32) {
        let request = requestTable[slot]
        let client = Int(request.client)
        requestTable[slot].state = .answered
        switch request.state {
        case .waiting:
            if let place = request.place {
                requestLedger.answered(client, place: place, after: now - request.sentAt, now: now)
            }
            askNext(request)
        case .failed: if request.place != nil { requestLedger.answeredLate(client) }
        case .answered: if request.place != nil { requestLedger.duplicated(client) }
        }
        letGo(slot)
    }

    /// A client has waited for an answer long enough: it asks again, or gives up.
    mutating func expireRequest(_ slot: UInt32, key: UInt64) {
        let request = requestTable[slot]
        let client = Int(request.client)
        let vm = requestSources[client].requests.vm
        let place = places[Int(vm.index)]
        events.fold(key, nodeHashes[Int(place.host.index)] ^ UInt64(EventKind.requestTimeout.rawValue))
        if request.state == .waiting, place.state != .running {
            parked.append(.timeout(slot))
            return
        }
        if request.state == .waiting {
            let most = requestSources[client].retry?.attempts ?? 1
            if request.attempts < most, now < sourcesEnd {
                if request.place != nil { requestLedger.retried(client) }
                sendRequest(slot)
            } else {
                fail(slot)
            }
        }
        letGo(slot)
    }

    private mutating func fail(_ slot: UInt32) {
        let request = requestTable[slot]
        requestTable[slot].state = .failed
        if request.place != nil { requestLedger.failed(Int(request.client)) }
        askNext(request)
    }

    /// A client has failed: it waits for no answer any more.
    mutating func failRequests(of vm: VMID) {
        for slot in requestTable.waitingSlots
        where requestSources[Int(requestTable[slot].client)].requests.vm == vm { fail(slot) }
    }

    /// A closed loop goes on when a request has come to its end.
    private mutating func askNext(_ request: Request) {
        let client = Int(request.client)
        if !requestSources[client].isClosedLoop { return }
        let due = requestSources[client].next(after: now, pause: request.pause)
        if due != .never { schedule(.request, .traffic, at: due, handle: request.client) }
    }

    /// One thing less belongs to a request: a packet, a timer, a service. When nothing does any more, no answer comes.
    mutating func letGo(_ slot: UInt32) {
        requestTable[slot].pending -= 1
        if requestTable[slot].pending > 0 { return }
        if requestTable[slot].state == .waiting { fail(slot) }
        requestTable.remove(slot)
    }

    /// A VM runs again: what its clients have put off is due now.
    mutating func wake(_ vm: VMID) {
        let waiting = parked
        parked = []
        for entry in waiting {
            let client =
                switch entry {
                case .client(let client): client
                case .timeout(let slot): requestTable[slot].client
                }
            if requestSources[Int(client)].requests.vm != vm {
                parked.append(entry)
                continue
            }
            switch entry {
            case .client(let client): schedule(.request, .traffic, at: now, handle: client)
            case .timeout(let slot): schedule(.requestTimeout, .traffic, at: now, handle: slot)
            }
        }
    }

    /// Closes the accounts of requests that have neither been answered nor given up.
    mutating func finishRequests() {
        for request in requestTable.waiting {
            if let place = request.place { requestLedger.unfinished(Int(request.client), place: place) }
        }
    }

    // MARK: - Bursts

    /// A source of bursts sends its next packet, or would if its VM ran.
    mutating func emitBurst(_ index: UInt32, key: UInt64) {
        let source = Int(index)
        let packets = burstSources[source].packets
        let place = places[Int(packets.vm.index)]
        events.fold(key, nodeHashes[Int(place.host.index)] ^ UInt64(packets.flow.index) << 32)
        if place.state == .running {
            if packets.isWatched { watchProbe.sent(packets.flow, now: now) }
            send(burstSources[source].packets.makePacket(now: now), from: place.host)
        }
        let due = burstSources[source].next(after: now, in: &context)
        if due != .never { schedule(.burst, .traffic, at: due, handle: index) }
    }
}

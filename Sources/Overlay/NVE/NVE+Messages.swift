public import Kernel

extension NVE {
    /// Handles what is not a tenant's packet: the hypervisor's calls, announcements, the NVA's messages, timers.
    public mutating func handle(_ input: Input, now: Instant, in context: inout Context) {
        switch input {
        case .message(let message, from: _): handle(message, now, &context)
        case .timer(let key): expire(key, &context)
        }
    }

    /// Makes room for so many more mappings.
    public mutating func reserve(_ entries: Int) {
        mappings.reserve(mappings.count + entries)
        neighbours.reserve(neighbours.count + entries)
    }

    /// Takes a mapping as known from the start.
    public mutating func preload(_ record: MappingRecord) {
        neighbours.update(record.address, to: record.hardware)
        let slot = mappings.findOrInsert(record.hardware)
        mappings[slot].vm = record.vm
        mappings[slot].sequence = record.sequence
        mappings[slot].locator = record.locator
        mappings[slot].place = record.locator == node ? .attached : .remote
    }

    private mutating func handle(_ message: Message, _ now: Instant, _ context: inout Context) {
        switch message {
        case .attach(let record): attach(record, &context)
        case .detach(let departure): detach(departure, now, &context)
        case .pause(let record): setPlace(.paused, record)
        case .resume(let record): setPlace(.attached, record)
        case .gratuitousARP(let record): register(record, &context)
        case .push(let record): learn(record, by: .push, &context)
        case .registrationReply: break
        case .registration: preconditionFailure("an NVE was sent a registration: \(message)")
        }
    }

    private mutating func attach(_ record: MappingRecord, _ context: inout Context) {
        let slot = mappings.findOrInsert(record.hardware)
        endRedirect(slot, &context)
        mappings[slot].departure = 0
        mappings[slot].place = .attached
        mappings[slot].locator = node
        mappings[slot].vm = record.vm
        mappings[slot].sequence = record.sequence
        mappings[slot].origin = .attach
        neighbours.update(record.address, to: record.hardware)
    }

    private mutating func setPlace(_ place: MappingEntry.Place, _ record: MappingRecord) {
        mappings[mappings.findOrInsert(record.hardware)].place = place
    }

    private mutating func detach(_ departure: Departure, _ now: Instant, _ context: inout Context) {
        let record = departure.record
        let slot = mappings.findOrInsert(record.hardware)
        mappings[slot].place = departure.redirectTo == .none ? .unknown : .remote
        mappings[slot].locator = departure.redirectTo
        mappings[slot].origin = .detach
        mappings[slot].departure = note(record, departure.redirectTo, now, &context)
    }

    /// Keeps in mind that an endpoint has left; with a new place known, redirects to it from now on (REQ-5-06).
    private mutating func note(
        _ record: MappingRecord, _ locator: NodeID, _ now: Instant, _ context: inout Context
    ) -> UInt16 {
        let place = departures.firstIndex { $0.endpoint == record.hardware } ?? departures.count
        precondition(place < Int(UInt16.max), "more than 65 534 endpoints have left NVE \(node.index)")
        if place == departures.count {
            departures.append(DepartureEntry(endpoint: record.hardware, vm: record.vm, state: .withoutRedirect))
        }
        departures[place].state = .withoutRedirect
        if locator != .none {
            let expiry = now + settings.redirectTimer
            let key = TimerKey(owner: .nve(node), purpose: .redirectExpiry, token: UInt32(place))
            departures[place].state = .redirecting(locator, context.arm(key, at: expiry))
            context.record(.redirectInstalled(record.vm, at: node, to: locator, expiry: expiry))
        }
        return UInt16(place + 1)
    }

    /// The VM is back: its redirect entry must go, or its packets would be sent away (DER-07).
    private mutating func endRedirect(_ slot: Int, _ context: inout Context) {
        if mappings[slot].departure == 0 { return }
        let place = Int(mappings[slot].departure) - 1
        if case .redirecting(_, let timer) = departures[place].state {
            context.disarm(timer)
            context.record(.redirectEnded(departures[place].vm, at: node, expired: false))
        }
        departures[place].state = .withoutRedirect
    }

    private mutating func expire(_ key: TimerKey, _ context: inout Context) {
        guard key.purpose == .redirectExpiry else { preconditionFailure("an NVE has no timer \(key)") }
        departures[Int(key.token)].state = .expired
        context.record(.redirectEnded(departures[Int(key.token)].vm, at: node, expired: true))
    }

    /// A VM announced itself at its virtual access point: tell the NVA that it is here (REQ-4.2-06, REQ-4.2-07).
    private mutating func register(_ record: MappingRecord, _ context: inout Context) {
        neighbours.update(record.address, to: record.hardware)
        switch settings.authority {
        case .host(let host): context.ask(.originate(.registration(record), from: node, to: host))
        case .outOfBand(let delay):
            context.ask(.tell(.nva, .registration(record), from: .nve(node), after: delay))
        }
    }

    /// Takes over a mapping from the NVA unless what it has is newer or its own (DER-06).
    private mutating func learn(_ record: MappingRecord, by kind: MessageKind, _ context: inout Context) {
        if let before = neighbours.update(record.address, to: record.hardware), before != record.hardware {
            context.record(.neighbourChanged(nve: node, record: record))
        }
        let slot = mappings.findOrInsert(record.hardware)
        let entry = mappings[slot]
        if entry.place == .attached || entry.place == .paused || entry.sequence > record.sequence { return }
        mappings[slot].place = .remote
        mappings[slot].locator = record.locator
        mappings[slot].vm = record.vm
        mappings[slot].sequence = record.sequence
        mappings[slot].origin = kind
        context.record(.mappingChanged(nve: node, record: record, from: entry.locator, by: kind))
    }
}

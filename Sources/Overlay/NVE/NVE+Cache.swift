public import Kernel

/// How mappings come, age and go.
extension NVE {
    /// Makes room for so many more mappings.
    public mutating func reserve(_ entries: Int) {
        mappings.reserve(mappings.count + entries)
        neighbours.reserve(neighbours.count + entries)
    }

    /// Gives back the room that the tables do not need: call once, when they hold what they hold at the start.
    public mutating func fit() {
        mappings.fit()
        neighbours.fit()
    }

    /// Takes a mapping as known from the start, learnt `age` before.
    public mutating func preload(_ record: MappingRecord, age: Duration = .zero) {
        resolve(record)
        let slot = mappings.findOrInsert(record.hardware)
        mappings[slot].vm = record.vm
        mappings[slot].sequence = record.sequence
        mappings[slot].locator = record.locator
        if record.locator == node {
            setPlace(.attached, of: slot)
            mappings[slot].locator = record.port
            return
        }
        if mappings[slot].place != .remote, let oldest = oldestIfFull(.zero) { setPlace(.unknown, of: oldest) }
        setPlace(.remote, of: slot)
        if settings.cache.capacity != nil { mappings.touch(slot) }
        if let timeout = settings.cache.timeout { mappings[slot].expiry = Instant.zero + (timeout - age) }
    }

    /// Arms the timers of preloaded mappings. Call once, at the start.
    public mutating func startAgeing(in context: inout Context) {
        if settings.cache.timeout == nil || settings.cache.requery == .lazy { return }
        // What expires at one instant does so in the order of VMs, not of the table.
        let slots = mappings.slotIndices.sorted { mappings[$0].endpoint.index < mappings[$1].endpoint.index }
        for slot in slots where mappings[slot].place == .remote {
            armExpiry(slot, &context)
        }
    }

    /// Takes over a mapping from the NVA unless what it has is newer or its own (DER-06). Returns whether it did.
    mutating func learn(
        _ record: MappingRecord, by kind: MessageKind, _ now: Instant, _ context: inout Context
    ) -> Bool {
        for address in record.addresses {
            guard let before = neighbours.update(address, to: record.hardware), before != record.hardware else {
                continue
            }
            context.record(.neighbourChanged(nve: node, record: record))
        }
        let slot = mappings.findOrInsert(record.hardware)
        if mappings[slot].place == .paused { giveUpFailed(slot, for: record) }
        let entry = mappings[slot]
        if entry.place == .attached || entry.place == .paused || entry.sequence > record.sequence { return false }
        mappings[slot].vm = record.vm
        mappings[slot].sequence = record.sequence
        context.record(
            .mappingChanged(
                nve: node, record: record, from: entry.place == .remote ? entry.locator : .none, by: kind))
        enter(slot, at: record.locator, now, &context)
        // A negative answer is refuted.
        if entry.state > 0, case .refused = states[Int(entry.state) - 1].query {
            states[Int(entry.state) - 1].query = .idle
        }
        return true
    }

    /// The VM is behind another NVE from now on: the mapping's life begins, and another may have to go for it.
    mutating func enter(_ slot: Int, at locator: NodeID, _ now: Instant, _ context: inout Context) {
        let isValid = mappings[slot].place == .remote && now < mappings[slot].expiry
        if !isValid, let oldest = oldestIfFull(now) { remove(oldest, why: .evicted, &context) }
        setPlace(.remote, of: slot)
        mappings[slot].locator = locator
        if settings.cache.capacity != nil { mappings.touch(slot) }
        guard let timeout = settings.cache.timeout else { return }
        mappings[slot].expiry = now + timeout
        if settings.cache.requery == .eager { armExpiry(slot, &context) }
    }

    /// A mapping was used by a packet.
    @inline(__always)
    mutating func noteUse(_ slot: Int, _ now: Instant) {
        if slidingLife > .zero { mappings[slot].expiry = now + slidingLife }
        if settings.cache.capacity != nil { mappings.touch(slot) }
    }

    mutating func remove(_ slot: Int, why: Removal, _ context: inout Context) {
        setPlace(.unknown, of: slot)
        mappings[slot].expiry = .never
        context.record(.mappingRemoved(nve: node, mappings[slot].vm, why: why))
    }

    /// The VM has left the place that this NVE may have in mind.
    mutating func invalidate(_ record: MappingRecord, _ context: inout Context) {
        let slot = mappings.find(record.hardware)
        if slot < 0 || mappings[slot].place != .remote || mappings[slot].sequence > record.sequence { return }
        remove(slot, why: .invalidated, &context)
    }

    /// The least recently used mapping, if a further one would be too many. What has expired needs no room.
    private func oldestIfFull(_ now: Instant) -> Int? {
        guard let capacity = settings.cache.capacity else { return nil }
        let valid = mappings.slotIndices.filter { mappings[$0].place == .remote && now < mappings[$0].expiry }
        if valid.count < Int(capacity) { return nil }
        return valid.min { mappings.lastUse(of: $0) < mappings.lastUse(of: $1) }
    }

    /// - Parameter start: the timer does not run out before.
    mutating func armExpiry(_ slot: Int, from start: Instant = .zero, _ context: inout Context) {
        let due = max(start, mappings[slot].expiry)
        if due >= settings.ageingEnd { return }
        let state = stateIndex(of: mappings[slot].endpoint, vm: mappings[slot].vm)
        if let timer = states[state].expiryTimer { context.disarm(timer) }
        states[state].expiryTimer = context.arm(key(.mappingExpiry, state), at: due)
    }

    /// Eager re-query: the mapping is over unless it was used or learnt meanwhile; the NVA is asked at once
    /// (REQ-4.2-25).
    mutating func mappingExpired(_ state: Int, _ now: Instant, _ context: inout Context) {
        states[state].expiryTimer = nil
        let slot = mappings.find(states[state].endpoint)
        if slot < 0 || mappings[slot].place != .remote || mappings[slot].expiry == .never { return }
        if mappings[slot].expiry > now {
            armExpiry(slot, &context)
            return
        }
        remove(slot, why: .expired, &context)
        _ = ask(state, now, &context)
    }
}

public import Kernel

/// What an NVE loses when it fails, and how it begins anew.
extension NVE {
    /// The NVE works no longer. Caches, redirect entries, queries, registrations and invalidations under way are gone;
    /// packets that waited here are lost (`node-down`), and no timer from before does anything any more. What comes to
    /// it from now on is lost until ``repair(in:)``.
    ///
    /// - Parameter keepsMappings: a planned restart; mappings of VMs elsewhere and neighbour entries are there again
    ///   after the repair, as old as they are by then.
    public mutating func fail(keepsMappings: Bool = false, now: Instant, in context: inout Context) {
        precondition(!isDown, "NVE \(node.index) fails twice")
        isDown = true
        epoch += 1
        for state in states.indices { abandon(state, &context) }
        forgetMappings(keeps: keepsMappings, now, &context)
        states = []
        buffered = 0
        invalidations = SpacedTrain(spacing: settings.invalidate.spacing)
    }

    /// The NVE works again. It serves no VM until the hypervisor names those that are here (`restore`).
    public mutating func repair(now: Instant, in context: inout Context) {
        precondition(isDown, "NVE \(node.index) works already")
        isDown = false
        guard let kept = keptMappings else { return }
        keptMappings = nil
        neighbours = kept.neighbours
        for record in kept.records {
            let slot = mappings.findOrInsert(record.endpoint)
            (mappings[slot].vm, mappings[slot].sequence) = (record.vm, record.sequence)
            (mappings[slot].locator, mappings[slot].expiry) = (record.locator, record.expiry)
            setPlace(.remote, of: slot)
            if settings.cache.timeout != nil, settings.cache.requery == .eager { armExpiry(slot, from: now, &context) }
        }
    }

    /// The hypervisor names a VM that is behind this NVE, which has lost all that it knew: the NVA is told at once, for
    /// the VM announces nothing.
    mutating func restore(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        attach(record, &context)
        for part in settings.batch ? [record] : record.addresses.map(record.alone) { register(part, now, &context) }
    }

    /// The VM has failed; the NVE has it still, until it hears of it elsewhere.
    mutating func halt(_ record: MappingRecord) {
        let slot = mappings.findOrInsert(record.hardware)
        if mappings[slot].place != .attached, mappings[slot].place != .paused { return }
        setPlace(.paused, of: slot)
        states[stateIndex(of: record.hardware, vm: record.vm)].hasFailed = true
    }

    /// What is lost for a VM that is here and does not run.
    func causeOfSilence(_ slot: Int) -> LossCause {
        let state = Int(mappings[slot].state) - 1
        return state >= 0 && states[state].hasFailed ? .nodeDown : .guestPaused
    }

    /// News of another place for a VM that has failed here: it has left.
    mutating func giveUpFailed(_ slot: Int, for record: MappingRecord) {
        let state = Int(mappings[slot].state) - 1
        if state < 0 || !states[state].hasFailed || mappings[slot].sequence >= record.sequence { return }
        states[state].hasFailed = false
        states[state].departure = .left
        setPlace(.unknown, of: slot)
    }

    private mutating func abandon(_ state: Int, _ context: inout Context) {
        for packet in states[state].waiting {
            context.ask(.release(packet.handle, .drop(.nodeDown), at: node))
        }
        states[state].waiting = []
        if case .redirecting = states[state].departure {
            context.record(.redirectEnded(states[state].vm, at: node, expired: false))
        }
    }

    private mutating func forgetMappings(keeps: Bool, _ now: Instant, _ context: inout Context) {
        let slots = mappings.slotIndices.filter { mappings[$0].place == .remote }
            .sorted { mappings[$0].endpoint.index < mappings[$1].endpoint.index }
        if keeps {
            let valid = slots.filter { now < mappings[$0].expiry }.map { mappings[$0] }
            keptMappings = KeptMappings(records: valid, neighbours: neighbours)
        } else {
            for slot in slots { context.record(.mappingRemoved(nve: node, mappings[slot].vm, why: .nodeFailed)) }
        }
        for slot in slots { setPlace(.unknown, of: slot) }
        mappings = MappingTable()
        neighbours = NeighbourTable()
    }
}

/// What survives a planned restart.
struct KeptMappings: Sendable {
    let records: [MappingEntry]
    let neighbours: NeighbourTable
}

import Kernel

/// Packets that wait at an NVE: for the answer to a query, or for the VM itself.
extension NVE {
    /// Keeps a packet, behind those that wait for the same VM already; too many are lost.
    mutating func hold(
        _ packet: inout PacketRecord, _ handle: PacketHandle, _ state: Int, limit: UInt32, isInFlight: Bool,
        _ now: Instant, _ context: inout Context
    ) -> Outcome {
        let present = states[state].waiting.count { $0.isInFlight == isInFlight }
        if present >= Int(limit) { return .drop(.bufferOverflow) }
        packet.flags.insert(.buffered)
        states[state].waiting.append(EndpointState.Waiting(handle: handle, since: now, isInFlight: isInFlight))
        if isInFlight { buffered += 1 }
        armBufferTimer(state, &context)
        return .held
    }

    /// The first packet that may wait only so long decides when the timer runs out.
    private mutating func armBufferTimer(_ state: Int, _ context: inout Context) {
        guard let lifetime = settings.redirect.buffer.lifetime, states[state].bufferTimer == nil,
            let first = states[state].waiting.first(where: \.isInFlight)
        else { return }
        states[state].bufferTimer = context.arm(key(.bufferExpiry, state), at: first.since + lifetime)
    }

    /// Loses the packets that have waited as long as they may.
    mutating func expireBuffer(_ state: Int, _ now: Instant, _ context: inout Context) {
        guard let lifetime = settings.redirect.buffer.lifetime else { return }
        states[state].bufferTimer = nil
        settle(state, &context, with: .drop(.bufferExpired)) { $0.isInFlight && $0.since + lifetime <= now }
        armBufferTimer(state, &context)
    }

    /// The VM's place is known: packets that wait for it go on in the order in which they came, those out of tunnels
    /// only where a redirect entry takes them and never while they wait for the VM itself.
    mutating func goOn(_ state: Int, isRedirecting: Bool, _ context: inout Context) {
        let takesAll = isRedirecting && !holdsForVM(state)
        settle(state, &context, with: .forward) { takesAll || !$0.isInFlight }
    }

    /// Whether in-flight packets wait here for the VM itself.
    func holdsForVM(_ state: Int) -> Bool { states[state].isExpected && settings.redirect.buffer.at == .new }

    /// Lets packets that wait go on, in order.
    mutating func settle(
        _ state: Int, _ context: inout Context, with release: Release,
        where applies: (EndpointState.Waiting) -> Bool = { _ in true }
    ) {
        if states[state].waiting.isEmpty { return }
        for packet in states[state].waiting where applies(packet) {
            context.ask(.release(packet.handle, release, at: node))
            if packet.isInFlight { buffered -= 1 }
        }
        states[state].waiting.removeAll(where: applies)
        if let timer = states[state].bufferTimer, !states[state].waiting.contains(where: \.isInFlight) {
            context.disarm(timer)
            states[state].bufferTimer = nil
        }
    }

    func key(_ purpose: TimerKey.Purpose, _ state: Int) -> TimerKey {
        TimerKey(owner: .nve(node), purpose: purpose, token: UInt32(state), epoch: epoch)
    }

    /// The place of an endpoint's state, made if there is none.
    mutating func stateIndex(of endpoint: EndpointID, vm: VMID = .none) -> Int {
        let slot = mappings.findOrInsert(endpoint)
        if mappings[slot].state > 0 { return Int(mappings[slot].state) - 1 }
        states.append(EndpointState(endpoint: endpoint, vm: vm != .none ? vm : mappings[slot].vm))
        mappings[slot].state = UInt32(states.count)
        return states.count - 1
    }
}

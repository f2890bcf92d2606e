public import Kernel
import Wire

/// A Network Virtualization Edge in the hypervisor of a host or in a switch (RFC 8014; REQ-1-08): encapsulates what its
/// VMs send, delivers what comes for them, and keeps mappings of the VMs that are elsewhere.
///
/// It is a state machine without clock, queue or generator: a packet or a message in, an outcome and effects out.
public struct NVE: Sendable {
    // What every packet needs stands first, on one or two cache lines.
    public let node: NodeID
    private let encapsulatedExtraBytes: UInt32
    /// The life of a mapping from its last use; zero where mappings do not age so.
    let slidingLife: Duration
    /// Where endpoints are. With an unchanged MAC this is what a move makes stale (DEC-05).
    public var mappings = MappingTable()
    let tracksUse: Bool
    let settings: NVESettings
    /// What the NVE answers ARP from.
    public internal(set) var neighbours = NeighbourTable()
    /// In-flight packets that wait here, for all VMs.
    var buffered: UInt32 = 0
    /// Endpoints about which something is out of the ordinary.
    var states: ContiguousArray<EndpointState> = []
    /// Invalidations that wait for their turn.
    var invalidations: SpacedTrain
    /// Mappings of VMs elsewhere in the table. One that has expired stays until somebody asks for it.
    public private(set) var mappingsHeld = Level()
    /// It has failed and does nothing. Its tables are empty then, so that no packet's common way asks for this.
    public internal(set) var isDown = false
    /// How often it has failed.
    var epoch: UInt32 = 0
    /// Which of the NVA's replicas it speaks to.
    var replica = 0
    /// Since when.
    var replicaSince = Instant.zero
    var keptMappings: KeptMappings?

    public init(node: NodeID, settings: NVESettings) {
        self.node = node
        self.settings = settings
        encapsulatedExtraBytes = settings.encapsulatedExtraBytes
        slidingLife = settings.slidingLife
        tracksUse = settings.tracksUse
        invalidations = SpacedTrain(spacing: settings.invalidate.spacing)
    }

    /// Handles a tenant's packet: from one of its VMs (`.tenant`), out of a tunnel (`.underlay`), or one that it has
    /// held (`.buffer`).
    @inline(__always)
    public mutating func forward(
        _ packet: inout PacketRecord, _ handle: PacketHandle, from port: Port, now: Instant, in context: inout Context
    ) -> Outcome {
        let slot = mappings.find(packet.destination)
        if port == .underlay {
            if slot >= 0, mappings[slot].place == .attached { return .deliver(mappings[slot].vm) }
            return arriveAstray(&packet, handle, slot, now, &context)
        }
        if port == .buffer, packet.segments > 0 { return resumeInFlight(&packet, handle, slot, now, &context) }
        if slot >= 0, mappings[slot].place == .remote, now < mappings[slot].expiry {
            if tracksUse { noteUse(slot, now) }
            encapsulate(&packet, to: mappings[slot].locator)
            return .send(.underlay)
        }
        return sendAside(&packet, handle, slot, now, &context)
    }

    /// The host behind which a VM of this NVE is.
    public func port(of endpoint: EndpointID) -> NodeID {
        let slot = mappings.find(endpoint)
        precondition(slot >= 0, "endpoint \(endpoint.index) is not behind NVE \(node.index)")
        return mappings[slot].locator
    }

    /// Whether invalidations because of a move have not left yet.
    public func hasInvalidations(of move: MoveID) -> Bool { invalidations.holds { $0.record.move == move } }

    /// Where an endpoint is from now on: the one place through which an entry's place changes.
    mutating func setPlace(_ place: MappingEntry.Place, of slot: Int) {
        if mappings[slot].place == .remote { mappingsHeld.fall() }
        mappings[slot].place = place
        if place == .remote { mappingsHeld.rise() }
    }

    /// Starts an overlay segment.
    @inline(__always)
    func encapsulate(_ packet: inout PacketRecord, to locator: NodeID) {
        packet.outerSource = node
        packet.outerDestination = locator
        packet.frameBytes = packet.innerBytes &+ encapsulatedExtraBytes
        packet.segments &+= 1
    }

    /// A VM's packet whose destination is here too, or for which there is no valid mapping (REQ-4.2-17).
    @inline(never)
    private mutating func sendAside(
        _ packet: inout PacketRecord, _ handle: PacketHandle, _ slot: Int, _ now: Instant, _ context: inout Context
    ) -> Outcome {
        if isDown { return .drop(.nodeDown) }
        if slot >= 0, mappings[slot].place == .attached { return .deliver(mappings[slot].vm) }
        if slot >= 0, mappings[slot].place == .paused { return .drop(causeOfSilence(slot)) }
        if slot >= 0, mappings[slot].place == .remote { remove(slot, why: .expired, &context) }
        switch settings.miss {
        case .drop: return .drop(.noMapping)
        case .viaGateway: return .drop(.noGateway)
        case .queryDrop, .queryQueue: break
        }
        let state = stateIndex(of: packet.destination)
        if !ask(state, now, &context) { return .drop(.noAnswer) }
        if settings.miss == .queryDrop { return .drop(.awaitingAnswer) }
        return hold(&packet, handle, state, limit: settings.missQueue, isInFlight: false, now, &context)
    }

    /// A packet came out of a tunnel for a VM that does not run here.
    @inline(never)
    private mutating func arriveAstray(
        _ packet: inout PacketRecord, _ handle: PacketHandle, _ slot: Int, _ now: Instant, _ context: inout Context
    ) -> Outcome {
        if isDown { return .drop(.nodeDown) }
        if slot >= 0, mappings[slot].place == .paused { return .drop(causeOfSilence(slot)) }
        let state = slot >= 0 ? Int(mappings[slot].state) - 1 : -1
        let isExpected = state >= 0 && states[state].isExpected
        guard state >= 0, states[state].hasLeft else {
            packet.flags.insert(.early)
            return isExpected ? awaitVM(&packet, handle, state, now, &context) : .drop(.notAttached)
        }
        packet.flags.insert(.misdirected)
        let ingress = packet.outerSource
        let outcome =
            isExpected
            ? awaitVM(&packet, handle, state, now, &context) : redirect(&packet, handle, state, now, &context)
        let isRelayed = outcome == .send(.underlay)
        context.record(.misdirected(states[state].vm, at: node, ingress: ingress, relayed: isRelayed))
        return outcome
    }

    /// A packet for a VM that is on its way here waits for it, or is too early. It never goes after the VM to where it
    /// went when it left from here last: it would come round again (DER-07).
    private mutating func awaitVM(
        _ packet: inout PacketRecord, _ handle: PacketHandle, _ state: Int, _ now: Instant, _ context: inout Context
    ) -> Outcome {
        if settings.redirect.buffer.at != .new { return .drop(.notAttached) }
        return holdInFlight(&packet, handle, state, now, &context)
    }

    /// In-flight packets go on to the new NVE while the redirect entry lives (REQ-5-01), never back where they came
    /// from (DER-07) or, from an NVE in a switch, only once.
    private mutating func redirect(
        _ packet: inout PacketRecord, _ handle: PacketHandle, _ state: Int, _ now: Instant, _ context: inout Context
    ) -> Outcome {
        switch states[state].departure {
        case .none: preconditionFailure("endpoint \(packet.destination.index) has not left NVE \(node.index)")
        case .redirecting(let locator, _):
            if locator == packet.outerSource, !settings.returnsOnce || packet.flags.contains(.redirected) {
                return .drop(.staleNoRedirect)
            }
            states[state].lastRedirect = now
            relay(&packet, to: locator)
            return .send(.underlay)
        case .left:
            switch settings.redirect.learn {
            case .none, .preinstalled, .moveRequest: return .drop(.staleNoRedirect)
            case .nvaPush:
                if settings.redirect.buffer.at != .old { return .drop(.staleNoRedirect) }
                return holdInFlight(&packet, handle, state, now, &context)
            case .query: return awaitPlace(&packet, handle, state, now, &context)
            }
        case .expired:
            if settings.redirect.onExpiry == .drop { return .drop(.redirectExpired) }
            let outcome = awaitPlace(&packet, handle, state, now, &context)
            if outcome != .drop(.noAnswer) { states[state].seeksNewRedirect = true }
            return outcome
        }
    }

    /// Asks the NVA where the VM has gone; meanwhile the packet waits or is lost (REQ-4.2-18).
    private mutating func awaitPlace(
        _ packet: inout PacketRecord, _ handle: PacketHandle, _ state: Int, _ now: Instant, _ context: inout Context
    ) -> Outcome {
        if !ask(state, now, &context) { return .drop(.noAnswer) }
        if settings.redirect.buffer.at != .old { return .drop(.awaitingAnswer) }
        return holdInFlight(&packet, handle, state, now, &context)
    }

    private mutating func holdInFlight(
        _ packet: inout PacketRecord, _ handle: PacketHandle, _ state: Int, _ now: Instant, _ context: inout Context
    ) -> Outcome {
        if let most = settings.redirect.buffer.nveLimit, buffered >= most { return .drop(.bufferOverflow) }
        return hold(&packet, handle, state, limit: settings.redirect.buffer.limit, isInFlight: true, now, &context)
    }

    private func relay(_ packet: inout PacketRecord, to locator: NodeID) {
        packet.flags.insert(.redirected)
        packet.relay = node
        encapsulate(&packet, to: locator)
    }

    /// A packet that came out of a tunnel has waited here: the redirect entry is there now, or over again while the
    /// wire was busy, or the VM is back.
    @inline(never)
    private mutating func resumeInFlight(
        _ packet: inout PacketRecord, _ handle: PacketHandle, _ slot: Int, _ now: Instant, _ context: inout Context
    ) -> Outcome {
        if slot >= 0, mappings[slot].place == .attached { return .deliver(mappings[slot].vm) }
        if slot >= 0, mappings[slot].place == .paused { return .drop(causeOfSilence(slot)) }
        let state = slot >= 0 ? Int(mappings[slot].state) - 1 : -1
        guard state >= 0, states[state].hasLeft else { return .drop(.staleNoRedirect) }
        if states[state].isExpected { return awaitVM(&packet, handle, state, now, &context) }
        return redirect(&packet, handle, state, now, &context)
    }
}

public import Kernel
import Wire

/// A Network Virtualization Edge in the hypervisor of a host (RFC 8014; REQ-1-08): encapsulates what its VMs send,
/// delivers what comes for them, and keeps mappings of the VMs that are elsewhere.
///
/// It is a state machine without clock, queue or generator: a packet or a message in, an outcome and effects out.
public struct NVE: Sendable {
    public let node: NodeID
    let settings: NVESettings
    /// Where endpoints are. With an unchanged MAC this is what a move makes stale (DEC-05).
    public var mappings = MappingTable()
    /// What the NVE answers ARP from.
    public internal(set) var neighbours = NeighbourTable()
    /// Endpoints that have left from here, with or without a redirect entry.
    var departures: ContiguousArray<DepartureEntry> = []

    public init(node: NodeID, settings: NVESettings) {
        self.node = node
        self.settings = settings
    }

    /// Handles a tenant's packet: from one of its VMs (`.tenant`), or out of a tunnel (`.underlay`).
    @inline(__always)
    public mutating func forward(
        _ packet: inout PacketRecord, _ handle: PacketHandle, from port: Port, now: Instant, in context: inout Context
    ) -> Outcome {
        let slot = mappings.find(packet.destination)
        if port == .tenant { return sendOut(&packet, slot) }
        if slot >= 0, mappings[slot].place == .attached { return .deliver(mappings[slot].vm) }
        return missed(&packet, slot, &context)
    }

    @inline(__always)
    private func sendOut(_ packet: inout PacketRecord, _ slot: Int) -> Outcome {
        if slot < 0 { return .drop(.noMapping) }
        switch mappings[slot].place {
        case .remote:
            encapsulate(&packet, to: mappings[slot].locator)
            return .send(.underlay)
        case .attached: return .deliver(mappings[slot].vm)
        case .paused: return .drop(.guestPaused)
        case .unknown: return .drop(.noMapping)
        }
    }

    /// Starts an overlay segment.
    @inline(__always)
    private func encapsulate(_ packet: inout PacketRecord, to locator: NodeID) {
        packet.outerSource = node
        packet.outerDestination = locator
        packet.frameBytes = packet.innerBytes &+ settings.encapsulatedExtraBytes
        packet.segments &+= 1
    }

    /// A packet came out of a tunnel for a VM that does not run here (REQ-2-07).
    @inline(never)
    private mutating func missed(_ packet: inout PacketRecord, _ slot: Int, _ context: inout Context) -> Outcome {
        if slot >= 0, mappings[slot].place == .paused { return .drop(.guestPaused) }
        guard slot >= 0, mappings[slot].departure > 0 else {
            packet.flags.insert(.early)
            return .drop(.notAttached)
        }
        packet.flags.insert(.misdirected)
        let ingress = packet.outerSource
        let outcome = redirect(&packet, departures[Int(mappings[slot].departure) - 1])
        let isRelayed = outcome == .send(.underlay)
        context.record(.misdirected(mappings[slot].vm, at: node, ingress: ingress, relayed: isRelayed))
        return outcome
    }

    /// In-flight packets go on to the new NVE while the redirect entry lives (REQ-5-01), never back where they came
    /// from (DER-07).
    private func redirect(_ packet: inout PacketRecord, _ departure: DepartureEntry) -> Outcome {
        switch departure.state {
        case .withoutRedirect: return .drop(.staleNoRedirect)
        case .expired: return .drop(.redirectExpired)
        case .redirecting(let locator, _):
            if locator == packet.outerSource { return .drop(.staleNoRedirect) }
            packet.flags.insert(.redirected)
            packet.relay = node
            encapsulate(&packet, to: locator)
            return .send(.underlay)
        }
    }
}

/// An endpoint that has left this NVE.
struct DepartureEntry: Sendable {
    enum State: Sendable {
        /// The new place is not known, and will not be.
        case withoutRedirect
        /// Packets go on to the new NVE until the timer runs out.
        case redirecting(NodeID, TimerHandle)
        /// The timer has run out.
        case expired
    }

    var endpoint: EndpointID
    let vm: VMID
    var state: State
}

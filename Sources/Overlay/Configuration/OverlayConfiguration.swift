public import Kernel
public import Wire

/// Section `overlay:` — encapsulation and virtual networks.
public struct OverlayConfiguration: Hashable, Sendable {
    public enum Encapsulation: String, CaseIterable, Sendable {
        /// RFC 7348 over IPv4: 50 bytes a frame.
        case vxlan
    }

    public var encapsulation = Encapsulation.vxlan
    public var networks: [NetworkConfiguration] = []

    public init() {}
}

/// An entry of `networks:` — one virtual network, or `count` alike.
public struct NetworkConfiguration: Hashable, Sendable {
    public enum Mode: String, CaseIterable, Sendable {
        /// A Layer-2 network: forwards on MAC addresses.
        case l2
    }

    public var name = ""
    /// The tenant that owns it; empty = a tenant of the network's own name.
    public var tenant = ""
    /// VXLAN network identifier, 1 to 16 777 215; nil = `auto`: the smallest free one from 5001 on.
    public var vni: UInt32?
    public var mode = Mode.l2
    public var subnet = IPv4Prefix(address: IPv4Address(0x0a00_0000), length: 16)
    /// With more than one: networks `name[0]`, `name[1]`, …, each with a VNI of its own and the same subnet.
    public var count = 1

    public init() {}
}

/// Section `nva:` — the Network Virtualization Authority: directory of who is where.
public struct NVAConfiguration: Hashable, Sendable {
    public enum Place: Hashable, Sendable {
        /// At a host of the underlay: its messages travel as packets.
        case host(String)
        /// Reached over an ideal channel with the fixed delay `delay`.
        case outOfBand
    }

    public enum Distribution: String, CaseIterable, Sendable {
        /// The NVA sends each changed mapping to the NVEs.
        case push
        /// It only answers the NVE that registered.
        case none
    }

    public enum PushTargets: String, CaseIterable, Sendable {
        /// NVEs that serve a VM of the network, or did since the start.
        case members
        /// Every NVE.
        case all
    }

    public var at = Place.outOfBand
    /// One-way delay of the channel when out of band.
    public var delay = Duration.zero
    public var costs = NVACosts()
    public var distribution = Distribution.push
    public var pushTargets = PushTargets.members
    /// Hosts that are pushed first, in this order; the others follow by number.
    public var pushOrder: [String] = []

    public init() {}
}

/// `costs:` — service times of the NVA, a server that handles one message after another.
public struct NVACosts: Hashable, Sendable {
    /// Handling a registration.
    public var registration = Duration.microseconds(20)
    /// Sending the reply to a registration, once the record is in force; it keeps the server.
    public var reply = Duration.zero
    /// Sending one push, after the reply; it keeps the server.
    public var push = Duration.zero
    /// The least time between the departures of two pushes; it does not keep the server.
    public var spacing = Duration.microseconds(2)

    public init() {}
}

/// Section `nve:` — Network Virtualization Edges.
public struct NVEConfiguration: Hashable, Sendable {
    public enum Placement: String, CaseIterable, Sendable {
        /// One in the hypervisor of each host.
        case hypervisor
    }

    public enum Miss: String, CaseIterable, Sendable {
        /// A tenant's packet without a mapping is lost with cause `no-mapping`.
        case drop
    }

    public var placement = Placement.hypervisor
    public var miss = Miss.drop

    public init() {}
}

/// Section `redirect:` — what the old NVE does with packets that still come for a VM that has left.
public struct RedirectConfiguration: Hashable, Sendable {
    public enum Learn: String, CaseIterable, Sendable {
        /// It never learns the new place: such packets are lost.
        case none
        /// The VM manager installs the new place when the VM detaches.
        case preinstalled
    }

    public enum OnExpiry: String, CaseIterable, Sendable {
        /// Packets after the timer are lost with cause `redirect-expired`.
        case drop
    }

    public var learn = Learn.none
    /// How long the entry lives, from the later of installation and detach (DEC-08).
    public var timer = Duration.seconds(30)
    public var onExpiry = OnExpiry.drop

    public init() {}
}

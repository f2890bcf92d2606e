public import Kernel
public import Wire

/// Section `overlay:` — encapsulation and virtual networks.
public struct OverlayConfiguration: Hashable, Sendable {
    public enum Encapsulation: String, CaseIterable, Sendable {
        /// RFC 7348: 50 bytes a frame over IPv4, 70 over IPv6.
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
    /// That tenant shares an NVE with no other.
    public var exclusive = false
    /// VXLAN network identifier, 1 to 16 777 215; nil = `auto`: the smallest free one from 5001 on.
    public var vni: UInt32?
    public var mode = Mode.l2
    /// Its family is that of the network: its VMs speak IPv4 or IPv6.
    public var subnet = IPPrefix(address: IPAddress(.ipv4, 0x0a00_0000), length: 16)
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
        /// NVEs that asked for the VM's mapping, were pushed it or held it from the start (DEC-11).
        case communicating
        /// NVEs that serve a VM of the network, or did since the start.
        case members
        /// Every NVE.
        case all
    }

    /// What the NVA does with the record of a VM that has left its NVE and is not registered elsewhere yet (DEC-06).
    public enum OnDetach: String, CaseIterable, Sendable {
        /// The old NVE deregisters; whoever asks meanwhile is told to wait, and answered when the VM is registered.
        case hold
        /// The old NVE does not deregister: the old place is given out until the new one is registered.
        case keep
        /// The old NVE deregisters; whoever asks meanwhile is told that there is no such VM.
        case withdraw
    }

    public enum Unknown: String, CaseIterable, Sendable {
        /// A query for a VM without a place gets a negative answer.
        case negative
        /// It gets none.
        case silent
    }

    public var at = Place.outOfBand
    /// One-way delay of the channel when out of band.
    public var delay = Duration.zero
    public var costs = NVACosts()
    public var distribution = Distribution.push
    public var pushTargets = PushTargets.members
    /// Hosts whose NVEs are pushed first, in this order; the others follow by number. Where NVEs are in switches, one
    /// host names the NVE of its switch.
    public var pushOrder: [String] = []
    public var onDetach = OnDetach.hold
    /// How long a query is held before it gets a negative answer.
    public var holdTimeout = Duration.seconds(60)
    public var unknown = Unknown.negative
    /// How long an NVE lets a negative answer stand before it asks again.
    public var negativeLifetime = Duration.seconds(1)
    /// Chance that a message between an NVE and the NVA is lost on its way, in either direction, besides what links
    /// lose. Messages within one host are not lost.
    public var controlLoss = Ratio(billionths: 0)
    /// One registration, and one push to each NVE, for all addresses of a VM; else one for each (REQ-3-02).
    public var batch = true
    public var replicas = ReplicaConfiguration()

    /// How many NVAs there are that stand for one.
    public var replicaCount: UInt32 {
        at == .outOfBand ? replicas.count : UInt32(replicas.places.count) + 1
    }

    public init() {}
}

/// `costs:` — service times of the NVA, a server that handles one message after another.
public struct NVACosts: Hashable, Sendable {
    /// Handling a registration or a deregistration.
    public var registration = Duration.microseconds(20)
    /// Handling a query.
    public var query = Duration.microseconds(20)
    /// Sending the reply to a registration, once the record is in force; it keeps the server.
    public var reply = Duration.zero
    /// Sending one push, after the reply; it keeps the server.
    public var push = Duration.zero
    /// The least time between the departures of two pushes; it does not keep the server.
    public var spacing = Duration.microseconds(2)

    public init() {}
}

/// Section `nva.replicas:` — further NVAs that take over when the one in charge fails (DER-11).
public struct ReplicaConfiguration: Hashable, Sendable {
    /// All replicas of an NVA out of band, 1 to 16.
    public var count: UInt32 = 1
    /// Hosts of the replicas beside the one at `nva.at`, in the order in which they take over; at most 15.
    public var places: [String] = []
    /// From the failure of the one in charge until the next one is.
    public var takeover = Duration.seconds(1)

    public init() {}
}

public import Kernel

/// Section `nve:` — Network Virtualization Edges.
public struct NVEConfiguration: Hashable, Sendable {
    public enum Placement: String, CaseIterable, Sendable {
        /// One in the hypervisor of each host.
        case hypervisor
        /// One in each switch at which hosts are (REQ-1-08). It learns of attach and detach at once, from the
        /// orchestrator; frames and announcements cross the host's link natively, also from one VM of a host to another
        /// (reflective relay, IEEE 802.1Qbg). A pause is the hypervisor's own affair: the NVE is not told.
        case leaf
        /// As `leaf`, but it learns of attach and detach by messages over the host's link (associate and de-associate
        /// of VDP), and frames carry a VLAN tag there: the network side of a split NVE (RFC 8394). Such a message
        /// is not repeated when the link loses it.
        case split
    }

    /// What becomes of a VM's packet for whose destination its NVE has no valid mapping (REQ-4.2-17).
    public enum Miss: String, CaseIterable, Sendable {
        /// It is lost with cause `no-mapping`.
        case drop
        /// The NVE asks the NVA; packets are lost with cause `awaiting-answer` until the answer is there.
        case queryDrop = "query-drop"
        /// The NVE asks the NVA; packets wait for the answer.
        case queryQueue = "query-queue"
        /// It goes to the network's gateway, which knows all mappings; where there is none it is lost with cause
        /// `no-gateway` (REQ-4.1-03).
        case viaGateway = "via-gateway"
    }

    public var placement = Placement.hypervisor
    public var miss = Miss.queryDrop
    /// query-queue: the most packets that wait for one VM's answer at one NVE; more are lost (`buffer-overflow`).
    public var missQueue: UInt32 = 100
    public var cache = CacheConfiguration()
    public var query = QueryConfiguration()

    public init() {}
}

/// `cache:` — how long and how many mappings an NVE keeps.
public struct CacheConfiguration: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// An entry ends its timeout after it was learnt.
        case hard
        /// Each packet that uses the entry starts its timeout anew (DEC-18).
        case sliding
    }

    public enum Requery: String, CaseIterable, Sendable {
        /// The NVE asks the NVA at the instant of expiry.
        case eager
        /// The next packet after the expiry makes it ask.
        case lazy
    }

    /// nil = entries do not age.
    public var timeout: Duration?
    public var kind = Kind.hard
    public var requery = Requery.eager
    /// The most mappings of VMs elsewhere; the least recently used one makes room. nil = no limit.
    public var capacity: UInt32?

    public init() {}
}

/// `query:` — how an NVE repeats queries and registrations that stay without an answer.
public struct QueryConfiguration: Hashable, Sendable {
    public var timeout = Duration.milliseconds(100)
    /// Repetitions after the first time, 0 to 100.
    public var retries: UInt32 = 3

    public init() {}
}

/// Why a packet was lost: what the node that dropped it knows. Exactly one for each lost packet (DER-03).
public enum LossCause: UInt8, CaseIterable, Sendable {
    /// The VM is attached here and paused.
    case guestPaused
    /// It came to an NVE where the VM has never been attached: usually the new one, before attach.
    case notAttached
    /// The sender's NVE knows no place for the destination.
    case noMapping
    /// The VM has left this NVE, which knows no new place.
    case staleNoRedirect
    /// The VM has left this NVE, and the redirect entry has run out.
    case redirectExpired
    /// The NVE has asked the NVA where the VM is, and waits for the answer.
    case awaitingAnswer
    /// The NVA gave no answer, or a negative one that still stands.
    case noAnswer
    /// The packet would have waited, but too many waited already.
    case bufferOverflow
    /// The packet waited for the VM longer than packets may.
    case bufferExpired
    /// A link's queue was full.
    case queueFull
    /// The IP packet is longer than the link carries.
    case mtu
    /// The link had failed, or failed while the packet was on it or waited for it.
    case linkDown
    /// The packet has taken all underlay hops that it may.
    case hopLimit
    /// It should have gone by a gateway, and there is none.
    case noGateway
    /// The sender's guest does not know the destination's MAC address: too many packets waited for it, or nobody told.
    case neighbourUnresolved
    /// A node, or the VM itself, had failed, or failed while it had the packet.
    case nodeDown

    /// Whether a packet is lost so because a VM is on its way or a mapping is wrong, and not for want of room.
    public var isOfMobility: Bool {
        switch self {
        case .guestPaused, .notAttached, .noMapping, .noGateway, .staleNoRedirect, .redirectExpired, .awaitingAnswer,
            .noAnswer, .bufferOverflow, .bufferExpired, .neighbourUnresolved:
            true
        case .queueFull, .linkDown, .mtu, .hopLimit, .nodeDown: false
        }
    }

    /// The name in files and messages.
    public var name: String {
        switch self {
        case .guestPaused: "guest-paused"
        case .notAttached: "not-attached"
        case .noMapping: "no-mapping"
        case .staleNoRedirect: "stale-no-redirect"
        case .redirectExpired: "redirect-expired"
        case .awaitingAnswer: "awaiting-answer"
        case .noAnswer: "no-answer"
        case .bufferOverflow: "buffer-overflow"
        case .bufferExpired: "buffer-expired"
        case .queueFull: "queue-full"
        case .mtu: "mtu"
        case .linkDown: "link-down"
        case .hopLimit: "hop-limit"
        case .noGateway: "no-gateway"
        case .neighbourUnresolved: "neighbour-unresolved"
        case .nodeDown: "node-down"
        }
    }
}

/// Where the destination VM was when a packet for it was lost, seen from the place that lost it.
public enum Whereabouts: UInt8, CaseIterable, Sendable {
    /// Attached and running at the host that lost the packet or to which it was addressed.
    case here
    /// Attached, but paused.
    case paused
    /// Detached and not yet attached again.
    case nowhere
    /// Attached at another host.
    case elsewhere
    /// It has failed itself, or its server has.
    case down

    public var name: String { "\(self)" }
}

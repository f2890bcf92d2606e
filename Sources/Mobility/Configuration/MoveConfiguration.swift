public import Kernel

/// An entry of `moves:` — one VM goes from where it is to another host.
public struct MoveConfiguration: Hashable, Sendable {
    public enum Mode: String, CaseIterable, Sendable {
        /// In running state, paused only for the downtime (REQ-2-02).
        case hot
    }

    /// Empty = `move1`, `move2`, … by place in the file.
    public var name = ""
    public var vm = ""
    /// The host it goes to. The host where it already is makes a pause in place: the VM never detaches.
    public var to = ""
    /// When it detaches (or pauses).
    public var at = Duration.zero
    public var mode = Mode.hot
    /// Time between detach and attach (required until state transfer is modelled).
    public var downtime: Duration?

    public init() {}
}

/// Section `announce:` — how a VM makes itself known at its new place.
public struct AnnounceConfiguration: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Gratuitous ARP request (RFC 5227; REQ-4.2-05), seen by the new NVE.
        case garp
        case none
    }

    public var kind = Kind.garp
    /// From attach to the first announcement.
    public var delay = Duration.zero
    /// Announcements of each move, 1 to 100.
    public var count = 1
    /// Between two of them.
    public var interval = Duration.seconds(1)

    public init() {}
}

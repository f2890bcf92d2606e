public import Kernel
public import Wire

/// An entry of `vms:` — one virtual machine, or `count` alike.
public struct VMConfiguration: Hashable, Sendable {
    public enum Network: Hashable, Sendable {
        case named(String)
        /// `each`: `count` VMs in every network.
        case each
    }

    public enum Placement: Hashable, Sendable {
        case host(String)
        /// One after another over the hosts of a rack.
        case rack(String)
        /// Over all hosts by a random permutation of them, one after another.
        case spread
    }

    /// A single VM has this name; of several, `name[0]`, `name[1]`, ….
    public var name = ""
    public var count = 1
    public var network = Network.named("")
    public var at = Placement.spread
    /// Given only for a single VM; else the next free one of the subnet.
    public var address: IPAddress?
    /// Several addresses of a single VM, instead of ``address``: they move together (REQ-3-02).
    public var addresses: [IPAddress] = []
    /// Given only for a single VM; else a locally administered one derived from network and address.
    public var mac: MACAddress?
    /// Bytes; needed where a move sends them.
    public var memory: UInt64?
    /// Memory written in a second, distinct pages only; nil = none.
    public var dirtyRate: BitRate?
    /// The most memory, in bytes, that is written again and again; nil = all of it.
    public var workingSet: UInt64?
    /// Processors that it takes of its server.
    public var cpu = 0
    /// When it is asked for; nil = it runs from the start (OLD-8.1-01).
    public var created: Duration?
    /// When it is shut down for good; nil = never.
    public var destroyed: Duration?
    /// Its onboarding request is authorised and authenticated (OLD-8.1-02).
    public var trusted = true
    /// It is mission-critical.
    public var critical = false
    /// Its disk, in bytes.
    public var disk: UInt64?
    /// What it writes on it, block after block.
    public var diskWriteRate: BitRate?

    public init() {}

    /// The addresses that the scenario gives, under either key.
    public var givenAddresses: [IPAddress] { address.map { [$0] } ?? addresses }
}

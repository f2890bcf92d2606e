import Kernel

/// Links by which a switch may send a packet on: `count` in a row, all on shortest paths (equal-cost multipath).
struct NextLinks: Sendable {
    /// Place of the first one; a link's own number, but in a free graph a place in the table of next links.
    var first: UInt32
    var count: UInt32
    /// Tells the choices of one packet at different switches apart, so that they are independent of each other.
    var salt: UInt32

    @inline(__always)
    init(_ first: UInt32, count: UInt32 = 1, salt: UInt32 = 0) {
        self.first = first
        self.count = count
        self.salt = salt
    }
}

/// A directed link: where it begins, where it ends, and which of the underlay's link profiles it has.
public struct LinkEnds: Hashable, Sendable {
    public var near: NodeID
    public var far: NodeID
    public var profile: UInt32

    init(_ near: UInt32, _ far: UInt32, profile: UInt32) {
        self.near = NodeID(near)
        self.far = NodeID(far)
        self.profile = profile
    }

    /// Profiles of generated topologies, by their key.
    static let hostLink: UInt32 = 0
    static let fabricLink: UInt32 = 1
    static let wan: UInt32 = 2
}

/// What a shortest path between two hosts has besides its two host links.
struct Way: Hashable, Sendable {
    /// Number of links with the profile `fabric-link`, and `wan`.
    var fabric: Int64
    var wan: Int64 = 0
}

/// How nodes and links of one kind of network are numbered. Hosts are nodes 0 ..< hosts; host `h` sends on link `h`
/// and receives from link `hosts + h`.
protocol NetworkShape: Sendable {
    var hosts: UInt32 { get }
    var nodeCount: Int { get }
    /// Number of directed links between switches.
    var fabricLinkCount: Int { get }
    /// The next links of a switch towards a host.
    func next(at node: NodeID, to destination: NodeID) -> NextLinks
    /// Switches at which hosts may be: they are numbered from `hosts` on.
    var edgeSwitches: UInt32 { get }
    /// A host at such a switch, counted from 0; without meaning where a switch has none.
    func firstHost(atEdge edge: UInt32) -> UInt32
    /// The switch at which a host is.
    func homeSwitch(of host: UInt32) -> UInt32
    /// Calls `body` for each link between switches, in the order of their numbers.
    func forEachFabricLink(_ body: (LinkEnds) -> Void)
}

extension NetworkShape {
    /// All links in the order of their numbers.
    func forEachLink(_ body: (LinkEnds) -> Void) {
        for host in 0..<hosts { body(LinkEnds(host, homeSwitch(of: host), profile: LinkEnds.hostLink)) }
        for host in 0..<hosts { body(LinkEnds(homeSwitch(of: host), host, profile: LinkEnds.hostLink)) }
        forEachFabricLink(body)
    }
}

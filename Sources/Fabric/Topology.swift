public import Kernel

/// How nodes and links are numbered and which way packets go.
///
/// Generated topologies route by arithmetic on node numbers, without tables: memory grows with nodes, not with pairs;
/// only a free graph has a table, by pairs of switches.
/// Each kind of network is a shape of its own.
public struct Topology: Sendable {
    public let kind: UnderlayConfiguration.Kind
    /// Hosts are nodes 0 ..< hosts, switches follow.
    public let hosts: UInt32
    public let nodeCount: Int
    // The shape of `kind` is in use; fields instead of an enum's payload, because they are read at every hop.
    let leafSpine: LeafSpineShape
    private let star: StarShape
    private let fatTree: FatTreeShape
    private let sites: SitesShape
    private let graph: GraphShape

    /// The topology of a checked configuration.
    public init(_ underlay: UnderlayConfiguration) {
        kind = underlay.kind
        leafSpine = LeafSpineShape(underlay)
        star = StarShape(underlay)
        fatTree = FatTreeShape(underlay)
        sites = SitesShape(underlay)
        graph = GraphShape(underlay)
        let shape: any NetworkShape =
            switch kind {
            case .leafSpine: leafSpine
            case .star: star
            case .fatTree: fatTree
            case .sites: sites
            case .graph: graph
            }
        hosts = shape.hosts
        nodeCount = shape.nodeCount
    }

    private var shape: any NetworkShape {
        switch kind {
        case .leafSpine: leafSpine
        case .star: star
        case .fatTree: fatTree
        case .sites: sites
        case .graph: graph
        }
    }

    @inline(__always)
    public func isHost(_ node: NodeID) -> Bool { node.index < hosts }
    @inline(__always)
    public func uplink(of host: NodeID) -> LinkID { LinkID(host.index) }
    public func downlink(to host: NodeID) -> LinkID { LinkID(hosts &+ host.index) }
    /// Switches that may have hosts are nodes `hosts` ..< `hosts + edgeSwitches`.
    public var edgeSwitches: UInt32 { shape.edgeSwitches }
    /// The switch at which a host is.
    public func homeSwitch(of host: NodeID) -> NodeID {
        switch kind {
        case .leafSpine: NodeID(leafSpine.homeSwitch(of: host.index))
        case .star: NodeID(star.homeSwitch(of: host.index))
        case .fatTree: NodeID(fatTree.homeSwitch(of: host.index))
        case .sites: NodeID(sites.homeSwitch(of: host.index))
        case .graph: NodeID(graph.homeSwitch(of: host.index))
        }
    }
    public var linkCount: Int { Int(2 * hosts) + shape.fabricLinkCount }

    /// Calls `body` for each directed link, in the order of their numbers.
    public func forEachLink(_ body: (LinkEnds) -> Void) { shape.forEachLink(body) }

    /// The link by which a switch sends a packet on, by its outer addresses.
    @inline(__always)
    public func nextLink(at node: NodeID, for record: PacketRecord) -> LinkID {
        choose(next(at: node, to: record.outerDestination), record)
    }

    @inline(__always)
    func nextLinkOfLeafSpine(at node: NodeID, for record: PacketRecord) -> LinkID {
        let links = leafSpine.next(at: node, to: record.outerDestination)
        if links.count == 1 { return LinkID(links.first) }
        return LinkID(links.first &+ Self.choice(of: record, among: links.count))
    }

    /// All links of a switch with which a shortest path to a host, or to another switch that has hosts, begins.
    func next(at node: NodeID, to destination: NodeID) -> NextLinks {
        if !isHost(destination) { return next(at: node, toSwitch: destination) }
        switch kind {
        case .leafSpine: return leafSpine.next(at: node, to: destination)
        case .star: return star.next(at: node, to: destination)
        case .fatTree: return fatTree.next(at: node, to: destination)
        case .sites: return sites.next(at: node, to: destination)
        case .graph: return graph.next(at: node, to: destination)
        }
    }

    /// As far as the switch all packets for its hosts go the same ways.
    @inline(never)
    private func next(at node: NodeID, toSwitch end: NodeID) -> NextLinks {
        precondition(node != end, "node \(node.index) is where the packet goes")
        let edge = end.index &- hosts
        switch kind {
        case .leafSpine: return leafSpine.next(at: node, to: NodeID(leafSpine.firstHost(atEdge: edge)))
        case .star: preconditionFailure("a star has no other switch")
        case .fatTree: return fatTree.next(at: node, to: NodeID(fatTree.firstHost(atEdge: edge)))
        case .sites: return sites.next(at: node, to: NodeID(sites.firstHost(atEdge: edge)))
        case .graph: return graph.next(from: node.index &- hosts, toSwitch: edge)
        }
    }

    func choose(_ links: NextLinks, _ record: PacketRecord) -> LinkID {
        if links.count == 1 { return link(0, of: links) }
        return link(Self.choice(of: record, among: links.count, salt: links.salt), of: links)
    }

    /// The `index`-th of equal links.
    func link(_ index: UInt32, of links: NextLinks) -> LinkID {
        kind == .graph ? graph.link(at: links.first &+ index) : LinkID(links.first &+ index)
    }

    /// Equal-cost choice per flow by the outer five-tuple: addresses, and the source port that the ingress NVE derives
    /// from the inner headers (RFC 7348, section 5). A redirected packet keeps its port and changes its addresses.
    /// Different salts make independent choices.
    @inline(__always)
    public static func choice(of record: PacketRecord, among count: UInt32, salt: UInt32 = 0) -> UInt32 {
        let addresses = UInt64(record.outerSource.index) << 32 | UInt64(record.outerDestination.index)
        var hash = addresses ^ UInt64(record.entropy) &* 0x9e37_79b9_7f4a_7c15
        if salt != 0 { hash = mixed(hash ^ UInt64(salt) &* 0x94d0_49bb_1331_11eb) }
        hash = hash &* 0xd6e8_feb8_6659_fd93
        hash ^= hash >> 32
        hash = hash &* 0xd6e8_feb8_6659_fd93
        return UInt32(truncatingIfNeeded: ((hash >> 32) &* UInt64(count)) >> 32)
    }

    @inline(__always)
    private static func mixed(_ word: UInt64) -> UInt64 {
        let folded = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        return folded ^ folded >> 27
    }

    /// Which spine a leaf chooses in a leaf-spine network.
    public static func spine(of record: PacketRecord, among count: UInt32) -> UInt32 {
        choice(of: record, among: count)
    }

    /// Number of underlay links between two hosts.
    public func links(from: NodeID, to: NodeID) -> Int {
        if from == to { return 0 }
        if kind == .graph { return 2 + graph.path(from: from, to: to).count }
        let way = way(from: from, to: to)
        return Int(2 + way.fabric + way.wan)
    }

    /// Between two hosts of a free graph: the profiles of the links between switches, along a shortest path.
    func profiles(from: NodeID, to: NodeID) -> [UInt32] { graph.path(from: from, to: to).map(\.profile) }

    /// The links of a shortest path between two different hosts of any other network.
    func way(from: NodeID, to: NodeID) -> Way {
        switch kind {
        case .leafSpine: leafSpine.way(from: from, to: to)
        case .star: Way(fabric: 0)
        case .fatTree: fatTree.way(from: from, to: to)
        case .sites: sites.way(from: from, to: to)
        case .graph: preconditionFailure("links of a graph are not alike")
        }
    }
}

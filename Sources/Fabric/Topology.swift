public import Kernel

/// How nodes and links are numbered and which way packets go: arithmetic on node numbers, no tables.
///
/// Nodes: hosts first, then leaves, then spines (leaf-spine), or the core router (star). Links: each host's up link,
/// each host's down link, then leaf to spine, then spine to leaf.
public struct Topology: Sendable {
    public var kind: UnderlayConfiguration.Kind
    public var hosts: UInt32
    public var hostsPerLeaf: UInt32
    public var leaves: UInt32
    public var spines: UInt32

    public init(_ underlay: UnderlayConfiguration) {
        kind = underlay.kind
        switch underlay.kind {
        case .leafSpine:
            hostsPerLeaf = UInt32(underlay.hostsPerLeaf)
            leaves = UInt32(underlay.leaves)
            spines = UInt32(underlay.spines)
            hosts = hostsPerLeaf * leaves
        case .star:
            hosts = UInt32(underlay.hosts.count)
            hostsPerLeaf = max(hosts, 1)
            leaves = 1
            spines = 0
        }
    }

    public var nodeCount: Int { Int(hosts + leaves + spines) }
    public var linkCount: Int { Int(2 * hosts + 2 * leaves * spines) }

    @inline(__always)
    public func isHost(_ node: NodeID) -> Bool { node.index < hosts }
    public func leaf(of host: NodeID) -> UInt32 { host.index / hostsPerLeaf }
    public func leafNode(_ leaf: UInt32) -> NodeID { NodeID(hosts + leaf) }
    public func spineNode(_ spine: UInt32) -> NodeID { NodeID(hosts + leaves + spine) }

    @inline(__always)
    public func uplink(of host: NodeID) -> LinkID { LinkID(host.index) }
    @inline(__always)
    public func downlink(to host: NodeID) -> LinkID { LinkID(hosts &+ host.index) }
    public func leafToSpine(leaf: UInt32, spine: UInt32) -> LinkID { LinkID(2 &* hosts &+ leaf &* spines &+ spine) }
    public func spineToLeaf(spine: UInt32, leaf: UInt32) -> LinkID {
        LinkID(2 &* hosts &+ leaves &* spines &+ spine &* leaves &+ leaf)
    }

    /// The link by which a switch sends a packet on, by its outer addresses.
    @inline(__always)
    public func nextLink(at node: NodeID, for record: PacketRecord) -> LinkID {
        let destination = record.outerDestination
        if kind == .star { return downlink(to: destination) }
        let leaf = destination.index / hostsPerLeaf
        if node.index >= hosts &+ leaves { return spineToLeaf(spine: node.index &- hosts &- leaves, leaf: leaf) }
        let here = node.index &- hosts
        if leaf == here { return downlink(to: destination) }
        return leafToSpine(leaf: here, spine: Self.spine(of: record, among: spines))
    }

    /// Equal-cost choice per flow by the outer five-tuple: addresses, and the source port that the ingress NVE derives
    /// from the inner headers (RFC 7348, section 5). A redirected packet keeps its port and changes its addresses.
    @inline(__always)
    public static func spine(of record: PacketRecord, among count: UInt32) -> UInt32 {
        let addresses = UInt64(record.outerSource.index) << 32 | UInt64(record.outerDestination.index)
        var hash = (addresses ^ UInt64(record.entropy) &* 0x9e37_79b9_7f4a_7c15) &* 0xd6e8_feb8_6659_fd93
        hash ^= hash >> 32
        hash = hash &* 0xd6e8_feb8_6659_fd93
        return UInt32(truncatingIfNeeded: ((hash >> 32) &* UInt64(count)) >> 32)
    }

    /// Number of underlay links between two hosts.
    public func links(from: NodeID, to: NodeID) -> Int {
        if from == to { return 0 }
        return kind == .star || leaf(of: from) == leaf(of: to) ? 2 : 4
    }
}

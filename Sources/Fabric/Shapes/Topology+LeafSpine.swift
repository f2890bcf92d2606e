public import Kernel

/// Nodes and links of a leaf-spine network by their places in it; without meaning in other kinds of network.
extension Topology {
    public var leaves: UInt32 { leafSpine.leaves }
    public var spines: UInt32 { leafSpine.spines }
    public func leaf(of host: NodeID) -> UInt32 { host.index / leafSpine.hostsPerLeaf }
    public func leafNode(_ leaf: UInt32) -> NodeID { NodeID(hosts + leaf) }
    public func spineNode(_ spine: UInt32) -> NodeID { NodeID(hosts + leaves + spine) }
    public func leafToSpine(leaf: UInt32, spine: UInt32) -> LinkID { LinkID(2 * hosts + leaf * spines + spine) }
    public func spineToLeaf(spine: UInt32, leaf: UInt32) -> LinkID {
        LinkID(2 * hosts + leaves * spines + spine * leaves + leaf)
    }
}

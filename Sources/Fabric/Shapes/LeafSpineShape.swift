import Kernel

/// Two tiers: every leaf is joined to every spine; hosts hang off the leaves.
///
/// Nodes: hosts, leaves, spines. Links: each host's up link, each host's down link, leaf to spine, spine to leaf.
struct LeafSpineShape: NetworkShape {
    let hosts: UInt32
    let hostsPerLeaf: UInt32
    let leaves: UInt32
    let spines: UInt32

    init(_ underlay: UnderlayConfiguration) {
        hostsPerLeaf = UInt32(underlay.hostsPerLeaf)
        leaves = UInt32(underlay.leaves)
        spines = UInt32(underlay.spines)
        hosts = hostsPerLeaf * leaves
    }

    var nodeCount: Int { Int(hosts + leaves + spines) }
    var fabricLinkCount: Int { Int(2 * leaves * spines) }

    @inline(__always)
    func next(at node: NodeID, to destination: NodeID) -> NextLinks {
        let leaf = destination.index / hostsPerLeaf
        if node.index >= hosts &+ leaves {
            let spine = node.index &- hosts &- leaves
            return NextLinks(2 &* hosts &+ leaves &* spines &+ spine &* leaves &+ leaf)
        }
        let here = node.index &- hosts
        if leaf == here { return NextLinks(hosts &+ destination.index) }
        return NextLinks(2 &* hosts &+ here &* spines, count: spines)
    }

    var edgeSwitches: UInt32 { leaves }
    func firstHost(atEdge edge: UInt32) -> UInt32 { edge &* hostsPerLeaf }
    func homeSwitch(of host: UInt32) -> UInt32 { hosts + host / hostsPerLeaf }

    func forEachFabricLink(_ body: (LinkEnds) -> Void) {
        let spine = hosts + leaves
        for leaf in 0..<leaves {
            for other in 0..<spines { body(LinkEnds(hosts + leaf, spine + other, profile: LinkEnds.fabricLink)) }
        }
        for other in 0..<spines {
            for leaf in 0..<leaves { body(LinkEnds(spine + other, hosts + leaf, profile: LinkEnds.fabricLink)) }
        }
    }

    func way(from: NodeID, to: NodeID) -> Way {
        Way(fabric: from.index / hostsPerLeaf == to.index / hostsPerLeaf ? 0 : 2)
    }
}

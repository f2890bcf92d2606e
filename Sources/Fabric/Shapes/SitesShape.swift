import Kernel

/// Several alike leaf-spine networks, far apart: each site has one border router, joined to all spines of the site and,
/// by a WAN link, to the border router of every other site.
///
/// A packet between sites takes 7 links: host, leaf, spine, border, border, spine, leaf, host. Nodes: hosts, leaves,
/// spines (all site by site), border routers. Links: each host's up link, each host's down link, leaf to spine, spine
/// to leaf, spine to border, border to spine, border to border.
struct SitesShape: NetworkShape {
    let hosts: UInt32
    let hostsPerLeaf: UInt32
    let sites: UInt32
    /// Per site.
    let leaves: UInt32
    let spines: UInt32

    init(_ underlay: UnderlayConfiguration) {
        sites = UInt32(underlay.sites)
        hostsPerLeaf = UInt32(underlay.hostsPerLeaf)
        leaves = UInt32(underlay.leaves)
        spines = UInt32(underlay.spines)
        hosts = sites &* leaves &* hostsPerLeaf
    }

    var nodeCount: Int { Int(hosts + sites * (leaves + spines + 1)) }
    var fabricLinkCount: Int { Int(2 * mesh + 2 * sites * spines + sites * (sites - 1)) }

    private var firstSpine: UInt32 { hosts &+ sites &* leaves }
    private var firstBorder: UInt32 { firstSpine &+ sites &* spines }
    /// Links from leaves to spines; as many lead back.
    private var mesh: UInt32 { sites &* leaves &* spines }
    private var spineToBorder: UInt32 { 2 &* hosts &+ 2 &* mesh }
    private var borderToSpine: UInt32 { spineToBorder &+ sites &* spines }
    private var wan: UInt32 { borderToSpine &+ sites &* spines }

    func next(at node: NodeID, to destination: NodeID) -> NextLinks {
        let leaf = destination.index / hostsPerLeaf
        if node.index < firstSpine {
            let here = node.index &- hosts
            if here == leaf { return NextLinks(hosts &+ destination.index) }
            return NextLinks(2 &* hosts &+ here &* spines, count: spines)
        }
        let (site, position) = leaf.quotientAndRemainder(dividingBy: leaves)
        if node.index < firstBorder {
            let here = node.index &- firstSpine
            if here / spines != site { return NextLinks(spineToBorder &+ here) }
            return NextLinks(2 &* hosts &+ mesh &+ here &* leaves &+ position)
        }
        let here = node.index &- firstBorder
        if here == site { return NextLinks(borderToSpine &+ here &* spines, count: spines, salt: 1) }
        return NextLinks(wan &+ here &* (sites &- 1) &+ (site < here ? site : site &- 1))
    }

    var edgeSwitches: UInt32 { sites &* leaves }
    func firstHost(atEdge edge: UInt32) -> UInt32 { edge &* hostsPerLeaf }
    func homeSwitch(of host: UInt32) -> UInt32 { hosts + host / hostsPerLeaf }

    func forEachFabricLink(_ body: (LinkEnds) -> Void) {
        func add(_ near: UInt32, _ far: UInt32, _ profile: UInt32) { body(LinkEnds(near, far, profile: profile)) }
        for leaf in 0..<sites * leaves {
            for spine in 0..<spines {
                add(hosts + leaf, firstSpine + leaf / leaves * spines + spine, LinkEnds.fabricLink)
            }
        }
        for spine in 0..<sites * spines {
            for leaf in 0..<leaves {
                add(firstSpine + spine, hosts + spine / spines * leaves + leaf, LinkEnds.fabricLink)
            }
        }
        for spine in 0..<sites * spines { add(firstSpine + spine, firstBorder + spine / spines, LinkEnds.fabricLink) }
        for spine in 0..<sites * spines { add(firstBorder + spine / spines, firstSpine + spine, LinkEnds.fabricLink) }
        for site in 0..<sites {
            for other in 0..<sites where other != site { add(firstBorder + site, firstBorder + other, LinkEnds.wan) }
        }
    }

    func way(from: NodeID, to: NodeID) -> Way {
        let (near, far) = (from.index / hostsPerLeaf, to.index / hostsPerLeaf)
        if near == far { return Way(fabric: 0) }
        return near / leaves == far / leaves ? Way(fabric: 2) : Way(fabric: 4, wan: 1)
    }
}

import Kernel

/// A k-ary fat tree (Al-Fares, Loukissas and Vahdat 2008): k pods of k/2 edge and k/2 aggregation switches, (k/2)²
/// core switches, k/2 hosts at each edge switch; every switch has k ports.
///
/// Core switch `j * k/2 + i` is joined to aggregation switch `j` of every pod. Nodes: hosts, edge switches,
/// aggregation switches (both pod by pod), core switches. Links: each host's up link, each host's down link, edge to
/// aggregation, aggregation to edge, aggregation to core, core to aggregation.
struct FatTreeShape: NetworkShape {
    let hosts: UInt32
    /// k/2.
    let half: UInt32
    /// k.
    let pods: UInt32
    /// Edge switches in all pods; as many are aggregation switches.
    let edges: UInt32

    init(_ underlay: UnderlayConfiguration) {
        pods = UInt32(underlay.k)
        half = pods / 2
        edges = pods * half
        hosts = edges * half
    }

    var nodeCount: Int { Int(hosts + 2 * edges + half * half) }
    var fabricLinkCount: Int { Int(4 * edges * half) }

    func next(at node: NodeID, to destination: NodeID) -> NextLinks {
        let edge = destination.index / half
        let tier = edges &* half
        if node.index < hosts &+ edges {
            let here = node.index &- hosts
            if here == edge { return NextLinks(hosts &+ destination.index) }
            return NextLinks(2 &* hosts &+ here &* half, count: half)
        }
        let (pod, position) = edge.quotientAndRemainder(dividingBy: half)
        if node.index < hosts &+ 2 &* edges {
            let here = node.index &- hosts &- edges
            if here / half == pod { return NextLinks(2 &* hosts &+ tier &+ here &* half &+ position) }
            return NextLinks(2 &* hosts &+ 2 &* tier &+ here &* half, count: half, salt: 1)
        }
        let core = node.index &- hosts &- 2 &* edges
        return NextLinks(2 &* hosts &+ 3 &* tier &+ core &* pods &+ pod)
    }

    var edgeSwitches: UInt32 { edges }
    func firstHost(atEdge edge: UInt32) -> UInt32 { edge &* half }
    func homeSwitch(of host: UInt32) -> UInt32 { hosts + host / half }

    func forEachFabricLink(_ body: (LinkEnds) -> Void) {
        let (aggregation, core) = (hosts + edges, hosts + 2 * edges)
        func add(_ near: UInt32, _ far: UInt32) { body(LinkEnds(near, far, profile: LinkEnds.fabricLink)) }
        for edge in 0..<edges {
            for port in 0..<half { add(hosts + edge, aggregation + edge / half * half + port) }
        }
        for other in 0..<edges {
            for port in 0..<half { add(aggregation + other, hosts + other / half * half + port) }
        }
        for other in 0..<edges {
            for port in 0..<half { add(aggregation + other, core + other % half * half + port) }
        }
        for top in 0..<half * half {
            for pod in 0..<pods { add(core + top, aggregation + pod * half + top / half) }
        }
    }

    func way(from: NodeID, to: NodeID) -> Way {
        let (near, far) = (from.index / half, to.index / half)
        if near == far { return Way(fabric: 0) }
        return Way(fabric: near / half == far / half ? 2 : 4)
    }
}

import Kernel

/// Hosts around one core router. Nodes: hosts, core. Links: each host's up link, each host's down link.
struct StarShape: NetworkShape {
    let hosts: UInt32

    init(_ underlay: UnderlayConfiguration) { hosts = UInt32(underlay.hosts.count) }

    var nodeCount: Int { Int(hosts) + 1 }
    var fabricLinkCount: Int { 0 }

    @inline(__always)
    func next(at node: NodeID, to destination: NodeID) -> NextLinks { NextLinks(hosts &+ destination.index) }
    var edgeSwitches: UInt32 { 1 }
    func firstHost(atEdge edge: UInt32) -> UInt32 { 0 }
    func homeSwitch(of host: UInt32) -> UInt32 { hosts }
    func forEachFabricLink(_ body: (LinkEnds) -> Void) {}
}

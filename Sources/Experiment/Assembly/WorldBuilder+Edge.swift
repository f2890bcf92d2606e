import Fabric
import Kernel
import Overlay
import Wire

/// Where NVEs are.
extension WorldBuilder {
    var edge: EdgePlace {
        switch scenario.nve.placement {
        case .hypervisor: .hypervisor
        case .leaf: .leaf
        case .split: .split
        }
    }

    var isEdgeInSwitch: Bool { scenario.nve.placement != .hypervisor }

    /// The nodes at which NVEs are, in the order of the world's list: all hosts, or all switches that may have hosts.
    var nveNodes: Range<Int> {
        let hosts = roster.hosts.count
        return isEdgeInSwitch ? hosts..<hosts + Int(topology.edgeSwitches) : 0..<hosts
    }

    /// The NVE that serves a host.
    func nve(serving host: NodeID) -> NodeID { isEdgeInSwitch ? topology.homeSwitch(of: host) : host }

    /// What frames on host links carry beside an IP packet and the Ethernet header.
    var accessTagBytes: UInt32 { scenario.nve.placement == .split ? HeaderSize.vlanTag : 0 }

    /// From an IP packet to its frame as it leaves a host.
    var hostLinkExtraBytes: UInt32 {
        switch scenario.nve.placement {
        case .hypervisor: settings.encapsulatedExtraBytes
        case .leaf, .split: HeaderSize.ethernet + accessTagBytes
        }
    }

    // MARK: - The NVA's replicas

    /// All hosts of the NVA, the first one in charge at the start; empty where it is out of band.
    var replicaHosts: [NodeID] {
        guard case .host(let first) = scenario.nva.at else { return [] }
        return ([first] + scenario.nva.replicas.places).compactMap { roster.hosts.number(of: $0).map { NodeID($0) } }
    }

    var authorityReplicas: AuthorityReplicas {
        AuthorityReplicas(
            hosts: replicaHosts, count: Int(scenario.nva.replicaCount), takeover: scenario.nva.replicas.takeover)
    }
}

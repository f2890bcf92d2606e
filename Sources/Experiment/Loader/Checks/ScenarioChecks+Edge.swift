import Fabric
import Kernel
import Overlay

/// NVEs in switches.
extension ScenarioChecks {
    var hasEdgeInSwitch: Bool { scenario.nve.placement != .hypervisor }

    /// The smallest MTU of the links that an encapsulated packet may meet.
    var encapsulatedMTU: UInt32 {
        hasEdgeInSwitch ? scenario.underlay.smallestFabricMTU : scenario.underlay.smallestMTU
    }

    mutating func checkPlacement() {
        if !hasEdgeInSwitch || decoding.isBroken("nve.placement") || decoding.isBroken("underlay.kind") { return }
        if scenario.underlay.kind == .star {
            return fail(
                "nve.placement", "there is no leaf for an NVE: all hosts of a star are at its core",
                hint: "choose another `underlay.kind`, for example leaf-spine, or leave NVEs in hypervisors")
        }
        var named: [String: String] = [:]
        for (index, host) in scenario.nva.pushOrder.enumerated() {
            guard let home = homeSwitch(of: host), let other = named.updateValue(host, forKey: home), other != host
            else { continue }
            fail(
                "nva.push-order[\(index)]", "`\(host)` and `\(other)` are served by the same NVE, in `\(home)`",
                hint: "one of them is enough")
        }
    }

    /// The switch at which a host is, by name.
    private func homeSwitch(of host: String) -> String? {
        let underlay = scenario.underlay
        if underlay.kind == .graph {
            guard let index = underlay.hosts.firstIndex(of: host), index < underlay.hostSwitches.count else {
                return nil
            }
            return underlay.hostSwitches[index]
        }
        return host.lastIndex(of: "/").map { String(host[..<$0]) }
    }
}

import Experiment
import Fabric
import Overlay
import Testing
import Wire

/// Which addresses guests have, and which the underlay.
struct Families: CustomTestStringConvertible, Sendable {
    var guests: IPFamily
    var underlay: IPFamily

    static let all = IPFamily.allCases.flatMap { guests in
        IPFamily.allCases.map { Families(guests: guests, underlay: $0) }
    }

    /// From an IP packet to its frame between two NVEs.
    var encapsulation: UInt32 { underlay == .ipv4 ? 14 + 50 : 14 + 70 }

    /// Gives the scenario's networks and its underlay these families; VMs have the addresses that come first.
    func set(_ scenario: inout Scenario) {
        scenario.underlay.family = underlay
        let subnet = guests == .ipv4 ? "10.0.0.0/16" : "2001:db8:1::/64"
        for index in scenario.overlay.networks.indices {
            guard let prefix = IPPrefix(text: subnet) else { preconditionFailure("\(subnet) is no prefix") }
            scenario.overlay.networks[index].subnet = prefix
        }
    }

    var testDescription: String { "\(guests.name) over \(underlay.name)" }
}

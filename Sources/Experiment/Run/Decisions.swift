import Observe
import Overlay

/// Questions that the drafts leave open and how the model answers them: what a reviewer asks first.
enum Decisions {
    static func inForce(_ scenario: Scenario) -> [Manifest.Decision] {
        var decisions = always
        if scenario.redirect.learn != .none { decisions += redirect }
        switch scenario.nve.placement {
        case .hypervisor: break
        case .leaf: decisions += inSwitch + [("REQ-1-08", "NVEs in leaves learn of attach and detach at once.")]
        case .split: decisions += inSwitch + split
        }
        return decisions.map { Manifest.Decision(id: $0.0, statement: $0.1) }
    }

    private static let always = [
        ("DEC-01", "The default profile follows draft-ietf-nvo3-vmm-15, as far as it is modelled."),
        ("DEC-02", "The new NVE registers a moved VM with the NVA."),
        ("DEC-03", "A gratuitous ARP is seen by the new NVE only; it is not flooded through the virtual network."),
        ("DEC-05", "Neighbour entries (IP to MAC) and mappings (MAC to NVE) are kept apart; only the latter go stale."),
        ("DEC-07", "No packets are buffered while a VM is down."),
        ("DEC-15", "Paths are told in overlay segments (NVE to NVE) and in underlay links."),
        ("DEC-17", "Time is whole picoseconds; at one instant state changes come before packets, then first come."),
    ]

    private static let inSwitch = [
        ("REQ-1-08", "VMs of one host talk by way of its leaf; links of paths are counted from NVE to NVE."),
        ("REQ-1-08", "A pause is the hypervisor's own affair: NVEs in leaves are not told."),
    ]

    private static let split = [
        (
            "REQ-1-08",
            "Split NVEs learn of attach and detach by one message over the host's link, not repeated when it is lost."
        )
    ]

    private static let redirect = [
        ("DEC-08", "The redirect timer runs from the later of installation and detach, and is not refreshed."),
        ("DEC-09", "Packets that come after the redirect timer are dropped."),
        ("DEC-20", "Redirected packets use the overlay's own encapsulation and VNI."),
    ]
}

import Kernel
import Mobility
import Observe
import Overlay
import Wire

/// Questions that the drafts leave open and how a scenario answers them: what a reviewer asks first. Each statement is
/// made from the scenario's own knobs; what concerns nothing that it has is left out.
enum Decisions {
    static func inForce(_ scenario: Scenario) -> [Manifest.Decision] {
        let moves = !scenario.moves.isEmpty
        let statements: [(id: String, statement: String?)] =
            [
                ("DEC-01", profile(scenario)), ("DEC-02", moves ? registration(scenario) : nil),
                ("DEC-03", moves ? scope(scenario) : nil), ("DEC-04", moves ? group(scenario) : nil),
                ("DEC-05", tables),
                ("DEC-06", moves ? onDetach(scenario) : nil),
                ("DEC-07", moves ? buffer(scenario) : nil), ("DEC-08", moves ? stop(scenario) : nil),
                ("DEC-09", moves ? expiry(scenario) : nil), ("DEC-11", moves ? targets(scenario) : nil),
                ("DEC-15", paths), ("DEC-17", clock), ("DEC-18", ageing(scenario)),
                ("REQ-3-05", moves ? capabilities(scenario) : nil),
                ("DEC-20", moves ? encapsulation(scenario) : nil),
            ] + placement(scenario.nve.placement) + failures(scenario)
        return statements.compactMap { row in row.statement.map { Manifest.Decision(id: row.id, statement: $0) } }
    }

    private static func capabilities(_ scenario: Scenario) -> String? {
        let lacking = MoveConfiguration.Mode.allCases.filter { !scenario.capabilities.contains($0) }
        if lacking.isEmpty { return nil }
        let names = lacking.map(\.rawValue).joined(separator: " or ")
        return "This data centre cannot move VMs \(names): such moves are made by their fallback, or refused."
    }

    private static let tables =
        "Neighbour entries (IP to MAC) and mappings (MAC to NVE) are kept apart; a move makes only the latter stale."
    private static let paths = "Paths are told in overlay segments (NVE to NVE) and in underlay links."
    private static let clock =
        "Time is whole picoseconds; at one instant state changes precede packets, then first come."

    private static func placement(_ placement: NVEConfiguration.Placement) -> [(id: String, statement: String?)] {
        switch placement {
        case .hypervisor: []
        case .leaf: inSwitch + [("REQ-1-08", "NVEs in leaves learn of attach and detach at once.")]
        case .split: inSwitch + split
        }
    }

    /// What the drafts, which speak of failures in one word, leave to us.
    private static func failures(_ scenario: Scenario) -> [(id: String, statement: String?)] {
        let failsNodes = scenario.failures.contains { $0.target.link.isEmpty }
        let isProtected = !scenario.failover.isEmpty
        return [
            (
                "REQ-8-02",
                failsNodes
                    ? "What a failed node has, or is on its links in either direction, is lost; after its repair it"
                        + " starts empty, its VMs start anew and register." : nil
            ),
            (
                "DER-11",
                scenario.nva.replicaCount > 1
                    ? "All replicas of the NVA have what one has accepted; one not in charge passes messages on."
                    : nil
            ),
            (
                "REQ-8-04",
                isProtected
                    ? "A secondary takes over with all that `sync` has given it, but for requests that the primary was"
                        + " working on." : nil
            ),
        ]
    }

    private static let inSwitch: [(id: String, statement: String?)] = [
        ("REQ-1-08", "VMs of one host talk by way of its leaf; links of paths are counted from NVE to NVE."),
        ("REQ-1-08", "A pause is the hypervisor's own affair: NVEs in leaves are not told."),
    ]

    private static let split: [(id: String, statement: String?)] = [
        (
            "REQ-1-08",
            "Split NVEs learn of attach and detach by a message over the host's link; it is answered, and repeated"
                + " without an answer, where `failures` or `nva.control-loss` may lose it, else said once."
        )
    ]

    /// The profile, and which of its knobs the scenario sets otherwise.
    private static func profile(_ scenario: Scenario) -> String {
        var values: [String: String] = [:]
        for knob in Scenario.keys.knobs(scenario, Scenario()) { values[knob.path] = knob.text }
        let others = scenario.profile.knobs.compactMap { knob -> String? in
            let path = knob.path.joined(separator: ".")
            guard let value = values[path], value != knob.value else { return nil }
            return "\(path): \(value)"
        }
        let knobs = "Knobs of mobility are those of profile \(scenario.profile.rawValue)"
        return others.isEmpty ? "\(knobs)." : "\(knobs), but for \(others.joined(separator: ", "))."
    }

    private static func registration(_ scenario: Scenario) -> String {
        switch scenario.announce.kind {
        case .auto, .garp, .na: "The new NVE registers a moved VM with the NVA when the VM announces itself."
        case .none: "Nobody registers a moved VM, for it does not announce itself."
        }
    }

    private static func scope(_ scenario: Scenario) -> String? {
        switch scenario.announce.kind {
        case .auto, .garp, .na:
            "An announcement is seen by the new NVE only; it is not flooded through the virtual network."
        case .none: nil
        }
    }

    /// The seed names the solicited-node group, RFC 4861 all nodes: the new NVE hears both, and nobody else either.
    private static func group(_ scenario: Scenario) -> String? {
        let isAdvertised = scenario.overlay.networks.contains {
            scenario.announce.kind.decided(for: $0.subnet.family) == .na
        }
        if !isAdvertised { return nil }
        return "To which group a neighbour advertisement goes makes no difference: the new NVE hears both."
    }

    private static func onDetach(_ scenario: Scenario) -> String {
        switch scenario.nva.onDetach {
        case .hold:
            "Beyond the drafts, the old NVE deregisters a VM that has left; until it is registered anew the NVA holds"
                + " queries for it, at most \(shown(scenario.nva.holdTimeout))."
        case .keep: "The NVA gives the old place out until the new one is registered; the old NVE does not deregister."
        case .withdraw:
            "Beyond the drafts, the old NVE deregisters a VM that has left; until it is registered anew the NVA answers"
                + " that there is no such VM."
        }
    }

    private static func buffer(_ scenario: Scenario) -> String {
        let buffer = scenario.redirect.buffer
        let isUsed = scenario.redirect.learn != .none
        guard isUsed, buffer.at != .none else { return "No packets in flight wait for a VM that is on its way." }
        let place = buffer.at == .old ? "old NVE until it knows the new place" : "new NVE until the VM is there"
        let all = buffer.nveLimit.map { " and \($0) for all" } ?? ""
        let life = buffer.lifetime.map { ", none longer than \(shown($0))" } ?? ""
        return "Packets in flight wait at the \(place): at most \(buffer.limit) for a VM\(all)\(life)."
    }

    private static func stop(_ scenario: Scenario) -> String? {
        let redirect = scenario.redirect
        if redirect.learn == .none { return nil }
        let timer = "\(shown(redirect.timer)) after installation or detach, whichever is later"
        let idle = "when no packet has come for \(shown(redirect.idle))"
        switch redirect.stop {
        case .timer: return "A redirect entry ends \(timer); packets do not extend it."
        case .idle: return "A redirect entry ends \(idle)."
        case .firstOf: return "A redirect entry ends \(timer), or \(idle)."
        }
    }

    private static func expiry(_ scenario: Scenario) -> String? {
        if scenario.redirect.learn == .none { return nil }
        switch scenario.redirect.onExpiry {
        case .drop: return "Packets that come after the end of the redirect entry are dropped."
        case .requery:
            return "The first packet after the end of the redirect entry makes the old NVE ask the NVA again."
        }
    }

    private static func targets(_ scenario: Scenario) -> String? {
        if scenario.nva.distribution == .none { return nil }
        switch scenario.nva.pushTargets {
        case .communicating:
            return
                "Pushed are NVEs that asked for the VM, were pushed it or held it at first, and may still hold it."
        case .members: return "Pushed are NVEs that serve a VM of the network at some time of the run."
        case .all: return "Pushed are all NVEs."
        }
    }

    private static func ageing(_ scenario: Scenario) -> String {
        guard let timeout = scenario.nve.cache.timeout else { return "Mappings do not age." }
        switch scenario.nve.cache.kind {
        case .hard: return "A mapping ends \(shown(timeout)) after it was learnt, however much it is used."
        case .sliding: return "A mapping ends when it has not been used for \(shown(timeout))."
        }
    }

    private static func encapsulation(_ scenario: Scenario) -> String? {
        scenario.redirect.learn == .none ? nil : "Redirected packets use the overlay's own encapsulation and VNI."
    }

    private static func shown(_ time: Duration) -> String { time == .zero ? "0 s" : time.description }
}

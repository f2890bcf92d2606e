/// The names of all nodes of an underlay: of hosts (``HostNames``), and of switches.
public struct NodeNames: Sendable {
    public let hosts: HostNames
    /// Switches of generated networks, tier by tier in the order of their numbers.
    private let tiers: [NumberedNames]
    /// Switches with a name of their own.
    private let switches: [String]

    public init(_ underlay: UnderlayConfiguration) {
        hosts = HostNames(underlay)
        switch underlay.kind {
        case .leafSpine:
            tiers = [NumberedNames(("leaf", underlay.leaves)), NumberedNames(("spine", underlay.spines))]
            switches = []
        case .fatTree:
            let half = underlay.k / 2
            tiers = [
                NumberedNames(("pod", underlay.k), ("edge", half)), NumberedNames(("pod", underlay.k), ("agg", half)),
                NumberedNames(("core", half * half)),
            ]
            switches = []
        case .sites:
            tiers = [
                NumberedNames(("site", underlay.sites), ("leaf", underlay.leaves)),
                NumberedNames(("site", underlay.sites), ("spine", underlay.spines)),
                NumberedNames(("site", underlay.sites), ("border", 1)),
            ]
            switches = []
        case .graph:
            tiers = []
            switches = underlay.nodes
        case .star:
            tiers = []
            switches = ["core"]
        }
    }

    public var count: Int { hosts.count + tiers.reduce(switches.count) { $0 + $1.count } }

    /// Name of a node, `0 ..< count`.
    public func name(of node: Int) -> String {
        if node < hosts.count { return hosts.name(of: node) }
        var rest = node - hosts.count
        for tier in tiers {
            if rest < tier.count { return tier.name(of: rest) }
            rest -= tier.count
        }
        return switches[rest]
    }

    /// Number of the node with this name.
    public func number(of name: String) -> Int? {
        if let host = hosts.number(of: name) { return host }
        var first = hosts.count
        for tier in tiers {
            if let number = tier.number(of: name) { return first + number }
            first += tier.count
        }
        return switches.firstIndex(of: name).map { first + $0 }
    }
}

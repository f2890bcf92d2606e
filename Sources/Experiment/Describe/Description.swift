import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay
import Wire

/// A scenario as a person would tell it: topology, networks, VMs, traffic, moves, and the choices in force.
public struct Description: Sendable {
    let scenario: Scenario
    let roster: Roster

    /// Takes a scenario from the loader.
    public init(_ scenario: Scenario) {
        self.scenario = scenario
        roster = Roster(scenario)
    }

    /// The whole story as text, with a line break at its end.
    public func text() -> String {
        let sections: [(title: String, lines: [String])] = [
            ("Underlay", underlay), ("Networks", networks), ("VMs", machines),
            ("The NVA's directory at the start", directory), ("Traffic", traffic), ("Moves", moves),
            ("Failovers", failovers), ("Failures", failures),
            ("Expectations", expectations), ("Decisions where the drafts leave a choice", decisions),
            ("Knobs that differ from their defaults", changedKnobs),
            ("Defaults of our own choice in force", ownDefaults),
        ]
        var lines = heading
        for section in sections where !section.lines.isEmpty { lines += ["", section.title] + section.lines }
        return lines.joined(separator: "\n") + "\n"
    }

    private var heading: [String] {
        let until = scenario.measure.until ?? scenario.duration
        let drain = Scenario.keys.knobs(scenario, scenario).first { $0.path == "drain" }?.text ?? ""
        let window = "\(Self.time(scenario.measure.from)) to \(until)"
        return [
            "\(scenario.name) (profile \(scenario.profile.rawValue), seed \(scenario.seed))",
            "  duration \(scenario.duration), measured from \(window), drain \(drain)",
            "  \(Estimate(scenario).text)",
        ]
    }

    private var underlay: [String] {
        let underlay = scenario.underlay
        let hosts = "\(roster.hosts.count) host\(roster.hosts.count == 1 ? "" : "s")"
        var lines: [String] = []
        switch underlay.kind {
        case .leafSpine:
            let switches = "\(underlay.spines) spines, \(underlay.leaves) leaves"
            lines = [
                "  leaf-spine: \(switches), \(hosts) (\(underlay.hostsPerLeaf) a leaf)",
                "  host-link: \(Self.link(underlay.hostLink))", "  fabric-link: \(Self.link(underlay.fabricLink))",
            ]
        case .fatTree:
            let half = underlay.k / 2
            let switches = "\(underlay.k * half) edge, \(underlay.k * half) aggregation, \(half * half) core switches"
            lines = [
                "  fat-tree: k = \(underlay.k), \(underlay.k) pods, \(switches), \(hosts) (\(half) an edge switch)",
                "  host-link: \(Self.link(underlay.hostLink))", "  fabric-link: \(Self.link(underlay.fabricLink))",
            ]
        case .sites:
            let switches = "\(underlay.spines) spines, \(underlay.leaves) leaves and a border router each"
            lines = [
                "  sites: \(underlay.sites) with \(switches), \(hosts) (\(underlay.hostsPerLeaf) a leaf)",
                "  host-link: \(Self.link(underlay.hostLink))", "  fabric-link: \(Self.link(underlay.fabricLink))",
                "  wan, between any two sites: \(Self.link(underlay.wan))",
            ]
        case .graph:
            let counts = "\(underlay.nodes.count) switches, \(underlay.links.count) links, \(hosts)"
            lines = ["  graph: \(counts)", "  host-link: \(Self.link(underlay.hostLink))"]
            lines += underlay.links.prefix(50).map { "  \($0.between.joined(separator: " – ")): \(Self.link($0.link))" }
            let seats = zip(underlay.hosts, underlay.hostSwitches).prefix(50).map { "\($0) at \($1)" }
            lines.append("  \(seats.joined(separator: ", "))\(underlay.hosts.count > 50 ? ", …" : "")")
        case .star:
            let names = underlay.hosts.prefix(12).joined(separator: ", ")
            lines = [
                "  star: \(hosts): \(names)\(underlay.hosts.count > 12 ? ", …" : "")",
                "  host-link: \(Self.link(underlay.hostLink))",
            ]
            lines += underlay.delays.prefix(50).map { "  \($0.from) – \($0.to): \($0.delay)" }
        }
        let addresses = NVEAddresses(underlay.family)
        let count = roster.hosts.count
        let range = [0, count - 1].prefix(count).map { addresses.address(ofHost: $0).description }
        let outer = HeaderSize.vxlan(over: underlay.family)
        return lines + [
            "  framing: \(underlay.framing.rawValue)",
            "  NVEs at \(range.joined(separator: " to ")), by number of host; VXLAN over \(underlay.family.name) "
                + "adds \(outer) B to a frame",
        ]
    }

    private static func link(_ link: LinkConfiguration) -> String {
        let knobs = LinkConfiguration.keys.knobs(link, link).filter { !$0.text.isEmpty && $0.path != "service" }
        let changes = link.rates.map { "rate \(ValueCodec<BitRate>.linkRate.show($0.rate)) from \($0.at) on" }
        let service = link.service == .scheduled ? ["service scheduled"] : []
        return (knobs.map { "\($0.path) \($0.text)" } + service + changes).joined(separator: ", ")
    }

    private var networks: [String] {
        var table = TextTable(["name", "tenant", "VNI", "mode", "subnet", "VMs"])
        var counts = [Int](repeating: 0, count: roster.networks.count)
        for machine in roster.machines { counts[Int(machine.network.index)] += 1 }
        var next = 0
        for entry in scenario.overlay.networks {
            let first = roster.networks[next]
            let range = next..<next + entry.count
            next = range.upperBound
            let name = entry.count == 1 ? first.name : "\(entry.name)[0…\(entry.count - 1)]"
            let vni = entry.count == 1 ? "\(first.vni)" : "\(first.vni)…\(roster.networks[range.upperBound - 1].vni)"
            let tenant = entry.tenant.isEmpty ? name : entry.tenant
            let vms = range.reduce(0) { $0 + counts[$1] }
            table.add([name, tenant, vni, entry.mode.rawValue, entry.subnet.description, "\(vms)"])
        }
        return scenario.overlay.networks.isEmpty ? [] : table.lines
    }

    private var machines: [String] {
        let comeOrGo = scenario.vms.contains { $0.created != nil || $0.destroyed != nil }
        var table = TextTable(
            ["name", "VMs", "network", "at", "addresses"] + (comeOrGo ? ["created", "destroyed"] : []))
        for (entry, group) in zip(scenario.vms, roster.groups) where !group.range.isEmpty {
            let network =
                if case .named(let name) = entry.network { name } else { "each of \(group.networks.count)" }
            let place =
                switch entry.at {
                case .host(let name), .rack(let name): name
                case .spread: "spread"
                }
            let life = [entry.created, entry.destroyed].map { $0.map(Self.time) ?? "" }
            let addresses = Self.addresses(
                roster.addresses(of: group.range.lowerBound), roster.addresses(of: group.range.upperBound - 1))
            table.add([entry.name, "\(group.range.count)", network, place, addresses] + (comeOrGo ? life : []))
        }
        return scenario.vms.isEmpty ? [] : table.lines
    }

    /// All of a single VM, or the first of the first and of the last VM.
    private static func addresses(_ first: [IPAddress], _ last: [IPAddress]) -> String {
        first == last ? first.map(\.description).joined(separator: ", ") : "\(first[0]) … \(last[0])"
    }

    private var traffic: [String] {
        var table = TextTable([
            "name", "kind", "from", "to", "pairs", "flows", "rate", "load", "size", "from", "until", "more",
        ])
        for entry in scenario.traffic {
            let knobs = TrafficConfiguration.keys.knobs(entry, entry)
            let shown = { (key: String) in knobs.first { $0.path == key }?.text ?? "" }
            table.add([
                entry.name, shown("kind"), entry.from, entry.to, shown("pairs"),
                "\(Int(Estimate.flowCount(entry, roster)))", shown("rate"), shown("load"), shown("size"),
                Self.time(entry.start), (entry.stop ?? scenario.duration).description,
                more(entry, knobs),
            ])
        }
        return scenario.traffic.isEmpty ? [] : table.lines
    }

    /// Keys that only some kinds have.
    private func more(_ entry: TrafficConfiguration, _ knobs: [Knob]) -> String {
        let arrivals = entry.think == nil ? ["arrivals"] : []
        let special = arrivals + ["sizes", "on", "off", "think", "service", "response-size", "retry"]
        let shown = knobs.filter { special.contains($0.path) && !$0.text.isEmpty }
        return shown.map { "\($0.path): \($0.text)" }.joined(separator: ", ")
    }

    private var moves: [String] {
        var table = TextTable(["name", "vm", "from", "to", "at", "mode", "downtime"])
        for step in itinerary {
            let move = scenario.moves[step.move]
            table.add([
                move.name, move.vm, step.from, move.to, Self.time(move.at), mode(of: move),
                move.downtime.map(Self.time) ?? "by transfer",
            ])
        }
        return scenario.moves.isEmpty ? [] : table.lines
    }

    /// How a move is carried out, and where that is not as asked, how it should be.
    private func mode(of move: MoveConfiguration) -> String {
        guard let performed = move.performed(with: scenario.capabilities) else { return "\(move.mode), refused" }
        return performed.mode == move.mode ? "\(move.mode)" : "\(performed.mode) instead of \(move.mode)"
    }

    /// Moves in the order of time, each with the place that it leaves.
    var itinerary: [(move: Int, from: String)] {
        var places: [String: String] = [:]
        let order = scenario.moves.indices.sorted {
            (scenario.moves[$0].beginning, $0) < (scenario.moves[$1].beginning, $1)
        }
        return order.map { index in
            let move = scenario.moves[index]
            let from = places[move.vm] ?? start(of: move.vm)
            places[move.vm] = move.to
            return (index, from)
        }
    }

    private func start(of vm: String) -> String {
        guard let index = roster.vms(named: vm)?.first else { return "" }
        let machine = roster.machines[index]
        return machine.isSpread ? "spread" : roster.hosts.name(of: Int(machine.host.index))
    }

    private var expectations: [String] {
        var table = TextTable(["metric", "of", "stat", "min", "max"])
        for entry in scenario.expect {
            let knobs = Expectation.keys.knobs(entry, entry)
            table.add(["metric", "of", "stat", "min", "max"].map { key in knobs.first { $0.path == key }?.text ?? "" })
        }
        return scenario.expect.isEmpty ? [] : table.lines
    }

    /// Keys that the heading shows.
    private static let said = ["name", "seed", "duration", "profile"]

    /// Keys outside lists that have another value than by default.
    private var changedKnobs: [String] {
        let changed = knobs.filter { !$0.isDefault && !Self.said.contains($0.path) }
        return changed.map { knob in
            let usual = knob.defaultText.isEmpty ? "" : "  (default \(knob.defaultText))"
            return "  \(knob.path): \(knob.text)\(usual)"
        }
    }

    private var ownDefaults: [String] {
        var table = TextTable(["knob", "value", "meaning"])
        for knob in knobs where knob.isDefault && knob.origin == .ours && !knob.text.isEmpty {
            if Self.said.contains(knob.path) { continue }
            table.add([knob.path, knob.text, knob.documentation])
        }
        return Array(table.lines.dropFirst())
    }

    private var decisions: [String] {
        var table = TextTable(["", ""])
        for decision in Decisions.inForce(scenario) { table.add([decision.id, decision.statement]) }
        return Array(table.lines.dropFirst())
    }

    /// All knobs outside lists; for the manifest too.
    public var knobs: [Knob] { Scenario.keys.knobs(scenario, Scenario()) }

    static func time(_ time: Duration) -> String { time == .zero ? "0 s" : time.description }

    private static func time(_ time: Distribution<Duration>) -> String {
        if case .constant(let value) = time { self.time(value) } else { ValueCodec.distribution().show(time) }
    }
}

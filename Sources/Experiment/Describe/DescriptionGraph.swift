import Fabric
import Guest
import Kernel
import Mobility
import Overlay

/// A scenario as a picture: only what takes part, so that a large network still fits a page.
struct DescriptionGraph {
    enum Shape { case network, host, machine }
    enum Line { case link, seat, traffic, move }

    struct Vertex {
        var id: String
        var label: String
        var shape: Shape
    }

    struct Edge {
        var from: String
        var to: String
        var label: String
        var line: Line
    }

    private(set) var vertices: [Vertex] = []
    private(set) var edges: [Edge] = []
    private var ids: [String: String] = [:]

    init(_ description: Description) {
        let scenario = description.scenario
        addSwitches(scenario.underlay)
        for (index, vm) in scenario.vms.enumerated() {
            let count = description.roster.groups[index].range.count
            add("vm " + vm.name, count == 1 ? vm.name : "\(vm.name) × \(count)", .machine)
            guard case .host(let host) = vm.at else { continue }
            addHost(host, scenario.underlay)
            connect("host " + host, "vm " + vm.name, "", .seat)
        }
        for traffic in scenario.traffic {
            let rate = TrafficConfiguration.keys.knobs(traffic, traffic).first {
                ["rate", "load", "think"].contains($0.path) && !$0.text.isEmpty
            }
            let label = "\(traffic.name) \(rate?.text ?? "")"
            connect(vertex(of: traffic.from), vertex(of: traffic.to), label, .traffic)
        }
        if case .host(let host) = scenario.nva.at {
            addHost(host, scenario.underlay)
            add("nva", "NVA", .machine)
            connect("host " + host, "nva", "", .seat)
        }
        for step in description.itinerary {
            let move = scenario.moves[step.move]
            addHost(move.to, scenario.underlay)
            let origin = ids["host " + step.from] == nil ? vertex(of: move.vm) : "host " + step.from
            connect(origin, "host " + move.to, "\(move.name): \(move.vm) at \(move.beginning)", .move)
        }
    }

    /// The middle of the picture: one vertex, or a free graph's switches unless they are too many for a page.
    private mutating func addSwitches(_ underlay: UnderlayConfiguration) {
        guard underlay.kind == .graph, underlay.nodes.count <= 64 else {
            return add("core", Self.core(underlay), .network)
        }
        for name in underlay.nodes { add("leaf " + name, name, .network) }
        for link in underlay.links { connect("leaf " + link.between[0], "leaf " + link.between[1], "", .link) }
    }

    private static func core(_ underlay: UnderlayConfiguration) -> String {
        switch underlay.kind {
        case .leafSpine: "\(underlay.spines) spines, \(underlay.leaves) leaves"
        case .fatTree: "fat tree, k = \(underlay.k)"
        case .sites: "\(underlay.sites) sites, WAN \(underlay.wan.delay)"
        case .graph: "\(underlay.nodes.count) switches"
        case .star: "star of \(underlay.hosts.count) hosts"
        }
    }

    /// The vertex of the group that a reference such as `client[3]` belongs to.
    private func vertex(of reference: String) -> String {
        "vm " + (Roster.split(reference)?.name ?? reference)
    }

    private mutating func addHost(_ name: String, _ underlay: UnderlayConfiguration) {
        if ids["host " + name] != nil { return }
        add("host " + name, name, .host)
        if underlay.kind == .graph, let index = underlay.hosts.firstIndex(of: name) {
            let node = "leaf " + underlay.hostSwitches[index]
            if ids[node] == nil { connect("core", "host " + name, "", .link) }
            return connect(node, "host " + name, "", .link)
        }
        guard underlay.kind != .star, let slash = name.lastIndex(of: "/") else {
            return connect("core", "host " + name, "", .link)
        }
        let leaf = "leaf " + name[..<slash]
        if ids[leaf] == nil {
            add(leaf, String(name[..<slash]), .network)
            connect("core", leaf, "", .link)
        }
        connect(leaf, "host " + name, "", .link)
    }

    private mutating func add(_ key: String, _ label: String, _ shape: Shape) {
        guard ids[key] == nil else { return }
        ids[key] = "n\(vertices.count)"
        vertices.append(Vertex(id: "n\(vertices.count)", label: label, shape: shape))
    }

    private mutating func connect(_ from: String, _ to: String, _ label: String, _ line: Line) {
        guard let from = ids[from], let to = ids[to] else { return }
        edges.append(Edge(from: from, to: to, label: label, line: line))
    }
}

extension Description {
    /// A Mermaid flowchart.
    public func mermaid() -> String {
        let graph = DescriptionGraph(self)
        var lines = ["flowchart TB"]
        for vertex in graph.vertices {
            let label = "\"\(vertex.label.replacing("\"", with: "'"))\""
            switch vertex.shape {
            case .network: lines.append("  \(vertex.id)([\(label)])")
            case .host: lines.append("  \(vertex.id)[\(label)]")
            case .machine: lines.append("  \(vertex.id)(\(label))")
            }
        }
        for edge in graph.edges {
            let label = edge.label.isEmpty ? "" : "|\"\(edge.label)\"|"
            let arrow =
                switch edge.line {
                case .link, .seat: "---"
                case .traffic: "-.->"
                case .move: "==>"
                }
            lines.append("  \(edge.from) \(arrow)\(label) \(edge.to)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A Graphviz digraph.
    public func dot() -> String {
        let graph = DescriptionGraph(self)
        var lines = ["digraph \"\(scenario.name)\" {"]
        for vertex in graph.vertices {
            let shape =
                switch vertex.shape {
                case .network: "ellipse"
                case .host: "box"
                case .machine: "box, style=rounded"
                }
            lines.append("  \(vertex.id) [label=\"\(vertex.label)\", shape=\(shape)];")
        }
        for edge in graph.edges {
            let style =
                switch edge.line {
                case .link, .seat: "dir=none"
                case .traffic: "style=dashed, constraint=false"
                case .move: "style=bold, color=red, constraint=false"
                }
            lines.append("  \(edge.from) -> \(edge.to) [label=\"\(edge.label)\", \(style)];")
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }
}

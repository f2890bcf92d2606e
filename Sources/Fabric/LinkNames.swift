public import Kernel

/// Links by the names of the nodes at their ends: `leaf1-spine2` is both directions, `leaf1->spine2` one.
public struct LinkNames: Sendable {
    private let nodes: NodeNames
    private var numbers: [LinkEnds.Pair: LinkID] = [:]

    public init(_ underlay: UnderlayConfiguration) {
        nodes = NodeNames(underlay)
        var numbers: [LinkEnds.Pair: LinkID] = [:]
        var next: UInt32 = 0
        Topology(underlay).forEachLink { ends in
            numbers[LinkEnds.Pair(near: ends.near, far: ends.far)] = LinkID(next)
            next += 1
        }
        self.numbers = numbers
    }

    /// What a name stands for: no links when there is none of this name, or when it can be read in two ways (names of
    /// nodes may contain `-`).
    public func links(named name: String) -> [LinkID] {
        if let arrow = name.firstRange(of: "->") {
            return link(String(name[..<arrow.lowerBound]), String(name[arrow.upperBound...])).map { [$0] } ?? []
        }
        let readings = name.indices.filter { name[$0] == "-" }.compactMap { dash -> [LinkID]? in
            let (left, right) = (String(name[..<dash]), String(name[name.index(after: dash)...]))
            guard let forth = link(left, right), let back = link(right, left) else { return nil }
            return [forth, back]
        }
        return readings.count == 1 ? readings[0] : []
    }

    private func link(_ near: String, _ far: String) -> LinkID? {
        guard let near = nodes.number(of: near), let far = nodes.number(of: far) else { return nil }
        return numbers[LinkEnds.Pair(near: NodeID(near), far: NodeID(far))]
    }

    /// The name of some link, as an example.
    public var example: String {
        let switches = numbers.keys.filter { min($0.near, $0.far) >= NodeID(nodes.hosts.count) && $0.near < $0.far }
        let all = switches.isEmpty ? Array(numbers.keys) : switches
        guard let pair = all.min(by: { ($0.near, $0.far) < ($1.near, $1.far) }) else { return "leaf1-spine1" }
        return "\(nodes.name(of: Int(pair.near.index)))-\(nodes.name(of: Int(pair.far.index)))"
    }
}

extension LinkEnds {
    struct Pair: Hashable, Sendable {
        var near: NodeID
        var far: NodeID
    }
}

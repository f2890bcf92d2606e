import Fabric
import Kernel
import Testing

/// Every shape of network against a graph search over its own links: packets reach every host, by shortest paths, and
/// use all equal ones.
@Suite struct ShapeTests {
    static let underlays: [Underlay] = [
        .leafSpine(leaves: 1, spines: 1, hosts: 2), .leafSpine(leaves: 5, spines: 3, hosts: 2), .star(4),
        .fatTree(2), .fatTree(4), .sites(2, leaves: 1, spines: 1, hosts: 1),
        .sites(3, leaves: 2, spines: 2, hosts: 2), .graph(nodes: 1, seed: 1), .graph(nodes: 6, seed: 2),
        .graph(nodes: 9, seed: 3), .graph(nodes: 12, seed: 4),
    ]

    @Test(arguments: underlays)
    func nodesAndLinksAreNumberedInOneRow(_ underlay: Underlay) {
        let (topology, names) = (Topology(underlay.configuration), NodeNames(underlay.configuration))
        #expect(names.count == topology.nodeCount && names.hosts.count == Int(topology.hosts))
        for node in 0..<names.count { #expect(names.number(of: names.name(of: node)) == node) }
        let fabric = Fabric(underlay.configuration)
        var links: [LinkEnds] = []
        topology.forEachLink { links.append($0) }
        #expect(links.map(\.far) == Array(fabric.farNodes) && links.count == topology.linkCount)
        #expect(links.allSatisfy { Int($0.profile) < fabric.profiles.count })
        // Both directions of each link exist once.
        #expect(Set(links.map { [$0.near, $0.far] }).count == links.count)
        #expect(Set(links.map { [$0.near, $0.far] }) == Set(links.map { [$0.far, $0.near] }))
    }

    @Test(arguments: underlays)
    func packetsTakeShortestPathsAndAllOfThem(_ underlay: Underlay) {
        let search = GraphSearch(Topology(underlay.configuration))
        for from in 0..<search.hosts {
            let distances = search.distances(from: from)
            for to in 0..<search.hosts where to != from {
                var paths = Set<[NodeID]>()
                for entropy in 0..<40 as Range<UInt32> {
                    paths.insert(search.walk(from: from, to: to, entropy: entropy))
                }
                #expect(paths.allSatisfy { $0.count == distances[to] && $0.last == NodeID(to) })
                #expect(search.topology.links(from: NodeID(from), to: NodeID(to)) == distances[to])
                // At most 4 equal paths: 40 draws miss one of them with a chance of 4 (3/4)^40 = 4e-5.
                let equal = search.shortestPaths(from: from, to: to)
                if equal <= 4 { #expect(paths.count == equal, "\(from) to \(to)") }
            }
        }
    }

    @Test(arguments: [2, 4, 8, 16])
    func aFatTreeHasTheSizesOfItsArity(_ k: Int) {
        let topology = Topology(Underlay.fatTree(k).configuration)
        #expect(Int(topology.hosts) == k * k * k / 4)
        #expect(topology.nodeCount == Int(topology.hosts) + 5 * k * k / 4)
        var ports = Array(repeating: 0, count: topology.nodeCount)
        topology.forEachLink { ports[Int($0.near.index)] += 1 }
        #expect(ports.prefix(Int(topology.hosts)).allSatisfy { $0 == 1 })
        #expect(ports.dropFirst(Int(topology.hosts)).allSatisfy { $0 == k })
    }

    @Test func choicesOfTwoTiersAreIndependent() {
        // Chi-square over 8 x 8 cells, 63 degrees of freedom: above 113.5 in one of 10 000 fair cases.
        var cells = Array(repeating: 0, count: 64)
        let draws = 64_000
        for draw in 0..<draws {
            let packet = GraphSearch.packet(from: draw % 97, to: 100 + draw % 89, entropy: UInt32(draw % 4_099))
            let lower = Topology.choice(of: packet, among: 8)
            cells[Int(lower * 8 + Topology.choice(of: packet, among: 8, salt: 1))] += 1
        }
        let expected = Double(draws) / 64
        #expect(cells.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected } < 113.5)
    }
}

/// A network by its measures.
struct Underlay: CustomTestStringConvertible, Sendable {
    var configuration = UnderlayConfiguration()
    var testDescription: String

    static func leafSpine(leaves: Int, spines: Int, hosts: Int) -> Underlay {
        var underlay = Underlay(testDescription: "\(leaves) leaves, \(spines) spines, \(hosts) hosts each")
        (underlay.configuration.leaves, underlay.configuration.spines) = (leaves, spines)
        underlay.configuration.hostsPerLeaf = hosts
        return underlay
    }

    static func star(_ hosts: Int) -> Underlay {
        var underlay = Underlay(testDescription: "star of \(hosts)")
        underlay.configuration.kind = .star
        underlay.configuration.hosts = (0..<hosts).map { "H\($0)" }
        return underlay
    }

    static func sites(_ sites: Int, leaves: Int, spines: Int, hosts: Int) -> Underlay {
        var underlay = leafSpine(leaves: leaves, spines: spines, hosts: hosts)
        underlay.testDescription = "\(sites) sites of \(underlay.testDescription)"
        underlay.configuration.kind = .sites
        underlay.configuration.sites = sites
        return underlay
    }

    /// A ring of switches with chords, a host or two at each, all links alike.
    static func graph(nodes: Int, seed: UInt64) -> Underlay {
        let random = RandomSource(seed: seed, run: 1)
        var cursor = StreamCursor(component: "graph", purpose: "test")
        var underlay = Underlay(testDescription: "graph of \(nodes), seed \(seed)")
        underlay.configuration.kind = .graph
        underlay.configuration.nodes = (0..<nodes).map { "s\($0)" }
        var joined = Set<[Int]>()
        for node in 0..<nodes {
            let chord = Int(random.uniformInteger(below: UInt64(nodes), from: &cursor))
            for other in [(node + 1) % nodes, chord] where other != node {
                guard joined.insert([min(node, other), max(node, other)]).inserted else { continue }
                underlay.configuration.links.append(
                    GraphLink("s\(node)", "s\(other)", LinkConfiguration(rate: .unlimited)))
            }
            for host in 0...(node % 2 == 0 ? 1 : 0) {
                underlay.configuration.hosts.append("h\(node)-\(host)")
                underlay.configuration.hostSwitches.append("s\(node)")
            }
        }
        return underlay
    }

    static func fatTree(_ k: Int) -> Underlay {
        var underlay = Underlay(testDescription: "fat tree, k = \(k)")
        underlay.configuration.kind = .fatTree
        underlay.configuration.k = k
        return underlay
    }
}

/// Breadth-first search over a topology's list of links.
struct GraphSearch {
    let topology: Topology
    let hosts: Int
    private var links: [LinkEnds] = []
    private var neighbours: [[Int]]

    init(_ topology: Topology) {
        self.topology = topology
        hosts = Int(topology.hosts)
        neighbours = Array(repeating: [], count: topology.nodeCount)
        var all: [LinkEnds] = []
        topology.forEachLink { all.append($0) }
        for link in all { neighbours[Int(link.near.index)].append(Int(link.far.index)) }
        links = all
    }

    static func packet(from: Int, to: Int, entropy: UInt32) -> PacketRecord {
        var packet = PacketRecord(
            sentAt: .zero, flow: .control, serial: 0, source: .none, destination: .none, innerBytes: 0, frameBytes: 0)
        (packet.outerSource, packet.outerDestination, packet.entropy) = (NodeID(from), NodeID(to), entropy)
        return packet
    }

    func distances(from start: Int) -> [Int] {
        var distances = Array(repeating: Int.max, count: neighbours.count)
        distances[start] = 0
        var front = [start]
        while !front.isEmpty {
            var next: [Int] = []
            for node in front {
                for other in neighbours[node] where distances[other] == .max {
                    distances[other] = distances[node] + 1
                    next.append(other)
                }
            }
            front = next
        }
        return distances
    }

    /// Shortest paths that have none of these links.
    func shortestPaths(from: Int, to: Int, without failed: [LinkID] = []) -> Int {
        let distances = distances(from: to)
        let closed = Set(failed.map { links[Int($0.index)] })
        func count(_ node: Int) -> Int {
            if node == to { return 1 }
            let next = neighbours[node].filter { other in
                let isClosed = closed.contains { $0.near == NodeID(node) && $0.far == NodeID(other) }
                return distances[other] == distances[node] - 1 && !isClosed
            }
            return next.reduce(0) { $0 + count($1) }
        }
        return count(from)
    }

    /// The links that a packet takes; over a fabric that may know of failures, or by the topology alone.
    func links(from: Int, to: Int, entropy: UInt32, over fabric: Fabric?) -> [LinkID] {
        let packet = Self.packet(from: from, to: to, entropy: entropy)
        var taken = [topology.uplink(of: NodeID(from))]
        while let link = taken.last, !topology.isHost(links[Int(link.index)].far), taken.count < 20 {
            let node = links[Int(link.index)].far
            taken.append(fabric?.nextLink(at: node, for: packet) ?? topology.nextLink(at: node, for: packet))
        }
        return taken
    }

    /// The nodes after `from` that a packet visits; it stops after 20 links.
    func walk(from: Int, to: Int, entropy: UInt32) -> [NodeID] {
        let packet = Self.packet(from: from, to: to, entropy: entropy)
        var path = [links[Int(topology.uplink(of: NodeID(from)).index)].far]
        while let node = path.last, !topology.isHost(node), path.count < 20 {
            let link = links[Int(topology.nextLink(at: node, for: packet).index)]
            if link.near != node { return [] }
            path.append(link.far)
        }
        return path
    }
}

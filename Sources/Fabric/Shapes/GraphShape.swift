import Kernel

/// A free graph of switches with hosts at them: shortest paths by number of links, then by delay; equal ones share.
///
/// The table of next links is by pair of switches, not of hosts. Nodes: hosts, switches in the order of the file.
/// Links: each host's up link, each host's down link, then both directions of each link of the file.
struct GraphShape: NetworkShape {
    let hosts: UInt32
    private let switches: UInt32
    /// By host: its switch, counted from 0.
    private let homes: ContiguousArray<UInt32>
    private let ends: ContiguousArray<LinkEnds>
    /// Links to send on: each host's down link, then the next links of each pair of switches.
    private var table: ContiguousArray<UInt32>
    /// By pair of switches: where their next links begin in the table; one entry more at the end.
    private var starts: ContiguousArray<UInt32> = []

    /// Of a checked configuration; of another kind of network it is empty.
    init(_ underlay: UnderlayConfiguration) {
        if underlay.kind != .graph {
            (hosts, switches, homes, ends, table) = (0, 0, [], [], [])
            return
        }
        let numbers = Dictionary(zip(underlay.nodes, 0...), uniquingKeysWith: { first, _ in first })
        func number(_ name: String) -> UInt32 {
            guard let number = numbers[name] else { preconditionFailure("the loader let pass a switch `\(name)`") }
            return UInt32(number)
        }
        hosts = UInt32(underlay.hosts.count)
        switches = UInt32(underlay.nodes.count)
        homes = ContiguousArray(underlay.hostSwitches.map(number))
        precondition(homes.count == underlay.hosts.count, "each host of a graph has a switch")
        let first = hosts
        ends = ContiguousArray(
            underlay.links.enumerated().flatMap { index, link in
                let (near, far) = (first + number(link.between[0]), first + number(link.between[1]))
                let profile = UInt32(index) + 1
                return [LinkEnds(near, far, profile: profile), LinkEnds(far, near, profile: profile)]
            })
        table = ContiguousArray(hosts..<2 * hosts)
        fillTable(underlay.links.map(\.link.delay))
    }

    var nodeCount: Int { Int(hosts + switches) }
    var fabricLinkCount: Int { ends.count }

    var edgeSwitches: UInt32 { switches }
    func firstHost(atEdge edge: UInt32) -> UInt32 { UInt32(homes.firstIndex(of: edge) ?? 0) }
    func homeSwitch(of host: UInt32) -> UInt32 { hosts + homes[Int(host)] }
    func forEachFabricLink(_ body: (LinkEnds) -> Void) { ends.forEach(body) }

    func next(at node: NodeID, to destination: NodeID) -> NextLinks {
        let (here, home) = (node.index &- hosts, homes[Int(destination.index)])
        if here == home { return NextLinks(destination.index) }
        return next(from: here, toSwitch: home)
    }

    /// The next links of a switch towards another one, both counted from 0.
    func next(from here: UInt32, toSwitch home: UInt32) -> NextLinks {
        let pair = Int(here) * Int(switches) + Int(home)
        return NextLinks(starts[pair], count: starts[pair + 1] - starts[pair], salt: here)
    }

    /// The link at a place of the table.
    func link(at place: UInt32) -> LinkID { LinkID(table[Int(place)]) }

    /// The links between switches of a shortest path, the first one where several are equal.
    func path(from: NodeID, to: NodeID) -> [LinkEnds] {
        var path: [LinkEnds] = []
        var node = homeSwitch(of: from.index)
        while node != homeSwitch(of: to.index) {
            let link = link(at: next(at: NodeID(node), to: to).first)
            path.append(ends[Int(link.index - 2 * hosts)])
            node = ends[Int(link.index - 2 * hosts)].far.index
        }
        return path
    }

    // MARK: - Table

    /// What is known of the way from a switch to a destination.
    private struct Distance: Comparable {
        var links: UInt32
        var delay: Int64

        static func < (left: Distance, right: Distance) -> Bool {
            (left.links, left.delay) < (right.links, right.delay)
        }
    }

    /// - Parameter delays: by link of the file.
    private mutating func fillTable(_ delays: [Duration]) {
        var leaving = Array(repeating: [Int](), count: Int(switches))
        for (link, end) in ends.enumerated() { leaving[Int(end.near.index - hosts)].append(link) }
        let distances = (0..<Int(switches)).map { self.distances(to: $0, leaving, delays) }
        starts.reserveCapacity(Int(switches * switches) + 1)
        for here in 0..<Int(switches) {
            for home in 0..<Int(switches) {
                starts.append(UInt32(table.count))
                guard here != home, let mine = distances[home][here] else { continue }
                for link in leaving[here] where isShortest(link, mine, distances[home], delays) {
                    table.append(2 * hosts + UInt32(link))
                }
            }
        }
        starts.append(UInt32(table.count))
    }

    private func isShortest(_ link: Int, _ mine: Distance, _ distances: [Distance?], _ delays: [Duration]) -> Bool {
        guard let rest = distances[Int(ends[link].far.index - hosts)] else { return false }
        return rest.links + 1 == mine.links && rest.delay + delays[link / 2].picoseconds == mine.delay
    }

    /// Breadth first, so that a switch is final before those behind it are looked at; nil where there is no way.
    private func distances(to home: Int, _ leaving: [[Int]], _ delays: [Duration]) -> [Distance?] {
        var distances = [Distance?](repeating: nil, count: leaving.count)
        distances[home] = Distance(links: 0, delay: 0)
        var front = [home]
        while !front.isEmpty {
            var next: [Int] = []
            for near in front {
                guard let mine = distances[near] else { continue }
                // Both directions of a link have the same delay, so the way back is as long.
                for link in leaving[near] {
                    let far = Int(ends[link].far.index - hosts)
                    let offer = Distance(links: mine.links + 1, delay: mine.delay + delays[link / 2].picoseconds)
                    if distances[far] == nil { next.append(far) }
                    distances[far] = min(distances[far] ?? offer, offer)
                }
            }
            front = next
        }
        return distances
    }
}

public import Kernel

/// How many moves of one entry may be under way at once.
public struct ParallelLimits: Hashable, Sendable {
    /// In all; nil = any number.
    public var total: Int?
    /// To or from one host.
    public var perHost: Int?
    /// Into or out of one rack: they share its links.
    public var perRack: Int?
    /// With their state on one link, in one direction.
    public var perLink: Int?

    public init(total: Int? = nil, perHost: Int? = nil, perRack: Int? = nil, perLink: Int? = nil) {
        self.perLink = perLink
        self.total = total
        self.perHost = perHost
        self.perRack = perRack
    }
}

/// The VM manager as a scheduler: moves whose hour has come begin at once or wait until limits leave room, first come
/// first served; one that must wait for a host does not keep back those behind it.
public struct MoveScheduler: Sendable {
    /// Where a move leads, as far as limits are concerned.
    public struct Route: Hashable, Sendable {
        public var from: NodeID
        public var to: NodeID
        public var fromRack: NodeID
        public var toRack: NodeID
        /// The links that its state takes; none where the underlay does not carry it.
        public var links: [LinkID]

        public init(from: NodeID, to: NodeID, fromRack: NodeID, toRack: NodeID, links: [LinkID] = []) {
            (self.from, self.to, self.fromRack, self.toRack) = (from, to, fromRack, toRack)
            self.links = links
        }
    }

    private struct Entry: Sendable {
        let limits: ParallelLimits
        var running: [MoveID: Route] = [:]
        var waiting: [(move: MoveID, route: Route)] = []

        func hasRoom(for route: Route) -> Bool {
            if let total = limits.total, running.count >= total { return false }
            if let most = limits.perHost {
                for host in [route.from, route.to]
                where running.values.count(where: { $0.from == host || $0.to == host }) >= most { return false }
            }
            if let most = limits.perRack {
                for rack in Set([route.fromRack, route.toRack])
                where running.values.count(where: { $0.fromRack == rack || $0.toRack == rack }) >= most {
                    return false
                }
            }
            guard let most = limits.perLink else { return true }
            return route.links.allSatisfy { link in running.values.count { $0.links.contains(link) } < most }
        }
    }

    private var entries: [Entry]
    /// By move: its entry; nil = no limit.
    private let entryOf: [Int?]

    /// - Parameter limits: by move, the number of its entry and that entry's limits; nil = none.
    public init(_ limits: [(entry: Int, limits: ParallelLimits)?]) {
        let count = (limits.compactMap { $0?.entry }.max() ?? -1) + 1
        var entries = [Entry](repeating: Entry(limits: ParallelLimits()), count: count)
        for case let limit? in limits { entries[limit.entry] = Entry(limits: limit.limits) }
        self.entries = entries
        entryOf = limits.map { $0?.entry }
    }

    /// The move's hour has come: whether it may begin. If not, it is among those that ``ended(_:)`` names later.
    public mutating func mayBegin(_ move: MoveID, _ route: Route) -> Bool {
        guard let entry = entryOf[Int(move.index)] else { return true }
        if entries[entry].running[move] != nil { return true }
        if entries[entry].waiting.contains(where: { $0.move == move }) { return false }
        if entries[entry].hasRoom(for: route) {
            entries[entry].running[move] = route
            return true
        }
        entries[entry].waiting.append((move, route))
        return false
    }

    /// A move is over, or did not begin after all. The moves that may begin now, in order; they count as begun.
    public mutating func ended(_ move: MoveID) -> [MoveID] {
        guard let entry = entryOf[Int(move.index)], entries[entry].running.removeValue(forKey: move) != nil else {
            return []
        }
        var begun: [MoveID] = []
        var rest: [(move: MoveID, route: Route)] = []
        for candidate in entries[entry].waiting {
            if entries[entry].hasRoom(for: candidate.route) {
                entries[entry].running[candidate.move] = candidate.route
                begun.append(candidate.move)
            } else {
                rest.append(candidate)
            }
        }
        entries[entry].waiting = rest
        return begun
    }
}

public import Kernel

/// What happens to links during a run.
public struct LinkChange: Hashable, Sendable {
    public enum Kind: UInt8, Sendable {
        /// Takes no more frames, and has lost those that it had.
        case fail
        case repair
        /// Switches have learnt of the failure and choose other equal paths.
        case withdraw
        /// Switches have learnt of the repair.
        case restore
        /// Sends at another rate from now on.
        case rate
    }

    public var kind: Kind
    public var at: Instant
    public var links: [LinkID]
    /// The new one of ``Kind/rate``.
    public var rate: BitRate
    /// It fails, or works again, because a node at one of its ends does.
    public var isOfNode: Bool

    public init(
        _ kind: Kind, at: Instant, links: [LinkID], rate: BitRate = .unlimited, isOfNode: Bool = false
    ) {
        self.isOfNode = isOfNode
        self.kind = kind
        self.at = at
        self.links = links
        self.rate = rate
    }
}

/// Failures of links, and the ways round them.
///
/// A link that has failed is busy for ever; no frame's common way looks further. Failures of one link may overlap: it
/// works again when all are repaired.
extension Fabric {
    public mutating func apply(_ change: LinkChange) {
        for link in change.links {
            switch change.kind {
            case .fail:
                if change.isOfNode { nodeFailures.add(link) }
                fail(link, now: change.at)
            case .repair:
                if change.isOfNode { nodeFailures.remove(link) }
                repair(link, now: change.at)
            case .withdraw: withdrawals.add(link)
            case .restore: withdrawals.remove(link)
            case .rate: setRate(change.rate, of: link, now: change.at)
            }
        }
    }

    private mutating func fail(_ link: LinkID, now: Instant) {
        if !failures.contains(link) {
            losses[link, default: LinkLosses()].cut(links[Int(link.index)].busyUntil, now: now)
        }
        failures.add(link)
        links[Int(link.index)].busyUntil = .never
        if isScheduled(link) { scheduled.reset(server(of: link), now: now) } else { forgetWaiting(link) }
    }

    /// What is lost at a link that does not work.
    func causeOfFailure(of link: LinkID) -> LossCause { nodeFailures.contains(link) ? .nodeDown : .linkDown }

    private mutating func repair(_ link: LinkID, now: Instant) {
        failures.remove(link)
        if !failures.contains(link) { links[Int(link.index)].busyUntil = now }
    }

    /// A switch sends a packet on: finds the next link and puts the packet on it, as ``transmit(_:on:now:)`` does.
    ///
    /// It is `mutating` all through, for a call that is not copies the whole topology to the stack, at every hop.
    public mutating func forward(_ record: inout PacketRecord, at node: NodeID, now: Instant) -> Transmission {
        if topology.kind == .leafSpine, withdrawals.isEmpty {
            return transmit(&record, on: topology.nextLinkOfLeafSpine(at: node, for: record), now: now)
        }
        return forwardElsewhere(&record, at: node, now: now)
    }

    /// The same in any network, with links that are avoided, and towards switches.
    @inline(never)
    public mutating func forwardElsewhere(
        _ record: inout PacketRecord, at node: NodeID, now: Instant
    ) -> Transmission {
        transmit(&record, on: nextLink(at: node, for: record), now: now)
    }

    /// The link by which a switch sends a packet on.
    public func nextLink(at node: NodeID, for record: PacketRecord) -> LinkID {
        if withdrawals.isEmpty { return topology.nextLink(at: node, for: record) }
        return detour(at: node, for: record)
    }

    /// The usual link as long as a live shortest path begins with it, else one of those with which one does: packets
    /// that need no detour stay where they are. Where no equal path is left the usual one is taken.
    @inline(never)
    private func detour(at node: NodeID, for record: PacketRecord) -> LinkID {
        let equal = topology.next(at: node, to: record.outerDestination)
        let usual = topology.choose(equal, record)
        var deadEnds = Set<NodeID>()
        if isLive(usual, to: record.outerDestination, &deadEnds) { return usual }
        let live = (0..<equal.count).map { topology.link($0, of: equal) }
            .filter { isLive($0, to: record.outerDestination, &deadEnds) }
        if live.isEmpty { return usual }
        let salt = equal.salt | 0x8000_0000
        return live[Int(Topology.choice(of: record, among: UInt32(live.count), salt: salt))]
    }

    /// Whether a shortest path to a host or a switch begins with this link and has no link of which switches know that
    /// it failed.
    ///
    /// - Parameter deadEnds: switches from which none does, as far as they have been looked at.
    private func isLive(_ link: LinkID, to destination: NodeID, _ deadEnds: inout Set<NodeID>) -> Bool {
        if withdrawals.contains(link) { return false }
        let far = farNodes[Int(link.index)]
        if topology.isHost(far) || far == destination { return true }
        if deadEnds.contains(far) { return false }
        let equal = topology.next(at: far, to: destination)
        for index in 0..<equal.count where isLive(topology.link(index, of: equal), to: destination, &deadEnds) {
            return true
        }
        deadEnds.insert(far)
        return false
    }
}

/// Links with a count each; empty but for the time of failures.
struct LinkTally: Sendable {
    private var counts: ContiguousArray<UInt16> = []
    private var total = 0

    var isEmpty: Bool { total == 0 }

    func contains(_ link: LinkID) -> Bool { Int(link.index) < counts.count && counts[Int(link.index)] > 0 }

    mutating func add(_ link: LinkID) {
        while counts.count <= Int(link.index) { counts.append(0) }
        counts[Int(link.index)] += 1
        total += 1
    }

    mutating func remove(_ link: LinkID) {
        precondition(contains(link), "link \(link.index) works already")
        counts[Int(link.index)] -= 1
        total -= 1
    }
}

public import Kernel
import Wire

/// The underlay: its links, and how packets cross them. Plain functions of the world, not nodes.
public struct Fabric: Sendable {
    public let topology: Topology
    public private(set) var links: ContiguousArray<Link> = []
    /// By link: the node at its far end.
    public private(set) var farNodes: ContiguousArray<NodeID> = []
    /// Host links, fabric links.
    public let profiles: ContiguousArray<LinkProfile>
    private var waiting: ContiguousArray<WaitingFrames> = []
    /// star: one-way delay from the core to the destination, for pairs that differ from the rest.
    private let pairDelays: [UInt64: Duration]

    /// The links of a checked configuration, all idle.
    public init(_ underlay: UnderlayConfiguration) {
        topology = Topology(underlay)
        profiles = [
            LinkProfile(underlay.hostLink, framing: underlay.framing),
            LinkProfile(underlay.fabricLink, framing: underlay.framing),
        ]
        pairDelays = Self.pairDelays(underlay)
        links.reserveCapacity(topology.linkCount)
        farNodes.reserveCapacity(topology.linkCount)
        for host in 0..<topology.hosts { add(profile: 0, to: topology.leafNode(topology.leaf(of: NodeID(host)))) }
        for host in 0..<topology.hosts { add(profile: 0, to: NodeID(host)) }
        for _ in 0..<topology.leaves {
            for spine in 0..<topology.spines { add(profile: 1, to: topology.spineNode(spine)) }
        }
        for _ in 0..<topology.spines {
            for leaf in 0..<topology.leaves { add(profile: 1, to: topology.leafNode(leaf)) }
        }
    }

    private mutating func add(profile: UInt32, to far: NodeID) {
        links.append(Link(profile: profile))
        farNodes.append(far)
    }

    /// A pair's delay less the first link's; a pair given in one direction holds for both.
    private static func pairDelays(_ underlay: UnderlayConfiguration) -> [UInt64: Duration] {
        if underlay.kind != .star { return [:] }
        let names = HostNames(underlay)
        var delays: [UInt64: Duration] = [:]
        for pair in underlay.delays.reversed() {
            guard let from = names.number(of: pair.from), let to = names.number(of: pair.to) else { continue }
            delays[Self.pair(NodeID(to), NodeID(from))] = pair.delay - underlay.hostLink.delay
        }
        for pair in underlay.delays {
            guard let from = names.number(of: pair.from), let to = names.number(of: pair.to) else { continue }
            delays[Self.pair(NodeID(from), NodeID(to))] = pair.delay - underlay.hostLink.delay
        }
        return delays
    }

    private static func pair(_ from: NodeID, _ to: NodeID) -> UInt64 { UInt64(from.index) << 32 | UInt64(to.index) }

    /// Puts a packet on a link, or loses it at the near end. Counts the link in the record when it is accepted.
    public mutating func transmit(_ record: inout PacketRecord, on link: LinkID, now: Instant) -> Transmission {
        let index = Int(link.index)
        let profile = Int(links[index].profile)
        let wireBytes = profiles[profile].wireBytes(frame: record.frameBytes)
        if record.frameBytes &- HeaderSize.ethernet > profiles[profile].mtu { return .lost(.mtu) }
        if record.hopLimit == 0 { return .lost(.hopLimit) }
        var start = now
        if links[index].busyUntil > now {
            start = links[index].busyUntil
            if !admit(wireBytes, to: index, start: start, now: now) { return .lost(.queueFull) }
        }
        let end = start + profiles[profile].wireTime(wireBytes: wireBytes)
        links[index].busyUntil = end
        links[index].frames &+= 1
        links[index].bytes &+= UInt64(wireBytes)
        record.link = link
        record.links &+= 1
        record.hopLimit &-= 1
        if pairDelays.isEmpty || link.index < topology.hosts { return .arrives(end + profiles[profile].delay) }
        return .arrives(end + pairDelay(record.outerSource, record.outerDestination))
    }

    private func pairDelay(_ from: NodeID, _ to: NodeID) -> Duration {
        pairDelays[Self.pair(from, to)] ?? profiles[0].delay
    }

    /// Whether a frame that must wait finds room; if so it is put in the list of waiting frames.
    private mutating func admit(_ wireBytes: UInt32, to index: Int, start: Instant, now: Instant) -> Bool {
        let limit = profiles[Int(links[index].profile)].queue
        if limit == .unlimited { return true }
        if links[index].waiting < 0 {
            links[index].waiting = Int32(waiting.count)
            waiting.append(WaitingFrames())
        }
        let slot = Int(links[index].waiting)
        waiting[slot].forgetStarted(by: now)
        let hasRoom =
            switch limit {
            case .unlimited: true
            case .bytes(let most): waiting[slot].bytes + UInt64(wireBytes) <= most
            case .packets(let most): waiting[slot].count < Int(most)
            }
        if hasRoom { waiting[slot].append(start: start, size: wireBytes) }
        return hasRoom
    }

    /// One-way time of a lone frame of this size between two hosts, by the shortest path.
    public func unloadedDelay(from: NodeID, to: NodeID, frameBytes: UInt32) -> Duration {
        if from == to { return .zero }
        let host = hop(profiles[0], frameBytes)
        let last = pairDelays.isEmpty ? profiles[0].delay : pairDelay(from, to)
        let ends = host * 2 + profiles[0].delay + last
        if topology.links(from: from, to: to) == 2 { return ends }
        return ends + (hop(profiles[1], frameBytes) + profiles[1].delay) * 2
    }

    private func hop(_ profile: LinkProfile, _ frameBytes: UInt32) -> Duration {
        profile.wireTime(wireBytes: profile.wireBytes(frame: frameBytes))
    }

    public var reservedBytes: Int {
        links.capacity * MemoryLayout<Link>.stride + farNodes.capacity * MemoryLayout<NodeID>.stride
    }
}

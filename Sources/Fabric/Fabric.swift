public import Kernel
import Wire

/// The underlay: its links, and how packets cross them. Plain functions of the world, not nodes.
public struct Fabric: Sendable {
    public let topology: Topology
    public internal(set) var links: ContiguousArray<Link> = []
    /// By link: the node at its far end.
    public private(set) var farNodes: ContiguousArray<NodeID> = []
    /// Host links, fabric links, WAN links; in a free graph host links, then each link between switches.
    public let profiles: ContiguousArray<LinkProfile>
    var waiting: ContiguousArray<WaitingFrames> = []
    var scheduled = ScheduledLinks()
    /// Links that have lost frames, except for want of room.
    var losses: [LinkID: LinkLosses] = [:]
    /// Links that do not work, and links that switches avoid where they can.
    var failures = LinkTally()
    /// Of these failures, those of nodes at their ends.
    var nodeFailures = LinkTally()
    var withdrawals = LinkTally()
    /// Trains under way, by the `extensionIndex` of their records.
    var trains: ContiguousArray<Train> = []
    var spareTrains: ContiguousArray<UInt32> = []
    /// star: one-way delay from the core to the destination, for pairs that differ from the rest.
    private let pairDelays: [UInt64: Duration]

    /// The links of a checked configuration, all idle.
    ///
    /// - Parameters:
    ///   - accessTagBytes: what frames on host links carry beside an IP packet and the Ethernet header.
    ///   - countsWaiting: whether to count what waits at links without a limit too, for ``usage(of:until:)``.
    public init(_ underlay: UnderlayConfiguration, accessTagBytes: UInt32 = 0, countsWaiting: Bool = false) {
        topology = Topology(underlay)
        // An MTU is that of IP packets: a tag comes on top.
        var kinds = underlay.linkKinds
        kinds[0].mtu += accessTagBytes
        profiles = ContiguousArray(
            kinds.map { LinkProfile($0, framing: underlay.framing, countsWaiting: countsWaiting) })
        pairDelays = Self.pairDelays(underlay)
        links.reserveCapacity(topology.linkCount)
        farNodes.reserveCapacity(topology.linkCount)
        topology.forEachLink { ends in
            links.append(Link(profile: ends.profile))
            farNodes.append(ends.far)
        }
        for index in links.indices where profiles[Int(links[index].profile)].isScheduled {
            let rate = profiles[Int(links[index].profile)].rate
            links[index].waiting = Int32(scheduled.addServer(of: LinkID(index), rate: rate))
        }
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
        if record.frameBytes &- HeaderSize.ethernet > profiles[profile].fifoMTU {
            if record.flags.contains(.train) { return transmitTrain(&record, on: link, now: now) }
            return profiles[profile].isScheduled ? .scheduled(link) : .lost(lose(.mtu, on: link))
        }
        if record.hopLimit == 0 { return .lost(lose(.hopLimit, on: link)) }
        var start = now
        if links[index].busyUntil > now {
            start = links[index].busyUntil
            if start == .never { return .lost(lose(causeOfFailure(of: link), on: link)) }
            if !admit(&record, wireBytes, to: index, start: start, now: now) { return .lost(.queueFull) }
        }
        let end = start + profiles[profile].wireTime(wireBytes: wireBytes)
        links[index].busyUntil = end
        noteAccepted(&record, wireBytes, on: link)
        if pairDelays.isEmpty || link.index < topology.hosts { return .arrives(end + profiles[profile].delay) }
        return .arrives(end + pairDelay(record.outerSource, record.outerDestination))
    }

    /// Counts a frame that is on a link now, on both sides.
    @inline(__always)
    mutating func noteAccepted(_ record: inout PacketRecord, _ wireBytes: UInt32, on link: LinkID) {
        let index = Int(link.index)
        links[index].frames &+= 1
        links[index].bytes &+= UInt64(wireBytes)
        record.link = link
        record.links &+= 1
        record.hopLimit &-= 1
    }

    /// From the near end of a link's wire to its far end.
    func propagation(of record: PacketRecord, on link: LinkID) -> Duration {
        if pairDelays.isEmpty || link.index < topology.hosts {
            return profiles[Int(links[Int(link.index)].profile)].delay
        }
        return pairDelay(record.outerSource, record.outerDestination)
    }

    private func pairDelay(_ from: NodeID, _ to: NodeID) -> Duration {
        pairDelays[Self.pair(from, to)] ?? profiles[0].delay
    }

    mutating func forgetWaiting(_ link: LinkID) {
        let slot = Int(links[Int(link.index)].waiting)
        if slot >= 0 { waiting[slot].forgetAll() }
    }

    /// Whether a frame that must wait finds room; if so it is put in the list of waiting frames, and marked when those
    /// before it are many (RFC 3168, section 5).
    private mutating func admit(
        _ record: inout PacketRecord, _ wireBytes: UInt32, to index: Int, start: Instant, now: Instant
    ) -> Bool {
        let profile = Int(links[index].profile)
        if profiles[profile].countsNothing { return true }
        let limit = profiles[profile].queue
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
        if !hasRoom {
            waiting[slot].refused += 1
            return false
        }
        if waiting[slot].bytes > profiles[profile].ecnThreshold {
            record.flags.insert(.marked)
            waiting[slot].marked += 1
        }
        waiting[slot].append(start: start, size: wireBytes)
        return true
    }

    /// One-way time of a lone frame of this size between two hosts, by the shortest path.
    public func unloadedDelay(from: NodeID, to: NodeID, frameBytes: UInt32) -> Duration {
        if from == to { return .zero }
        let host = hop(profiles[0], frameBytes)
        let last = pairDelays.isEmpty ? profiles[0].delay : pairDelay(from, to)
        return host * 2 + profiles[0].delay + last + transitDelay(from: from, to: to, frameBytes)
    }

    /// The same where frames are encapsulated in switches: all frames cross two host links in another size, also those
    /// from one VM of a host to another.
    public func unloadedDelay(
        from: NodeID, to: NodeID, frameBytes: UInt32, nativeFrameBytes: UInt32
    ) -> Duration {
        let access = hop(profiles[0], nativeFrameBytes) + profiles[0].delay
        return from == to ? access * 2 : access * 2 + transitDelay(from: from, to: to, frameBytes)
    }

    /// From the switch of one host to the switch of another.
    private func transitDelay(from: NodeID, to: NodeID, _ frameBytes: UInt32) -> Duration {
        if topology.kind == .graph {
            return topology.profiles(from: from, to: to).reduce(.zero) { sum, profile in
                sum + hop(profiles[Int(profile)], frameBytes) + profiles[Int(profile)].delay
            }
        }
        let way = topology.way(from: from, to: to)
        if way.fabric == 0 { return .zero }
        let inside = (hop(profiles[1], frameBytes) + profiles[1].delay) * way.fabric
        return way.wan == 0 ? inside : inside + (hop(profiles[2], frameBytes) + profiles[2].delay) * way.wan
    }

    private func hop(_ profile: LinkProfile, _ frameBytes: UInt32) -> Duration {
        profile.wireTime(wireBytes: profile.wireBytes(frame: frameBytes))
    }

    public var reservedBytes: Int {
        links.capacity * MemoryLayout<Link>.stride + farNodes.capacity * MemoryLayout<NodeID>.stride
    }
}

public import Kernel
import Wire

/// Links `service: scheduled`: real servers with a queue a priority, at rates that may change.
extension Fabric {
    /// What their servers ask for; to be forgotten once it is done.
    public var demands: ContiguousArray<LinkDemand> { scheduled.demands }
    public mutating func clearDemands() { scheduled.clearDemands() }

    public func isScheduled(_ link: LinkID) -> Bool { profiles[Int(links[Int(link.index)].profile)].isScheduled }

    /// Puts a packet on a scheduled link, or says why it is lost at the near end.
    ///
    /// The limit of the queue holds for all priorities together, and a frame that finds no room is refused whatever
    /// its priority is (drop-tail); MTU, hop limit and ECN are those of a fifo link.
    public mutating func enqueue(
        _ handle: PacketHandle, _ record: inout PacketRecord, on link: LinkID, now: Instant
    ) -> LossCause? {
        let index = Int(link.index)
        let profile = Int(links[index].profile)
        if record.frameBytes &- HeaderSize.ethernet > profiles[profile].mtu { return lose(.mtu, on: link) }
        if record.hopLimit == 0 { return lose(.hopLimit, on: link) }
        if links[index].busyUntil == .never { return lose(causeOfFailure(of: link), on: link) }
        let wireBytes = profiles[profile].wireBytes(frame: record.frameBytes)
        let offer = ScheduledLinks.Offer(
            handle: handle, wireBytes: wireBytes, priority: record.priority, delay: propagation(of: record, on: link))
        let admission = scheduled.offer(
            offer, to: server(of: link), limit: profiles[profile].queue,
            ecnThreshold: profiles[profile].ecnThreshold, now: now)
        links[index].busyUntil = scheduled.idleTime(of: server(of: link))
        if admission == .refused { return lose(.queueFull, on: link) }
        if admission == .marked {
            record.flags.insert(.marked)
            losses[link, default: LinkLosses()].marked += 1
        }
        noteAccepted(&record, wireBytes, on: link)
        return nil
    }

    /// A transmission on a scheduled link ends.
    public mutating func endService(on link: LinkID, now: Instant) {
        if links[Int(link.index)].busyUntil == .never { return }
        scheduled.endService(server(of: link), now: now)
    }

    /// Whether an arrival that a server asked for is still the right one.
    public mutating func isDue(_ handle: PacketHandle, generation: UInt32, now: Instant) -> Bool {
        scheduled.isDue(handle, generation: generation, now: now)
    }

    /// A packet was lost with its scheduled link.
    public mutating func forget(_ handle: PacketHandle) { scheduled.forget(handle) }

    mutating func setRate(_ rate: BitRate, of link: LinkID, now: Instant) {
        let server = server(of: link)
        scheduled.setRate(rate, of: server, now: now)
        let isDown = links[Int(link.index)].busyUntil == .never
        if !isDown { links[Int(link.index)].busyUntil = scheduled.idleTime(of: server) }
    }

    /// Of a scheduled link the place of its waiting frames is that of its server.
    func server(of link: LinkID) -> Int { Int(links[Int(link.index)].waiting) }

    /// The changes of rate that a configuration asks for, by kind of link, then instant.
    public static func rateChanges(_ underlay: UnderlayConfiguration) -> [LinkChange] {
        let kinds = underlay.linkKinds
        if kinds.allSatisfy(\.rates.isEmpty) { return [] }
        var links = Array(repeating: [LinkID](), count: kinds.count)
        var next: UInt32 = 0
        Topology(underlay).forEachLink { ends in
            links[Int(ends.profile)].append(LinkID(next))
            next += 1
        }
        return zip(kinds, links).flatMap { kind, links in
            kind.rates.map { LinkChange(.rate, at: .zero + $0.at, links: links, rate: $0.rate) }
        }
    }
}

public import Kernel

/// How one link was used. Nothing of it is counted for frames that need not wait, but what ``Link`` counts itself.
public struct LinkUsage: Hashable, Sendable {
    /// Frames and wire bytes accepted.
    public var frames: UInt64
    public var bytes: UInt64
    /// Time in which it sent; zero where the rate is unlimited.
    public var busy: Duration
    /// When it was last busy, at most the instant that was asked about.
    public var lastBusy: Instant
    public var isUnlimited: Bool
    public var queueFull = 0
    public var linkDown = 0
    public var nodeDown = 0
    public var mtu = 0
    public var hopLimit = 0
    public var marked = 0
    /// The most that have waited; 0 where nobody asked for it to be counted.
    public var mostFrames = 0
    public var mostBytes: UInt64 = 0

    /// It carried or lost nothing.
    public var isIdle: Bool { frames == 0 && queueFull + linkDown + nodeDown + mtu + hopLimit == 0 }
}

/// Frames that a link has lost, except for want of room in the queue of a fifo link, which counts those itself.
struct LinkLosses: Sendable {
    var queueFull = 0
    var marked = 0
    var linkDown = 0
    var nodeDown = 0
    var mtu = 0
    var hopLimit = 0
    /// Wire time of frames that it had accepted and never sent.
    private(set) var unsent = Duration.zero
    /// When it last was busy before a failure.
    private(set) var lastBusy = Instant.zero

    /// It fails, and had been busy until then.
    mutating func cut(_ busyUntil: Instant, now: Instant) {
        if busyUntil > now { unsent = unsent + (busyUntil - now) }
        lastBusy = min(busyUntil, now)
    }
}

extension Fabric {
    /// A frame is lost at the near end of a link.
    @inline(never)
    mutating func lose(_ cause: LossCause, on link: LinkID) -> LossCause {
        switch cause {
        case .queueFull: losses[link, default: LinkLosses()].queueFull += 1
        case .mtu: losses[link, default: LinkLosses()].mtu += 1
        case .hopLimit: losses[link, default: LinkLosses()].hopLimit += 1
        case .linkDown: losses[link, default: LinkLosses()].linkDown += 1
        case .nodeDown: losses[link, default: LinkLosses()].nodeDown += 1
        default: preconditionFailure("no link loses a frame as \(cause.name)")
        }
        return cause
    }

    /// So many frames were on a link or waited for it when it failed, or a node at its end did.
    public mutating func lostWithFailure(of link: LinkID, frames: Int, _ cause: LossCause = .linkDown) {
        if frames == 0 { return }
        if cause == .nodeDown {
            losses[link, default: LinkLosses()].nodeDown += frames
        } else {
            losses[link, default: LinkLosses()].linkDown += frames
        }
    }

    /// How a link has been used until now.
    public func usage(of link: LinkID, until now: Instant) -> LinkUsage {
        let state = links[Int(link.index)]
        let profile = profiles[Int(state.profile)]
        let lost = losses[link] ?? LinkLosses()
        // A link that has failed is busy for ever, as its users see it.
        let isDown = state.busyUntil == .never
        let ahead = isDown || state.busyUntil <= now ? Duration.zero : state.busyUntil - now
        var usage = LinkUsage(
            frames: state.frames, bytes: state.bytes,
            busy: max(.zero, profile.wireTime(totalBytes: state.bytes) - lost.unsent - ahead),
            lastBusy: isDown ? lost.lastBusy : min(state.busyUntil, now), isUnlimited: profile.rate.isUnlimited)
        (usage.linkDown, usage.nodeDown) = (lost.linkDown, lost.nodeDown)
        (usage.mtu, usage.hopLimit) = (lost.mtu, lost.hopLimit)
        (usage.queueFull, usage.marked) = (lost.queueFull, lost.marked)
        if profile.isScheduled {
            let server = scheduled.usage(of: server(of: link), until: now)
            usage.busy = server.busy
            usage.isUnlimited = usage.isUnlimited && server.busy == .zero
            (usage.mostFrames, usage.mostBytes) = (Int(server.frames), server.bytes)
        } else if state.waiting >= 0 {
            let queue = waiting[Int(state.waiting)]
            (usage.queueFull, usage.marked) = (queue.refused, queue.marked)
            (usage.mostFrames, usage.mostBytes) = (queue.mostFrames, queue.mostBytes)
            // Trains join the waiting frames before all of theirs have come.
            if case .bytes(let most) = profile.queue { usage.mostBytes = min(usage.mostBytes, most) }
            if case .packets(let most) = profile.queue { usage.mostFrames = min(usage.mostFrames, Int(most)) }
        }
        return usage
    }

    /// Whether a link is one of those by which hosts are reached, inside a place, or between places.
    public func kind(of link: LinkID) -> String {
        switch links[Int(link.index)].profile {
        case LinkEnds.hostLink: "host"
        case LinkEnds.wan where topology.kind == .sites: "wan"
        default: "fabric"
        }
    }
}

public import Kernel

/// What a move cost the flows of its VM.
extension MoveProbe {
    /// How a packet of a flow came to its end.
    public struct Ending: Sendable {
        public var packet: PacketRecord
        /// nil = delivered.
        public var cause: LossCause?
        /// It left in the measured window: only then it counts.
        public var isMeasured: Bool
        public var isReordered: Bool
        /// When the flow's receiver had got something last, where that is followed; nil = never.
        public var lastDelivery: Instant?
        /// Whether silences of the flow are followed.
        public var isWatched: Bool
        /// It left when no update of mappings alone could have brought it to the running VM.
        public var floor: FloorVerdict

        public init(
            _ packet: PacketRecord, cause: LossCause?, isMeasured: Bool, isReordered: Bool = false,
            lastDelivery: Instant? = nil, isWatched: Bool = false, floor: FloorVerdict
        ) {
            self.packet = packet
            self.cause = cause
            self.isMeasured = isMeasured
            self.isReordered = isReordered
            self.lastDelivery = lastDelivery
            self.isWatched = isWatched
            self.floor = floor
        }
    }

    /// A packet between VMs of which one has begun to move ended.
    public mutating func ended(_ ending: Ending, move: MoveID, now: Instant) {
        let index = Int(move.index)
        let place = disruption(of: ending.packet.flow, by: move)
        if ending.isMeasured {
            Self.count(ending, &courses[index].counts)
            Self.count(ending, &disruptions[place].value.counts)
            courses[index].count(ending.floor, now)
        }
        if ending.cause == nil { Self.followSilence(ending, courses[index].span, &disruptions[place].value, now) }
    }

    /// A silence belongs to the move until a packet sent after the attach has come the direct way.
    private static func followSilence(
        _ ending: Ending, _ move: (detached: Instant?, attached: Instant?), _ disruption: inout Disruption,
        _ now: Instant
    ) {
        disruption.largestDelay = max(disruption.largestDelay ?? .zero, now - ending.packet.sentAt)
        guard ending.isWatched, !disruption.isRestored, let detached = move.detached else { return }
        let since = ending.lastDelivery ?? detached
        disruption.gap = max(disruption.gap ?? .zero, now - since)
        guard let attached = move.attached, ending.packet.sentAt >= attached else { return }
        disruption.isRestored = !ending.packet.flags.contains(.redirected)
    }

    /// A packet of the measured window was still under way at the end of the run: what it has met counts.
    public mutating func unfinished(_ packet: PacketRecord, move: MoveID, floor: FloorVerdict, now: Instant) {
        let index = Int(move.index)
        Self.count(packet.flags, &courses[index].counts)
        let place = disruption(of: packet.flow, by: move)
        Self.count(packet.flags, &disruptions[place].value.counts)
        courses[index].count(floor, now)
    }

    private static func count(_ ending: Ending, _ counts: inout RareCounts) {
        let flags = ending.packet.flags
        if let cause = ending.cause, cause.isOfMobility || flags.contains(.redirected) { counts.lost += 1 }
        if ending.isReordered { counts.reordered += 1 }
        if ending.cause == nil, flags.contains(.redirected) { counts.triangular += 1 }
        count(flags, &counts)
    }

    private static func count(_ flags: PacketFlags, _ counts: inout RareCounts) {
        if flags.contains(.misdirected) { counts.misdirected += 1 }
        if flags.contains(.early) { counts.early += 1 }
        if flags.contains(.buffered) { counts.buffered += 1 }
        if flags.contains(.redirected) { counts.redirected += 1 }
    }
}

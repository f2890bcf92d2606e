public import Kernel

/// Follows the moves: when each step happened, what it cost, and how long each cache stayed wrong.
///
/// It folds facts and packets that ended; it cannot change the run.
public struct MoveProbe: Sendable {
    /// One move as it was seen.
    public struct Course: Sendable {
        public let vm: VMID
        public let to: NodeID
        public var from = NodeID.none
        public var isInPlace = false
        public var detached: Instant?
        public var attached: Instant?
        public var registered: Instant?
        public var sequence: UInt32 = 0
        public var counts = RareCounts()
        /// Packets that no update of mappings alone could have saved.
        public var floor = 0
        public var lastMisdirected: Instant?
        public var redirectInstalled: Instant?
        public var redirectEnded: Instant?
        public var neighboursChanged = 0
        public var caches: [Cache] = []
        var cacheOf: [UInt32: Int] = [:]

        init(vm: VMID, to: NodeID) {
            self.vm = vm
            self.to = to
        }

        /// In which period of the move a packet departed.
        public func period(of sentAt: Instant) -> MovePeriod {
            guard let detached, sentAt >= detached else { return .before }
            guard let attached, sentAt >= attached else { return .down }
            return .after
        }
    }

    /// A cache that held the VM's entry when the move made it wrong.
    public struct Cache: Sendable {
        public let node: NodeID
        public var corrected: Instant?
        public var fixedBy: MessageKind?
        /// The entry was not corrected, but went.
        public var removal: Removal?
        public var misdirected = 0
        public var lastMisdirected: Instant?
    }

    /// What a move did to a flow.
    public struct Disruption: Sendable {
        public var gap: Duration?
        public var counts = RareCounts()
        public var largestDelay: Duration?
    }

    public struct DisruptionKey: Hashable, Sendable {
        public var flow: FlowID
        public var move: MoveID
    }

    public private(set) var courses: [Course]
    public private(set) var disruptions: [DisruptionKey: Disruption] = [:]
    /// Whether any move has begun: until then nothing needs to be attributed.
    public private(set) var hasBegun = false
    /// By VM: its move that began last.
    private var current: ContiguousArray<MoveID>

    /// - Parameters:
    ///   - moves: VM and destination of each move, in the order of the scenario.
    public init(moves: [(vm: VMID, to: NodeID)], vmCount: Int) {
        courses = moves.map { Course(vm: $0.vm, to: $0.to) }
        current = ContiguousArray(repeating: .none, count: moves.isEmpty ? 0 : vmCount)
    }

    /// The move of a VM that began last.
    public func lastMove(of vm: VMID) -> MoveID {
        hasBegun && Int(vm.index) < current.count ? current[Int(vm.index)] : .none
    }

    /// The move that a packet between these VMs belongs to: the receiver's last one, else the sender's.
    public func move(source: VMID, destination: VMID) -> MoveID {
        if !hasBegun { return .none }
        let move = current[Int(destination.index)]
        return move != .none ? move : current[Int(source.index)]
    }

    /// Takes note of a fact. `holders`: for a detach, the NVEs that hold a mapping of the VM to another NVE.
    public mutating func observe(_ fact: Fact, holders: [NodeID] = [], now: Instant) {
        switch fact {
        case .detached(let move, let vm, let node, let inPlace, let sequence):
            begin(move, vm, node, inPlace, holders, now)
            courses[Int(move.index)].sequence = sequence
        case .attached(let move, _, _, _): courses[Int(move.index)].attached = now
        case .registered(let record, _): registered(record, now)
        case .mappingChanged(let nve, let record, _, let kind): changed(nve, record, kind, now)
        case .mappingRemoved(let nve, let vm, let why): removed(nve, vm, why, now)
        case .neighbourChanged(_, let record):
            if record.move != .none { courses[Int(record.move.index)].neighboursChanged += 1 }
        case .misdirected(let vm, _, let ingress, _): misdirected(vm, ingress, now)
        case .redirectInstalled(let vm, let node, _, _): edit(vm, leftFrom: node) { $0.redirectInstalled = now }
        case .redirectEnded(let vm, let node, _): edit(vm, leftFrom: node) { $0.redirectEnded = now }
        }
    }

    private mutating func begin(
        _ move: MoveID, _ vm: VMID, _ node: NodeID, _ inPlace: Bool, _ holders: [NodeID], _ now: Instant
    ) {
        hasBegun = true
        current[Int(vm.index)] = move
        let index = Int(move.index)
        courses[index].from = node
        courses[index].isInPlace = inPlace
        courses[index].detached = now
        if inPlace { return }
        for holder in holders {
            courses[index].cacheOf[holder.index] = courses[index].caches.count
            courses[index].caches.append(Cache(node: holder))
        }
    }

    private mutating func registered(_ record: MappingRecord, _ now: Instant) {
        if record.move == .none { return }
        let index = Int(record.move.index)
        if courses[index].registered == nil { courses[index].registered = now }
    }

    /// A mapping as new as the move puts the cache right, also for earlier moves of the VM; an older one that comes
    /// after the entry had gone makes it wrong again.
    private mutating func changed(_ nve: NodeID, _ record: MappingRecord, _ kind: MessageKind, _ now: Instant) {
        for index in courses.indices where courses[index].vm == record.vm && courses[index].detached != nil {
            guard let place = courses[index].cacheOf[nve.index] else { continue }
            if record.sequence < courses[index].sequence {
                courses[index].caches[place].corrected = nil
                courses[index].caches[place].removal = nil
            } else if courses[index].caches[place].corrected == nil {
                courses[index].caches[place].corrected = now
                courses[index].caches[place].fixedBy = kind
            }
        }
    }

    /// An entry that has gone is wrong no longer.
    private mutating func removed(_ nve: NodeID, _ vm: VMID, _ why: Removal, _ now: Instant) {
        for index in courses.indices where courses[index].vm == vm && courses[index].detached != nil {
            guard let place = courses[index].cacheOf[nve.index], courses[index].caches[place].corrected == nil
            else { continue }
            courses[index].caches[place].corrected = now
            courses[index].caches[place].removal = why
        }
    }

    private mutating func misdirected(_ vm: VMID, _ ingress: NodeID, _ now: Instant) {
        let move = current[Int(vm.index)]
        if move == .none { return }
        let index = Int(move.index)
        courses[index].lastMisdirected = now
        guard let place = courses[index].cacheOf[ingress.index] else { return }
        courses[index].caches[place].misdirected += 1
        courses[index].caches[place].lastMisdirected = now
    }

    /// The redirect entry at `node` belongs to the VM's last move that left from there.
    private mutating func edit(_ vm: VMID, leftFrom node: NodeID, _ change: (inout Course) -> Void) {
        let index = courses.indices.last {
            courses[$0].vm == vm && courses[$0].from == node && courses[$0].detached != nil && !courses[$0].isInPlace
        }
        if let index { change(&courses[index]) }
    }

    /// A packet between VMs of which one has begun to move ended.
    /// - Parameters:
    ///   - silence: how long the flow's receiver had got nothing, where that is followed.
    ///   - isBelowFloor: no update of mappings alone could have saved it.
    public mutating func ended(
        _ packet: PacketRecord, move: MoveID, wasDelivered: Bool, silence: Duration?, isBelowFloor: Bool, now: Instant
    ) {
        let key = DisruptionKey(flow: packet.flow, move: move)
        Self.count(packet, wasDelivered, &courses[Int(move.index)].counts)
        if isBelowFloor { courses[Int(move.index)].floor += 1 }
        var disruption = disruptions[key] ?? Disruption()
        Self.count(packet, wasDelivered, &disruption.counts)
        if wasDelivered {
            if let silence { disruption.gap = max(disruption.gap ?? .zero, silence) }
            disruption.largestDelay = max(disruption.largestDelay ?? .zero, now - packet.sentAt)
        }
        disruptions[key] = disruption
    }

    /// A delivered packet had been overtaken.
    public mutating func reordered(_ packet: PacketRecord, move: MoveID) {
        courses[Int(move.index)].counts.reordered += 1
        disruptions[DisruptionKey(flow: packet.flow, move: move), default: Disruption()].counts.reordered += 1
    }

    private static func count(_ packet: PacketRecord, _ wasDelivered: Bool, _ counts: inout RareCounts) {
        if !wasDelivered { counts.lost += 1 }
        if packet.flags.contains(.misdirected) { counts.misdirected += 1 }
        if packet.flags.contains(.early) { counts.early += 1 }
        if packet.flags.contains(.buffered) { counts.buffered += 1 }
        if packet.flags.contains(.redirected) {
            counts.redirected += 1
            if wasDelivered { counts.triangular += 1 }
        }
    }
}

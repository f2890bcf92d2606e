public import Kernel

/// Whether a packet is one of those that no update of mappings can save.
public enum FloorVerdict: Hashable, Sendable {
    case above
    case below
    /// It is if the VM is not at its new place before this instant.
    case undecided(Instant)
}

/// Follows the moves: when each step happened, what it cost, and how long each cache stayed wrong.
///
/// It folds facts and packets that ended; it cannot change the run.
public struct MoveProbe: Sendable {
    /// One move as it was seen.
    public struct Course: Sendable {
        public let vm: VMID
        /// Host, and the NVE that serves it: from the attach on where the VM runs, which is its old place if the move
        /// was given up.
        public internal(set) var to: NodeID
        public internal(set) var toNVE: NodeID
        public var from = NodeID.none
        public var fromNVE = NodeID.none
        public var isInPlace = false
        public var detached: Instant?
        public var attached: Instant?
        public var registered: Instant?
        public var sequence: UInt32 = 0
        public var counts = RareCounts()
        /// Packets that departed when no update of mappings alone could have brought them to the running VM.
        public internal(set) var floor = 0
        /// Of packets that ended before the attach: when they would have been at the new place; those that would have
        /// been there in vain are already counted.
        private var undecided: [Instant] = []
        public var lastMisdirected: Instant?
        /// Arrival of the last packet for the VM at the NVE that it left, whichever cache sent it there.
        public var lastAtOldNVE: Instant?
        /// When the old NVE held a redirect entry for the first time, and last anew.
        public var redirectBegan: Instant?
        public var redirectInstalled: Instant?
        /// When that one ended; nil = it is in force.
        public var redirectEnded: Instant?
        /// How long entries that have ended were in force.
        public var redirectActive = Duration.zero
        /// Neighbour entries (IP to MAC) that the move made wrong: none while the VM keeps its MAC address (DEC-05).
        public var neighbours: [Cache] = []
        /// The directory's records, one for each address, that came to name the new place.
        public var recordsUpdated = 0
        public var caches: [Cache] = []
        var cacheOf: [UInt32: Int] = [:]

        init(vm: VMID, to: NodeID, nve: NodeID) {
            self.vm = vm
            self.to = to
            toNVE = nve
        }

        /// From when to when the VM was down.
        var span: (detached: Instant?, attached: Instant?) { (detached, attached) }

        /// Counts a packet if no update of mappings alone could have brought it to the running VM.
        mutating func count(_ verdict: FloorVerdict, _ now: Instant) {
            switch verdict {
            case .above: break
            case .below: floor += 1
            case .undecided(let due):
                if undecided.count == undecided.capacity { settleFloor(now) }
                undecided.append(due)
            }
        }

        /// The VM was not at its new place before `now`.
        mutating func settleFloor(_ now: Instant) {
            let before = undecided.count
            undecided.removeAll { $0 < now }
            floor += before - undecided.count
        }

        mutating func installRedirect(_ now: Instant) {
            redirectBegan = redirectBegan ?? now
            redirectInstalled = now
            redirectEnded = nil
        }

        mutating func endRedirect(_ now: Instant) {
            redirectEnded = now
            if let redirectInstalled { redirectActive = redirectActive + (now - redirectInstalled) }
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
        /// When the entry became wrong: the detach, or later when an old mapping was learnt.
        public let staleSince: Instant
        public var corrected: Instant?
        public var fixedBy: MessageKind?
        /// The entry was not corrected, but went.
        public var removal: Removal?
        public var misdirected = 0
        public var lastMisdirected: Instant?
    }

    /// What a move did to a flow.
    public struct Disruption: Sendable {
        /// The longest silence between detach and the first packet that came the direct way again.
        public var gap: Duration?
        /// A packet sent after the attach has come the direct way: the move is over for this flow.
        public var isRestored = false
        public var counts = RareCounts()
        public var largestDelay: Duration?
    }

    public struct DisruptionKey: Hashable, Sendable {
        public var flow: FlowID
        public var move: MoveID
    }

    public internal(set) var courses: [Course]
    /// In the order in which they began.
    public internal(set) var disruptions: ContiguousArray<(key: DisruptionKey, value: Disruption)> = []
    private var places: [DisruptionKey: Int] = [:]
    /// By flow: the move of the disruption that was looked for last, and its place; few packets need the dictionary.
    private var recent: ContiguousArray<(move: MoveID, place: UInt32)> = []
    /// Whether any move has begun: until then nothing needs to be attributed.
    private var hasBegun = false
    /// By VM: its move that began last.
    private var current: ContiguousArray<MoveID>
    /// By VM: its moves that have begun, in that order.
    public private(set) var begun: [VMID: [Int]] = [:]
    /// By cache: the moves that made it wrong and for which it is wrong still.
    var wrong: [Holding: [Int]] = [:]
    /// The last move that ever did.
    var lastWrong: [Holding: Int] = [:]
    /// By VM: its first move; empty where nothing moves.
    private var upcoming: ContiguousArray<MoveID>

    /// - Parameters:
    ///   - moves: VM, destination (host and its NVE) and time of each move, in the order of the scenario.
    public init(moves: [(vm: VMID, to: NodeID, nve: NodeID, at: Instant)], vmCount: Int) {
        courses = moves.map { Course(vm: $0.vm, to: $0.to, nve: $0.nve) }
        current = ContiguousArray(repeating: .none, count: moves.isEmpty ? 0 : vmCount)
        upcoming = current
        for index in moves.indices.reversed() {
            let vm = Int(moves[index].vm.index)
            let first = upcoming[vm]
            if first != .none, moves[Int(first.index)].at < moves[index].at { continue }
            upcoming[vm] = MoveID(index)
        }
    }

    /// Whether a VM moves at some time.
    public func moves(_ vm: VMID) -> Bool { !upcoming.isEmpty && upcoming[Int(vm.index)] != .none }

    /// The place of a flow's disruption by a move, made if there is none.
    mutating func disruption(of flow: FlowID, by move: MoveID) -> Int {
        let index = Int(flow.index)
        while recent.count <= index { recent.append((.none, 0)) }
        if recent[index].move == move { return Int(recent[index].place) }
        let key = DisruptionKey(flow: flow, move: move)
        let place = places[key] ?? disruptions.count
        if place == disruptions.count {
            places[key] = place
            disruptions.append((key, Disruption()))
        }
        recent[index] = (move, UInt32(place))
        return place
    }

    /// The move of a VM that began last.
    public func lastMove(of vm: VMID) -> MoveID {
        hasBegun && Int(vm.index) < current.count ? current[Int(vm.index)] : .none
    }

    /// The move that a packet between these VMs belongs to: of the moves of both, the one that began last.
    public func move(source: VMID, destination: VMID) -> MoveID {
        if !hasBegun { return .none }
        let (first, second) = (current[Int(destination.index)], current[Int(source.index)])
        if first == .none || second == .none { return first == .none ? second : first }
        let isLater = (start(first), first.index) < (start(second), second.index)
        return isLater ? second : first
    }

    /// The first move of either VM: what a packet from before all moves is told apart by.
    public func firstMove(source: VMID, destination: VMID) -> MoveID {
        if upcoming.isEmpty { return .none }
        let first = upcoming[Int(destination.index)]
        return first != .none ? first : upcoming[Int(source.index)]
    }

    private func start(_ move: MoveID) -> Instant { courses[Int(move.index)].detached ?? .never }

    /// Takes note of a fact. `holders`: for a detach, the NVEs whose mapping of the VM is wrong by it; for
    /// the attach of a move that was given up, those whose mapping is right again.
    public mutating func observe(_ fact: Fact, holders: [NodeID] = [], now: Instant) {
        switch fact {
        case .detached(let move, let vm, let node, let nve, let inPlace, let sequence):
            courses[Int(move.index)].fromNVE = nve
            courses[Int(move.index)].sequence = sequence
            begin(move, vm, node, inPlace, now)
            if !inPlace { for holder in holders { openCache(Int(move.index), holder, now) } }
        case .attached(let move, let vm, let node, let nve, let inPlace):
            courses[Int(move.index)].settleFloor(now)
            courses[Int(move.index)].attached = now
            (courses[Int(move.index)].to, courses[Int(move.index)].toNVE) = (node, nve)
            if inPlace { break }
            for node in holders + [nve] { served(vm, at: node, courses[Int(move.index)].sequence, now) }
        case .registered(let record, let changed): registered(record, changed: changed, now)
        case .mappingChanged(let nve, let record, _, let kind): changed(nve, record, kind, now)
        case .mappingRemoved(let nve, let vm, let why): removed(nve, vm, why, now)
        case .neighbourChanged(let nve, let record): neighbourChanged(nve, record, now)
        case .misdirected(let vm, let node, let ingress, _):
            misdirected(vm, ingress, now)
            edit(vm, leftFrom: node) { $0.lastAtOldNVE = now }
        case .redirectInstalled(let vm, let node, _, _): edit(vm, leftFrom: node) { $0.installRedirect(now) }
        case .redirectEnded(let vm, let node, _): edit(vm, leftFrom: node) { $0.endRedirect(now) }
        case .repeated: break
        }
    }

    private mutating func begin(_ move: MoveID, _ vm: VMID, _ node: NodeID, _ inPlace: Bool, _ now: Instant) {
        hasBegun = true
        current[Int(vm.index)] = move
        begun[vm, default: []].append(Int(move.index))
        courses[Int(move.index)].from = node
        courses[Int(move.index)].isInPlace = inPlace
        courses[Int(move.index)].detached = now
    }

    private mutating func registered(_ record: MappingRecord, changed: Bool, _ now: Instant) {
        if record.move == .none { return }
        let index = Int(record.move.index)
        if changed { courses[index].recordsUpdated += Int(record.addressCount) }
        if courses[index].registered == nil { courses[index].registered = now }
    }

    /// The run is over: what would have come to a VM that is still away would have come in vain.
    public mutating func finish(_ now: Instant) {
        for index in courses.indices where courses[index].attached == nil { courses[index].settleFloor(now) }
    }

    /// The redirect entry at the NVE `node` belongs to the VM's last move that left from there.
    private mutating func edit(_ vm: VMID, leftFrom node: NodeID, _ change: (inout Course) -> Void) {
        let index = begun[vm]?.last { courses[$0].fromNVE == node && !courses[$0].isInPlace }
        if let index { change(&courses[index]) }
    }
}

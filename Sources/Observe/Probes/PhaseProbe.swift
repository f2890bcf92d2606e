public import Kernel

/// When the parts of each move that are made of messages began and ended, as far as no other probe knows.
public struct PhaseProbe: Sendable {
    /// Messages of one kind that one sender sends because of a move.
    public struct Train: Sendable {
        public let first: Instant
        /// The last one came there, or was lost.
        public fileprivate(set) var last: Instant?
        public fileprivate(set) var underWay = 0
    }

    /// One move.
    public struct Course: Sendable {
        public fileprivate(set) var oldNVE = Party.vmManager
        public fileprivate(set) var announced: Instant?
        public fileprivate(set) var noticed: Instant?
        public fileprivate(set) var registering: Instant?
        public fileprivate(set) var asked: Instant?
        public fileprivate(set) var answered: Instant?
        public fileprivate(set) var pushes: Train?
        /// By sender: the old NVE, and the VM manager, which sends as the NVA.
        public fileprivate(set) var invalidations: [Party: Train] = [:]
    }

    public private(set) var courses: [Course]

    public init(moves: Int) { courses = Array(repeating: Course(), count: moves) }

    public mutating func observe(_ fact: Fact) {
        if case .detached(let move, _, _, let node, false, _) = fact { courses[Int(move.index)].oldNVE = .nve(node) }
    }

    /// The VM has made its last announcement.
    public mutating func announced(_ move: MoveID, _ now: Instant) { courses[Int(move.index)].announced = now }

    /// A message left its sender.
    public mutating func sent(_ kind: MessageKind, from: Party, move: MoveID, _ now: Instant) {
        if move == .none { return }
        let index = Int(move.index)
        let isOld = from == courses[index].oldNVE
        switch kind {
        case .registration: courses[index].registering = courses[index].registering ?? now
        case .deregistration where isOld: courses[index].noticed = courses[index].noticed ?? now
        case .query where isOld && courses[index].answered == nil: courses[index].asked = courses[index].asked ?? now
        case .push: Self.sent(&courses[index].pushes, now)
        case .invalidate:
            if isOld { courses[index].noticed = courses[index].noticed ?? now }
            Self.sent(&courses[index].invalidations[from], now)
        default: break
        }
    }

    /// A message came there, or was lost.
    public mutating func ended(
        _ kind: MessageKind, from: Party, to: Party, move: MoveID, isLost: Bool, _ now: Instant
    ) {
        if move == .none { return }
        let index = Int(move.index)
        switch kind {
        case .push: Self.ended(&courses[index].pushes, now)
        case .invalidate: Self.ended(&courses[index].invalidations[from], now)
        case .answer where !isLost && to == courses[index].oldNVE && courses[index].asked != nil:
            courses[index].answered = courses[index].answered ?? now
        default: break
        }
    }

    private static func sent(_ train: inout Train?, _ now: Instant) {
        if train == nil { train = Train(first: now) }
        train?.underWay += 1
    }

    private static func ended(_ train: inout Train?, _ now: Instant) {
        train?.underWay -= 1
        train?.last = now
    }
}

public import Kernel

/// What a VM is doing, by the names of RFC 7666 (vmOperState; REQ-1-05, REQ-4.3-16).
public enum VMState: String, CaseIterable, Sendable {
    case preparing
    case running
    case suspending
    case suspended
    case resuming
    case paused
    case migrating
    case shuttingDown = "shutting-down"
    case shutdown
    case crashed

    /// What it may become next.
    public var successors: [VMState] {
        switch self {
        case .preparing: [.running, .crashed]
        case .running: [.suspending, .paused, .migrating, .shuttingDown, .crashed]
        case .suspending: [.suspended, .crashed]
        case .suspended: [.resuming, .crashed]
        case .resuming: [.running, .crashed]
        case .paused: [.running, .crashed]
        case .migrating: [.running, .crashed]
        case .shuttingDown: [.shutdown, .crashed]
        case .shutdown: [.preparing, .crashed]
        case .crashed: [.preparing, .shutdown]
        }
    }

    /// The states through which it gets to another one, that one last; the shortest way.
    func way(to goal: VMState) -> [VMState] {
        if self == goal { return [] }
        var ways: [[VMState]] = successors.filter { $0 != .crashed || goal == .crashed }.map { [$0] }
        var seen: Set<VMState> = [self]
        while !ways.isEmpty {
            if let found = ways.first(where: { $0.last == goal }) { return found }
            ways = ways.flatMap { way -> [[VMState]] in
                guard let last = way.last, seen.insert(last).inserted else { return [] }
                return last.successors.filter { $0 != .crashed }.map { way + [$0] }
            }
        }
        preconditionFailure("no VM gets from \(self) to \(goal)")
    }
}

/// Why a VM became something else.
public enum LifeCause: Hashable, Sendable {
    case move(MoveID)
    case failure
    case repair
    case failover
    case creation
    case destruction
}

/// The states of all VMs of a run, and a log of their changes.
public struct VMLifeCycles: Sendable {
    public struct Change: Hashable, Sendable {
        public let at: Instant
        public let vm: VMID
        /// Where it is, or is about to be.
        public let host: NodeID
        public let from: VMState
        public let to: VMState
        public let cause: LifeCause
    }

    public private(set) var log: [Change] = []
    /// VMs that are not simply running.
    private var states: [VMID: VMState] = [:]

    public init() {}

    /// A VM is not there yet.
    public mutating func awaitCreation(of vm: VMID) { states[vm] = .shutdown }

    public func state(of vm: VMID) -> VMState { states[vm] ?? .running }

    /// A VM becomes something else.
    ///
    /// - Precondition: its present state has that successor; no VM does what RFC 7666 does not know.
    public mutating func become(_ next: VMState, _ vm: VMID, at host: NodeID, _ cause: LifeCause, now: Instant) {
        let present = state(of: vm)
        precondition(present.successors.contains(next), "VM \(vm.index) becomes \(next) out of \(present)")
        log.append(Change(at: now, vm: vm, host: host, from: present, to: next, cause: cause))
        states[vm] = next == .running ? nil : next
    }

    /// A VM gets to a state, through those in between, all at this instant.
    public mutating func reach(_ goal: VMState, _ vm: VMID, at host: NodeID, _ cause: LifeCause, now: Instant) {
        for next in state(of: vm).way(to: goal) { become(next, vm, at: host, cause, now: now) }
    }
}

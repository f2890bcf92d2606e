import Kernel
import Mobility

/// What VMs become in the course of moves and failures (RFC 7666).
extension World {
    /// A move has gone on.
    mutating func noteLife(of move: MoveID) {
        let procedure = moves[Int(move.index)]
        let (vm, to) = (procedure.handover.vm, procedure.handover.to)
        if !procedure.hasBegun || lives.state(of: vm) == .crashed { return }
        let cause = LifeCause.move(move)
        switch procedure.kind {
        case .hot:
            let isOnItsWay = procedure.ended == nil && procedure.source != to
            if isOnItsWay, !procedure.isPushing, lives.state(of: vm) == .running, places[Int(vm.index)].host != to {
                lives.become(.migrating, vm, at: procedure.source, cause, now: now)
            } else if procedure.ended != nil, lives.state(of: vm) == .migrating {
                lives.become(.running, vm, at: places[Int(vm.index)].host, cause, now: now)
            }
        case .stopped, .suspended:
            guard let goal = Self.state(at: procedure.stages.last, isSuspended: procedure.kind == .suspended),
                lives.state(of: vm) != .running
            else { return }
            endTransientState(of: vm, move)
            lives.reach(goal, vm, at: goal == .preparing || goal == .resuming ? to : procedure.source, cause, now: now)
        }
    }

    /// What began at the old place ends there.
    private mutating func endTransientState(of vm: VMID, _ move: MoveID) {
        let source = moves[Int(move.index)].source
        switch lives.state(of: vm) {
        case .shuttingDown: lives.become(.shutdown, vm, at: source, .move(move), now: now)
        case .suspending: lives.become(.suspended, vm, at: source, .move(move), now: now)
        default: break
        }
    }

    /// What a VM that does not run while it moves is in a stage; nil = as before.
    private static func state(at stage: MoveProcedure.Stage?, isSuspended: Bool) -> VMState? {
        switch stage?.stage {
        case .package, .copy, .delta, .launch: isSuspended ? .suspended : .shutdown
        case .instantiate where isSuspended: .suspended
        case .instantiate: .shutdown
        case .start: isSuspended ? .resuming : .preparing
        case .stop, .switchOver, .disk, .live, .stopCopy, .diskChanges, .push, nil: nil
        }
    }

    /// A VM stops to run at its place: it leaves, or pauses.
    mutating func noteStop(of vm: VMID, at host: NodeID, isPaused: Bool) {
        guard let move = moves.last(where: { $0.handover.vm == vm && $0.hasBegun && $0.ended == nil })?.handover.id,
            lives.state(of: vm) == .running
        else { return }
        let goal: VMState
        switch moves[Int(move.index)].kind {
        case .hot: goal = isPaused ? .paused : .migrating
        case .stopped: goal = .shuttingDown
        case .suspended: goal = .suspending
        }
        lives.become(goal, vm, at: host, .move(move), now: now)
    }

    /// A VM runs again, here or there.
    mutating func noteStart(of vm: VMID, at host: NodeID, move: MoveID) {
        if lives.state(of: vm) == .running { return }
        if move != .none { endTransientState(of: vm, move) }
        if move == .none, creations.isBeginning(vm) {
            return lives.reach(.running, vm, at: host, .creation, now: now)
        }
        let isTakenOver = failovers.place(of: vm).map { failovers.entries[$0].state == .exposed } ?? false
        let cause = move != .none ? LifeCause.move(move) : isTakenOver ? .failover : .repair
        lives.reach(.running, vm, at: host, cause, now: now)
    }
}

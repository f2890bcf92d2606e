import Fabric
import Kernel
import Mobility
import Observe
import Overlay

/// Moves: what their procedures ask for, and when they are called again.
extension World {
    /// What an event of a move is about.
    enum MoveEvent {
        static let step: UInt32 = 0
        static let announcement: UInt32 = 1
        static let snapshot: UInt32 = 2
    }

    /// Something of a move falls due.
    mutating func advance(_ event: Event) {
        let move = MoveID(event.handle)
        let index = Int(move.index)
        let vm = moves[index].handover.vm
        if event.generation == MoveEvent.snapshot { return takeSnapshot(of: move) }
        events.fold(event.key, UInt64(move.index) << 32 | UInt64(EventKind.move.rawValue))
        let place = places[Int(vm.index)]
        let present = endpoints.record(
            of: vm, at: nve(serving: place.host), port: place.host, sequence: place.sequence, move: move)
        let isRunning = place.state == .running
        var next = MoveProcedure.Next()
        if event.generation == MoveEvent.announcement {
            next = moves[index].announce(present: isRunning ? present : nil, now: now, in: &context)
            let handover = moves[index].handover
            if handover.announced == handover.announcement.count { phaseProbe.announced(move, now) }
        } else if moves[index].hasBegun {
            if moves[index].ended == nil { next = moves[index].proceed(now: now, in: &context) }
        } else if isRunning, isFree(vm, for: moves[index]) {
            next = moves[index].begin(present: present, now: now, in: &context)
        }
        applyEffects()
        carryOn(next, move)
    }

    /// Whether a VM may begin a move: state that is sent belongs to one move at a time. A move with a given downtime
    /// that has only asked for permission gives way to the next one.
    private mutating func isFree(_ vm: VMID, for move: MoveProcedure) -> Bool {
        if move.isGiven { return !underWay.contains(vm) }
        if moves.contains(where: { $0.handover.vm == vm && $0.hasBegun && $0.ended == nil }) { return false }
        return underWay.insert(vm).inserted
    }

    /// Sees to it that a move is called again when it wants to.
    mutating func carryOn(_ next: MoveProcedure.Next, _ move: MoveID) {
        if let step = next.step {
            push(
                Event(
                    at: min(step, .horizon), rank: .control, kind: .move, generation: MoveEvent.step, handle: move.index
                ))
        }
        if let time = next.announcement {
            push(Event(at: time, rank: .control, kind: .move, generation: MoveEvent.announcement, handle: move.index))
        }
        if let transfer = next.transfer { beginSending(transfer, of: move) }
        if moves[Int(move.index)].ended != nil, !moves[Int(move.index)].isGiven {
            if !routes.isEmpty { routes[Int(move.index)]?.cancel() }
            underWay.remove(moves[Int(move.index)].handover.vm)
        }
    }
}

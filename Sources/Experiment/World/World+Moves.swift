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
        } else if moves[index].ended == nil {
            next = beginIfPossible(move, present: present, isRunning: isRunning)
        }
        applyEffects()
        carryOn(next, move)
    }

    /// A move's hour has come, or it has waited for others: it begins if the limits on moves leave room for it, the VM
    /// runs, and there is room for it where it goes.
    private mutating func beginIfPossible(
        _ move: MoveID, present: MappingRecord, isRunning: Bool
    ) -> MoveProcedure.Next {
        let index = Int(move.index)
        let (vm, to) = (moves[index].handover.vm, moves[index].handover.to)
        let (fromRack, toRack) = (fabric.topology.homeSwitch(of: present.port), fabric.topology.homeSwitch(of: to))
        let route = MoveScheduler.Route(
            from: present.port, to: to, fromRack: fromRack, toRack: toRack,
            links: linksOfState(of: move, from: present.port))
        if scheduler?.mayBegin(move, route) == false { return MoveProcedure.Next() }
        if isRunning, isFree(vm, for: moves[index]) {
            guard let refusal = refusal(of: move, present) else {
                return moves[index].begin(present: present, now: now, in: &context)
            }
            moves[index].refuse(refusal, present: present, now: now)
        }
        beginWaiting(after: move)
        return MoveProcedure.Next()
    }

    /// The links that a move's state takes as switches choose at present; none where the underlay does not carry it.
    private func linksOfState(of move: MoveID, from: NodeID) -> [LinkID] {
        guard scheduler != nil, !routes.isEmpty, let route = routes[Int(move.index)], from != route.to else {
            return []
        }
        var packet = PacketRecord(
            sentAt: now, flow: .control, serial: 0, source: .none, destination: .none, innerBytes: 0, frameBytes: 0)
        (packet.outerSource, packet.outerDestination, packet.entropy) = (from, route.to, route.entropy)
        var links = [fabric.topology.uplink(of: from)]
        while let last = links.last, fabric.farNodes[Int(last.index)] != route.to {
            links.append(fabric.nextLink(at: fabric.farNodes[Int(last.index)], for: packet))
        }
        return links
    }

    /// Why a move cannot be carried out; nil if it can, and then it has its room.
    private mutating func refusal(of move: MoveID, _ present: MappingRecord) -> Refusal? {
        if impossibleMoves.contains(move) { return .capability }
        if let host = expectedHosts[move], host != present.port { return .place }
        let handover = moves[Int(move.index)].handover
        return refusal(of: handover.vm, at: handover.to, leaving: present.port)
    }

    /// Takes the place of a VM at the host that it is to go to, where servers' room counts; nil if there is one.
    private mutating func refusal(of vm: VMID, at host: NodeID, leaving: NodeID) -> Refusal? {
        if room == nil || host == leaving { return nil }
        let demand = demands[Int(vm.index)]
        if let refusal = room?.refusal(of: demand, at: host, leaving: leaving) { return refusal }
        room?.take(demand, at: host)
        return nil
    }

    /// A move is over: the VM has left one of its two places for good, and others may begin.
    private mutating func freeRoom(after move: MoveID) {
        let index = Int(move.index)
        let (vm, to, from) = (moves[index].handover.vm, moves[index].handover.to, moves[index].source)
        if room != nil, moves[index].hasBegun, from != to {
            let isThere = places[Int(vm.index)].host == to
            room?.give(back: demands[Int(vm.index)], at: isThere ? from : to)
        }
        beginWaiting(after: move)
    }

    private mutating func beginWaiting(after move: MoveID) {
        for next in scheduler?.ended(move) ?? [] {
            push(Event(at: now, rank: .control, kind: .move, generation: MoveEvent.step, handle: next.index))
        }
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
        noteLife(of: move)
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
        if moves[Int(move.index)].ended == nil { return }
        destroyIfDoomed(moves[Int(move.index)].handover.vm)
        if closed.contains(move) { return }
        if !moves[Int(move.index)].isGiven {
            if !routes.isEmpty { routes[Int(move.index)]?.cancel() }
            underWay.remove(moves[Int(move.index)].handover.vm)
        }
        if room != nil || scheduler != nil {
            closed.insert(move)
            freeRoom(after: move)
        }
    }
}

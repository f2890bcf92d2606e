import Fabric
import Kernel
import Mobility
import Wire

/// State of moving VMs on the links that tenants use too (OLD-6-01, DER-16).
extension World {
    /// What an event of a stream is about.
    enum StateEvent {
        static let wake: UInt32 = 0
        static let look: UInt32 = 1
    }

    /// State is to be sent for a move.
    mutating func beginSending(_ transfer: MoveProcedure.Transfer, of move: MoveID) {
        let from = moves[Int(move.index)].source
        begin(.stage(isAcknowledged: transfer.isAcknowledged), transfer.bytes, from: from, of: move)
    }

    private mutating func begin(_ purpose: StateRoute.Purpose, _ bytes: UInt64, from: NodeID, of move: MoveID) {
        let index = Int(move.index)
        routes[index]?.begin(purpose, bytes, from: from, now: now)
        if from == routes[index]?.to {
            // The state is there already, but what waits for it is called by an event of its own.
            wake(move, at: now)
        } else {
            serve(move)
        }
    }

    mutating func expireState(_ event: Event) {
        let move = MoveID(event.handle)
        let index = Int(move.index)
        events.fold(event.key, UInt64(move.index) << 32 | UInt64(event.kind.rawValue))
        guard let route = routes[index] else { return }
        if event.generation == StateEvent.wake {
            if route.wake != now { return }
            routes[index]?.wake = .never
            if route.from == route.to { return finish(move) }
        } else {
            routes[index]?.look = .never
            routes[index]?.sender.expire(now: now)
        }
        serve(move)
    }

    /// Sends what may be sent now.
    private mutating func serve(_ move: MoveID) {
        let index = Int(move.index)
        while let step = routes[index]?.sender.next(now: now) {
            switch step {
            case .send(let block): send(block, of: move)
            case .wait(let time): wake(move, at: time)
            case .idle: break
            }
            guard case .send = step else { break }
        }
        guard let route = routes[index], route.sender.timeoutDue < route.look else { return }
        routes[index]?.look = route.sender.timeoutDue
        push(
            Event(
                at: min(route.sender.timeoutDue, .horizon), rank: .control, kind: .state,
                generation: StateEvent.look, handle: move.index))
    }

    private mutating func wake(_ move: MoveID, at time: Instant) {
        if let pending = routes[Int(move.index)]?.wake, pending <= time { return }
        routes[Int(move.index)]?.wake = time
        push(
            Event(
                at: min(time, .horizon), rank: .control, kind: .state, generation: StateEvent.wake,
                handle: move.index))
    }

    private mutating func send(_ block: StreamBlock, of move: MoveID) {
        guard let route = routes[Int(move.index)] else { return }
        if route.grain == .train {
            send(.block(block, part: block.segments), of: move, from: route.from, to: route.to)
        } else {
            for segment in block.segments {
                send(.block(block, part: segment..<segment + 1), of: move, from: route.from, to: route.to)
            }
        }
        let free = fabric.links[Int(fabric.topology.uplink(of: route.from).index)].busyUntil
        if free != .never { routes[Int(move.index)]?.sender.departed(at: free) }
    }

    private mutating func send(_ cargo: StateRoute.Cargo, of move: MoveID, from: NodeID, to: NodeID) {
        guard let route = routes[Int(move.index)] else { return }
        var (frames, each, last) = (1, route.headerBytes + SizeClass.ethernetBytes, UInt32(0))
        if case .block(_, let part) = cargo {
            frames = part.count
            each = route.frameBytes(ofSegment: part.lowerBound)
            last = route.frameBytes(ofSegment: part.upperBound - 1)
        }
        let place = stateCargo.insert((move, cargo))
        let train = Train(
            frames: UInt32(frames), frameBytes: each, lastFrameBytes: max(last, frames > 1 ? last : each),
            cargo: place, now: now)
        var packet = PacketRecord(
            sentAt: now, flow: .control, serial: controlSerial, source: .none, destination: .none,
            innerBytes: each - SizeClass.ethernetBytes, frameBytes: Train.recordBytes,
            flags: [.control, .state, .train])
        controlSerial &+= 1
        packet.outerSource = from
        packet.outerDestination = to
        packet.entropy = route.entropy
        packet.extensionIndex = fabric.add(train)
        transmit(pool.insert(packet), on: fabric.topology.uplink(of: from))
    }

    // MARK: - At the other end

    mutating func receiveState(_ handle: PacketHandle) {
        let packet = pool[handle]
        pool.remove(handle)
        let train = fabric.takeTrain(packet.extensionIndex)
        let (move, cargo) = stateCargo.take(train.cargo)
        switch cargo {
        case .block(let block, let part):
            let came = part.lowerBound..<part.lowerBound + Int(train.frames)
            let closes = part.upperBound == block.segments.upperBound
            let answers = routes[Int(move.index)]?.receiver.receive(came, of: block, closes: closes) ?? []
            for answer in answers {
                send(.answer(answer), of: move, from: packet.outerDestination, to: packet.outerSource)
            }
        case .answer(let answer): routes[Int(move.index)]?.sender.acknowledged(answer, now: now)
        }
        if routes[Int(move.index)]?.isDone == true {
            finish(move)
        } else if case .answer = cargo {
            serve(move)
        }
    }

    /// Whatever is lost on its way is sent again when it is missed.
    mutating func loseState(_ packet: PacketRecord) {
        _ = stateCargo.take(fabric.takeTrain(packet.extensionIndex).cargo)
    }

    /// What was sent is where it is waited for.
    private mutating func finish(_ move: MoveID) {
        let index = Int(move.index)
        guard let purpose = routes[index]?.purpose else { return }
        routes[index]?.purpose = .nothing
        let roundTrip = routes[index]?.sender.roundTrip ?? .zero
        switch purpose {
        case .nothing: return
        case .snapshot: moves[index].snapshotArrived()
        case .stage:
            let next = moves[index].proceed(now: now, roundTrip: roundTrip, in: &context)
            applyEffects()
            carryOn(next, move)
        }
    }

    // MARK: - Mirrors

    /// A warm move's snapshot is due.
    mutating func takeSnapshot(of move: MoveID) {
        let index = Int(move.index)
        let place = places[Int(moves[index].handover.vm.index)]
        if let bytes = moves[index].takeSnapshot(isRunning: place.state == .running, now: now) {
            begin(.snapshot, bytes, from: place.host, of: move)
        }
        scheduleSnapshot(of: move)
    }

    mutating func scheduleSnapshot(of move: MoveID) {
        guard let due = moves[Int(move.index)].snapshotDue else { return }
        push(
            Event(
                at: min(due, .horizon), rank: .control, kind: .move, generation: MoveEvent.snapshot,
                handle: move.index))
    }
}

import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Wire

/// Moves, made from their entries.
extension WorldBuilder {
    mutating func makeMoves(_ places: ContiguousArray<VMPlace>) throws(StreamRegistry.Collision) -> [MoveProcedure] {
        var drawn: [DrawnMove] = []
        for move in scenario.moves { drawn.append(try draw(move)) }
        try drawTargets(of: &drawn, places)
        return zip(scenario.moves, drawn).enumerated().map { index, pair in
            let (asked, drawn) = pair
            let move = asked.performed(with: scenario.capabilities) ?? asked
            var announcement = scenario.announce
            announcement.kind = announcement.kind.decided(for: roster.family(of: roster.machines[drawn.vm].network))
            let handover = Handover(
                id: MoveID(index), vm: VMID(drawn.vm), to: drawn.to, nve: nve(serving: drawn.to),
                announcement: announcement, rules: rules(of: move))
            return MoveProcedure(
                at: Instant.zero + drawn.at, handover: handover, method: method(of: move, drawn),
                channel: channel(of: move.transfer), idleRate: idleRate(of: move.transfer), kind: Self.kind(of: move))
        }
    }

    private static func kind(of move: MoveConfiguration) -> MoveProcedure.Kind {
        switch move.mode {
        case .hot: .hot
        case .warm: .stopped
        case .cold: move.cold.from == .suspended ? .suspended : .stopped
        }
    }

    /// What of a move is drawn.
    private struct DrawnMove {
        let vm: Int
        let at: Duration
        let downtime: Duration?
        var to = NodeID.none
    }

    private mutating func draw(_ move: MoveConfiguration) throws(StreamRegistry.Collision) -> DrawnMove {
        guard let vm = roster.vms(named: move.vm)?.first else {
            preconditionFailure("the loader let pass move \(move.name)")
        }
        var downtime: Duration?
        if let standstill = move.downtime { downtime = try draw(standstill, of: move, purpose: "downtime") }
        return DrawnMove(vm: vm, at: try draw(move.at, of: move, purpose: "at"), downtime: downtime)
    }

    private mutating func draw(
        _ time: Distribution<Duration>, of move: MoveConfiguration, purpose: String
    ) throws(StreamRegistry.Collision) -> Duration {
        if case .constant(let value) = time { return value }
        var cursor = try streams.cursor(component: "move:\(move.name)", purpose: purpose)
        return time.draw(from: &cursor, of: random)
    }

    /// Where moves go to, in the order in which they begin: `any` is a host where the VM is not by then.
    private mutating func drawTargets(
        of drawn: inout [DrawnMove], _ places: ContiguousArray<VMPlace>
    ) throws(StreamRegistry.Collision) {
        var present: [Int: NodeID] = [:]
        for index in drawn.indices.sorted(by: { (drawn[$0].at, $0) < (drawn[$1].at, $1) }) {
            let (move, vm) = (scenario.moves[index], drawn[index].vm)
            if move.to == MoveConfiguration.anyHost {
                var cursor = try streams.cursor(component: "move:\(move.name)", purpose: "to")
                let here = present[vm] ?? places[vm].host
                let place = random.uniformInteger(below: UInt64(roster.hosts.count - 1), from: &cursor)
                drawn[index].to = NodeID(UInt32(place) + (place >= UInt64(here.index) ? 1 : 0))
            } else if let to = roster.hosts.number(of: move.to) {
                drawn[index].to = NodeID(to)
            }
            present[vm] = drawn[index].to
        }
    }

    /// What servers have, and how many moves may be under way at once.
    func addLimits(_ world: inout World) {
        let plan = ServerPlan(scenario, roster)
        if plan.hasLimits {
            world.demands = world.places.indices.map(plan.demand)
            var room = plan.emptyRoom()
            for (place, demand) in zip(world.places, world.demands) where place.state != .nowhere {
                room.take(demand, at: place.host)
            }
            world.room = room
        }
        for (index, move) in scenario.moves.enumerated() where move.performed(with: scenario.capabilities) == nil {
            world.impossibleMoves.insert(MoveID(index))
        }
        for (index, move) in scenario.moves.enumerated() where !move.from.isEmpty {
            world.expectedHosts[MoveID(index)] = roster.hosts.number(of: move.from).map { NodeID($0) }
        }
        var numbers: [String: Int] = [:]
        let limits = scenario.moves.map { move -> (entry: Int, limits: ParallelLimits)? in
            guard let limits = move.parallel.limits else { return nil }
            let number = numbers[move.entry] ?? numbers.count
            numbers[move.entry] = number
            return (number, limits)
        }
        if !numbers.isEmpty { world.scheduler = MoveScheduler(limits) }
    }

    private func channel(of transfer: TransferConfiguration?) -> StateChannel {
        guard let transfer else { return .ideal(IdealChannel(rate: .unlimited)) }
        switch transfer.over {
        case .fabric: return .underlay(compression: transfer.compression)
        case .ideal:
            return .ideal(
                IdealChannel(
                    rate: transfer.rate ?? .unlimited, latency: transfer.latency, compression: transfer.compression))
        }
    }

    /// State that the underlay carries in a second while nothing else uses it, headers apart.
    private func idleRate(of transfer: TransferConfiguration?) -> BitRate {
        let links = scenario.underlay.lowestRate
        guard let limit = transfer?.limit, links.isUnlimited || limit.bitsPerSecond < links.bitsPerSecond else {
            return links
        }
        return limit
    }

    /// The ways of state that crosses the underlay, by move; empty where none does.
    func stateRoutes(_ moves: [MoveProcedure]) -> ContiguousArray<StateRoute?> {
        let routes = zip(scenario.moves, moves).map { entry, move -> StateRoute? in
            guard let transfer = entry.transfer, transfer.over == .fabric else { return nil }
            return StateRoute(
                transfer, to: move.handover.to,
                headerBytes: HeaderSize.ip(scenario.underlay.family) + HeaderSize.tcp,
                smallestMTU: scenario.underlay.smallestMTU,
                entropy: UInt32(truncatingIfNeeded: StableHash.of("state of \(entry.name)")))
        }
        return routes.allSatisfy { $0 == nil } ? [] : ContiguousArray(routes)
    }

    /// How a move is carried out.
    private func method(of move: MoveConfiguration, _ drawn: DrawnMove) -> MoveMethod {
        if let downtime = drawn.downtime { return .given(downtime) }
        guard let transfer = move.transfer else {
            preconditionFailure("the loader let pass move \(move.name) with neither downtime nor transfer")
        }
        let plan = TransferPlan(of: scenario.vms[Int(roster.machines[drawn.vm].group)], transfer)
        switch move.mode {
        case .hot: return .hot(plan, switchTime: transfer.switchTime)
        case .warm: return .warm(move.warm, plan)
        case .cold:
            let memory = move.cold.from == .suspended ? plan.paged(plan.memory) + plan.deviceState : 0
            return .cold(move.cold, bytes: memory + DiskCopy.blocks(plan.disk))
        }
    }

    private func rules(of move: MoveConfiguration) -> MoveRules {
        var rules = moveRules
        rules.isPreregistered = move.mode == .warm && move.warm.preregister
        rules.order = move.transfer?.order ?? .beforeSignal
        return rules
    }

    private var moveRules: MoveRules {
        let learn = scenario.redirect.learn
        let managerInvalidates = scenario.invalidate.by == .vmManager || scenario.invalidate.by == .both
        return MoveRules(
            asksOldNVE: learn == .moveRequest, namesNewPlace: learn == .preinstalled || learn == .moveRequest,
            buffersAtNewNVE: scenario.redirect.buffer.at == .new,
            invalidationDelay: managerInvalidates ? scenario.invalidate.detectDelay : nil)
    }
}

extension TransferPlan {
    /// What moves a VM of an entry.
    init(of vm: VMConfiguration, _ transfer: TransferConfiguration) {
        self.init()
        scheme = transfer.scheme
        memory = vm.memory ?? 0
        dirtyRate = vm.dirtyRate?.bitsPerSecond ?? 0
        workingSet = vm.workingSet
        deviceState = transfer.deviceState
        downtimeTarget = transfer.downtimeTarget
        maxRounds = transfer.mostRounds
        maxTime = transfer.maxTime
        onNonConvergence = transfer.onNonConvergence
        if transfer.storage == .copy {
            disk = vm.disk ?? 0
            diskWriteRate = vm.diskWriteRate?.bitsPerSecond ?? 0
            sendsDiskChanges = transfer.diskChanges
        }
    }
}

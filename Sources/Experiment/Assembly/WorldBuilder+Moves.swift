import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Wire

/// Moves, made from their entries.
extension WorldBuilder {
    func makeMoves() -> [MoveProcedure] {
        scenario.moves.enumerated().map { index, move in
            guard let vm = roster.vms(named: move.vm)?.first, let to = roster.hosts.number(of: move.to) else {
                preconditionFailure("the loader let pass move \(move.name)")
            }
            var announcement = scenario.announce
            announcement.kind = announcement.kind.decided(for: roster.family(of: roster.machines[vm].network))
            let handover = Handover(
                id: MoveID(index), vm: VMID(vm), to: NodeID(to), nve: nve(serving: NodeID(to)),
                announcement: announcement, rules: moveRules)
            return MoveProcedure(
                at: Instant.zero + move.at, handover: handover, method: method(of: move, vm),
                channel: channel(of: move.transfer))
        }
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
    private func method(of move: MoveConfiguration, _ vm: Int) -> MoveMethod {
        if let downtime = move.downtime { return .given(downtime) }
        guard let transfer = move.transfer else {
            preconditionFailure("the loader let pass move \(move.name) with neither downtime nor transfer")
        }
        let plan = TransferPlan(of: scenario.vms[Int(roster.machines[vm].group)], transfer)
        switch move.mode {
        case .hot: return .hot(plan, switchTime: transfer.switchTime)
        case .warm: return .warm(move.warm, plan)
        case .cold:
            let memory = move.cold.from == .suspended ? plan.paged(plan.memory) + plan.deviceState : 0
            return .cold(move.cold, bytes: memory + DiskCopy.blocks(plan.disk))
        }
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

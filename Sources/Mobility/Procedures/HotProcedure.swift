import Kernel

/// Hot mobility (REQ-2-02, REQ-7-07): the VM runs while its state is copied and stands still only for the rest of it.
///
/// A disk that goes along comes first, its changes last (OLD-6-03, OLD-6-04).
struct HotProcedure: Procedure {
    private enum Position { case disk, transfer, diskChanges, switching }

    private(set) var transfer: StateTransfer
    private(set) var disk: DiskCopy?
    /// Whether the VM found its disk as it had left it; nil = no disk goes along, or that is not known yet.
    private(set) var isDiskConsistent: Bool?
    /// From the last state that the VM needs to its first instruction.
    let switchTime: Duration
    /// How long a page takes that the VM asks for at its new place.
    var pageWait = Duration.zero
    private var position = Position.transfer
    private var stoppedAt = Instant.never

    init(_ plan: TransferPlan, bandwidth: BitRate?, switchTime: Duration) {
        transfer = StateTransfer(plan, bandwidth: bandwidth)
        self.switchTime = switchTime
    }

    mutating func begin(now: Instant) -> ProcedureStep {
        let plan = transfer.plan
        if plan.disk == 0 { return step(transfer.begin(now: now), now) }
        let copy = DiskCopy(bytes: plan.disk, writeRate: plan.diskWriteRate, now: now)
        disk = copy
        position = .disk
        return .send(bytes: copy.bytes, .disk)
    }

    mutating func stopped(now: Instant) -> ProcedureStep {
        stoppedAt = now
        return step(transfer.stopped(now: now), now)
    }

    mutating func running(now: Instant) -> ProcedureStep {
        isDiskConsistent = disk?.isConsistent(stopped: stoppedAt)
        return step(transfer.running(now: now), now)
    }

    mutating func ended(now: Instant) -> ProcedureStep {
        switch position {
        case .disk:
            disk?.imageArrived(now: now)
            position = .transfer
            return step(transfer.begin(now: now), now)
        case .transfer: return step(transfer.sent(now: now, wait: pageWait), now)
        case .diskChanges: return switchOver()
        case .switching:
            position = .transfer
            return .run
        }
    }

    private mutating func step(_ step: StateTransfer.Step, _ now: Instant) -> ProcedureStep {
        switch step {
        case .send(let bytes, let phase): return .send(bytes: bytes, Self.stage(of: phase))
        case .stop: return .stop
        case .run: return sendDiskChanges()
        case .abort: return .giveUp
        case .done: return .done
        }
    }

    private mutating func sendDiskChanges() -> ProcedureStep {
        guard transfer.plan.sendsDiskChanges, let bytes = disk?.takeChanges(now: stoppedAt), bytes > 0 else {
            return switchOver()
        }
        position = .diskChanges
        return .send(bytes: bytes, .diskChanges)
    }

    private mutating func switchOver() -> ProcedureStep {
        position = .transfer
        if switchTime == .zero { return .run }
        position = .switching
        return .wait(switchTime, .switchOver)
    }

    private static func stage(of phase: StateTransfer.Phase) -> MoveStage {
        switch phase {
        case .live: .live
        case .stopCopy: .stopCopy
        case .push: .push
        }
    }
}

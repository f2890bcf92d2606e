import Kernel

/// Hot mobility (REQ-2-02, REQ-7-07): the VM runs while its memory is copied and stands still only for the rest of it.
struct HotProcedure: Procedure {
    private enum Position { case transfer, switching }

    private(set) var transfer: StateTransfer
    /// From the last state that the VM needs to its first instruction.
    let switchTime: Duration
    private var position = Position.transfer

    init(_ plan: TransferPlan, bandwidth: BitRate?, switchTime: Duration) {
        transfer = StateTransfer(plan, bandwidth: bandwidth)
        self.switchTime = switchTime
    }

    mutating func begin(now: Instant) -> ProcedureStep { step(transfer.begin(now: now)) }
    mutating func stopped(now: Instant) -> ProcedureStep { step(transfer.stopped(now: now)) }
    mutating func running(now: Instant) -> ProcedureStep { .done }

    mutating func ended(now: Instant) -> ProcedureStep {
        if position == .transfer { return step(transfer.sent(now: now)) }
        position = .transfer
        return .run
    }

    private mutating func step(_ step: StateTransfer.Step) -> ProcedureStep {
        switch step {
        case .send(let bytes, let phase): return .send(bytes: bytes, Self.stage(of: phase))
        case .stop: return .stop
        case .run:
            if switchTime == .zero { return .run }
            position = .switching
            return .wait(switchTime, .switchOver)
        case .abort: return .giveUp
        }
    }

    private static func stage(of phase: StateTransfer.Phase) -> MoveStage {
        switch phase {
        case .live: .live
        case .stopCopy: .stopCopy
        }
    }
}

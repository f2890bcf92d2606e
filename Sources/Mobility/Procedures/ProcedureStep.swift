public import Kernel

/// What takes time in a move, as the rows of `phases.csv` name it.
public enum MoveStage: String, CaseIterable, Sendable {
    /// The image of the disk is sent while the VM runs (OLD-6-03).
    case disk
    /// One round of pre-copy: memory is sent while the VM runs.
    case live
    /// The VM stands still and the rest of its state is sent.
    case stopCopy = "stop-copy"
    /// What it has written on its disk while that was sent (OLD-6-04).
    case diskChanges = "disk-changes"
    /// Memory that is sent after a VM that runs at its new place.
    case push
    /// The new place takes over: devices, ports, the first instruction.
    case switchOver = "switch-over"
    /// What has changed since the last mirroring of a warm move (REQ-7-10).
    case delta
    /// Cold step 1: the task is stopped (REQ-4.3-11); warm: the complete shutdown (REQ-7-01).
    case stop
    /// Cold step 2: its state is packaged (REQ-4.3-12).
    case package
    /// Cold step 3: the state is sent (REQ-4.3-13).
    case copy
    /// Cold step 4: the state is instantiated on the new machine (REQ-4.3-14).
    case instantiate
    /// Cold step 5: the task is started (REQ-4.3-15); warm: the replica is.
    case start
    /// The delay before a cold VM is launched (REQ-7-05).
    case launch
}

/// What a procedure wants next.
public enum ProcedureStep: Hashable, Sendable {
    /// A stage of fixed length; ``Procedure/ended(now:)`` follows.
    case wait(Duration, MoveStage)
    /// State for the new host; ``Procedure/ended(now:)`` follows when all of it is there.
    case send(bytes: UInt64, MoveStage)
    /// The VM stops and leaves its old place; ``Procedure/stopped(now:)`` follows.
    case stop
    /// The VM runs at its new place; ``Procedure/running(now:)`` follows.
    case run
    /// Nothing is left to do.
    case done
    /// The move is given up: the VM goes on at its old place (DER-10).
    case giveUp
}

/// How a VM gets from one place to another: a sequence of stages, without clock, channel or overlay.
///
/// One file for each kind of mobility; a new one is a new file, a case of ``MoveMethod`` and its keys.
protocol Procedure: Sendable {
    /// The move's hour has come.
    mutating func begin(now: Instant) -> ProcedureStep
    /// The stage that was asked for is over.
    mutating func ended(now: Instant) -> ProcedureStep
    /// The VM does not run any more.
    mutating func stopped(now: Instant) -> ProcedureStep
    /// The VM runs at its new place.
    mutating func running(now: Instant) -> ProcedureStep
}

public import Kernel

/// The parts of a move, in the order in which a hot move usually comes to them. They overlap.
public enum MovePhase: Int, CaseIterable, Sendable {
    /// From the request until the VM detaches (or pauses in place).
    case preparation
    /// The image of the disk, then rounds of pre-copy: state is sent while the VM runs.
    case disk, live
    /// From detach to attach.
    case downtime
    /// What is done in the downtime, one after another; each move has only some of them.
    case stop, stopCopy, diskChanges, package, delta, copy, instantiate, launch, start, switchOver
    /// Memory that comes after the VM.
    case push
    /// From detach until the old NVE has noticed it: it deregisters the VM, or invalidates.
    case detection
    /// From the first invalidation until the last one was there.
    case invalidation
    /// From attach to the last announcement.
    case announcement
    /// From the first registration until the NVA's record is in force.
    case registration
    /// From the record in force until the last push was there.
    case distribution
    /// From the old NVE's first question for the new place until it was answered.
    case resolution
    /// While the old NVE has a redirect entry: from its first installation to its last end.
    case redirect
    /// From the first cache that became wrong until the last was right (table view).
    case convergence

    /// The name in files.
    public var name: String {
        switch self {
        case .stopCopy: "stop-copy"
        case .diskChanges: "disk-changes"
        case .switchOver: "switch-over"
        default: "\(self)"
        }
    }
}

/// A row of `phases.csv`: one part of one move, by one actor.
public struct PhaseRow: Hashable, Sendable {
    public var move: String
    public var vm: String
    public var phase: MovePhase
    /// The name of a node or a VM, `nva`, `vm-manager`.
    public var actor: String
    public var start: Instant
    /// nil = it had not ended when the run did.
    public var end: Instant?

    public init(move: String, vm: String, phase: MovePhase, actor: String, start: Instant, end: Instant?) {
        self.move = move
        self.vm = vm
        self.phase = phase
        self.actor = actor
        self.start = start
        self.end = end
    }

    public var duration: Ending { end.map { .after($0 - start) } ?? .notYet }
}

extension PhaseRow: TableRow {
    public static let table = TableDeclaration<PhaseRow>(
        "phases", rowMeaning: "One phase of one move; phases that never began have no row.",
        columns: [
            .key("move", "Name of the move.") { $0.move },
            .key("vm", "VM that moves.") { $0.vm },
            .key(
                "phase",
                "preparation, downtime and what is done before, in and after it, detection, invalidation, announcement,"
                    + " registration, distribution, resolution,"
                    + " redirect or convergence."
            ) { $0.phase.name },
            .key("actor", "Whose phase it is: a node, the VM, nva or vm-manager; for convergence the last cache's NVE.")
            {
                $0.actor
            },
            .point("start", "When it began.") { $0.start },
            .point("end", "When it ended; empty = it had not when the run ended.") { $0.end },
            .ending("duration", .milliseconds, "From start to end.") { $0.duration },
        ])

    public static func precedes(_ left: PhaseRow, _ right: PhaseRow) -> Bool {
        var order = KeyOrder()
        order.then(left.move, right.move)
        order.then(left.vm, right.vm)
        order.then(left.phase.rawValue, right.phase.rawValue)
        order.then(left.actor, right.actor)
        return order.result < 0
    }
}

public import Kernel

/// A row of `vm-states.csv`: a VM becomes something else (RFC 7666).
public struct VMStateRow: Hashable, Sendable {
    /// Its number among the changes of the run: those of one instant are in the order in which they happened.
    public var number = 0
    public var at = Instant.zero
    public var vm = ""
    public var host = ""
    public var from = ""
    public var to = ""
    /// A move's name, `failure`, `repair`, `failover`, `creation` or `destruction`.
    public var cause = ""

    public init(number: Int = 0, at: Instant = .zero) {
        self.number = number
        self.at = at
    }
}

extension VMStateRow: TableRow {
    public static let table = TableDeclaration<VMStateRow>(
        "vm-states", rowMeaning: "A VM becomes something else, by the states of RFC 7666.",
        columns: [
            .keyNumber("number", "Number of the change in the run, from 1.") { $0.number },
            .point("time", "When.") { $0.at },
            .key("vm", "Which VM.") { $0.vm },
            .key("host", "Where it is, or is about to be.") { $0.host },
            .key(
                "from",
                "What it was: preparing, running, suspending, suspended, resuming, paused, migrating, shutting-down,"
                    + " shutdown or crashed."
            ) { $0.from },
            .key("to", "What it is from then on.") { $0.to },
            .text("cause", "Name of the move, or failure, repair, failover, creation or destruction.") { $0.cause },
        ])

    public static func precedes(_ left: VMStateRow, _ right: VMStateRow) -> Bool { left.number < right.number }
}

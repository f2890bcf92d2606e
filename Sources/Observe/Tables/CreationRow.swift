public import Kernel

/// A row of `creations.csv`: a VM that is created or destroyed in the course of the run (OLD-8.1-01).
public struct CreationRow: Hashable, Sendable {
    public var vm = ""
    public var host = ""
    /// nil = it was there from the start.
    public var asked: Instant?
    public var outcome = ""
    public var refusal = ""
    public var created: Instant?
    public var registered: Instant?
    public var destroyed: Instant?

    public init(vm: String, host: String) { (self.vm, self.host) = (vm, host) }

    private func since(_ start: Instant?, until end: Instant?) -> Ending {
        guard let start else { return .notMeasured }
        return end.map { .after($0 - start) } ?? .notYet
    }

    /// From the VM manager's wish to the VM's first instruction.
    public var delay: Ending { outcome == "refused" ? .notMeasured : since(asked, until: created) }
}

extension CreationRow: TableRow {
    public static let table = TableDeclaration<CreationRow>(
        "creations", rowMeaning: "A VM that is created or destroyed in the course of the run.",
        columns: [
            .key("vm", "Which VM.") { $0.vm },
            .key("host", "Where it was to be; where it was last, once it is destroyed.") { $0.host },
            .text(
                "outcome",
                "created, refused, pending (the run ended before), destroyed, or present (from the start, and to the"
                    + " end)."
            ) { $0.outcome },
            .text(
                "refusal",
                "Why it was refused: not-authorised, no-cpu, no-memory, no-storage or exclusive-tenant; empty unless it"
                    + " was."
            ) { $0.refusal },
            .point("asked", "When it was asked for; empty if it was there from the start.") { $0.asked },
            .point("created", "When it ran first; empty if it was there from the start.") { $0.created },
            .point("registered", "When the NVA's first record of it was in force after that.") { $0.registered },
            .point("destroyed", "When it was shut down for good.") { $0.destroyed },
            .ending("delay", .milliseconds, "From the request until it ran; empty where it was refused.") { $0.delay },
        ])

    public static func precedes(_ left: CreationRow, _ right: CreationRow) -> Bool {
        var order = KeyOrder()
        order.then(left.vm, right.vm)
        return order.result < 0
    }
}

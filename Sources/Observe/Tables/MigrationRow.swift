public import Kernel

/// A row of `migrations.csv`: one move, from its request to the last packet that went astray.
public struct MigrationRow: Hashable, Sendable {
    public enum Outcome: String, CaseIterable, Sendable {
        case completed
        /// Given up: the VM went on at its old place.
        case aborted
        /// There was no room for the VM where it was to go.
        case refused
        /// Asked for, and not over when the run ended.
        case unfinished
    }

    public var move = ""
    public var vm = ""
    public var mode = ""
    /// The mode that was asked for: where the data centre lacks it, ``mode`` is another one.
    public var asked = ""
    /// Whom the VM belongs to.
    public var tenant = ""
    /// How long it was to stand still, as could be told when the move began.
    public var forecast: Duration?
    public var from = ""
    public var to = ""
    public var requested = Instant.never
    /// Why it was refused; empty unless it was.
    public var refusal = ""
    /// From the request until it began.
    public var waited: Duration?
    public var detached: Instant?
    public var attached: Instant?
    /// When the NVA's record was in force (t_n).
    public var registered: Instant?
    /// The guest's clock: last instruction at the old place, first at the new one.
    public var stopped: Instant?
    public var running: Instant?
    /// Largest delivery gap of a peer's flow.
    public var interruption = Ending.notMeasured
    /// From the request until the procedure was over.
    public var totalTime: Duration?
    public var bytesCopied: Int64?
    public var bytesSent: Int64?
    public var bytesResent: Int64?
    public var rounds: Int?
    /// Whether rounds of copying became short enough; empty without rounds.
    public var convergence = ""
    /// Warm: age of the mirror when the move began, its complete snapshots, and what they took.
    public var staleness: Duration?
    public var snapshots: Int?
    public var bytesMirrored: Int64?
    /// Post-copy: pages that the VM waited for, and how long.
    public var faults: Int?
    public var stall: Duration?
    /// Whether the VM found its disk as it had left it.
    public var isDiskConsistent: Bool?
    public var outcome = Outcome.unfinished
    public var misdirected = 0
    public var triangular = 0
    public var redirected = 0
    public var early = 0
    public var lost = 0
    /// Packets that no mapping update can save.
    public var floor: Int?
    public var lastMisdirected: Instant?
    /// Arrival of the last packet for the VM at the NVE that this move made it leave.
    public var lastAtOldNVE: Instant?
    public var redirectInstalled: Instant?
    /// When the redirect entry ended; nil = none, or still in force when the run ended.
    public var redirectEnded: Instant?
    /// Time during which the redirect was in force, up to the end of the run.
    public var redirectActive: Duration?
    public var redirectTimer: Duration?
    public var neighboursChanged: Int?
    public var recordsUpdated: Int?

    public init(move: String = "", vm: String = "") {
        self.move = move
        self.vm = vm
    }

    /// Detach to attach.
    public var downtime: Ending { span(from: detached, to: attached) }
    /// The guest's own standstill.
    public var stopToRun: Ending { span(from: stopped, to: running) }
    /// Configured redirect timer less the time from its start, the later of install and detach (DEC-08), to the last
    /// packet that the old NVE got for the VM (REQ-5-13). The timer sufficed for all of them if this is greater than 0:
    /// at its very end the entry is gone. nil without a redirect that a timer ends.
    public var timerSlack: Duration? {
        guard let timer = redirectTimer, let installed = redirectInstalled else { return nil }
        let start = max(installed, detached ?? installed)
        guard let last = lastAtOldNVE, last > start else { return timer }
        return timer - (last - start)
    }

    private func span(from start: Instant?, to end: Instant?) -> Ending {
        if let start, let end { return .after(end - start) }
        return outcome == .unfinished ? .notYet : .notMeasured
    }
}

extension MigrationRow: TableRow {
    public static let table = TableDeclaration("migrations", rowMeaning: "One move of one VM.", columns: course + cost)

    public static func precedes(_ left: MigrationRow, _ right: MigrationRow) -> Bool {
        var order = KeyOrder()
        order.then(left.move, right.move)
        order.then(left.vm, right.vm)
        return order.result < 0
    }

    private static let course: [Column<MigrationRow>] = [
        .key("move", "Name of the move.") { $0.move },
        .key("vm", "VM that moves.") { $0.vm },
        .key("mode", "How it moves: hot, warm or cold.") { $0.mode },
        .key("from", "Host it left.") { $0.from },
        .key("to", "Host it went to.") { $0.to },
        .text("asked", "The mode that was asked for: where the data centre lacks it, `mode` is the move's fallback.") {
            $0.asked
        },
        .text("tenant", "Tenant that the VM belongs to.") { $0.tenant },
        .text("outcome", "completed, aborted (it went on at its old place), refused or unfinished.") {
            $0.outcome.rawValue
        },
        .text(
            "refusal",
            "Why it was refused: no-capability (the data centre cannot move VMs so), not-there (the VM is elsewhere), "
                + "no-cpu, no-memory, no-storage or exclusive-tenant."
        ) { $0.refusal },
        .point("requested", "When the move was asked for.") { $0.requested },
        .span("waited", .milliseconds, "From the request until it began: other moves were under way.") { $0.waited },
        .point("detached", "When the VM left the old NVE (or paused in place).") { $0.detached },
        .point("attached", "When the VM was attached and running at the new NVE.") { $0.attached },
        .point("registered", "When the NVA's record of the new place was in force.") { $0.registered },
        .ending("downtime", .milliseconds, "Detach to attach; empty while unfinished.") { $0.downtime },
        .ending("stop_to_run", .milliseconds, "Time the guest itself stood still.") { $0.stopToRun },
        .span(
            "forecast", .milliseconds,
            "The same as it could be told when the move began: on an idle channel, without protocol headers."
        ) { $0.forecast },
        .ending("interruption", .milliseconds, "Largest delivery gap that a flow saw (see disruptions).") {
            $0.interruption
        },
        .ending("total_time", .milliseconds, "Request until the procedure was over; empty while unfinished.") { row in
            if row.outcome == .unfinished { return .notYet }
            return row.totalTime.map { .after($0) } ?? .notMeasured
        },
        .bytes("copied", "State that was copied; empty where the downtime is given.") { $0.bytesCopied },
        .bytes("sent", "The same as it was sent: compressed, without headers.") { $0.bytesSent },
        .bytes("resent", "State that got lost and was sent again; empty where it does not cross the fabric.") {
            $0.bytesResent
        },
        .count("rounds", "Live rounds of copying; empty where there are none by nature.") { $0.rounds },
        .text("convergence", "converged or not-converged: whether the rounds became short enough.") { $0.convergence },
        .span(
            "staleness", .milliseconds,
            "Warm: time from the last complete snapshot to the beginning of the move (REQ-2-04)."
        ) { $0.staleness },
        .count("snapshots", "Warm: complete snapshots before the move began.") { $0.snapshots },
        .bytes("mirrored", "Warm: state that these snapshots took.") { $0.bytesMirrored },
        .count("faults", "Post-copy, hybrid: pages that the VM missed at its new place and asked for.") { $0.faults },
        .span("stall", .milliseconds, "Time that the VM's work stood still for these pages.") { $0.stall },
        .text("disk", "consistent or inconsistent: whether a disk that went along is as it was left.") { row in
            row.isDiskConsistent.map { $0 ? "consistent" : "inconsistent" } ?? ""
        },
    ]

    private static let cost: [Column<MigrationRow>] = [
        .count("misdirected", "Packets that arrived at an NVE the VM had left.") { $0.misdirected },
        .count("triangular", "Packets delivered after an old NVE relayed them.") { $0.triangular },
        .count("redirected", "Packets that an old NVE relayed, delivered or not.") { $0.redirected },
        .count("early", "Packets that reached the new NVE before the VM.") { $0.early },
        .count("lost", "Packets lost because of the move.") { $0.lost },
        .count(
            "floor",
            "Packets that no mapping update can save: sent in [detach - path delay, attach - path delay)."
        ) { $0.floor },
        .point("last_misdirected", "Arrival of the last packet at an NVE the VM had left.") { $0.lastMisdirected },
        .point("redirect_installed", "When the old NVE held a redirect entry.") { $0.redirectInstalled },
        .point("redirect_ended", "When that entry ended; empty = in force until the end.") { $0.redirectEnded },
        .span("redirect_active", .milliseconds, "How long redirect entries were in force, up to the end of the run.") {
            $0.redirectActive
        },
        .span(
            "redirect_timer", .milliseconds, "Lifetime given to the redirect entry; empty where only silence ends it."
        ) { $0.redirectTimer },
        .span(
            "timer_slack", .milliseconds,
            "Redirect timer less the time from its start to the last packet at the old NVE; 0 or less is too short."
        ) {
            $0.timerSlack
        },
        .count(
            "records_updated", "Records of the NVA's directory, one for each address, that came to name the new place."
        ) { $0.recordsUpdated },
        .count("neighbours_changed", "Neighbour entries (IP to MAC) that came to differ.") { $0.neighboursChanged },
    ]
}

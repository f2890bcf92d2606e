public import Kernel

/// A row of `failovers.csv`: a failover, from the time when a secondary stands by until the next one does.
public struct FailoverRow: Hashable, Sendable {
    public var failover = ""
    /// Number of the row of its failover, from 1.
    public var episode = 1
    public var vm = ""
    public var primary = ""
    public var secondary = ""
    public var standby = ""
    /// `guarded`, `taken-over`, `recovered`, `undetected`, `unfinished` or `standby-down`.
    public var outcome = ""
    public var isAnnounced = false
    public var failed: Instant?
    public var detected: Instant?
    public var takenOver: Instant?
    public var registered: Instant?
    public var returned: Instant?
    public var staleness: Duration?
    public var bytesLost: Int64?
    public var packetsLost = 0
    public var vmTime = Duration.zero
    public var syncBytes: Int64 = 0

    public init(failover: String = "", episode: Int = 1) {
        self.failover = failover
        self.episode = episode
    }

    /// From the failure, which may have no end that the run has seen.
    func since(_ start: Instant?, until end: Instant?) -> Ending {
        guard let start else { return .notMeasured }
        return end.map { .after($0 - start) } ?? (outcome == "recovered" ? .notMeasured : .notYet)
    }

    /// When the VM runs again after its failure, here or there.
    var running: Instant? { takenOver ?? (outcome == "taken-over" ? nil : returned) }
}

extension FailoverRow: TableRow {
    public static let table = TableDeclaration(
        "failovers",
        rowMeaning: "A failover, from the time when a secondary stands by until the next one does or the run ends.",
        columns: course + cost)

    public static func precedes(_ left: FailoverRow, _ right: FailoverRow) -> Bool {
        var order = KeyOrder()
        order.then(left.failover, right.failover)
        order.then(left.episode, right.episode)
        return order.result < 0
    }

    private static let course: [Column<FailoverRow>] = [
        .key("failover", "Name of the failover.") { $0.failover },
        .keyNumber("episode", "Number of the row of this failover, from 1.") { $0.episode },
        .key("vm", "VM that is protected.") { $0.vm },
        .key("primary", "Host on which it runs at first.") { $0.primary },
        .key("secondary", "Host of the one that stands by.") { $0.secondary },
        .key("standby", "cold, warm or hot.") { $0.standby },
        .text(
            "outcome",
            "guarded (nothing happened), taken-over, recovered (before it was noticed), undetected, unfinished or"
                + " standby-down."
        ) { $0.outcome },
        .count("announced", "1 = a warning came before the failure, and the secondary took over at once.") {
            $0.isAnnounced ? 1 : 0
        },
        .point("failed", "When the primary ran no longer; empty where it never failed.") { $0.failed },
        .point("detected", "When the detector took it for dead, or the warning came.") { $0.detected },
        .point("taken_over", "When the secondary ran.") { $0.takenOver },
        .point("registered", "When the NVA's record of the secondary was in force.") { $0.registered },
        .point("returned", "When the failed primary could have run again.") { $0.returned },
        .ending("detection", .milliseconds, "Failure until it was detected; empty without a failure.") {
            $0.isAnnounced ? .notMeasured : $0.since($0.failed, until: $0.detected)
        },
        .ending("outage", .milliseconds, "Failure until the VM ran again, here or there.") {
            $0.since($0.failed, until: $0.running)
        },
    ]

    private static let cost: [Column<FailoverRow>] = [
        .span("staleness", .milliseconds, "Age of what the secondary knew when it had to know all.") { $0.staleness },
        .bytes("lost_state", "State that had changed since; empty where `sync.rate` does not say.") { $0.bytesLost },
        .count("lost", "Packets for the VM that were lost from its failure to the end of the row.") {
            $0.packetsLost
        },
        .span("vm_time", .milliseconds, "Time that its instances ran, added up (VM-seconds).") { $0.vmTime },
        .bytes("sync", "State that was sent to the secondary, as `sync` says.") { $0.syncBytes },
    ]
}

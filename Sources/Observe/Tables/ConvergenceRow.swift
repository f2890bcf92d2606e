public import Kernel

/// A row of `convergence.csv`: one cache that held the moved VM's entry, and how it came to be right again.
///
/// Two views (DER-14): *table*, when the entry was right; *traffic*, when the last packet arrived astray because of it.
public struct ConvergenceRow: Hashable, Sendable {
    public enum Outcome: String, CaseIterable, Sendable {
        case corrected
        case expired
        case evicted
        /// Wrong when the run ended: its time is censored.
        case stillStale = "still-stale"
    }

    public var move = ""
    public var vm = ""
    /// Owner of the cache.
    public var node = ""
    /// `mapping`, `neighbour`, ….
    public var cacheKind = ""
    /// When the entry became wrong.
    public var staleSince = Instant.never
    public var detached: Instant?
    public var attached: Instant?
    public var registered: Instant?
    /// When the entry was right, or gone; nil = still stale.
    public var corrected: Instant?
    public var outcome = Outcome.stillStale
    /// What fixed it: `push`, `local-attach`, `redirect`, …; empty while stale.
    public var fixedBy = ""
    public var misdirected = 0
    public var lastMisdirected: Instant?

    public init() {}

    /// From a point of the move until the entry was right.
    public func tableTime(since start: Instant?) -> Ending {
        if outcome == .stillStale { return .notYet }
        guard let start, let corrected else { return .notMeasured }
        return .after(corrected - start)
    }

    /// From a point of the move until the last misdirected arrival; not measured where no packet went astray.
    public func trafficTime(since start: Instant?) -> Ending {
        if outcome == .stillStale { return .notYet }
        guard let start, let lastMisdirected else { return .notMeasured }
        return .after(lastMisdirected - start)
    }
}

extension ConvergenceRow: TableRow {
    public static let table = TableDeclaration<ConvergenceRow>(
        "convergence", rowMeaning: "One cache that held the moved VM's entry when it became wrong.",
        columns: [
            .key("move", "Move that made the entry wrong.") { $0.move },
            .key("vm", "VM that moved.") { $0.vm },
            .key("node", "Owner of the cache.") { $0.node },
            .key("cache_kind", "Kind of cache: mapping or neighbour.") { $0.cacheKind },
            .text("outcome", "corrected, expired, evicted or still-stale.") { $0.outcome.rawValue },
            .text("fixed_by", "What made the entry right; empty while stale.") { $0.fixedBy },
            .point("stale_since", "When the entry became wrong.") { $0.staleSince },
            .point("corrected", "When it was right again, or gone.") { $0.corrected },
            .ending("time_since_detach", .milliseconds, "Table view: detach until right.") {
                $0.tableTime(since: $0.detached)
            },
            .ending("time_since_attach", .milliseconds, "Table view: attach until right.") {
                $0.tableTime(since: $0.attached)
            },
            .ending("time_since_registration", .milliseconds, "Table view: the NVA's record in force until right.") {
                $0.tableTime(since: $0.registered)
            },
            .count(
                "misdirected",
                """
                Packets that this cache's NVE sent or relayed to an NVE the VM had left, laid to the last move that \
                made the cache wrong. A packet counts once for each stale cache on its way, so that the sum over \
                caches may exceed misdirected of flows and migrations, which count it once.
                """
            ) { $0.misdirected },
            .point("last_misdirected", "Arrival of the last of them.") { $0.lastMisdirected },
            .ending("traffic_time_since_detach", .milliseconds, "Traffic view: detach until the last of them.") {
                $0.trafficTime(since: $0.detached)
            },
            .ending("traffic_time_since_attach", .milliseconds, "Traffic view: attach until the last of them.") {
                $0.trafficTime(since: $0.attached)
            },
            .ending(
                "traffic_time_since_registration", .milliseconds,
                "Traffic view: record in force until the last of them."
            ) { $0.trafficTime(since: $0.registered) },
        ])

    public static func precedes(_ left: ConvergenceRow, _ right: ConvergenceRow) -> Bool {
        var order = KeyOrder()
        order.then(left.move, right.move)
        order.then(left.vm, right.vm)
        order.then(left.node, right.node)
        order.then(left.cacheKind, right.cacheKind)
        return order.result < 0
    }
}

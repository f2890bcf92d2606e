public import Kernel

/// The row of `runs.csv`: the headline figures of a whole run. Made from the other tables (see `ResultTables`).
public struct RunRow: Hashable, Sendable {
    public var scenario = ""
    public var duration = Duration.zero
    /// When the last event happened.
    public var ended = Instant.zero

    public var sent = 0
    public var delivered = 0
    public var duplicate = 0
    public var reordered = 0
    public var lost = 0
    public var unfinished = 0
    public var misdirected = 0
    public var triangular = 0
    public var redirected = 0
    public var early = 0
    public var buffered = 0
    /// Packets by cause, in the order of `LossCause.allCases`.
    public var lostByCause = [Int](repeating: 0, count: LossCause.allCases.count)
    public var conservationError = 0
    public var bytesSent: Int64 = 0
    public var bytesDelivered: Int64 = 0
    public var latencyMax: Duration?

    public var moves = 0
    public var movesCompleted = 0
    public var downtimeMax: Duration?
    public var interruptionMax = Ending.notMeasured
    /// Slowest cache, table view, from attach.
    public var convergenceMax = Ending.notMeasured
    public var stillStale = 0
    public var messages = 0
    public var messageBytes: Int64 = 0

    public init() {}
}

extension RunRow: TableRow {
    public static let table = TableDeclaration(
        "runs", rowMeaning: "One run: its headline figures.", columns: packets + causes + mobility)

    public static func precedes(_ left: RunRow, _ right: RunRow) -> Bool {
        NaturalOrder.compare(left.scenario, right.scenario) < 0
    }

    private static let packets: [Column<RunRow>] = [
        .key("scenario", "Name of the scenario.") { $0.scenario },
        .span("duration", .milliseconds, "Time during which sources emit.") { $0.duration },
        .point("ended", "Virtual time of the last event.") { $0.ended },
        .count("sent", "Packets sent by all flows.") { $0.sent },
        .count("delivered", "Packets delivered.") { $0.delivered },
        .count("duplicate", "Further deliveries of delivered packets.") { $0.duplicate },
        .count("reordered", "Packets overtaken by later-sent ones (RFC 4737).") { $0.reordered },
        .count("lost", "Packets lost.") { $0.lost },
        .count("unfinished", "Packets under way at the end.") { $0.unfinished },
        .count("misdirected", "Packets that arrived at an NVE the VM had left.") { $0.misdirected },
        .count("triangular", "Packets delivered after an old NVE relayed them.") { $0.triangular },
        .count("redirected", "Packets relayed by an old NVE, delivered or not.") { $0.redirected },
        .count("early", "Packets at the new NVE before the VM.") { $0.early },
        .count("buffered", "Packets that waited in a buffer.") { $0.buffered },
        .count("conservation_error", "Sum of the flows' conservation errors without sign; must be 0.") {
            $0.conservationError
        },
        .bytes("offered", "IP bytes sent.") { $0.bytesSent },
        .bytes("bytes", "IP bytes delivered.") { $0.bytesDelivered },
        .span("latency_max", .microseconds, "Largest one-way delay of all flows.") { $0.latencyMax },
    ]

    private static let causes: [Column<RunRow>] = LossCause.allCases.enumerated().map { index, cause in
        .count("lost_" + cause.name.split(separator: "-").joined(separator: "_"), "Packets lost: \(cause.name).") {
            $0.lostByCause[index]
        }
    }

    private static let mobility: [Column<RunRow>] = [
        .count("moves", "Moves asked for.") { $0.moves },
        .count("moves_completed", "Moves that completed.") { $0.movesCompleted },
        .span("downtime_max", .milliseconds, "Longest downtime of a move.") { $0.downtimeMax },
        .ending("interruption_max", .milliseconds, "Longest delivery gap of a flow to or from a moved VM.") {
            $0.interruptionMax
        },
        .ending(
            "convergence_max", .milliseconds,
            "Attach until the last cache was right; empty while one is stale or none held the entry."
        ) { $0.convergenceMax },
        .count("still_stale", "Caches still wrong at the end.") { $0.stillStale },
        .count("messages", "Control messages sent.") { $0.messages },
        .bytes("control", "Bytes of control messages.") { $0.messageBytes },
    ]
}

public import Kernel

/// Smallest, largest and mean of a whole number over packets.
public struct Spread: Hashable, Sendable {
    public var least: Int
    public var most: Int
    public var total: Int64
    /// Packets that were counted; 0 = not measured.
    public var packets: Int

    public init(least: Int = 0, most: Int = 0, total: Int64 = 0, packets: Int = 0) {
        self.least = least
        self.most = most
        self.total = total
        self.packets = packets
    }

    public var min: Int? { packets == 0 ? nil : least }
    public var max: Int? { packets == 0 ? nil : most }
    public var mean: Double? { packets == 0 ? nil : Double(total) / Double(packets) }
}

/// A row of `flows.csv`: a traffic entry x source x destination, or one size class of a sized-flow entry.
public struct FlowRow: Hashable, Sendable {
    public var flow = ""
    public var traffic = ""
    public var source = ""
    public var destination = ""
    public var tenant = ""
    public var network = ""
    /// Size class of sized flows; else the kind of the traffic entry.
    public var flowClass = ""

    public var sent = 0
    public var copies = 0
    public var delivered = 0
    public var duplicate = 0
    public var copiesDiscarded = 0
    public var reordered = 0
    public var lost = 0
    public var unfinished = 0
    public var misdirected = 0
    public var triangular = 0
    public var redirected = 0
    public var early = 0
    public var buffered = 0
    public var ecnMarked = 0

    public var segments = Spread()
    public var links = Spread()
    public var latencyMean: Duration?
    public var latencyP50: Duration?
    public var latencyP99: Duration?
    public var latencyMax: Duration?

    public var bytesSent: Int64 = 0
    public var bytesDelivered: Int64 = 0
    /// Transfers of `kind: flows`; nil for packet streams.
    public var transfersStarted: Int?
    public var transfersCompleted: Int?
    public var completionMean: Duration?
    public var completionP50: Duration?
    public var completionP99: Duration?
    public var slowdownMean: Double?
    public var slowdownP50: Double?
    public var slowdownP99: Double?

    public init(flow: String = "") { self.flow = flow }

    /// What the account of the flow's packets lacks (DER-03); anything but 0 is a bug of ours.
    public var conservationError: Int {
        sent + copies - delivered - duplicate - copiesDiscarded - lost - unfinished
    }
}

extension FlowRow: TableRow {
    public static let table = TableDeclaration(
        "flows", rowMeaning: "One flow: traffic entry x source x destination (x size class).",
        columns: keys + packets + paths + transfers)

    public static func precedes(_ left: FlowRow, _ right: FlowRow) -> Bool {
        var order = KeyOrder()
        order.then(left.flow, right.flow)
        order.then(left.flowClass, right.flowClass)
        return order.result < 0
    }

    private static let keys: [Column<FlowRow>] = [
        .key("flow", "Name of the flow; joins all tables about flows.") { $0.flow },
        .key("traffic", "Traffic entry of the scenario that made it.") { $0.traffic },
        .key("source", "Sending VM.") { $0.source },
        .key("destination", "Receiving VM.") { $0.destination },
        .key("tenant", "Tenant that owns the network.") { $0.tenant },
        .key("network", "Virtual network.") { $0.network },
        .key("class", "Size class of sized flows, else the kind of traffic.") { $0.flowClass },
    ]

    private static let packets: [Column<FlowRow>] = [
        .count("sent", "Packets that the source emitted in the measured window.") { $0.sent },
        .count("copies", "Further copies that the network made of them.") { $0.copies },
        .count("delivered", "Packets that reached the destination VM, each counted once.") { $0.delivered },
        .count("duplicate", "Further deliveries of a packet that had been delivered.") { $0.duplicate },
        .count("copies_discarded", "Copies that were discarded on purpose.") { $0.copiesDiscarded },
        .count("reordered", "Delivered packets that a later-sent one had overtaken (RFC 4737, type P).") {
            $0.reordered
        },
        .count("lost", "Packets lost, for whatever cause (see losses).") { $0.lost },
        .count("unfinished", "Packets still under way when the run ended.") { $0.unfinished },
        .count("misdirected", "Packets that arrived at an NVE which was no longer the VM's place.") { $0.misdirected },
        .count("triangular", "Packets delivered after an old NVE relayed them.") { $0.triangular },
        .count("redirected", "Packets that an old NVE relayed, delivered or not.") { $0.redirected },
        .count("early", "Packets that arrived at the new NVE before the VM attached there.") { $0.early },
        .count("buffered", "Packets that waited in a buffer for the VM.") { $0.buffered },
        .count("ecn_marked", "Packets marked by a link whose queue was long (RFC 3168), whatever became of them.") {
            $0.ecnMarked
        },
        .count("conservation_error", "Packets missing from the account: sent + copies - all fates; must be 0.") {
            $0.conservationError
        },
    ]

    private static let paths: [Column<FlowRow>] = [
        .count("segments_min", "Fewest overlay segments (NVE to NVE) of a delivered packet.") { $0.segments.min },
        .real("segments_mean", .none, "Mean overlay segments of delivered packets.") { $0.segments.mean },
        .count("segments_max", "Most overlay segments of a delivered packet.") { $0.segments.max },
        .count("links_min", "Fewest underlay links of a delivered packet.") { $0.links.min },
        .real("links_mean", .none, "Mean underlay links of delivered packets.") { $0.links.mean },
        .count("links_max", "Most underlay links of a delivered packet.") { $0.links.max },
        .span("latency_mean", .microseconds, "Mean one-way delay of delivered packets.") { $0.latencyMean },
        .span("latency_p50", .microseconds, "Median one-way delay (from a histogram, error below 0.4 %).") {
            $0.latencyP50
        },
        .span("latency_p99", .microseconds, "99th percentile of the one-way delay (same histogram).") {
            $0.latencyP99
        },
        .span("latency_max", .microseconds, "Largest one-way delay, exact.") { $0.latencyMax },
    ]

    private static let transfers: [Column<FlowRow>] = [
        .bytes("offered", "IP bytes of the packets sent.") { $0.bytesSent },
        .bytes("bytes", "IP bytes of the packets delivered.") { $0.bytesDelivered },
        .count("transfers_started", "Sized transfers that began; empty for packet streams.") { $0.transfersStarted },
        .count("transfers_completed", "Sized transfers of which every packet arrived.") { $0.transfersCompleted },
        .span("completion_mean", .milliseconds, "Mean time from first departure to last arrival of a transfer.") {
            $0.completionMean
        },
        .span("completion_p50", .milliseconds, "Median completion time of completed transfers.") { $0.completionP50 },
        .span("completion_p99", .milliseconds, "99th percentile of the completion time.") { $0.completionP99 },
        .real("slowdown_mean", .ratio, "Mean of completion time / time on the idle direct path.") { $0.slowdownMean },
        .real("slowdown_p50", .ratio, "Median slowdown of completed transfers.") { $0.slowdownP50 },
        .real("slowdown_p99", .ratio, "99th percentile of the slowdown.") { $0.slowdownP99 },
    ]
}

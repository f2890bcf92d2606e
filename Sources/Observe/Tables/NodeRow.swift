public import Kernel

/// A row of `nodes.csv`: the NVA, or an NVE that did control work or holds mappings.
public struct NodeRow: Hashable, Sendable {
    public var node = ""
    /// `nva` or `nve`.
    public var kind = ""
    /// Its host, or `out-of-band`.
    public var place = ""
    public var received = 0
    public var sent = 0
    /// Messages for it that were lost.
    public var controlDrops = 0
    /// nil = it is no finite server.
    public var busy: Duration?
    public var utilisation: Double?
    public var queueMean: Double?
    public var queueMax: Int?
    /// Mappings of VMs elsewhere; of the NVA all places that it knows.
    public var mappings = 0
    public var mappingsMax = 0
    public var evictions: Int?
    public var redirectsMax: Int?
    public var bufferedMax: Int?
    public var queries: Int?
    public var queryRetries: Int?
    public var registrations: Int?
    public var registrationRetries: Int?

    public init(node: String = "", kind: String = "", place: String = "") {
        self.node = node
        self.kind = kind
        self.place = place
    }
}

extension NodeRow: TableRow {
    public static let table = TableDeclaration<NodeRow>(
        "nodes", rowMeaning: "The NVA, or an NVE that did control work or held mappings of VMs elsewhere.",
        columns: [
            .key("node", "Name of the NVE's node, or nva.") { $0.node },
            .key("kind", "nva or nve.") { $0.kind },
            .text("place", "The host where it is, or out-of-band.") { $0.place },
            .count("received", "Control messages that reached it.") { $0.received },
            .count("sent", "Control messages that it sent.") { $0.sent },
            .count("control_drops", "Control messages for it that were lost on the way or refused.") {
                $0.controlDrops
            },
            .span("busy", .milliseconds, "Time that its server worked; empty where it is no finite server.") {
                $0.busy
            },
            .real("utilisation", .ratio, "Busy time over the duration, or until it was last busy if that is later.") {
                $0.utilisation
            },
            .real("queue_mean", .none, "Mean number of messages that waited for its server, over the same time.") {
                $0.queueMean
            },
            .count("queue_max", "Most messages that waited at one time; the one in service does not wait.") {
                $0.queueMax
            },
            .count("mappings", "Mappings of VMs elsewhere at the end; of the NVA, VMs whose place it knows.") {
                $0.mappings
            },
            .count("mappings_max", "The most at one time; an expired one stays until somebody asks for it.") {
                $0.mappingsMax
            },
            .count("evictions", "Mappings that made room for others.") { $0.evictions },
            .count("redirects_max", "Most redirect entries at one time.") { $0.redirectsMax },
            .count("buffered_max", "Most packets that waited in its buffers at one time.") { $0.bufferedMax },
            .count("queries", "Queries that it sent, repetitions included.") { $0.queries },
            .count("query_retries", "Those that repeated one without an answer.") { $0.queryRetries },
            .count("registrations", "Registrations that it sent, repetitions included.") { $0.registrations },
            .count("registration_retries", "Those that repeated one without a reply.") { $0.registrationRetries },
        ])

    public static func precedes(_ left: NodeRow, _ right: NodeRow) -> Bool {
        var order = KeyOrder()
        order.then(left.kind, right.kind)
        order.then(left.node, right.node)
        return order.result < 0
    }
}

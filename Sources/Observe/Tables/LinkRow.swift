/// A row of `links.csv`: one direction of a link that carried or lost something.
public struct LinkRow: Hashable, Sendable {
    /// `leaf1->spine2`.
    public var link = ""
    public var from = ""
    public var to = ""
    /// `host`, `fabric` or `wan`.
    public var kind = ""
    public var frames: Int64 = 0
    /// On the wire, framing included.
    public var bytes: Int64 = 0
    /// nil = its rate is unlimited.
    public var utilisation: Double?
    public var dropsQueueFull = 0
    public var dropsLinkDown = 0
    public var dropsNodeDown = 0
    public var dropsMTU = 0
    public var dropsHopLimit = 0
    public var ecnMarked = 0
    public var queueMaxBytes: Int64 = 0
    public var queueMaxFrames = 0

    public init(link: String = "", from: String = "", to: String = "", kind: String = "") {
        self.link = link
        self.from = from
        self.to = to
        self.kind = kind
    }

    public var drops: Int { dropsQueueFull + dropsLinkDown + dropsNodeDown + dropsMTU + dropsHopLimit }
}

extension LinkRow: TableRow {
    public static let table = TableDeclaration<LinkRow>(
        "links", rowMeaning: "One direction of a link that carried or lost something.",
        columns: [
            .key("link", "Its two ends, as leaf1->spine2.") { $0.link },
            .key("from", "Node at its near end.") { $0.from },
            .key("to", "Node at its far end.") { $0.to },
            .key("kind", "host, fabric or wan.") { $0.kind },
            .count("frames", "Frames that it accepted, control messages included.") { Int($0.frames) },
            .bytes("bytes", "Their bytes on the wire, framing included.") { $0.bytes },
            .real(
                "utilisation", .ratio,
                "Share of the duration, or of the time until it was last busy if that is later, in which it sent;"
                    + " empty where the rate is unlimited."
            ) { $0.utilisation },
            .count("drops", "Frames lost at or on it.") { $0.drops },
            .count("drops_queue_full", "Those that found its queue full.") { $0.dropsQueueFull },
            .count("drops_link_down", "Those that it lost when it failed or while it did not work.") {
                $0.dropsLinkDown
            },
            .count("drops_node_down", "Those that it lost when a node at its end failed or while that did not work.") {
                $0.dropsNodeDown
            },
            .count("drops_mtu", "Those that were longer than it carries.") { $0.dropsMTU },
            .count("drops_hop_limit", "Those that had taken all hops that they may.") { $0.dropsHopLimit },
            .count("ecn_marked", "Frames marked because its queue was long (RFC 3168).") { $0.ecnMarked },
            .bytes("queue_max", "Most bytes that waited for it; the frame in service does not wait.") {
                $0.queueMaxBytes
            },
            .count("queue_max_frames", "Most frames that waited for it.") { $0.queueMaxFrames },
        ])

    public static func precedes(_ left: LinkRow, _ right: LinkRow) -> Bool {
        var order = KeyOrder()
        order.then(left.from, right.from)
        order.then(left.to, right.to)
        return order.result < 0
    }
}

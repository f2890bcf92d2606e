public import Kernel

/// Sums over the delivered packets of a flow in one period.
public struct PathSum: Hashable, Sendable {
    public var packets = 0
    public var segments: Int64 = 0
    public var links: Int64 = 0
    /// Sum of one-way delays in picoseconds: of long delays more than 64 bits hold.
    public var delay: Int128 = 0

    public init() {}
    public init(packets: Int, segments: Int64, links: Int64, delay: Int128) {
        self.packets = packets
        self.segments = segments
        self.links = links
        self.delay = delay
    }

    public mutating func add(segments: Int, links: Int, delay: Duration) {
        packets += 1
        self.segments += Int64(segments)
        self.links += Int64(links)
        self.delay += Int128(delay.picoseconds)
    }

    func mean(_ total: Int64) -> Double? { packets == 0 ? nil : Double(total) / Double(packets) }
    /// Rounded to whole picoseconds.
    var meanDelay: Duration? {
        packets == 0 ? nil : Duration(picoseconds: Int64((delay + Int128(packets) / 2) / Int128(packets)))
    }
}

/// A row of `paths.csv`: how far the packets of a flow went in one period, and how far the direct way was (DER-04).
public struct PathRow: Hashable, Sendable {
    public var flow = ""
    /// Empty = the destination does not move.
    public var move = ""
    public var vm = ""
    public var period = MovePeriod.noMove
    /// All delivered packets, by the period in which they departed.
    public var taken = PathSum()
    /// Those of them that took the triangle.
    public var triangular = PathSum()
    /// The way from source to destination as they were placed in the period, on an idle network.
    public var directSegments: Int?
    public var directLinks: Int?
    public var directDelay: Duration?

    public init(flow: String = "", move: String = "", vm: String = "", period: MovePeriod = .noMove) {
        self.flow = flow
        self.move = move
        self.vm = vm
        self.period = period
    }

    /// Triangular links / direct links; nil where either is missing or the direct way has no link.
    public var triangularLinksStretch: Double? { Self.stretch(triangular.mean(triangular.links), directLinks) }

    static func stretch(_ taken: Double?, _ direct: Int?) -> Double? {
        guard let taken, let direct, direct > 0 else { return nil }
        return taken / Double(direct)
    }

    static func stretch(_ taken: PathSum, _ direct: Duration?) -> Double? {
        guard taken.packets > 0, let direct, direct > .zero else { return nil }
        return Double(taken.delay) / Double(taken.packets) / Double(direct.picoseconds)
    }

    static func extra(_ taken: Double?, _ direct: Int?) -> Double? {
        guard let taken, let direct else { return nil }
        return taken - Double(direct)
    }
}

extension PathRow: TableRow {
    public static let table = TableDeclaration(
        "paths", rowMeaning: "Delivered packets of one flow in one period: the way they took and the direct one.",
        columns: keys + ways + triangles)

    public static func precedes(_ left: PathRow, _ right: PathRow) -> Bool {
        var order = KeyOrder()
        order.then(left.flow, right.flow)
        order.then(left.move, right.move)
        order.then(left.period.rawValue, right.period.rawValue)
        return order.result < 0
    }

    private static let keys: [Column<PathRow>] = [
        .key("flow", "Name of the flow.") { $0.flow },
        .key("move", "Move of the destination VM; empty without one.") { $0.move },
        .key("vm", "Destination VM.") { $0.vm },
        .key("period", "before, down or after the move; empty without one.") { $0.period.name },
    ]

    private static let ways: [Column<PathRow>] = [
        .count("packets", "Delivered packets that departed in the period.") { $0.taken.packets },
        .count("segments_direct", "Overlay segments of the direct way.") { $0.directSegments },
        .real("segments_taken", .none, "Mean overlay segments taken.") { $0.taken.mean($0.taken.segments) },
        .real("segments_stretch", .ratio, "Segments taken / direct; empty where direct is 0.") {
            PathRow.stretch($0.taken.mean($0.taken.segments), $0.directSegments)
        },
        .count("links_direct", "Underlay links of the direct way.") { $0.directLinks },
        .real("links_taken", .none, "Mean underlay links taken.") { $0.taken.mean($0.taken.links) },
        .real("links_stretch", .ratio, "Links taken / direct; empty where direct is 0.") {
            PathRow.stretch($0.taken.mean($0.taken.links), $0.directLinks)
        },
        .real("links_extra", .none, "Links taken less direct.") {
            PathRow.extra($0.taken.mean($0.taken.links), $0.directLinks)
        },
        .span("delay_direct", .microseconds, "One-way delay of the direct way on an idle network.") { $0.directDelay },
        .span("delay_taken", .microseconds, "Mean one-way delay taken.") { $0.taken.meanDelay },
        .real("delay_stretch", .ratio, "Delay taken / direct; empty where direct is 0.") {
            PathRow.stretch($0.taken, $0.directDelay)
        },
    ]

    private static let triangles: [Column<PathRow>] = [
        .count("triangular", "Packets delivered after an old NVE relayed them.") { $0.triangular.packets },
        .real("triangular_segments", .none, "Mean overlay segments of those.") {
            $0.triangular.mean($0.triangular.segments)
        },
        .real("triangular_segments_stretch", .ratio, "Their segments / direct.") {
            PathRow.stretch($0.triangular.mean($0.triangular.segments), $0.directSegments)
        },
        .real("triangular_links", .none, "Mean underlay links of those.") { $0.triangular.mean($0.triangular.links) },
        .real("triangular_links_stretch", .ratio, "Their links / direct.") { $0.triangularLinksStretch },
        .real("triangular_links_extra", .none, "Their links less direct.") {
            PathRow.extra($0.triangular.mean($0.triangular.links), $0.directLinks)
        },
        .span("triangular_delay", .microseconds, "Mean one-way delay of those.") { $0.triangular.meanDelay },
        .real("triangular_delay_stretch", .ratio, "Their delay / direct.") {
            PathRow.stretch($0.triangular, $0.directDelay)
        },
    ]
}

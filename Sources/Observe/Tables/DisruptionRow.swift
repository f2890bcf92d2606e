public import Kernel

/// A row of `disruptions.csv`: what one move did to one flow towards the moved VM.
public struct DisruptionRow: Hashable, Sendable {
    public var flow = ""
    public var move = ""
    public var vm = ""
    /// Longest time without a delivery that overlaps the move; nil = fewer than two deliveries.
    public var gap = Ending.notMeasured
    public var lost = 0
    public var misdirected = 0
    public var triangular = 0
    public var redirected = 0
    public var early = 0
    public var reordered = 0
    public var buffered = 0
    /// Largest one-way delay of a packet that the move touched, less the flow's smallest.
    public var extraDelay: Duration?
    public var stall: Duration?
    public var timeouts: Int?
    public var resets: Int?

    public init(flow: String = "", move: String = "", vm: String = "") {
        self.flow = flow
        self.move = move
        self.vm = vm
    }
}

extension DisruptionRow: TableRow {
    public static let table = TableDeclaration<DisruptionRow>(
        "disruptions", rowMeaning: "What one move did to one flow towards the moved VM.",
        columns: [
            .key("flow", "Flow to the moved VM.") { $0.flow },
            .key("move", "Name of the move.") { $0.move },
            .key("vm", "VM that moved.") { $0.vm },
            .ending(
                "gap", .milliseconds,
                "Longest time without a delivery, from detach until a packet came the direct way again."
            ) { $0.gap },
            .count("lost", "Packets of the flow lost because of the move.") { $0.lost },
            .count("misdirected", "Packets that arrived at an NVE the VM had left.") { $0.misdirected },
            .count("triangular", "Packets delivered after an old NVE relayed them.") { $0.triangular },
            .count("redirected", "Packets that an old NVE relayed, delivered or not.") { $0.redirected },
            .count("early", "Packets that reached the new NVE before the VM.") { $0.early },
            .count("reordered", "Packets that a later-sent one overtook (RFC 4737).") { $0.reordered },
            .count("buffered", "Packets that waited in a buffer.") { $0.buffered },
            .span("extra_delay", .microseconds, "Largest delay of a packet of this move less the flow's smallest.") {
                $0.extraDelay
            },
            .span("stall", .milliseconds, "TCP: longest time without progress; empty without TCP.") { $0.stall },
            .count("timeouts", "TCP: retransmission timeouts; empty without TCP.") { $0.timeouts },
            .count("resets", "TCP: connections reset; empty without TCP.") { $0.resets },
        ])

    public static func precedes(_ left: DisruptionRow, _ right: DisruptionRow) -> Bool {
        var order = KeyOrder()
        order.then(left.flow, right.flow)
        order.then(left.move, right.move)
        return order.result < 0
    }
}

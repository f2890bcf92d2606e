public import Kernel

/// A row of `timeseries.csv`: one flow in one window of time, [from, until).
public struct TimeSeriesRow: Hashable, Sendable {
    public var flow = ""
    /// Number of the window, from 0.
    public var window = 0
    public var from = Instant.zero
    public var until = Instant.zero
    public var sent = 0
    public var delivered = 0
    public var lost = 0
    public var misdirected = 0
    public var triangular = 0
    public var bytesDelivered: Int64 = 0
    public var latencyP50: Duration?
    public var latencyP99: Duration?
    public var latencyMax: Duration?
    /// Most packets that waited in a buffer for the VM; nil = no buffer.
    public var bufferMax: Int?

    public init(flow: String = "", window: Int = 0, from: Instant = .zero, until: Instant = .zero) {
        self.flow = flow
        self.window = window
        self.from = from
        self.until = until
    }

    /// Delivered IP bits per second of the window.
    public var goodput: Double? {
        let width = (until - from).picoseconds
        return width > 0 ? Double(bytesDelivered) * 8e12 / Double(width) : nil
    }
}

extension TimeSeriesRow: TableRow {
    public static let table = TableDeclaration<TimeSeriesRow>(
        "timeseries", rowMeaning: "One flow in one window of time.",
        columns: [
            .key("flow", "Name of the flow.") { $0.flow },
            .keyNumber("window", "Number of the window, from 0.") { $0.window },
            .point("from", "Begin of the window (included).") { $0.from },
            .point("until", "End of the window (excluded).") { $0.until },
            .count("sent", "Packets that departed in the window.") { $0.sent },
            .count("delivered", "Packets that arrived in the window.") { $0.delivered },
            .count("lost", "Packets lost in the window.") { $0.lost },
            .count("misdirected", "Packets that arrived at an NVE the VM had left.") { $0.misdirected },
            .count("triangular", "Packets that arrived after an old NVE relayed them.") { $0.triangular },
            .real("goodput", .bitsPerSecond, "Delivered IP bits per second.") { $0.goodput },
            .span("latency_p50", .microseconds, "Median one-way delay of arrivals.") { $0.latencyP50 },
            .span("latency_p99", .microseconds, "99th percentile of the one-way delay.") { $0.latencyP99 },
            .span("latency_max", .microseconds, "Largest one-way delay.") { $0.latencyMax },
            .count("buffer_max", "Most packets waiting in a buffer; empty without buffers.") { $0.bufferMax },
        ])

    public static func precedes(_ left: TimeSeriesRow, _ right: TimeSeriesRow) -> Bool {
        var order = KeyOrder()
        order.then(left.flow, right.flow)
        order.then(left.window, right.window)
        return order.result < 0
    }
}

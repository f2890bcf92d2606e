public import Kernel

/// A row of `requests.csv`: a flow of requests, and what became of them.
public struct RequestRow: Hashable, Sendable {
    public var flow = ""
    public var traffic = ""
    public var source = ""
    public var destination = ""
    /// Flow of the answers.
    public var responseFlow = ""

    public var sent = 0
    public var answered = 0
    public var late = 0
    public var duplicate = 0
    public var retried = 0
    public var failed = 0
    public var unserved = 0
    public var unfinished = 0
    public var latencyP50: Duration?
    public var latencyP99: Duration?
    public var latencyMax: Duration?
    /// Of pings; nil for requests.
    public var lost: Int?
    public var longestRun: Int?
    public var gap = Ending.notMeasured

    public init(flow: String = "") { self.flow = flow }

    /// Requests missing from the account; anything but 0 is a bug of ours.
    public var conservationError: Int { sent - answered - late - failed - unfinished }
}

extension RequestRow: TableRow {
    public static let table = TableDeclaration<RequestRow>(
        "requests", rowMeaning: "One flow of requests: client x server. Requests count by when they were first sent.",
        columns: [
            .key("flow", "Flow of the requests; joins all tables about flows.") { $0.flow },
            .key("traffic", "Traffic entry of the scenario that made it.") { $0.traffic },
            .key("source", "VM that asks.") { $0.source },
            .key("destination", "VM that answers.") { $0.destination },
            .key("response_flow", "Flow of the answers.") { $0.responseFlow },
            .count("sent", "Requests that the client made, each counted once however often it was sent.") { $0.sent },
            .count(
                "answered",
                """
                Requests answered while the client waited, whenever the answer left. Packets of response_flow count \
                by when they left themselves: where the last answers leave after the measured window this exceeds \
                delivered of that flow.
                """
            ) { $0.answered },
            .count("late", "Requests answered only after the client had given up.") { $0.late },
            .count("duplicate", "Further answers to requests that had been answered.") { $0.duplicate },
            .count("retried", "Times that a request was sent again.") { $0.retried },
            .count("failed", "Requests that were never answered.") { $0.failed },
            .count("unserved", "Answers that fell due while the server did not run, and were not sent.") {
                $0.unserved
            },
            .count("unfinished", "Requests neither answered nor given up when the run ended.") { $0.unfinished },
            .span(
                "latency_p50", .microseconds,
                "Median time from a request's first departure to its answer (from a histogram, error below 0.4 %)."
            ) { $0.latencyP50 },
            .span("latency_p99", .microseconds, "99th percentile of that time (same histogram).") { $0.latencyP99 },
            .span("latency_max", .microseconds, "Largest such time, exact.") { $0.latencyMax },
            .count("lost", "Echo requests without a reply; empty for requests other than pings.") { $0.lost },
            .count("longest_run", "Most echo requests in a row without a reply; empty for others.") { $0.longestRun },
            .ending(
                "gap", .milliseconds,
                "Longest time from the last reply before a loss to the first after it; empty without a loss."
            ) { $0.gap },
            .count("conservation_error", "Requests missing from the account; must be 0.") { $0.conservationError },
        ])

    public static func precedes(_ left: RequestRow, _ right: RequestRow) -> Bool {
        var order = KeyOrder()
        order.then(left.flow, right.flow)
        return order.result < 0
    }
}

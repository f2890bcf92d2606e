/// A limit with its dimension, as a scenario names it: `5 ms`, `2000 packets`, `0.1 %`, `3`.
public struct Bound: Hashable, Sendable {
    public enum Dimension: String, CaseIterable, Sendable {
        /// Picoseconds.
        case time
        case bytes
        case packets
        /// Billionths of one.
        case ratio
        /// Bits per second.
        case rate
        /// Billionths.
        case number

        /// As a message names values of it.
        var phrase: String {
            switch self {
            case .time: "a time"
            case .bytes: "bytes"
            case .packets: "packets"
            case .ratio: "a ratio"
            case .rate: "a rate"
            case .number: "a number"
            }
        }
    }

    public var dimension: Dimension
    /// In the dimension's base unit.
    public var value: Int64

    public init(_ dimension: Dimension, _ value: Int64) {
        self.dimension = dimension
        self.value = value
    }

    /// What `value` must be divided by.
    var denominator: Int64 {
        switch dimension {
        case .time, .bytes, .packets, .rate: 1
        case .ratio, .number: 1_000_000_000
        }
    }
}

/// One expectation on a metric: which rows, which column, which statistic, which limits.
public struct MetricQuery: Hashable, Sendable {
    public enum View: String, CaseIterable, Sendable { case table, traffic }
    public enum Since: String, CaseIterable, Sendable { case attach, detach, registration }

    /// `<table>.<column without its unit>`; `convergence.time` stands for the column that `view` and `since` name.
    public var metric: String
    /// Key columns and the texts that they must have.
    public var of: [String: String]
    /// `sum`, `mean`, `min`, `max`, `count`, `p50`, `p99.9`, …; nil where one row matches.
    public var stat: String?
    public var view: String
    public var since: String
    public var min: Bound?
    public var max: Bound?

    public init(
        metric: String, of: [String: String] = [:], stat: String? = nil, view: String = View.table.rawValue,
        since: String = Since.attach.rawValue, min: Bound? = nil, max: Bound? = nil
    ) {
        self.metric = metric
        self.of = of
        self.stat = stat
        self.view = view
        self.since = since
        self.min = min
        self.max = max
    }
}

/// What is wrong with a query, whatever the rows will be: a fault of the scenario.
public struct MetricProblem: Hashable, Sendable {
    /// The key of the `expect:` entry that is at fault.
    public enum Place: String, Sendable { case metric, of, stat, view, since, min, max }

    public var place: Place
    public var message: String
    /// What was probably meant.
    public var hint: String?

    public init(_ place: Place, _ message: String, hint: String? = nil) {
        self.place = place
        self.message = message
        self.hint = hint
    }
}

/// How the rows that match become one value.
public enum Statistic: Hashable, Sendable {
    case sum, mean, min, max
    /// The number of rows that match, measured or not.
    case count
    /// Exact order statistic by nearest rank: the smallest value that this share of the values does not exceed.
    case quantile(Quantile)

    public init?(name: String) {
        switch name {
        case "sum": self = .sum
        case "mean": self = .mean
        case "min": self = .min
        case "max": self = .max
        case "count": self = .count
        default:
            guard let quantile = Quantile(name: name) else { return nil }
            self = .quantile(quantile)
        }
    }

    static let words = ["sum", "mean", "min", "max", "count"]
    static let names = words + ["p50", "p90", "p99", "p<number>"]
}

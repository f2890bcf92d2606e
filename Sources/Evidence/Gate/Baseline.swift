public import Kernel
import Observe

/// What scenarios gave when they were last accepted, and how much worse they may become: the file of `gate --baseline`.
public struct Baseline: Hashable, Sendable {
    /// Of the file's form.
    public static let form = 1

    public struct Metric: Hashable, Sendable {
        /// Which way is better.
        public enum Better: String, CaseIterable, Sendable {
            case lower, higher
            /// Neither: it is to stay as it is.
            case same
        }

        public var metric = ""
        /// Key columns and the texts that they must have.
        public var of: [String: String] = [:]
        public var stat: String?
        public var better = Better.lower
        /// How much worse it may be, in the unit of its column; or ``relative``, whichever is more.
        public var absolute = 0.0
        /// The same as a share of the accepted mean.
        public var relative = Ratio(billionths: 0)
        /// By replication, in the unit of its column; empty = not accepted yet.
        public var values: [Double] = []

        public init() {}

        public init(_ metric: String, better: Better) {
            self.metric = metric
            self.better = better
        }

        var query: MetricQuery { MetricQuery(metric: metric, of: of, stat: stat) }

        /// `max of migrations.downtime, move m1`.
        public var subject: String {
            Verdict(.pass, query).subject
        }
    }

    public struct Scenario: Hashable, Sendable {
        public var name = ""
        /// Hash of the resolved scenario.
        public var sha256 = ""
        /// Whether runs must be the same event by event.
        public var exact = false
        /// By replication.
        public var fingerprints: [String] = []
        public var metrics: [Metric] = []

        public init() {}
    }

    public var baseline = Self.form
    /// With which a change for the worse must be shown before it fails, all metrics of a gate taken together.
    public var confidence = Ratio(billionths: 950_000_000)
    public var scenarios: [Scenario] = []

    public init() {}

    /// What a scenario is gated by unless somebody says otherwise: the headline figures that have a better and a worse.
    static let usualMetrics: [Metric] =
        [
            Metric("runs.sent", better: .same), Metric("runs.delivered", better: .higher),
            Metric("runs.moves_completed", better: .higher),
        ]
        + [
            "lost", "unfinished", "misdirected", "triangular", "latency_max", "downtime_max", "interruption_max",
            "convergence_max", "still_stale", "messages",
        ].map { Metric("runs.\($0)", better: .lower) }
}

extension Baseline.Metric: Keyed {
    public static let keys = KeyTable<Baseline.Metric>([
        .value("metric", \.metric, .reference("metric", example: "runs.lost"), "`<table>.<column without its unit>`")
            .required(),
        .value("of", \.of, .texts, "key columns that rows must match"),
        .optional("stat", \.stat, .reference("statistic", example: "max"), "how several rows become one number"),
        .value("better", \.better, .choice(), "which way is better; `same` = it is to stay as it is"),
        .value("absolute", \.absolute, .plainNumber, "how much worse it may be, in the unit of its column"),
        .value("relative", \.relative, .share(), "the same as a share of the accepted mean; the larger one counts"),
        .value("values", \.values, ValueCodec<Double>.plainNumber.list, "by replication; `--update` fills them in"),
    ])
}

extension Baseline.Scenario: Keyed {
    public static let keys = KeyTable<Baseline.Scenario>([
        .value("name", \.name, .name, "name of the scenario").required(),
        .value("sha256", \.sha256, .reference("hash", example: "5f2c…"), "of the resolved scenario").required(),
        .value("exact", \.exact, .boolean, "whether runs must be the same event by event"),
        .value(
            "fingerprints", \.fingerprints, ValueCodec<String>.reference("fingerprint", example: "50265f-0f5bc0").list,
            "events and fates of packets, by replication"),
        .list("metrics", \.metrics, "what is compared"),
    ])
}

extension Baseline: Keyed {
    public static let keys = KeyTable<Baseline>([
        .value("baseline", \.baseline, .integer(1...1, example: "1"), "form of this file").required(),
        .value("confidence", \.confidence, .share(), "with which a change for the worse must be shown before it fails"),
        .list("scenarios", \.scenarios, "what each of them gave"),
    ])
}

extension ValueCodec where Value == Double {
    /// A finite number without a unit.
    static let plainNumber = ValueCodec.scalar(
        "number", example: "0.5", schema: .object(["type": .string("number")]),
        parse: { text, quoted throws(ValueProblem) in
            guard !quoted, let value = Double(text), value.isFinite else {
                throw ValueProblem("`\(text)` is not a number", hint: "a number without a unit, for example `0.5`")
            }
            return value
        },
        canonical: { .string(JSONValue.text(of: $0)) }, text: { JSONValue.text(of: $0) })
}

extension ValueCodec where Value == [String: String] {
    /// Names and texts.
    static let texts = ValueCodec(
        typeName: "mapping", example: "{move: m1}", schema: .object(["type": .string("object")]),
        read: { node, decoding in
            guard case .mapping(let entries) = node.content else {
                decoding.report(
                    "`\(decoding.name)` must be a mapping, not \(node.shape)", at: node.position,
                    hint: "for example `{move: m1}`")
                return nil
            }
            var texts: [String: String] = [:]
            for entry in entries {
                guard let text = entry.value.text else {
                    decoding.report("`\(entry.key)` must be a text", at: entry.value.position)
                    return nil
                }
                texts[entry.key] = text
            }
            return texts
        },
        canonical: { .object($0.mapValues { .string($0) }) },
        text: { $0.keys.sorted().map { "\($0)" }.joined(separator: ", ") })
}

import Kernel

extension ValueCodec where Value == Drain {
    /// A time, or `until-empty`.
    static let drain = ValueCodec.alternative(
        "until-empty", .untilEmpty,
        to: ValueCodec<Duration>.duration(example: "1 s").map(
            { Drain.time($0) }, { if case .time(let time) = $0 { time } else { .zero } }))
}

extension ValueCodec where Value == String {
    /// `table.column`; whether it exists is checked where the tables are known.
    static let metric = ValueCodec.scalar(
        "metric", example: "convergence.time",
        schema: .object(["type": .string("string"), "pattern": .string("^[a-z0-9-]+\\.[a-z0-9_-]+$")]),
        parse: { text, _ throws(ValueProblem) in
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            let isWord = { (part: Substring) in
                !part.isEmpty
                    && part.unicodeScalars.allSatisfy {
                        "a"..."z" ~= $0 || "0"..."9" ~= $0 || "-_".unicodeScalars.contains($0)
                    }
            }
            if parts.count == 2, parts.allSatisfy(isWord) { return text }
            throw ValueProblem("`\(text)` is no metric", hint: "write `<table>.<column>`: `convergence.time`")
        },
        canonical: { .string($0) }, text: { $0 })

    /// `sum`, `mean`, `min`, `max`, `count` or a percentile.
    static let statistic = ValueCodec.scalar(
        "statistic", example: "max",
        schema: .object([
            "type": .string("string"), "pattern": .string("^(sum|mean|min|max|count|p[0-9]{1,2}(\\.[0-9]+)?)$"),
        ]),
        parse: { text, _ throws(ValueProblem) in
            let names = ["sum", "mean", "min", "max", "count"]
            if names.contains(text) { return text }
            if text.hasPrefix("p"), let rank = Quantity(String(text.dropFirst())), rank.unit.isEmpty,
                !text.contains("-"), !text.contains("+"), let scaled = rank.scaled(by: 1_000_000),
                (1...99_999_999).contains(scaled)
            {
                return text
            }
            throw ValueProblem(
                "there is no statistic `\(text)`",
                hint: Spelling.hint(for: text, among: names + ["p50", "p99"], listing: "one of"))
        },
        canonical: { .string($0) }, text: { $0 })
}

extension ValueCodec where Value == [String: String] {
    /// `{move: m1, vm: web}`.
    static let selector = ValueCodec(
        typeName: "mapping of key columns to values", example: "{move: m1}",
        schema: .object([
            "type": .string("object"), "additionalProperties": .object(["type": .textTypes, "minLength": .integer(1)]),
        ]),
        read: { node, decoding in
            guard case .mapping(let entries) = node.content else {
                decoding.report(
                    "`\(decoding.name)` must be a mapping, not \(node.shape)", at: node.position,
                    hint: "for example `{move: m1}`")
                return nil
            }
            var values: [String: String] = [:]
            for entry in entries where !entry.key.hasPrefix("x-") {
                guard let text = entry.value.text, !text.isEmpty else {
                    decoding.report(
                        "`\(entry.key)` must be one value, not \(entry.value.shape)", at: entry.value.position)
                    continue
                }
                values[entry.key] = text
            }
            return values
        },
        canonical: { .object($0.mapValues(CanonicalValue.string)) },
        text: { values in
            let pairs = values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return "{\(pairs.joined(separator: ", "))}"
        })
}

extension ValueCodec where Value == ExpectedValue {
    /// A number with or without a unit; the resolved form is `{"dimension": …, "value": …}`.
    static let bound = ValueCodec(
        typeName: "number, with its unit", example: "5 ms",
        schema: .object([
            "type": .array([.string("string"), .string("number")]),
            "pattern": .string(UnitTable.pattern(dimensions.map(\.table), isBare: true)),
        ]),
        read: { node, decoding in
            if decoding.isResolved, case .mapping = node.content {
                var bound = ResolvedBound()
                ResolvedBound.keys.decode(node, into: &bound, &decoding)
                return ExpectedValue(dimension: bound.dimension, value: bound.value)
            }
            return written.decode(node, &decoding)
        },
        canonical: { ResolvedBound.keys.encode(ResolvedBound($0)) }, text: { written.show($0) })

    private static let dimensions: [(table: UnitTable, dimension: ExpectedValue.Dimension)] = [
        (.duration, .time), (.size, .bytes), (.packets, .packets), (.share, .ratio), (.bitRate, .rate),
    ]

    private static let written = ValueCodec.scalar(
        "number, with its unit", example: "5 ms", schema: .object([:]),
        parse: { text, _ throws(ValueProblem) in
            guard let quantity = Quantity(text) else {
                throw ValueProblem("`\(text)` is no bound", hint: "write `5 ms`, `2000 packets`, `0.1 %` or `3`")
            }
            let all = Int128(Int64.min)...Int128(Int64.max)
            if quantity.unit.isEmpty {
                guard let value = quantity.scaled(by: 1_000_000_000), all.contains(value) else {
                    throw ValueProblem("`\(text)` has too many digits", hint: "nine behind the point at most")
                }
                return ExpectedValue(dimension: .number, value: Int64(value))
            }
            for (table, dimension) in dimensions where table.units.contains(where: { $0.name == quantity.unit }) {
                let value = try table.parse(text, in: all, limits: "what 64 bits hold")
                return ExpectedValue(dimension: dimension, value: Int64(value))
            }
            throw ValueProblem(
                "`\(quantity.unit)` is no unit", hint: "write a time, size, rate, share, `packets` or a bare number")
        },
        canonical: { _ in .null }, text: { Self.text($0) })

    private static func text(_ bound: ExpectedValue) -> String {
        switch bound.dimension {
        case .time: Duration(picoseconds: bound.value).description
        case .bytes: "\(bound.value) B"
        case .packets: "\(bound.value) packets"
        case .rate: "\(bound.value) bps"
        case .ratio: decimal(bound.value, 10_000_000, 7) + " %"
        case .number: decimal(bound.value, 1_000_000_000, 9)
        }
    }

    private static func decimal(_ value: Int64, _ size: UInt64, _ digits: Int) -> String {
        let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: size)
        var fraction = String(rest + size).dropFirst().prefix(digits)
        while fraction.last == "0" { fraction.removeLast() }
        return (value < 0 ? "-" : "") + (fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)")
    }
}

/// A bound as the resolved form writes it.
private struct ResolvedBound: Keyed {
    var dimension = ExpectedValue.Dimension.number
    var value: Int64 = 0

    init() {}
    init(_ bound: ExpectedValue) {
        dimension = bound.dimension
        value = bound.value
    }

    static let keys = KeyTable<ResolvedBound>([
        .value("dimension", \.dimension, .choice(), "what it measures").required(),
        .value("value", \.value, .integer(Int64.min...Int64.max), "in base units").required(),
    ])
}

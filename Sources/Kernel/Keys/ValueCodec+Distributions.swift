extension ValueCodec where Value: Keyed {
    /// A mapping of declared keys as one value.
    ///
    /// - Parameter example: as one writes it.
    public static func mapping(example: String) -> ValueCodec {
        ValueCodec(
            typeName: "mapping", example: example,
            schema: KeySchema().section(Value.keys.descriptions(of: Value())),
            read: { node, decoding in
                var value = Value()
                Value.keys.decode(node, into: &value, &decoding)
                return decoding.isSound ? value : nil
            },
            canonical: { Value.keys.encode($0) },
            text: { value in
                let knobs = Value.keys.knobs(value, value).filter { !$0.text.isEmpty }
                return "{" + knobs.map { "\($0.path): \($0.text)" }.joined(separator: ", ") + "}"
            })
    }
}

extension ValueCodec where Value == DecimalNumber {
    /// A number without a unit, in whole billionths.
    ///
    /// - Parameter range: in billionths.
    public static func number(_ range: ClosedRange<UInt64>, example: String) -> ValueCodec {
        let limits = "\(text(range.lowerBound)) to \(text(range.upperBound))"
        return .scalar(
            "number", example: example,
            schema: .object(["type": .string("number"), "description": .string("number, \(limits)")]),
            parse: { text, quoted throws(ValueProblem) in
                guard !quoted, let quantity = Quantity(text), quantity.unit.isEmpty else {
                    throw ValueProblem("`\(text)` is not a number", hint: "for example `\(example)`, without a unit")
                }
                guard let scaled = quantity.scaled(by: 1_000_000_000) else {
                    throw ValueProblem("`\(text)` has too many digits", hint: "nine behind the point at most")
                }
                return try number(scaled, text, in: range, limits)
            },
            resolved: { text throws(ValueProblem) in
                guard let quantity = Quantity(text), quantity.scale == 0, quantity.unit.isEmpty else { return nil }
                return try number(quantity.mantissa, text, in: range, limits)
            },
            canonical: { .integer(Int128($0.billionths)) }, text: { Self.text($0.billionths) })
    }

    private static func number(
        _ billionths: Int128, _ text: String, in range: ClosedRange<UInt64>, _ limits: String
    ) throws(ValueProblem) -> DecimalNumber {
        guard let value = UInt64(exactly: billionths), range.contains(value) else {
            throw ValueProblem("\(text) is out of range: \(limits)")
        }
        return DecimalNumber(billionths: value)
    }

    private static func text(_ billionths: UInt64) -> String {
        let (whole, rest) = billionths.quotientAndRemainder(dividingBy: 1_000_000_000)
        var digits = String(rest + 1_000_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return digits.isEmpty ? "\(whole)" : "\(whole).\(digits)"
    }
}

extension ValueCodec {
    /// A value, or a distribution of such values: `{kind: exponential, mean: 10 ms}`,
    /// `{choice: [1 ms, 5 ms], weights: [3, 1]}`.
    public static func distribution<Unit: Dimensioned>(of _: Unit.Type = Unit.self) -> ValueCodec
    where Value == Distribution<Unit> {
        let forms = [
            Unit.codec.schema,
            .object(["type": .string("string"), "pattern": .string("^[^±]+±[^±]+$")]),
            KeySchema().section(DistributionForm<Unit>.keys.descriptions(of: DistributionForm())),
            KeySchema().section(ChoiceForm<Unit>.keys.descriptions(of: ChoiceForm())),
        ]
        return ValueCodec(
            typeName: "\(Unit.codec.typeName) or distribution", example: Unit.codec.example,
            schema: .object(["anyOf": .array(forms)]),
            read: { node, decoding in
                guard case .mapping(let entries) = node.content else {
                    if let text = node.text, text.contains("±") { return interval(node, text, &decoding) }
                    return Unit.codec.decode(node, &decoding).map(Distribution.constant)
                }
                return entries.contains { $0.key == "choice" }
                    ? ChoiceForm<Unit>.read(node, &decoding) : DistributionForm<Unit>.read(node, &decoding)
            },
            canonical: { value in
                if case .constant(let plain) = value { return Unit.codec.encode(plain) }
                let encoded = ChoiceForm(value).map(ChoiceForm.keys.encode)
                let form = encoded ?? DistributionForm.keys.encode(DistributionForm(value))
                guard case .object(let members) = form else { return form }
                return .object(members.filter { $0.value != .null })
            },
            text: { value in
                if case .constant(let plain) = value { return Unit.codec.show(plain) }
                let choice = ChoiceForm(value).map { ValueCodec<ChoiceForm<Unit>>.mapping(example: "").show($0) }
                return choice ?? ValueCodec<DistributionForm<Unit>>.mapping(example: "").show(DistributionForm(value))
            })
    }
}

extension ValueCodec {
    /// `15 s ± 1 s`: from 14 s to 16 s.
    private static func interval<Unit: Dimensioned>(
        _ node: SourceNode, _ text: String, _ decoding: inout Decoding
    ) -> Distribution<Unit>? {
        let parts = text.split(separator: "±", omittingEmptySubsequences: false).map(String.init)
        let nodes = parts.map { part in
            let word = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            return SourceNode(.scalar(word, quoted: false), at: node.position)
        }
        guard nodes.count == 2 else {
            decoding.report("`\(text)` has more than one `±`", at: node.position, hint: "for example `15 s ± 1 s`")
            return nil
        }
        guard let middle = Unit.codec.decode(nodes[0], &decoding), let half = Unit.codec.decode(nodes[1], &decoding)
        else { return nil }
        let (least, most) = (middle.baseUnits - half.baseUnits, middle.baseUnits + half.baseUnits)
        guard Unit.drawn.contains(least), Unit.drawn.contains(most) else {
            decoding.report(
                "`\(text)` goes beyond what is possible here", at: node.position, hint: "make the second value smaller")
            return nil
        }
        return .uniform(from: Unit(baseUnits: least), to: Unit(baseUnits: most))
    }
}

/// A distribution with a `kind:` as it is written.
private struct DistributionForm<Unit: Dimensioned>: Keyed {
    enum Kind: String, CaseIterable, Sendable { case exponential, lognormal, uniform, pareto }

    var kind = Kind.exponential
    var mean: Unit?
    var median: Unit?
    var p99: Unit?
    var from: Unit?
    var to: Unit?
    var least: Unit?
    var shape: DecimalNumber?

    init() {}

    init(_ value: Distribution<Unit>) {
        switch value {
        case .exponential(let mean): self.mean = mean
        case .lognormal(let median, let p99): (kind, self.median, self.p99) = (.lognormal, median, p99)
        case .uniform(let from, let to): (kind, self.from, self.to) = (.uniform, from, to)
        case .pareto(let least, let shape): (kind, self.least, self.shape) = (.pareto, least, shape)
        case .constant, .choice: break
        }
    }

    private var value: Distribution<Unit>? {
        switch kind {
        case .exponential: mean.map { .exponential(mean: $0) }
        case .lognormal: median.flatMap { median in p99.map { .lognormal(median: median, p99: $0) } }
        case .uniform: from.flatMap { from in to.map { .uniform(from: from, to: $0) } }
        case .pareto: least.flatMap { least in shape.map { .pareto(least: least, shape: $0) } }
        }
    }

    private static func when(_ kind: Kind) -> Condition<Self> { .when("kind", kind.rawValue) { $0.kind == kind } }

    private static func parameter(
        _ name: String, _ path: any WritableKeyPath<Self, Unit?> & Sendable, of kind: Kind, _ documentation: String
    ) -> Field<Self> {
        .optional(name, path, Unit.codec, documentation).only(when(kind)).required(when: when(kind))
    }

    static var keys: KeyTable<Self> {
        KeyTable([
            .value("kind", \.kind, .choice(), "the distribution's name").required(
                "`kind: exponential` with `mean`, or `choice: [\(Unit.codec.example)]`"),
            parameter("mean", \.mean, of: .exponential, "the mean"),
            parameter("median", \.median, of: .lognormal, "half of the values are smaller"),
            parameter("p99", \.p99, of: .lognormal, "99 % of the values are smaller"),
            parameter("from", \.from, of: .uniform, "the smallest value"),
            parameter("to", \.to, of: .uniform, "the largest value"),
            parameter("least", \.least, of: .pareto, "the smallest value"),
            .optional(
                "shape", \.shape, .number(1_000_000...1_000_000_000_000, example: "1.5"),
                "a value is larger than x with probability (least / x)^shape; up to 1 there is no mean"
            ).only(when(.pareto)).required(when: when(.pareto)),
        ])
    }

    static func read(_ node: SourceNode, _ decoding: inout Decoding) -> Distribution<Unit>? {
        var form = Self()
        keys.decode(node, into: &form, &decoding)
        guard decoding.isSound, let value = form.value else { return nil }
        form.checkOrder(node, &decoding)
        return decoding.isSound ? value : nil
    }

    private func checkOrder(_ node: SourceNode, _ decoding: inout Decoding) {
        func report(_ name: String, _ message: String, _ hint: String? = nil) {
            decoding.report(message, at: node[name]?.position ?? node.position, hint: hint)
        }
        for (name, value) in [("mean", mean), ("median", median), ("least", least)] where value?.baseUnits == 0 {
            report(name, "`\(name)` must be more than zero")
        }
        if let median, let p99, p99.baseUnits <= median.baseUnits {
            report(
                "p99", "`p99` must be more than `median`, \(Unit.codec.show(median))",
                "a value that is always the same is written as it is")
        }
        if let from, let to, to.baseUnits < from.baseUnits {
            report("to", "`to` must not be less than `from`, \(Unit.codec.show(from))")
        }
    }
}

/// A choice of values as it is written.
private struct ChoiceForm<Unit: Dimensioned>: Keyed {
    var choice: [Unit] = []
    var weights: [DecimalNumber] = []

    init() {}

    init?(_ value: Distribution<Unit>) {
        guard case .choice(let values, let weights) = value else { return nil }
        choice = values
        self.weights = weights.map { DecimalNumber(billionths: $0) }
    }

    /// A million times this many values and weights keep their sum in 64 bits.
    private static var mostValues: Int { 1_000 }

    static var keys: KeyTable<Self> {
        KeyTable([
            .value("choice", \.choice, Unit.codec.list, "the values").required(),
            .value(
                "weights", \.weights, ValueCodec<DecimalNumber>.number(1...1_000_000_000_000_000, example: "3").list,
                "how likely each value is beside the others; by default all alike"),
        ])
    }

    static func read(_ node: SourceNode, _ decoding: inout Decoding) -> Distribution<Unit>? {
        var form = Self()
        keys.decode(node, into: &form, &decoding)
        guard decoding.isSound else { return nil }
        let position = node["weights"]?.position ?? node.position
        if form.choice.isEmpty || form.choice.count > mostValues {
            decoding.report(
                "`choice` has \(form.choice.count) values, not 1 to \(mostValues)",
                at: node["choice"]?.position ?? node.position)
            return nil
        }
        if form.weights.isEmpty { form.weights = form.choice.map { _ in DecimalNumber(billionths: 1_000_000_000) } }
        if form.weights.count != form.choice.count {
            decoding.report(
                "`choice` has \(form.choice.count) values and `weights` \(form.weights.count)", at: position,
                hint: "give one weight for each value")
            return nil
        }
        return .choice(form.choice, weights: form.weights.map(\.billionths))
    }
}

extension ValueCodec {
    /// A value, or a section that stands for one: a host, or `{rack: leaf1}`.
    ///
    /// - Parameter unwrap: nil for what is written as a plain value.
    public func orSection<Section: Keyed>(
        _: Section.Type, wrap: @escaping @Sendable (Section) -> Value,
        unwrap: @escaping @Sendable (Value) -> Section?
    ) -> ValueCodec {
        let section = ValueCodec<Section>.mapping(example: "")
        return ValueCodec(
            typeName: typeName, example: example, schema: .object(["anyOf": .array([schema, section.schema])]),
            read: { node, decoding in
                guard case .mapping = node.content else { return read(node, &decoding) }
                return section.read(node, &decoding).map(wrap)
            },
            canonical: { value in unwrap(value).map { section.canonical($0) } ?? canonical(value) },
            text: { value in unwrap(value).map { section.text($0) } ?? text(value) })
    }
}

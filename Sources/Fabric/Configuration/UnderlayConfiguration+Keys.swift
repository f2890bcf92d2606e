public import Kernel

extension UnderlayConfiguration: Keyed {
    private static let inSites = Condition<Self>.when("kind", "sites") { $0.kind == .sites }
    private static let inLeafSpine = Condition<Self>.when("kind", "leaf-spine or sites") {
        $0.kind == .leafSpine || $0.kind == .sites
    }
    private static let inFatTree = Condition<Self>.when("kind", "fat-tree") { $0.kind == .fatTree }
    private static let inClos = Condition<Self>.when("kind", "leaf-spine, fat-tree or sites") {
        [.leafSpine, .fatTree, .sites].contains($0.kind)
    }
    private static let inGraph = Condition<Self>.when("kind", "graph") { $0.kind == .graph }
    private static let withNamedHosts = Condition<Self>.when("kind", "star or graph") {
        $0.kind == .star || $0.kind == .graph
    }
    private static let inStar = Condition<Self>.when("kind", "star") { $0.kind == .star }

    public static let keys = KeyTable<UnderlayConfiguration>([
        .value("kind", \.kind, .choice(), "shape of the network"),
        .value("sites", \.sites, .integer(2...64), "number of sites; what follows is counted per site").only(inSites),
        .value("spines", \.spines, .integer(1...1_024), "number of spine switches").only(inLeafSpine),
        .value("leaves", \.leaves, .integer(1...16_384), "number of leaf switches").only(inLeafSpine),
        .value("hosts-per-leaf", \.hostsPerLeaf, .integer(1...1_024), "hosts at each leaf switch").only(inLeafSpine),
        .value("k", \.k, .evenNumber(2...64), "ports of each switch: k pods, k x k x k / 4 hosts").only(inFatTree),
        .value("nodes", \.nodes, ValueCodec<String>.name.list, "names of the switches").only(inGraph)
            .required("for example `nodes: [a, b]`", when: inGraph),
        .value(
            "hosts", \.hostEntries, .hosts,
            "star: names, or how many (then `host1`, `host2`, …); graph: `{name, at}` with the host's switch"
        ).only(withNamedHosts).required(when: withNamedHosts),
        .list("links", \.links, "links between switches of a graph, both directions").only(inGraph),
        .section("host-link", \.hostLink, "each host's link, both directions"),
        .section("fabric-link", \.fabricLink, "links between switches, both directions").only(inClos),
        .section("wan", \.wan, "links between the border routers of any two sites, both directions").only(inSites),
        .list("delays", \.delays, "pairs of a star that are not 2 x host-link delay apart").only(inStar),
        .value(
            "framing", \.framing, .choice(), "what a frame occupies on the wire beside itself",
            origin: .rfc("IEEE 802.3")),
        .value(
            "family", \.family, .choice(), "outer headers of tenants' packets, headers of control messages",
            origin: .draft("5"), requirement: "REQ-1-13"),
        .value("reroute", \.reroute, .choice(), "what switches do about a link that has failed"),
        .value(
            "reroute-delay", \.rerouteDelay, .duration(example: "50 ms"),
            "from a failure or a repair until switches know of it"
        ).only(.when("reroute", "ecmp") { $0.reroute == .ecmp }),
        .value(
            "control-priority", \.controlPriority, .integer(0...7, example: "7"),
            "priority of NVE-NVA messages on links `service: scheduled`, higher first"),
    ])
}

extension LinkConfiguration: Keyed {
    public static let keys = KeyTable<LinkConfiguration>([
        .value("service", \.service, .choice(), "how frames are taken from the queue: in order, or by priority"),
        .value("rate", \.rate, .linkRate, "transmission rate"),
        .list("rates", \.rates, "other rates, each from an instant on, in order").only(
            .when("service", "scheduled", hint: RateChange.hint) { $0.service == .scheduled }),
        .value("delay", \.delay, .duration(example: "1 us"), "propagation delay, one way"),
        .value("queue", \.queue, .queueLimit, "what may wait for the wire; the frame in service does not count"),
        .optional(
            "ecn-threshold", \.ecnThreshold, .bytes(0...1_000_000_000_000, example: "100 kB"),
            "packets that find more than this waiting are marked", origin: .rfc("RFC 3168 §5")),
        .value(
            "mtu", \.mtu, .bytes(68...65_535, example: "9000 B"), "largest IP packet that the link carries",
            origin: .vendor("usual jumbo frame"), requirement: "DER-15"),
    ])
}

extension RateChange: Keyed {
    static let hint = "a fifo link decides on a frame's arrival when the frame comes: say `service: scheduled`"

    public static let keys = KeyTable<RateChange>([
        .value("at", \.at, .duration(example: "100 ms"), "from when on").required(),
        .value("rate", \.rate, .linkRate, "the new rate, also for the rest of a frame in transmission").required(),
    ])
}

extension PairDelay: Keyed {
    public static let keys = KeyTable<PairDelay>([
        .value("from", \.from, .reference("host", example: "A"), "one host").required(),
        .value("to", \.to, .reference("host", example: "B"), "the other host").required(),
        .value("delay", \.delay, .duration(example: "3 ms"), "delay of the whole way from one to the other").required(),
    ])
}

extension ValueCodec where Value == QueueLimit {
    /// `1 MB`, `100 packets` or `unlimited`; in the resolved form `{"bytes": n}` or `{"packets": n}`.
    static let queueLimit = ValueCodec(
        typeName: "size, number of packets or `unlimited`", example: "1 MB",
        schema: .object(["type": .string("string"), "pattern": .string("^(unlimited|[0-9].*(B|packets?))$")]),
        read: { node, decoding in
            if decoding.isResolved, case .mapping(let entries) = node.content, let entry = entries.first {
                return resolved(entry, &decoding)
            }
            return written.decode(node, &decoding)
        },
        canonical: { limit in
            switch limit {
            case .unlimited: .string("unlimited")
            case .bytes(let count): .object(["bytes": .integer(Int128(count))])
            case .packets(let count): .object(["packets": .integer(Int128(count))])
            }
        },
        text: { written.show($0) })

    private static let sizes = ValueCodec<UInt64>.bytes(0...1_000_000_000_000, example: "1 MB")
    private static let most: Int128 = 1_000_000_000

    private static let written = ValueCodec.scalar(
        "queue limit", example: "1 MB", schema: .object([:]),
        parse: { text, _ throws(ValueProblem) in
            if text == "unlimited" { return .unlimited }
            if let unit = Quantity(text)?.unit, unit.hasPrefix("p") {
                return .packets(UInt32(try UnitTable.packets.parse(text, in: 0...most, limits: "0 to \(most) packets")))
            }
            let limits = "0 B to 1 TB"
            let hint = "write `1 MB`, `100 packets` or `unlimited`"
            guard let quantity = Quantity(text) else { throw ValueProblem("`\(text)` is no queue limit", hint: hint) }
            if quantity.unit.isEmpty { throw ValueProblem("`\(text)` has no unit", hint: hint) }
            return .bytes(UInt64(try UnitTable.size.parse(text, in: 0...1_000_000_000_000, limits: limits)))
        },
        canonical: { _ in .null },
        text: { limit in
            switch limit {
            case .unlimited: "unlimited"
            case .bytes(let count): sizes.show(count)
            case .packets(let count): count == 1 ? "1 packet" : "\(count) packets"
            }
        })

    private static func resolved(_ entry: SourceNode.Entry, _ decoding: inout Decoding) -> QueueLimit? {
        if entry.key == "packets" {
            let codec = ValueCodec<UInt32>.integer(0...UInt32(most))
            return codec.decode(entry.value, &decoding).map(QueueLimit.packets)
        }
        return sizes.decode(entry.value, &decoding).map(QueueLimit.bytes)
    }
}

extension ValueCodec where Value == Int {
    /// A whole number that two divides.
    static func evenNumber(_ range: ClosedRange<Int>) -> ValueCodec {
        let number = ValueCodec.integer(range, example: "8")
        return ValueCodec(
            typeName: "even number", example: "8",
            schema: .object([
                "type": .string("integer"), "minimum": .integer(Int128(range.lowerBound)),
                "maximum": .integer(Int128(range.upperBound)), "multipleOf": .integer(2),
            ]),
            read: { node, decoding in
                guard let value = number.decode(node, &decoding) else { return nil }
                if value.isMultiple(of: 2) { return value }
                decoding.report(
                    "`\(decoding.name)`: \(value) is odd", at: node.position,
                    hint: "half of a switch's ports lead up, half down")
                return nil
            },
            canonical: { number.encode($0) }, text: { number.show($0) })
    }
}

public import Kernel

/// An entry of `links:` in a free graph: `{between: [a, b], rate: 10 Gbps, delay: 1 us}`, both directions.
public struct GraphLink: Hashable, Sendable {
    /// The two switches that it joins.
    public var between: [String] = []
    public var link = LinkConfiguration(rate: BitRate(bitsPerSecond: 100_000_000_000))

    public init() {}
    public init(_ near: String, _ far: String, _ link: LinkConfiguration) {
        between = [near, far]
        self.link = link
    }
}

/// An entry of `hosts:`: a name and, in a free graph, the switch at which the host is.
struct HostEntry: Hashable, Sendable {
    var name = ""
    /// Empty in a star.
    var at = ""
}

extension UnderlayConfiguration {
    /// `hosts:` as it is written; kept as two lists in the same order.
    var hostEntries: [HostEntry] {
        get {
            hosts.indices.map { HostEntry(name: hosts[$0], at: $0 < hostSwitches.count ? hostSwitches[$0] : "") }
        }
        set {
            hosts = newValue.map(\.name)
            hostSwitches = newValue.contains { !$0.at.isEmpty } ? newValue.map(\.at) : []
        }
    }
}

extension GraphLink: Keyed {
    public static let keys = KeyTable<GraphLink>([
        .value(
            "between", \.between, ValueCodec<String>.reference("switch", example: "a").list,
            "the two switches that it joins, both ways"
        ).required("for example `between: [a, b]`"),
        .value("service", \.link.service, .choice(), "how frames are taken from the queue: in order, or by priority"),
        .value("rate", \.link.rate, .linkRate, "transmission rate"),
        .list("rates", \.link.rates, "other rates, each from an instant on, in order").only(
            .when("service", "scheduled", hint: RateChange.hint) { $0.link.service == .scheduled }),
        .value("delay", \.link.delay, .duration(example: "1 us"), "propagation delay, one way"),
        .value("queue", \.link.queue, .queueLimit, "what may wait for the wire; the frame in service does not count"),
        .optional(
            "ecn-threshold", \.link.ecnThreshold, .bytes(0...1_000_000_000_000, example: "100 kB"),
            "packets that find more than this waiting are marked", origin: .rfc("RFC 3168 §5")),
        .value(
            "mtu", \.link.mtu, .bytes(68...65_535, example: "9000 B"), "largest IP packet that the link carries",
            origin: .vendor("usual jumbo frame"), requirement: "DER-15"),
    ])
}

extension HostEntry: Keyed {
    static let keys = KeyTable<HostEntry>([
        .value("name", \.name, .name, "name of the host").required(),
        .value("at", \.at, .reference("switch", example: "a"), "the switch at which it is").required(),
    ])
}

extension ValueCodec where Value == [HostEntry] {
    /// Names of a star's hosts, or how many of them; hosts of a free graph with their switches.
    static let hosts: ValueCodec<[HostEntry]> = {
        let name = ValueCodec<String>.name
        let number = ValueCodec<Int>.integer(1...100_000, example: "4")
        let entry = CanonicalValue.object(["type": .string("object")])
        return ValueCodec(
            typeName: "list of names or of `{name, at}`, or a number", example: "4",
            schema: .object([
                "anyOf": .array([
                    number.schema,
                    .object([
                        "type": .string("array"), "items": .object(["anyOf": .array([name.schema, entry])]),
                    ]),
                ])
            ]),
            read: { node, decoding in
                if case .sequence(let elements) = node.content { return list(elements, &decoding) }
                if case .mapping = node.content {
                    decoding.report(
                        "`\(decoding.name)` must be a list, not a mapping", at: node.position,
                        hint: "for example `[A, B]`, or `[{name: A, at: switch1}]` in a graph")
                    return nil
                }
                return number.decode(node, &decoding).map { count in
                    (1...count).map { HostEntry(name: "host\($0)") }
                }
            },
            canonical: { entries in
                .array(entries.map { $0.at.isEmpty ? name.encode($0.name) : HostEntry.keys.encode($0) })
            },
            text: { "[" + $0.map { $0.at.isEmpty ? $0.name : "\($0.name) at \($0.at)" }.joined(separator: ", ") + "]" })
    }()

    private static func list(_ elements: [SourceNode], _ decoding: inout Decoding) -> [HostEntry]? {
        var entries: [HostEntry] = []
        var isSound = true
        for (index, element) in elements.enumerated() {
            var entry = HostEntry()
            decoding.descend(to: "[\(index)]", at: element.position) { decoding in
                if case .mapping = element.content {
                    HostEntry.keys.decode(element, into: &entry, &decoding)
                } else {
                    entry.name = ValueCodec<String>.name.decode(element, &decoding) ?? ""
                }
                isSound = isSound && decoding.isSound
            }
            entries.append(entry)
        }
        return isSound ? entries : nil
    }
}

public import Kernel

extension TrafficConfiguration: Keyed {
    private static func kinds(_ text: String, _ kinds: Set<Kind>) -> Condition<Self> {
        .when("kind", text) { kinds.contains($0.kind) }
    }
    private static let paced = kinds(
        "cbr, poisson, on-off, request-response or ping", [.cbr, .poisson, .onOff, .requestResponse, .ping])
    private static let rated = kinds("cbr, poisson, on-off or ping", [.cbr, .poisson, .onOff, .ping])
    private static let clocked = kinds(
        "cbr, on-off, request-response or ping", [.cbr, .onOff, .requestResponse, .ping])
    private static let sized = kinds("flows", [.flows])
    private static let bursts = kinds("on-off", [.onOff])
    private static let asking = kinds("request-response", [.requestResponse])
    private static let vm = ValueCodec<String>.reference("VM or group of VMs", example: "client")

    public static let keys = KeyTable<TrafficConfiguration>(ends + pacing + dialogue + transfers + times)

    private static let ends: [Field<Self>] = [
        .value("name", \.name, .name, "name of the entry; by default `traffic1`, `traffic2`, … by place in the file"),
        .value("kind", \.kind, .choice(), "how packets follow one another"),
        .value("from", \.from, vm, "who sends: a VM, or a group by the name of its `vms:` entry").required(),
        .value("to", \.to, vm, "who receives").required(),
        .value("pairs", \.pairs, .choice(), "who sends to whom").only(paced),
    ]

    private static let pacing: [Field<Self>] = [
        .optional(
            "rate", \.rate, .packetRate, "packets, or requests, of each flow in a second; of `on-off` while it is on"
        ).only(paced).required(when: rated),
        .optional("on", \.on, .distribution(), "length of a period with packets, drawn for each")
            .only(bursts).required(when: bursts),
        .optional("off", \.off, .distribution(), "length of a period without packets, drawn for each")
            .only(bursts).required(when: bursts),
        .value(
            "size", \.size, .bytes(28...65_000, example: "1000 B"),
            "length of the IP packet; of `flows` the largest packet of a transfer, of requests the request"),
        .value(
            "priority", \.priority, .integer(0...7, example: "5"),
            "which packets links `service: scheduled` send first: the higher ones"),
        .value(
            "phase", \.phase, .phase, "when the first packet leaves, or the first on period begins, after `start`"
        ).only(clocked),
    ]

    private static let dialogue: [Field<Self>] = [
        .value("arrivals", \.arrivals, .choice(), "how requests with a `rate` follow one another").only(asking),
        .optional(
            "think", \.think, .distribution(), "closed loop: from an answer, or from giving up, to the next request"
        ).only(asking),
        .value("service", \.service, .distribution(), "how long the server works on a request, drawn for each")
            .only(asking),
        .optional(
            "response-size", \.responseSize, .bytes(28...65_000, example: "1000 B"),
            "length of the answer's IP packet; by default the request's"
        ).only(asking),
        .optional(
            "retry", \.retry, .mapping(example: "{timeout: 1 s, attempts: 3}"),
            "how long a client waits for an answer, and how often it asks"
        ).only(asking),
    ]

    private static let transfers: [Field<Self>] = [
        .value("sizes", \.sizes, .sizes, "sizes of transfers, in bytes of data").only(sized),
        .optional(
            "load", \.load, .share(from: 1), "mean share of the host links' rate that all transfers offer"
        ).only(sized).required(when: sized),
        .optional("pace", \.pace, .bitRate, "rate at which a transfer is sent; by default the host link's").only(sized),
    ]

    private static let times: [Field<Self>] = [
        .value("start", \.start, .duration(), "first instant at which packets may leave"),
        .optional("stop", \.stop, .duration(), "packets leave before this; by default the scenario's duration"),
        .optional(
            "count", \.count, .integer(1...UInt64(Int64.max), example: "100"),
            "the most packets of each flow; of requests, each counts once however often it is sent"
        ).only(paced),
    ]
}

extension RetryConfiguration: Keyed {
    public static let keys = KeyTable<RetryConfiguration>([
        .value(
            "timeout", \.timeout, .duration(from: Duration(picoseconds: 1), example: "1 s"),
            "how long the client waits before it asks again, and after the last try before it gives up"),
        .value("attempts", \.attempts, .integer(1...1_000, example: "3"), "tries altogether, the first included"),
    ])
}

extension ValueCodec where Value == TrafficConfiguration.Phase {
    /// A time, or `random`; times of up to 30 days.
    static let phase = ValueCodec.alternative(
        "random", .random,
        to: ValueCodec<Duration>.duration().map(
            { TrafficConfiguration.Phase.fixed($0) }, { if case .fixed(let time) = $0 { time } else { .zero } }))
}

/// A point of `sizes:` as it is written.
struct SizePoint: Keyed {
    var bytes: UInt64 = 1
    var share = Ratio(billionths: 0)

    static let keys = KeyTable<SizePoint>([
        .value("bytes", \.bytes, .bytes(1...1_000_000_000_000, example: "10 kB"), "a size").required(),
        .value("share", \.share, .share(), "share of the transfers that are not larger").required(),
    ])
}

extension ValueCodec where Value == TrafficConfiguration.Sizes {
    /// The name of a distribution, points of one, or a distribution of bytes.
    static let sizes: ValueCodec<TrafficConfiguration.Sizes> = {
        let named = ValueCodec<TrafficConfiguration.Sizes.Named>.choice()
        let drawn = ValueCodec<Distribution<ByteCount>>.distribution()
        return ValueCodec(
            typeName: "distribution", example: "websearch",
            schema: .object([
                "anyOf": .array([
                    named.schema, drawn.schema,
                    .object([
                        "type": .string("array"), "minItems": .integer(1),
                        "items": KeySchema().section(SizePoint.keys.descriptions(of: SizePoint())),
                    ]),
                ])
            ]),
            read: { node, decoding in
                if case .sequence(let elements) = node.content { return points(elements, node.position, &decoding) }
                guard case .scalar(let text, _) = node.content, Quantity(text) == nil else {
                    return drawn.decode(node, &decoding).map(TrafficConfiguration.Sizes.drawn)
                }
                return named.decode(node, &decoding).map(TrafficConfiguration.Sizes.named)
            },
            canonical: { sizes in
                switch sizes {
                case .named(let name): named.encode(name)
                case .points(let points): .array(points.map { SizePoint.keys.encode(SizePoint($0)) })
                case .drawn(let distribution): drawn.encode(distribution)
                }
            },
            text: { sizes in
                switch sizes {
                case .named(let name): named.show(name)
                case .points(let points): "\(points.count) points"
                case .drawn(let distribution): drawn.show(distribution)
                }
            })
    }()

    private static func points(
        _ elements: [SourceNode], _ position: SourcePosition, _ decoding: inout Decoding
    ) -> TrafficConfiguration.Sizes? {
        var points: [TrafficConfiguration.Sizes.Point] = []
        var isSound = true
        for (index, element) in elements.enumerated() {
            decoding.descend(to: "[\(index)]", at: element.position) { decoding in
                var point = SizePoint()
                SizePoint.keys.decode(element, into: &point, &decoding)
                if decoding.isSound, let last = points.last,
                    point.bytes <= last.bytes || point.share.billionths < last.cumulative.billionths
                {
                    decoding.report(
                        "points must rise in `bytes` and not fall in `share`", at: element.position,
                        hint: "`share` counts all transfers up to this size")
                }
                isSound = isSound && decoding.isSound
                points.append(.init(bytes: point.bytes, cumulative: point.share))
            }
        }
        if !isSound { return nil }
        if points.last?.cumulative.billionths != 1_000_000_000 {
            decoding.report(
                "the last point of `sizes` must have `share: 100 %`", at: elements.last?.position ?? position)
            return nil
        }
        return .points(points)
    }
}

extension SizePoint {
    fileprivate init(_ point: TrafficConfiguration.Sizes.Point) {
        self.init(bytes: point.bytes, share: point.cumulative)
    }
}

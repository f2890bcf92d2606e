public import Kernel
import Wire

extension OverlayConfiguration: Keyed {
    public static let keys = KeyTable<OverlayConfiguration>([
        .value(
            "encapsulation", \.encapsulation, .choice(), "how tenants' frames travel between NVEs",
            origin: .draft("5"), requirement: "REQ-5-09"),
        .list("networks", \.networks, "virtual networks"),
    ])
}

extension NetworkConfiguration: Keyed {
    public static let keys = KeyTable<NetworkConfiguration>([
        .value("name", \.name, .name, "name of the network").required(),
        .value("tenant", \.tenant, .name, "the tenant that owns it; by default one of the network's own name"),
        .value(
            "exclusive", \.exclusive, .boolean, "whether that tenant shares an NVE with no other",
            origin: .draft("10"), requirement: "REQ-10-12"),
        .value(
            "vni", \.vni, .vni, "VXLAN network identifier; `auto` takes the smallest free one from 5001 on",
            origin: .rfc("RFC 7348 §5")),
        .value("mode", \.mode, .choice(), "`l2` forwards on MAC addresses", origin: .draft("4.2")),
        .value(
            "subnet", \.subnet, .ipPrefix, "addresses of the network's VMs; its family is the network's",
            origin: .draft("3"), requirement: "REQ-3-01"),
        .value("count", \.count, .integer(1...1_000_000), "so many networks `name[0]`, `name[1]`, … alike"),
    ])
}

extension NVAConfiguration: Keyed {
    private static let host = ValueCodec<String>.reference("host", example: "leaf1/host1")
    private static let holds = Condition<Self>.when("on-detach", "hold") { $0.onDetach == .hold }
    private static let outOfBand = Condition<Self>.when("at", "out-of-band") { $0.at == .outOfBand }

    public static let keys = KeyTable<NVAConfiguration>([
        .value("at", \.at, .place, "its host, or `out-of-band`: reached over an ideal channel"),
        .value("delay", \.delay, .duration(), "one-way delay of the ideal channel").only(outOfBand),
        .section("costs", \.costs, "service times"),
        .value(
            "distribution", \.distribution, .choice(), "how changed mappings reach the NVEs",
            origin: .draft("4.4"), requirement: "REQ-4.2-03"),
        .value("push-targets", \.pushTargets, .choice(), "which NVEs are pushed", requirement: "DEC-11"),
        .value(
            "push-order", \.pushOrder, host.list,
            "hosts whose NVEs are pushed first, in this order; an NVE in a switch goes by any one of its hosts"),
        .value(
            "on-detach", \.onDetach, .choice(), "what a query gets between detach and registration",
            requirement: "DEC-06"),
        .value("hold-timeout", \.holdTimeout, .duration(), "how long a query is held", requirement: "DEC-06")
            .only(holds),
        .value("unknown", \.unknown, .choice(), "what a query for no known VM gets", requirement: "REQ-4.4-04"),
        .value(
            "negative-lifetime", \.negativeLifetime, .duration(), "how long a negative answer stands",
            origin: .rfc("RFC 8171 §3"), requirement: "REQ-4.4-04"),
        .value(
            "control-loss", \.controlLoss, .share(),
            "chance that a message between an NVE and the NVA is lost, besides what links lose",
            requirement: "DER-12"),
        .value(
            "batch", \.batch, .boolean, "one registration, and one push to each NVE, for all addresses of a VM",
            requirement: "REQ-3-02"),
        .section("replicas", \.replicas, "NVAs that take over when the one in charge fails"),
    ])
}

extension ReplicaConfiguration: Keyed {
    public static let keys = KeyTable<ReplicaConfiguration>([
        .value(
            "count", \.count, .integer(1...16, example: "3"), "all replicas of an NVA that is out of band",
            requirement: "DER-11"),
        .value(
            "places", \.places, ValueCodec<String>.reference("host", example: "leaf2/host1").list,
            "hosts of the replicas beside the one at `nva.at`, in the order in which they take over",
            requirement: "DER-11"),
        .value(
            "takeover", \.takeover, .duration(example: "500 ms"),
            "from the failure of the one in charge until another is", requirement: "DER-11"),
    ])
}

extension NVACosts: Keyed {
    public static let keys = KeyTable<NVACosts>([
        .value("registration", \.registration, .duration(example: "20 us"), "handling a registration"),
        .value("query", \.query, .duration(example: "20 us"), "handling a query"),
        .value("reply", \.reply, .duration(example: "20 us"), "sending the reply to a registration"),
        .value("push", \.push, .duration(example: "20 us"), "sending one push"),
        .value(
            "spacing", \.spacing, .duration(example: "2 us"), "least time between the departures of two pushes"),
    ])
}

extension ValueCodec where Value == UInt32? {
    /// 1 to 16 777 215, or `auto`.
    static let vni: ValueCodec<UInt32?> = {
        let number = ValueCodec<UInt32>.integer(1...16_777_215, example: "5001")
        return ValueCodec(
            typeName: "VNI or `auto`", example: "5001",
            schema: .object(["anyOf": .array([number.schema, .object(["const": .string("auto")])])]),
            read: { node, decoding in
                if node.text == "auto" { return .some(nil) }
                return number.decode(node, &decoding).map(Optional.some)
            },
            canonical: { $0.map { number.encode($0) } ?? .null }, text: { $0.map { number.show($0) } ?? "auto" })
    }()
}

extension ValueCodec where Value == NVAConfiguration.Place {
    /// A host, or `out-of-band`.
    static let place: ValueCodec<NVAConfiguration.Place> = {
        let host = ValueCodec<String>.reference("host or `out-of-band`", example: "leaf1/host1")
        return host.map(
            { $0 == "out-of-band" ? .outOfBand : .host($0) },
            { if case .host(let name) = $0 { name } else { "out-of-band" } })
    }()
}

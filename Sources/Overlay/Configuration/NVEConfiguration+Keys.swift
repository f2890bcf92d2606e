import Kernel

extension NVEConfiguration: Keyed {
    private static let queues = Condition<Self>.when("miss", "query-queue") { $0.miss == .queryQueue }

    public static let keys = KeyTable<NVEConfiguration>([
        .value(
            "placement", \.placement, .choice(),
            "in each host, in each switch that has hosts, or in these with VDP between the two",
            origin: .rfc("RFC 8014 §3"), requirement: "REQ-1-08"),
        .value(
            "miss", \.miss, .choice(), "what becomes of a packet without a mapping", origin: .draft("4.2"),
            requirement: "REQ-4.2-17"),
        .value(
            "miss-queue", \.missQueue, .packets(1...10_000_000), "packets that wait for one answer",
            requirement: "REQ-4.2-17"
        ).only(queues),
        .section("cache", \.cache, "age and number of mappings"),
        .section("query", \.query, "repetition of queries and registrations"),
    ])
}

extension CacheConfiguration: Keyed {
    private static let ages = Condition<Self>.when("timeout", "set") { $0.timeout != nil }

    public static let keys = KeyTable<CacheConfiguration>([
        .value(
            "timeout", \.timeout, .durationOrNever(from: Duration(picoseconds: 1)), "life of a mapping, or `never`",
            origin: .draft("4.2"),
            requirement: "REQ-4.2-25"),
        .value("kind", \.kind, .choice(), "from learning, or from the last use", requirement: "DEC-18").only(ages),
        .value(
            "requery", \.requery, .choice(), "when an expired mapping is asked for again", origin: .draft("4.2"),
            requirement: "REQ-4.2-25"
        ).only(ages),
        .value(
            "capacity", \.capacity, .countOrUnlimited(1...UInt32.max, example: "1000"),
            "mappings of VMs elsewhere, or `unlimited`", origin: .draft("4.2"),
            requirement: "OLD-4.2-01"),
    ])
}

extension QueryConfiguration: Keyed {
    public static let keys = KeyTable<QueryConfiguration>([
        .value(
            "timeout", \.timeout, .duration(example: "100 ms"), "wait for an answer", origin: .rfc("RFC 8171"),
            requirement: "DER-12"),
        .value(
            "retries", \.retries, .integer(0...100), "repetitions", origin: .rfc("RFC 8171"), requirement: "DER-12"),
    ])
}

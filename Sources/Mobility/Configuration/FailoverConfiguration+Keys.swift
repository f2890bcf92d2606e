public import Kernel

extension FailoverConfiguration: Keyed {
    public static let keys = KeyTable<FailoverConfiguration>([
        .value("name", \.name, .name, "name of the failover; by default `failover1`, `failover2`, …"),
        .value(
            "primary", \.primary, .reference("VM", example: "client[3]"), "the VM that is protected",
            requirement: "REQ-8-03"
        ).required(),
        .value(
            "secondary", \.secondary, .reference("host", example: "leaf9/host3"),
            "host of the VM that stands by for it", requirement: "REQ-8-03"
        ).required(),
        .value(
            "method", \.method, .choice(), "how the secondary takes the primary's place", origin: .draft("8"),
            requirement: "REQ-8-10"),
        .value(
            "standby", \.standby, .choice(), "what the secondary is until then", origin: .draft("8"),
            requirement: "REQ-8-03"),
        .section("sync", \.sync, "how the secondary gets the primary's state"),
        .section("detector", \.detector, "who notices that the primary is dead, and how"),
        .value(
            "takeover", \.takeover, .duration(example: "5 ms"), "from detection until the secondary runs",
            requirement: "REQ-8-04"),
        .value(
            "on-return", \.onReturn, .choice(), "what becomes of the failed primary when it could run again",
            requirement: "REQ-8-02"),
    ])
}

extension SyncConfiguration: Keyed {
    private static let lags = Condition<Self>.when("kind", "lag") { $0.kind == .lag }
    private static let streams = Condition<Self>.when("kind", "ideal or lag") { $0.kind == .ideal || $0.kind == .lag }
    private static let backsUp = Condition<Self>.when("kind", "backups or checkpoints") {
        $0.kind == .backups || $0.kind == .checkpoints
    }
    private static let checks = Condition<Self>.when("kind", "checkpoints") { $0.kind == .checkpoints }

    public static let keys = KeyTable<SyncConfiguration>([
        .value("kind", \.kind, .choice(), "all changes, or backups", requirement: "REQ-8-03"),
        .value("lag", \.lag, .duration(example: "20 ms"), "age of what the secondary knows", requirement: "REQ-8-03")
            .only(lags).required(when: lags),
        .value("rate", \.rate, .changeRate, "how fast the state changes, for its cost", requirement: "OLD-7-08")
            .only(streams),
        .optional(
            "interval", \.interval, .duration(from: Duration(picoseconds: 1), example: "60 s"),
            "time between two backups, or checkpoints", requirement: "OLD-7-04"
        ).only(backsUp).required(when: backsUp),
        .value("size", \.size, .bytes(0...1_000_000_000_000_000, example: "4 GB"), "bytes of one of them")
            .only(backsUp),
        .value(
            "acknowledgement", \.acknowledgement, .duration(example: "5 ms"),
            "until a checkpoint is at the secondary; what the primary sends waits for it",
            origin: .vendor("Remus, 25 ms"),
            requirement: "REQ-8-03"
        ).only(checks),
    ])
}

extension DetectorConfiguration: Keyed {
    private static let hears = Condition<Self>.when("kind", "hello") { $0.kind == .hello }

    public static let keys = KeyTable<DetectorConfiguration>([
        .value("kind", \.kind, .choice(), "misses the primary's hellos, or knows", requirement: "REQ-8-02"),
        .value(
            "at", \.at, .detectorPlace, "its host, or `out-of-band`: hellos take the time `delay`",
            requirement: "REQ-8-02"
        ).only(hears),
        .value("delay", \.delay, .duration(), "one-way time of hellos out of band; of an ideal one, to detect"),
        .value(
            "interval", \.interval, .duration(from: Duration(picoseconds: 100), example: "300 ms"),
            "longest time between two hellos", origin: .vendor("FRR bfdd")
        ).only(hears),
        .value(
            "multiplier", \.multiplier, .integer(1...255, example: "3"),
            "so many intervals without a hello are a failure", origin: .vendor("FRR bfdd")
        ).only(hears),
        .value(
            "jitter", \.jitter, .share(), "intervals are shorter by a random share up to this one, at most 25 %",
            origin: .rfc("RFC 5880 §6.8.7")
        ).only(hears),
        .value("phase", \.phase, .helloPhase, "when the first hello leaves").only(hears),
    ])
}

extension ValueCodec where Value == BitRate {
    /// A rate, or `none`: not stated.
    static let changeRate = ValueCodec.alternative("none", .unlimited, to: .bitRate)
}

extension ValueCodec where Value == DetectorConfiguration.Place {
    /// A host, or `out-of-band`.
    static let detectorPlace = ValueCodec<String>.reference("host or `out-of-band`", example: "leaf1/host1").map(
        { $0 == "out-of-band" ? DetectorConfiguration.Place.outOfBand : .host($0) },
        { if case .host(let name) = $0 { name } else { "out-of-band" } })
}

extension ValueCodec where Value == DetectorConfiguration.Phase {
    /// A time, or `random`.
    static let helloPhase = ValueCodec.alternative(
        "random", .random,
        to: ValueCodec<Duration>.duration(example: "100 us").map(
            { DetectorConfiguration.Phase.fixed($0) }, { if case .fixed(let time) = $0 { time } else { .zero } }))
}

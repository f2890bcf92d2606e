import Kernel

extension RedirectConfiguration: Keyed {
    private static let relays = Condition<Self>.when("learn", "query, nva-push, preinstalled or move-request") {
        $0.learn != .none
    }
    private static let hasTimer = Condition<Self>.when("stop", "timer or first-of") { $0.stop != .idle }
    private static let minds = Condition<Self>.when("stop", "idle or first-of") { $0.stop != .timer }

    public static let keys = KeyTable<RedirectConfiguration>([
        .value(
            "learn", \.learn, .choice(), "how the old NVE learns the new place", origin: .draft("5"),
            requirement: "REQ-5-04"),
        .value("stop", \.stop, .choice(), "what ends the entry", origin: .draft("5"), requirement: "REQ-5-12")
            .only(relays),
        .value(
            "timer", \.timer, .duration(example: "30 s"), "lifetime of the entry, from the later of install and detach",
            requirement: "REQ-5-06"
        ).only(hasTimer),
        .value("idle", \.idle, .duration(example: "1 s"), "silence that ends the entry", requirement: "OLD-5-02")
            .only(minds),
        .value(
            "on-expiry", \.onExpiry, .choice(), "what becomes of packets after that", origin: .draft("5"),
            requirement: "REQ-5-07"),
        .section("buffer", \.buffer, "packets that wait for a VM on its way"),
    ])
}

extension BufferConfiguration: Keyed {
    private static let exists = Condition<Self>.when("at", "old or new") { $0.at != .none }

    public static let keys = KeyTable<BufferConfiguration>([
        .value("at", \.at, .choice(), "where they wait", requirement: "REQ-5-03"),
        .value("limit", \.limit, .packets(1...100_000_000), "how many for one VM at one NVE", requirement: "REQ-5-03")
            .only(exists),
        .optional(
            "nve-limit", \.nveLimit, .packets(1...100_000_000),
            "how many at one NVE for all VMs; by default only `limit` counts", requirement: "REQ-5-03"
        ).only(exists),
        .value("lifetime", \.lifetime, .durationOrNever(), "how long, or `never`", requirement: "REQ-5-03").only(
            exists),
    ])
}

extension InvalidateConfiguration: Keyed {
    private static let exists = Condition<Self>.when("by", "old-nve, vm-manager or both") { $0.by != .none }

    public static let keys = KeyTable<InvalidateConfiguration>([
        .value("by", \.by, .choice(), "who tells the other NVEs", origin: .draft("4.2"), requirement: "REQ-4.2-16"),
        .value("targets", \.targets, .choice(), "which NVEs are told", origin: .draft("4.2"), requirement: "REQ-4.2-16")
            .only(exists),
        .value(
            "detect-delay", \.detectDelay, .duration(), "from detach until it is noticed", requirement: "REQ-4.2-16"),
        .value("spacing", \.spacing, .duration(), "between two messages", requirement: "REQ-4.2-16").only(exists),
    ])
}

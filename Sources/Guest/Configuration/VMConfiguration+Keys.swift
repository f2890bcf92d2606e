public import Kernel
import Wire

extension VMConfiguration: Keyed {
    private static let single = Condition<Self>.when("count", "1") { $0.count == 1 }

    private static let isCreated = Condition<Self>.when("created", "a time", hint: "say `created: 1 s` too") {
        $0.created != nil
    }
    private static let hasDisk = Condition<Self>.when("disk", "a size", hint: "say `disk: 40 GiB` too") {
        $0.disk != nil
    }

    public static let keys = KeyTable<VMConfiguration>([
        .value("name", \.name, .name, "name of the VM; of several, they are `name[0]`, `name[1]`, …").required(),
        .value("count", \.count, .integer(1...10_000_000), "so many VMs alike"),
        .value("network", \.network, .network, "the virtual network, or `each`: `count` VMs in every one").required(),
        .value("at", \.at, .placement, "the host, or `spread`: over all hosts in random order"),
        .optional("address", \.address, .ipAddress, "by default the next free one of the subnet").only(single),
        .value(
            "addresses", \.addresses, ValueCodec<IPAddress>.ipAddress.list,
            "several addresses instead of `address`, all of the network's subnet: they move together",
            origin: .draft("3"), requirement: "REQ-3-02"
        ).only(single),
        .optional("mac", \.mac, .macAddress, "by default derived from the network and the VM's address or number").only(
            single),
        .optional(
            "memory", \.memory, .bytes(1...1 << 50, example: "8 GiB"), "what a move with its memory sends",
            requirement: "REQ-6-03"),
        .optional(
            "dirty-rate", \.dirtyRate, .bitRate, "memory written in a second, distinct pages only; by default none",
            requirement: "OLD-6-03"),
        .optional(
            "working-set", \.workingSet, .bytes(1...1 << 50, example: "512 MiB"),
            "the most memory that is written again and again; by default all of it", requirement: "OLD-6-03"),
        .value(
            "cpu", \.cpu, .integer(0...1_000_000, example: "4"), "processors that it takes", requirement: "REQ-1-07"),
        .value(
            "critical", \.critical, .boolean, "whether interruptions are not to be borne: a cold move draws a warning",
            requirement: "REQ-7-06"),
        .optional(
            "created", \.created, .duration(from: Duration(picoseconds: 1), example: "1 s"),
            "when it is asked for; by default it runs from the start", requirement: "OLD-8.1-01"),
        .optional(
            "destroyed", \.destroyed, .duration(from: Duration(picoseconds: 1), example: "8 s"),
            "when it is shut down for good; by default never", requirement: "OLD-8.1-01"),
        .value(
            "trusted", \.trusted, .boolean, "whether the NVA accepts its onboarding request as authorised",
            requirement: "OLD-8.1-02"
        ).only(isCreated),
        .optional(
            "disk", \.disk, .bytes(1...1 << 50, example: "40 GiB"), "what a move with its disk sends",
            requirement: "REQ-6-03"),
        .optional(
            "disk-write-rate", \.diskWriteRate, .bitRate, "disk written in a second; by default none",
            requirement: "OLD-6-04"
        ).only(hasDisk),
    ])
}

extension ValueCodec where Value == VMConfiguration.Network {
    /// A network's name, or `each`.
    static let network = ValueCodec<String>.reference("network or `each`", example: "blue").map(
        { $0 == "each" ? VMConfiguration.Network.each : .named($0) },
        { if case .named(let name) = $0 { name } else { "each" } })
}

extension ValueCodec where Value == VMConfiguration.Placement {
    private struct Rack: Keyed {
        var rack = ""
        static let keys = KeyTable<Rack>([
            .value("rack", \.rack, .reference("rack", example: "leaf1"), "over whose hosts they are placed").required()
        ])
    }

    private static let host = ValueCodec<String>.reference("host, `spread` or {rack: …}", example: "leaf1/host1").map(
        { $0 == "spread" ? VMConfiguration.Placement.spread : .host($0) },
        { if case .host(let name) = $0 { name } else { "spread" } })

    /// A host, `spread`, or `{rack: leaf1}`.
    static let placement = host.orSection(
        Rack.self, wrap: { VMConfiguration.Placement.rack($0.rack) },
        unwrap: { if case .rack(let name) = $0 { Rack(rack: name) } else { nil } })
}

public import Kernel

extension MoveConfiguration: Keyed {
    private static let isOne = Condition<Self>.when("drain", "nothing", hint: "leave out one of the two") {
        $0.drain.isEmpty
    }
    private static let drains = Condition<Self>.when("drain", "a place", hint: "say `drain: leaf1` too") {
        !$0.drain.isEmpty
    }
    private static let isUneven = Condition<Self>.when("rebalance", "nothing", hint: "leave out one of the two") {
        $0.rebalance.isEmpty
    }
    private static let isAlone = Condition<Self>.when("swap-with", "nothing", hint: "leave out one of the two") {
        $0.swapWith.isEmpty
    }
    private static let namesVM = Condition<Self>.when("drain", "nothing") { !$0.isPlan }
    private static let hasTarget = Condition<Self>.when("swap-with", "nothing") {
        $0.swapWith.isEmpty && $0.rebalance.isEmpty
    }
    private static let isRepeated = Condition<Self>.when("count", "2 or more") { $0.count > 1 }
    private static let isWarm = Condition<Self>.when("mode", "warm") { $0.mode == .warm || $0.fallback == .warm }
    private static let isCold = Condition<Self>.when("mode", "cold") { $0.mode == .cold || $0.fallback == .cold }

    public static let keys = KeyTable<MoveConfiguration>([
        .value("name", \.name, .numberedName, "by default `move1`, `move2`, … by place in the file"),
        .value(
            "rebalance", \.rebalance, ValueCodec<String>.reference("rack or `all`", example: "leaf1").orNothing,
            "instead of `vm`: hosts among which VMs move, as few as possible, until none has two more than another",
            requirement: "REQ-9-01"),
        .value(
            "drain", \.drain, ValueCodec<String>.reference("host or rack", example: "leaf1").orNothing,
            "a place that all its VMs leave, instead of `vm`", requirement: "REQ-1-04"
        ).only(isUneven),
        .value("vm", \.vm, .reference("VM", example: "client[3]"), "the VM that moves").only(isOne).only(isUneven)
            .required(when: namesVM),
        .value(
            "swap-with", \.swapWith, ValueCodec<String>.reference("VM", example: "client[4]").orNothing,
            "the VM with which it changes places, at the same time; instead of `to`", requirement: "DER-07"
        ).only(isOne).only(isUneven),
        .value(
            "from", \.from, ValueCodec<String>.reference("host", example: "leaf5/host2").orNothing,
            "where it must be by then, or the move is refused; by default wherever it is"
        ).only(isOne).only(isUneven).only(isAlone),
        .value("order", \.order, .choice(), "in which VMs leave: as listed, or by their memory").only(drains),
        .directive(
            "list", example: "moves.csv",
            "a CSV with the columns `time,vm,from,to`, instead of these keys: a move for each of its lines"),
        .section("parallel", \.parallel, "how many moves of this entry may be under way at once"),
        .value(
            "to", \.to, .reference("host or `any`", example: "leaf9/host3"),
            "the host it goes to, `any`: another one that is drawn; where it already is, it only pauses"
        ).only(isAlone).only(isUneven).required(when: hasTarget),
        .value(
            "at", \.at, .distribution(of: Duration.self),
            "when it detaches or pauses, or its state begins to be sent; `15 s ± 1 s` is drawn from that interval"
        ).required(),
        .value("count", \.count, .integer(1...1_000_000, example: "1000"), "so many moves, one `every` after another"),
        .optional(
            "every", \.every, .duration(from: Duration(picoseconds: 1), example: "3.6 s"),
            "from one of them to the next"
        ).only(isRepeated).required("say `every: 3.6 s`", when: isRepeated),
        .value("mode", \.mode, .choice(), "how it moves", origin: .draft("7"), requirement: "REQ-1-09"),
        .optional(
            "fallback", \.fallback, .choice(),
            "how it moves where `capabilities` lack its mode; by default it is refused then", requirement: "REQ-3-05"),
        .optional(
            "downtime", \.downtime, .distribution(of: Duration.self),
            "time between detach and attach, instead of what follows from `transfer`", requirement: "REQ-5-02"),
        .optional(
            "transfer", \.transfer, .mapping(example: "{over: ideal, rate: 10 Gbps}"),
            "how its state gets to the new host", origin: .draft("6"), requirement: "REQ-6-02"),
        .section("warm", \.warm, "the mirror of a warm move, and the handover to it").only(isWarm),
        .section("cold", \.cold, "the steps of a cold move").only(isCold),
    ])
}

extension AnnounceConfiguration: Keyed {
    private static let speaks = Condition<Self>.when("kind", "auto, garp or na") { $0.kind != .none }
    private static let repeats = Condition<Self>.when("count", "2 or more") { $0.count > 1 }

    public static let keys = KeyTable<AnnounceConfiguration>([
        .value(
            "kind", \.kind, .choice(),
            "how a VM makes itself known at its new place; `auto` is `garp` for IPv4 and `na` for IPv6",
            origin: .draft("4.2"), requirement: "REQ-4.2-20"),
        .value("delay", \.delay, .duration(), "from attach to the first announcement", origin: .draft("4.2"))
            .only(speaks),
        .value("count", \.count, .integer(1...100, example: "3"), "announcements of each move").only(speaks),
        .value("interval", \.interval, .duration(example: "1 s"), "between two of them", origin: .rfc("RFC 5227 §1.1"))
            .only(repeats),
    ])
}

public import Kernel

/// An entry of `failures:` — something does not work in [at, at + repair), or now and then.
public struct FailureConfiguration: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// At a given time.
        case once
        /// At random times, as often as the run is long (DER-11).
        case recurring
    }

    /// What a node still knows after a repair.
    public enum State: String, CaseIterable, Sendable {
        /// Nothing: it starts empty.
        case lost
        /// Mappings and neighbour entries of NVEs, and the NVA's directory: a planned restart.
        case kept
    }

    /// Empty = `failure1`, `failure2`, … by place in the file.
    public var name = ""
    public var target = FailureTarget()
    public var kind = Kind.once
    public var at = Duration.zero
    /// Time until it works again; nil = never.
    public var repair: Duration?
    /// recurring: from the start, or from the last repair, to the next failure.
    public var mtbf: Distribution<Duration>?
    /// recurring: from a failure to its repair; nil = the first failure is the last.
    public var mttr: Distribution<Duration>?
    public var state = State.lost

    public init() {}
}

/// `target:` — what fails. Exactly one of the keys is given.
public struct FailureTarget: Hashable, Sendable {
    /// The names of the nodes at its ends: `leaf1-spine2` both directions, `leaf1->spine2` one.
    public var link = ""
    /// A VM or a group; its hypervisor works on.
    public var vm = ""
    /// The NVE of a host or of a leaf; VMs and links work on.
    public var nve = ""
    /// A host: its VMs, its NVE where that is in the hypervisor, its link, and a replica of the NVA that is there.
    public var server = ""
    /// A switch: its links, and its NVE where NVEs are in switches.
    public var `switch` = ""
    /// Number of a replica of the NVA, from 1; 0 = all of them; nil = the NVA does not fail.
    public var nva: UInt32?

    public init() {}

    /// The keys that are given, with their values.
    var given: [(key: String, value: String)] {
        let all = [("link", link), ("vm", vm), ("nve", nve), ("server", server), ("switch", `switch`)]
        return all.filter { !$0.1.isEmpty } + (nva.map { [("nva", $0 == 0 ? "all" : "\($0)")] } ?? [])
    }

    /// Whether it knows something that a repair may find again.
    var hasState: Bool { !nve.isEmpty || !server.isEmpty || !`switch`.isEmpty || nva != nil }
}

extension FailureConfiguration: Keyed {
    private static let once = Condition<Self>.when("kind", "once") { $0.kind == .once }
    private static let recurs = Condition<Self>.when("kind", "recurring") { $0.kind == .recurring }

    public static let keys = KeyTable<FailureConfiguration>([
        .value("name", \.name, .name, "name of the failure; by default `failure1`, `failure2`, …"),
        .section("target", \.target, "what fails").required("for example `target: {link: leaf1-spine2}`"),
        .value("kind", \.kind, .choice(), "at a given time, or again and again at random", requirement: "REQ-8-02"),
        .value("at", \.at, .duration(example: "300 ms"), "when it fails").only(once).required(when: once),
        .optional(
            "repair", \.repair, .duration(from: Duration(picoseconds: 1), example: "50 ms"),
            "time until it works again; by default it never does"
        ).only(once),
        .optional(
            "mtbf", \.mtbf, .distribution(of: Duration.self), "from the start or a repair to the next failure"
        ).only(recurs).required("for example `mtbf: {kind: exponential, mean: 10 s}`", when: recurs),
        .optional(
            "mttr", \.mttr, .distribution(of: Duration.self), "from a failure to its repair; by default there is none"
        ).only(recurs),
        .value(
            "state", \.state, .choice(),
            "what a repaired node still knows; `kept` is a planned restart of an NVE, a server, a switch or the NVA"),
    ])
}

extension FailureTarget: Keyed {
    public static let keys = KeyTable<FailureTarget>([
        .value(
            "link", \.link, .given("link", example: "leaf1-spine2"),
            "a link by the nodes at its ends: `leaf1-spine2` both directions, `leaf1->spine2` one"),
        .value(
            "vm", \.vm, .given("VM", example: "client[3]"), "a VM or a group of them", requirement: "REQ-8-02"),
        .value(
            "nve", \.nve, .given("host or switch", example: "leaf5/host2"),
            "the NVE at a host or in a switch; VMs and links work on", requirement: "REQ-8-02"),
        .value(
            "server", \.server, .given("host", example: "leaf5/host2"),
            "a host with its VMs, its link, and its NVE where that is in the hypervisor", requirement: "REQ-8-12"),
        .value(
            "switch", \.`switch`, .given("switch", example: "spine2"),
            "a switch with its links, and its NVE where NVEs are in switches", requirement: "REQ-8-02"),
        .optional("nva", \.nva, .replica, "a replica of the NVA by its number, or `all`", requirement: "DER-11"),
    ])
}

extension ValueCodec where Value == UInt32 {
    /// The number of a replica, or `all`.
    static let replica = ValueCodec.alternative("all", 0, to: .integer(1...16, example: "1"))
}

extension ValueCodec where Value == String {
    /// A reference that need not be given; empty = it is not.
    static func given(_ noun: String, example: String) -> ValueCodec<String> {
        ValueCodec.reference(noun, example: example).optional.map({ $0 ?? "" }, { $0.isEmpty ? nil : $0 })
    }
}

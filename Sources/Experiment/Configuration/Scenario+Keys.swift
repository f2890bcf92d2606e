import Fabric
import Guest
public import Kernel
import Mobility
import Observe
import Overlay

extension Scenario: Keyed {
    public static let keys = KeyTable<Scenario>([
        .directive(
            "schema", example: "1", schema: .object(["const": .integer(1)]),
            "version of the file format, first in every file"),
        .directive(
            "include", example: "base.yaml", schema: ScenarioSchema.fileNames,
            "files to build on; paths are relative to this file"),
        .directive("defaults", example: "{vms: {network: blue}}", "keys that every entry of a list gets"),
        .directive("resolved", example: "1", "marks a canonical resolved form"),
        .value("name", \.name, .name, "name of the scenario; by default the file's"),
        .value(
            "duration", \.duration, .duration(from: Duration(picoseconds: 1), example: "1 s"),
            "traffic is emitted so long"),
        .value(
            "seed", \.seed, .integer(0...UInt64.max, example: "1"), "root of all random streams",
            requirement: "DER-01"),
        .value(
            "profile", \.profile, .choice(), "the version of the draft whose procedures are followed",
            requirement: "DEC-01"),
        .section("limits", \.limits, "guards against runs without an end"),
        .section("start", \.start, "state at the beginning"),
        .section("measure", \.measure, "the window that result tables describe, by departure time"),
        .value("drain", \.drain, .drain, "how long a run goes on after `duration`, without new packets"),
        .section("results", \.results, "how much detail the tables carry"),
        .section("underlay", \.underlay, "what carries the packets"),
        .section("overlay", \.overlay, "virtual networks"),
        .section("nva", \.nva, "Network Virtualization Authority: the directory"),
        .section("nve", \.nve, "Network Virtualization Edges"),
        .section("invalidate", \.invalidate, "who tells other NVEs that a VM has left"),
        .section("redirect", \.redirect, "what the old NVE does with packets for a VM that has left"),
        .section("announce", \.announce, "how a VM makes itself known at its new place"),
        .section("guest", \.guest, "what VMs know of their neighbours"),
        .value(
            "capabilities", \.capabilities, ValueCodec<MoveConfiguration.Mode>.choice().list,
            "the ways in which this data centre can move VMs", requirement: "REQ-3-05"),
        .section("onboarding", \.onboarding, "what is said before a VM is created"),
        .list("servers", \.servers, "what hosts have for their VMs; by default as much as anybody wants"),
        .list("vms", \.vms, "virtual machines"),
        .list("traffic", \.traffic, "who sends what to whom"),
        .list("moves", \.moves, "who moves where and when"),
        .list("failover", \.failover, "which VMs have a second one that takes over"),
        .list("failures", \.failures, "what fails and when"),
        .list("overloads", \.overloads, "which VMs' servers are overloaded, and what is done about it"),
        .list("expect", \.expect, "bounds on metrics"),
    ])
}

extension Limits: Keyed {
    public static let keys = KeyTable<Limits>([
        .value("events", \.events, .integer(1...UInt64(Int64.max), example: "1000000"), "events of the run"),
        .value(
            "events-at-one-instant", \.eventsAtOneInstant, .integer(1...UInt64(Int64.max), example: "1000000"),
            "events at one instant: more is a livelock"),
        .value(
            "packets-alive", \.packetsAlive, .integer(1...UInt64(UInt32.max), example: "1000000"),
            "packets under way at once"),
    ])
}

extension Start: Keyed {
    private static let isFilled = Condition<Self>.when("caches", "resolved") { $0.caches == .resolved }

    public static let keys = KeyTable<Start>([
        .value("caches", \.caches, .choice(), "what mapping caches hold at time 0"),
        .value("age", \.age, .choice(), "how long ago they were learnt", requirement: "REQ-4.2-25").only(isFilled),
    ])
}

extension Measure: Keyed {
    public static let keys = KeyTable<Measure>([
        .value("from", \.from, .duration(example: "100 ms"), "first departure time that counts"),
        .optional("until", \.until, .duration(example: "900 ms"), "end of the window; by default the duration"),
    ])
}

extension ResultsConfiguration: Keyed {
    public static let keys = KeyTable<ResultsConfiguration>([
        .value("flows", \.flows, .choice(), "rows of flows.csv: one a flow, or one a traffic entry"),
        .optional(
            "window", \.window, .duration(from: Duration(picoseconds: 1)),
            "width of a row of timeseries.csv; by default a hundredth of the duration"),
        .value(
            "tables", \.tables, ValueCodec<String>.word(TableInfo.all.map(\.name)).list,
            "the tables that are written; runs.csv always is"),
    ])
}

extension Expectation: Keyed {
    public static let keys = KeyTable<Expectation>([
        .value("metric", \.metric, .metric, "`<table>.<column without its unit>`").required(),
        .value("of", \.of, .selector, "key columns that rows must match"),
        .optional("stat", \.stat, .statistic, "how several rows become one number"),
        .optional("min", \.min, .bound, "the least value that passes"),
        .optional("max", \.max, .bound, "the greatest value that passes"),
        .value(
            "view", \.view, .word(["table", "traffic"]), "convergence of entries, or of packets",
            requirement: "DER-14"),
        .value(
            "since", \.since, .word(["attach", "detach", "registration"]), "where convergence begins to count",
            requirement: "DER-14"),
    ])
}

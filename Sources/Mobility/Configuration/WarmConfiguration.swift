public import Kernel

/// `warm:` of a move — mirroring of the VM's state to its future place, and the handover to it (draft-15, sections 2
/// and 7).
public struct WarmConfiguration: Hashable, Sendable {
    /// From one snapshot to the next (REQ-2-03, REQ-7-12).
    public var interval = Duration.seconds(10)
    /// Snapshots are taken this long after multiples of the interval, the first one an interval after it.
    public var phase = Duration.zero
    /// The complete shutdown (REQ-7-01).
    public var stop = Duration.zero
    /// Starting the replica, its state complete (REQ-7-10).
    public var start = Duration.zero
    /// Whether the VM shuts down before the last changes are sent (draft-15); false: they are sent while it runs, and
    /// what it writes meanwhile is lost.
    public var shutdownFirst = true
    /// Whether the NVA knows the new place beforehand.
    public var preregister = false

    public init() {}
}

extension WarmConfiguration: Keyed {
    public static let keys = KeyTable<WarmConfiguration>([
        .value(
            "interval", \.interval, .duration(from: Duration(picoseconds: 1), example: "10 s"),
            "from one snapshot to the next", requirement: "REQ-7-12"),
        .value(
            "phase", \.phase, .duration(example: "3 s"), "snapshots are taken so long after multiples of the interval",
            requirement: "REQ-2-03"),
        .value("stop", \.stop, .duration(example: "1 s"), "the complete shutdown", requirement: "REQ-7-01"),
        .value("start", \.start, .duration(example: "500 ms"), "starting the replica", requirement: "REQ-7-10"),
        .value(
            "shutdown-first", \.shutdownFirst, .boolean, "whether it shuts down before the last changes are sent",
            origin: .draft("7"), requirement: "REQ-7-01"),
        .value(
            "preregister", \.preregister, .boolean,
            "whether the NVA knows the new place beforehand, so that it is in force when the replica runs",
            requirement: "REQ-7-11"),
    ])
}

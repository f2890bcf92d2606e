public import Kernel

/// `transfer:` of a move — how its state gets to the new host (draft-15, section 6).
public struct TransferConfiguration: Hashable, Sendable {
    public enum Channel: String, CaseIterable, Sendable {
        /// A channel of its own with a fixed rate: exact, and nothing else is slowed down by it.
        case ideal
    }

    public var over = Channel.ideal
    public var rate: BitRate?
    /// From the last byte sent to its arrival.
    public var latency = Duration.zero
    /// Hot moves.
    public var scheme = TransferPlan.Scheme.preCopy
    /// Processors and devices, in bytes.
    public var deviceState: UInt64 = 0
    public var downtimeTarget = Duration.milliseconds(300)
    public var maxRounds = 30
    public var maxTime: Duration?
    public var onNonConvergence = TransferPlan.NonConvergence.stop
    /// From the last state sent to the first instruction at the new place.
    public var switchTime = Duration.zero

    public init() {}
}

extension TransferConfiguration: Keyed {
    private static let repeats = Condition<Self>.when("scheme", "pre-copy") { $0.scheme == .preCopy }

    public static let keys = KeyTable<TransferConfiguration>([
        .value("over", \.over, .choice(), "a channel of its own, shared with nothing", requirement: "OLD-6-01"),
        .optional("rate", \.rate, .bitRate, "of the channel", requirement: "OLD-6-01").required(
            "say how fast state is sent: `rate: 10 Gbps`"),
        .value(
            "latency", \.latency, .duration(example: "2 ms"), "from the last byte sent to its arrival",
            requirement: "REQ-4.3-13"),
        .value(
            "scheme", \.scheme, .choice(), "of a hot move: all memory at once, or in rounds while the VM runs",
            requirement: "OLD-6-03"),
        .value(
            "device-state", \.deviceState, .bytes(0...1 << 40, example: "4 MiB"),
            "state of processors and devices, sent while the VM stands still", requirement: "REQ-6-03"),
        .value(
            "downtime-target", \.downtimeTarget, .duration(example: "300 ms"),
            "rounds end when the rest takes no longer than this", origin: .vendor("QEMU, downtime-limit"),
            requirement: "OLD-6-03"
        ).only(repeats),
        .value(
            "max-rounds", \.maxRounds, .integer(0...1_000, example: "30"), "live rounds at most",
            origin: .vendor("Xen, 30 rounds"), requirement: "OLD-6-03"
        ).only(repeats),
        .optional(
            "max-time", \.maxTime, .duration(example: "60 s"), "time for live rounds at most",
            requirement: "OLD-6-03"
        ).only(repeats),
        .value(
            "on-non-convergence", \.onNonConvergence, .choice(),
            "what is done when so many rounds were not enough", requirement: "DER-10"
        ).only(repeats),
        .value(
            "switch-time", \.switchTime, .duration(example: "5 ms"),
            "of a hot move: from the last state to the first instruction", requirement: "REQ-2-02"),
    ])
}

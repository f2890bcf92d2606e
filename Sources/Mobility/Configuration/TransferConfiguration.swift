public import Kernel

/// `transfer:` of a move — how its state gets to the new host (draft-15, section 6).
public struct TransferConfiguration: Hashable, Sendable {
    public enum Channel: String, CaseIterable, Sendable {
        /// A channel of its own with a fixed rate: exact, and nothing else is slowed down by it.
        case ideal
        /// The links of the underlay, shared with tenants and with other moves.
        case fabric
    }

    /// Where the VM's disk is.
    public enum Storage: String, CaseIterable, Sendable {
        /// In the network: it is reached from the new place too (REQ-6-03).
        case shared
        /// In the server: it goes along.
        case copy
    }

    /// How finely state is cut on the links of the underlay.
    public enum Grain: String, CaseIterable, Sendable {
        /// A block at a time: its packets are one record, and take of links what they take one by one.
        case train
        /// Packet by packet.
        case packet
    }

    public var over = Channel.ideal
    public var rate: BitRate?
    /// From the last byte sent to its arrival.
    public var latency = Duration.zero
    /// State sent in a second over the underlay at most; nil = as much as links carry.
    public var limit: BitRate?
    /// State under way without an acknowledgement at most, in bytes.
    public var window: UInt64 = 1 << 20
    public var grain = Grain.train
    /// State of a block, in bytes.
    public var train: UInt64 = 64 << 10
    /// The largest IP packet that carries state, in bytes; nil = 1 500, or what the underlay carries.
    public var packet: UInt64?
    /// Hot moves.
    public var scheme = TransferPlan.Scheme.preCopy
    /// Processors and devices, in bytes.
    public var deviceState: UInt64 = 0
    public var downtimeTarget = Duration.milliseconds(300)
    /// nil = 30, of a hybrid 1.
    public var maxRounds: Int?
    public var maxTime: Duration?
    public var onNonConvergence = TransferPlan.NonConvergence.stop
    /// From the last state sent to the first instruction at the new place.
    public var switchTime = Duration.zero

    public var order = SignalOrder.beforeSignal
    /// What is left of state when it is sent.
    public var compression = Ratio.whole
    public var storage = Storage.shared
    public var diskChanges = true

    public init() {}

    /// Live rounds at most.
    public var mostRounds: Int { maxRounds ?? (scheme == .hybrid ? 1 : 30) }
}

extension TransferConfiguration: Keyed {
    private static let isIdeal = Condition<Self>.when("over", "ideal") { $0.over == .ideal }
    private static let isShared = Condition<Self>.when("over", "fabric") { $0.over == .fabric }
    private static let hasRounds = Condition<Self>.when("scheme", "pre-copy or hybrid") {
        $0.scheme == .preCopy || $0.scheme == .hybrid
    }
    private static let copiesDisk = Condition<Self>.when("storage", "copy") { $0.storage == .copy }
    private static let repeats = Condition<Self>.when("scheme", "pre-copy") { $0.scheme == .preCopy }

    public static let keys = KeyTable<TransferConfiguration>([
        .value(
            "over", \.over, .choice(), "a channel of its own, or the links that tenants use too",
            requirement: "OLD-6-01"),
        .optional("rate", \.rate, .bitRate, "of the channel", requirement: "OLD-6-01").only(isIdeal).required(
            "say how fast state is sent: `rate: 10 Gbps`", when: isIdeal),
        .value(
            "latency", \.latency, .duration(example: "2 ms"), "from the last byte sent to its arrival",
            requirement: "REQ-4.3-13"
        ).only(isIdeal),
        .optional("limit", \.limit, .bitRate, "state sent in a second at most", requirement: "DER-16").only(isShared),
        .value(
            "window", \.window, .bytes(1_000...1 << 40, example: "4 MiB"),
            "state under way without an acknowledgement at most", requirement: "OLD-6-01"
        ).only(isShared),
        .value(
            "grain", \.grain, .choice(), "whether links see blocks of state, or each packet of them",
            requirement: "OLD-6-01"
        ).only(isShared),
        .value("train", \.train, .bytes(1_000...1 << 24, example: "64 KiB"), "state of a block").only(isShared),
        .optional(
            "packet", \.packet, .bytes(576...65_535, example: "9000 B"),
            "largest IP packet that carries state; by default 1500 B, or the smallest MTU"
        ).only(isShared),
        .value(
            "scheme", \.scheme, .choice(), "of a hot move: memory at once, in rounds while the VM runs, or after it",
            requirement: "OLD-6-03"),
        .value(
            "device-state", \.deviceState, .bytes(0...1 << 40, example: "4 MiB"),
            "state of processors and devices, sent while the VM stands still", requirement: "REQ-6-03"),
        .value(
            "downtime-target", \.downtimeTarget, .duration(example: "300 ms"),
            "rounds end when the rest takes no longer than this", origin: .vendor("QEMU, downtime-limit"),
            requirement: "OLD-6-03"
        ).only(repeats),
        .optional(
            "max-rounds", \.maxRounds, .integer(0...1_000, example: "30"),
            "live rounds at most; by default 30, of a hybrid 1", origin: .vendor("Xen, 30 rounds"),
            requirement: "OLD-6-03"
        ).only(hasRounds),
        .optional(
            "max-time", \.maxTime, .duration(example: "60 s"), "time for live rounds at most",
            requirement: "OLD-6-03"
        ).only(hasRounds),
        .value(
            "on-non-convergence", \.onNonConvergence, .choice(),
            "what is done when so many rounds were not enough", requirement: "DER-10"
        ).only(repeats),
        .value(
            "switch-time", \.switchTime, .duration(example: "5 ms"),
            "of a hot move: from the last state to the first instruction", requirement: "REQ-2-02"),
        .value(
            "order", \.order, .choice(), "whether state is sent before the VM is registered, after it, or meanwhile",
            origin: .draft("6"), requirement: "REQ-6-02"),
        .value(
            "compression", \.compression, .share(from: 1), "what is left of state when it is sent",
            origin: .vendor("QEMU, compress"), requirement: "OLD-6-01"),
        .value(
            "storage", \.storage, .choice(), "whether the disk is reached from the new place, or goes along",
            origin: .draft("6"), requirement: "REQ-6-03"),
        .value(
            "disk-changes", \.diskChanges, .boolean,
            "of a hot move: whether what is written while the disk is copied is sent in the end",
            requirement: "OLD-6-04"
        ).only(copiesDisk),
    ])
}

public import Kernel

/// An entry of `overloads:` — a VM's server has more to do than it can, and what is done about it (draft-15, section 8;
/// earlier versions: hot mobility when running conditions change).
public struct OverloadConfiguration: Hashable, Sendable {
    public enum Reaction: String, CaseIterable, Sendable {
        /// The VM manager moves the VM, hot.
        case hotMove = "hot-move"
        /// The VM's secondary takes over.
        case failover
        case none
    }

    /// Empty = `overload1`, `overload2`, … by place in the file.
    public var name = ""
    public var vm = ""
    /// When it is noticed.
    public var at = Duration.zero
    public var reaction = Reaction.hotMove
    /// hot-move: the host it goes to, or `any`.
    public var to = MoveConfiguration.anyHost
    /// hot-move: as of a move.
    public var downtime: Distribution<Duration>?
    public var transfer: TransferConfiguration?

    public init() {}

    /// The move that is the reaction.
    public var move: MoveConfiguration? {
        if reaction != .hotMove { return nil }
        var move = MoveConfiguration()
        (move.name, move.vm, move.to, move.beginning) = (name, vm, to, at)
        (move.downtime, move.transfer) = (downtime, transfer)
        return move
    }
}

extension OverloadConfiguration: Keyed {
    private static let moves = Condition<Self>.when("reaction", "hot-move") { $0.reaction == .hotMove }

    public static let keys = KeyTable<OverloadConfiguration>([
        .value("name", \.name, .name, "by default `overload1`, `overload2`, … by place in the file"),
        .value("vm", \.vm, .reference("VM", example: "client[3]"), "the VM whose server is overloaded").required(),
        .value("at", \.at, .duration(example: "300 ms"), "when it is noticed").required(),
        .value(
            "reaction", \.reaction, .choice(), "whether the VM moves, its secondary takes over, or nothing is done",
            origin: .draft("8"), requirement: "OLD12-8-01"),
        .value("to", \.to, .reference("host or `any`", example: "leaf9/host3"), "the host it goes to").only(moves),
        .optional("downtime", \.downtime, .distribution(of: Duration.self), "as of a move").only(moves),
        .optional("transfer", \.transfer, .mapping(example: "{over: fabric}"), "as of a move").only(moves),
    ])
}

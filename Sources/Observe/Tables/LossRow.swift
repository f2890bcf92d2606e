public import Kernel

/// The part of a move's course in which something happened to the moved VM's traffic.
public enum MovePeriod: Int, CaseIterable, Sendable {
    /// Before detach.
    case before
    /// From detach until attach.
    case down
    /// From attach on.
    case after
    /// The flow's destination does not move.
    case noMove

    /// The name in files; empty without a move.
    public var name: String { self == .noMove ? "" : "\(self)" }
}

/// A row of `losses.csv`: flow x move x period x cause x the VM's whereabouts.
public struct LossRow: Hashable, Sendable {
    public var flow = ""
    /// Empty = the destination does not move.
    public var move = ""
    /// The destination VM.
    public var vm = ""
    public var period = MovePeriod.noMove
    public var cause = LossCause.noMapping
    public var whereabouts = Whereabouts.here
    public var packets = 0
    public var first = Instant.never
    public var last = Instant.never

    public init() {}

    public init(
        flow: String, move: String, vm: String, period: MovePeriod, cause: LossCause, whereabouts: Whereabouts,
        packets: Int, first: Instant, last: Instant
    ) {
        self.flow = flow
        self.move = move
        self.vm = vm
        self.period = period
        self.cause = cause
        self.whereabouts = whereabouts
        self.packets = packets
        self.first = first
        self.last = last
    }
}

extension LossRow: TableRow {
    public static let table = TableDeclaration<LossRow>(
        "losses", rowMeaning: "Lost packets of one flow: move x period x cause x where the VM was.",
        columns: [
            .key("flow", "Flow that lost them.") { $0.flow },
            .key("move", "Move of the destination VM that the loss belongs to; empty without one.") { $0.move },
            .key("vm", "Destination VM.") { $0.vm },
            .key("period", "before (detach), down (detach to attach), after (attach); empty without a move.") {
                $0.period.name
            },
            .key("cause", "What the node that dropped them knew.") { $0.cause.name },
            .key("whereabouts", "Where the VM was at that moment: here, paused, nowhere, elsewhere, down.") {
                $0.whereabouts.name
            },
            .count("packets", "Packets lost.") { $0.packets },
            .point("first", "Time of the first of these losses.") { $0.first },
            .point("last", "Time of the last of these losses.") { $0.last },
        ])

    public static func precedes(_ left: LossRow, _ right: LossRow) -> Bool {
        var order = KeyOrder()
        order.then(left.flow, right.flow)
        order.then(left.move, right.move)
        order.then(left.vm, right.vm)
        order.then(left.period.rawValue, right.period.rawValue)
        order.then(Int(left.cause.rawValue), Int(right.cause.rawValue))
        order.then(Int(left.whereabouts.rawValue), Int(right.whereabouts.rawValue))
        return order.result < 0
    }
}

/// A row of `messages.csv`: control messages of one kind between one sender and one kind of receiver.
public struct MessageRow: Hashable, Sendable {
    public var kind = ""
    /// Name of the sender: a node, a VM, `nva`, `vm-manager`.
    public var sender = ""
    public var senderKind = ""
    public var receiverKind = ""
    /// Empty = belongs to no move.
    public var move = ""
    public var messages = 0
    public var bytes: Int64 = 0
    public var retries = 0
    public var drops = 0

    public init() {}

    public init(kind: String, sender: String, senderKind: String, receiverKind: String, move: String) {
        self.kind = kind
        self.sender = sender
        self.senderKind = senderKind
        self.receiverKind = receiverKind
        self.move = move
    }
}

extension MessageRow: TableRow {
    public static let table = TableDeclaration<MessageRow>(
        "messages", rowMeaning: "Control messages: kind x sender x receiver kind x move.",
        columns: [
            .key("kind", "Kind of message.") { $0.kind },
            .key("sender", "Who sent them: the name of a node or a VM, nva, vm-manager.") { $0.sender },
            .key("sender_kind", "What the sender is: nve, hypervisor, nva, vm, vm-manager.") { $0.senderKind },
            .key("receiver_kind", "What the receivers are.") { $0.receiverKind },
            .key("move", "Move that caused them; empty without one.") { $0.move },
            .count("messages", "Messages sent.") { $0.messages },
            .bytes("bytes", "Bytes on the first link, without framing; 0 for messages inside a host that no VM says.") {
                $0.bytes
            },
            .count("retries", "Queries and registrations that repeated one without an answer.") { $0.retries },
            .count("drops", "Messages lost on the way: with a link, in a queue, or by nva.control-loss.") { $0.drops },
        ])

    public static func precedes(_ left: MessageRow, _ right: MessageRow) -> Bool {
        var order = KeyOrder()
        order.then(left.kind, right.kind)
        order.then(left.sender, right.sender)
        order.then(left.senderKind, right.senderKind)
        order.then(left.receiverKind, right.receiverKind)
        order.then(left.move, right.move)
        return order.result < 0
    }
}

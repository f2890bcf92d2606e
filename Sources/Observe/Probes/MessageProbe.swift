public import Kernel

/// Counts control messages: kind x sender x receiver kind x move.
public struct MessageProbe: Sendable {
    public struct Key: Hashable, Sendable {
        public var kind: MessageKind
        public var sender: Party
        public var receiver: Role
        public var move: MoveID
    }

    /// What a receiver is.
    public enum Role: String, Hashable, Sendable {
        case nve, nva, vm, hypervisor, detector
        case vmManager = "vm-manager"

        init(_ party: Party) {
            switch party {
            case .nve: self = .nve
            case .hypervisor: self = .hypervisor
            case .nva: self = .nva
            case .vm: self = .vm
            case .detector: self = .detector
            case .vmManager: self = .vmManager
            }
        }
    }

    public struct Sum: Hashable, Sendable {
        public var messages = 0
        public var bytes: Int64 = 0
        /// Those of them that repeated an earlier one.
        public var retries = 0
        public var drops = 0
    }

    public private(set) var sums: [Key: Sum] = [:]

    public init() {}

    public mutating func sent(_ kind: MessageKind, from: Party, to: Party, move: MoveID, bytes: UInt32) {
        let key = Key(kind: kind, sender: from, receiver: Role(to), move: move)
        sums[key, default: Sum()].messages += 1
        sums[key, default: Sum()].bytes += Int64(bytes)
    }

    /// A message that was sent repeats an earlier one.
    public mutating func repeated(_ kind: MessageKind, from: Party, to: Party, move: MoveID) {
        sums[Key(kind: kind, sender: from, receiver: Role(to), move: move), default: Sum()].retries += 1
    }

    public mutating func dropped(_ kind: MessageKind, from: Party, to: Party, move: MoveID) {
        sums[Key(kind: kind, sender: from, receiver: Role(to), move: move), default: Sum()].drops += 1
    }
}

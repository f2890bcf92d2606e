import Guest
import Kernel

/// A message under way, as payload of a packet or on an ideal channel.
struct MessageUnderWay: Sendable {
    var message: Message
    var from: Party
    var to: Party
    /// Chance has it that it will not get there.
    var isLost = false
}

/// What is under way, in slots that are used again: messages, transfers, requests.
///
/// A slot that is free keeps what was in it until it is used again: giving one back only notes its number.
struct SlotTable<Element: Sendable>: Sendable {
    private var elements: ContiguousArray<Element> = []
    private var spare: ContiguousArray<UInt32> = []

    mutating func insert(_ element: Element) -> UInt32 {
        if let index = spare.popLast() {
            elements[Int(index)] = element
            return index
        }
        elements.append(element)
        spare.reserveCapacity(elements.capacity)
        return UInt32(elements.count - 1)
    }

    mutating func remove(_ index: UInt32) { spare.append(index) }

    /// Gives a slot back and returns what was in it.
    mutating func take(_ index: UInt32) -> Element {
        remove(index)
        return self[index]
    }

    subscript(_ index: UInt32) -> Element {
        @inline(__always) get { elements[Int(index)] }
        @inline(__always) _modify { yield &elements[Int(index)] }
    }
}

extension SlotTable<Request> {
    /// The slots of those that may still be answered.
    var waitingSlots: [UInt32] {
        elements.indices.filter { elements[$0].pending > 0 && elements[$0].state == .waiting }.map { UInt32($0) }
    }

    /// Those that may still be answered, by slot.
    var waiting: [Request] { elements.filter { $0.pending > 0 && $0.state == .waiting } }
}

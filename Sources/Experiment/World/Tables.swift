import Guest
import Kernel

/// Messages under way, as payload of packets or on ideal channels.
struct MessageTable: Sendable {
    struct Entry: Sendable {
        var message: Message
        var from: Party
        var to: Party
        /// Chance has it that it will not get there.
        var isLost = false
    }

    private var entries: ContiguousArray<Entry> = []
    private var spare: [UInt32] = []

    mutating func insert(_ entry: Entry) -> UInt32 {
        if let index = spare.popLast() {
            entries[Int(index)] = entry
            return index
        }
        entries.append(entry)
        return UInt32(entries.count - 1)
    }

    mutating func take(_ index: UInt32) -> Entry {
        spare.append(index)
        return entries[Int(index)]
    }
}

/// Transfers under way, in slots that are used again.
struct TransferTable: Sendable {
    private var transfers: ContiguousArray<Transfer> = []
    private var spare: ContiguousArray<UInt32> = []

    mutating func insert(_ transfer: Transfer) -> UInt32 {
        if let index = spare.popLast() {
            transfers[Int(index)] = transfer
            return index
        }
        transfers.append(transfer)
        spare.reserveCapacity(transfers.capacity)
        return UInt32(transfers.count - 1)
    }

    mutating func remove(_ index: UInt32) { spare.append(index) }

    subscript(_ index: UInt32) -> Transfer {
        @inline(__always) get { transfers[Int(index)] }
        @inline(__always) _modify { yield &transfers[Int(index)] }
    }
}

/// Requests of which something is under way, in slots that are used again.
struct RequestTable: Sendable {
    private var requests: ContiguousArray<Request> = []
    private var spare: ContiguousArray<UInt32> = []

    mutating func insert(_ request: Request) -> UInt32 {
        if let index = spare.popLast() {
            requests[Int(index)] = request
            return index
        }
        requests.append(request)
        spare.reserveCapacity(requests.capacity)
        return UInt32(requests.count - 1)
    }

    mutating func remove(_ index: UInt32) { spare.append(index) }

    subscript(_ index: UInt32) -> Request {
        @inline(__always) get { requests[Int(index)] }
        @inline(__always) _modify { yield &requests[Int(index)] }
    }

    /// The slots of those that may still be answered.
    var waitingSlots: [UInt32] {
        requests.indices.filter { requests[$0].pending > 0 && requests[$0].state == .waiting }.map { UInt32($0) }
    }

    /// Those that may still be answered, by slot.
    var waiting: [Request] { requests.filter { $0.pending > 0 && $0.state == .waiting } }
}

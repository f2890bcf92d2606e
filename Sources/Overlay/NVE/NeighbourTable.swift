public import Kernel

/// The neighbour entries of one NVE: IP endpoint to MAC endpoint, what it answers ARP from. A move with an unchanged
/// MAC leaves them right (OLD-4.1-01). Open addressing in eight bytes a slot, at most three quarters full.
public struct NeighbourTable: Sendable {
    private struct Slot {
        var address = EndpointID.none
        var hardware = EndpointID.none
    }

    private var slots: ContiguousArray<Slot> = [Slot()]
    public private(set) var count = 0

    public init() {}

    public mutating func reserve(_ entries: Int) {
        if Self.slotCount(for: entries) > slots.count { rebuild(slotCount: Self.slotCount(for: entries)) }
    }

    /// Gives back what the entries do not need.
    mutating func fit() {
        if Self.slotCount(for: count) < slots.count { rebuild(slotCount: Self.slotCount(for: count)) }
    }

    /// The MAC endpoint for an IP endpoint; nil when there is no entry.
    public func hardware(of address: EndpointID) -> EndpointID? {
        let slot = slots[place(of: address)]
        return slot.address == address ? slot.hardware : nil
    }

    /// Sets an entry; the answer is what it said before.
    @discardableResult
    public mutating func update(_ address: EndpointID, to hardware: EndpointID) -> EndpointID? {
        var index = place(of: address)
        if slots[index].address == address {
            defer { slots[index].hardware = hardware }
            return slots[index].hardware
        }
        if (count + 1) * 4 > slots.count * 3 {
            rebuild(slotCount: slots.count * 2)
            index = place(of: address)
        }
        slots[index] = Slot(address: address, hardware: hardware)
        count += 1
        return nil
    }

    public var reservedBytes: Int { slots.capacity * MemoryLayout<Slot>.stride }

    /// Number of slots, taken and free.
    var slotCount: Int { slots.count }

    /// The slot where the search for an address begins.
    func home(of address: EndpointID) -> Int {
        EndpointHash.slot(of: address, among: slots.count)
    }

    /// The slot that holds an address, or the free one where it belongs. At least one slot is always free.
    func place(of address: EndpointID) -> Int {
        var index = home(of: address)
        while slots[index].address != address, slots[index].address != .none {
            index += 1
            if index == slots.count { index = 0 }
        }
        return index
    }

    private static func slotCount(for entries: Int) -> Int { entries * 4 / 3 + 1 }

    private mutating func rebuild(slotCount: Int) {
        let old = slots
        slots = ContiguousArray(repeating: Slot(), count: slotCount)
        for slot in old where slot.address != .none { slots[place(of: slot.address)] = slot }
    }
}

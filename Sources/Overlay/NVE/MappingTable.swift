public import Kernel

/// What an NVE knows of one endpoint: where it is, and whether it has been here.
public struct MappingEntry: Sendable {
    public enum Place: UInt8, Sendable {
        /// Not known (it may have left from here).
        case unknown
        /// Behind another NVE.
        case remote
        /// Attached to this NVE and running.
        case attached
        /// Attached to this NVE and paused.
        case paused
    }

    /// When the entry stops being valid.
    public var expiry: Instant = .never
    /// `.none` marks a free slot.
    public var endpoint: EndpointID = .none
    /// remote: the NVE that serves it; attached, paused: the host behind which it is.
    public var locator: NodeID = .none
    /// remote: a second NVE that serves it as well.
    public var secondLocator: NodeID = .none
    public var sequence: UInt32 = 0
    /// The VM that has this address here (attached, paused), or had it last.
    public var vm: VMID = .none
    /// Place in bits 0-1; above, the place in the NVE's list of endpoint states, plus 1 (0 = nothing out of the
    /// ordinary).
    @usableFromInline var word: UInt32 = 0

    @inlinable public var place: Place {
        @inline(__always) get { Place(rawValue: UInt8(word & 3)).unsafelyUnwrapped }
        @inline(__always) set { word = word & ~3 | UInt32(newValue.rawValue) }
    }

    var state: UInt32 {
        get { word >> 2 }
        set { word = word & 3 | newValue << 2 }
    }

    @inlinable init() {}
}

/// The mappings of one NVE: open addressing with linear probing, at most three quarters full.
///
/// Layer 2 and Layer 3 share it: endpoints are unique over networks and families. One look-up answers both questions
/// of the packet path, "is the VM here?" and "where is it?".
public struct MappingTable: Sendable {
    @usableFromInline var slots: ContiguousArray<MappingEntry>
    public private(set) var count = 0
    /// By slot: a number that grows with each use. Empty until the first call of ``touch(_:)``.
    private var uses: ContiguousArray<UInt64> = []
    private var lastUse: UInt64 = 0

    public init(capacity: Int = 0) {
        slots = ContiguousArray(repeating: MappingEntry(), count: Self.slotCount(for: max(capacity, 1)))
    }

    private static func slotCount(for entries: Int) -> Int { entries * 4 / 3 + 1 }

    /// Makes room for so many entries at once.
    public mutating func reserve(_ entries: Int) {
        if Self.slotCount(for: entries) > slots.count { rebuild(slotCount: Self.slotCount(for: entries)) }
    }

    /// Gives back what the entries do not need.
    mutating func fit() {
        if Self.slotCount(for: count) < slots.count { rebuild(slotCount: Self.slotCount(for: count)) }
    }

    /// The slot of an endpoint's entry, or -1.
    @inline(__always)
    @inlinable
    public func find(_ endpoint: EndpointID) -> Int {
        var index = home(of: endpoint)
        while true {
            let present = slots[index].endpoint
            if present == endpoint { return index }
            if present == .none { return -1 }
            index += 1
            if index == slots.count { index = 0 }
        }
    }

    /// The slot of an endpoint's entry, made if there is none.
    public mutating func findOrInsert(_ endpoint: EndpointID) -> Int {
        precondition(endpoint != .none)
        let found = find(endpoint)
        if found >= 0 { return found }
        if (count + 1) * 4 > slots.count * 3 { rebuild(slotCount: slots.count * 2) }
        count += 1
        let index = freeSlot(for: endpoint)
        slots[index].endpoint = endpoint
        return index
    }

    @inlinable
    public subscript(_ slot: Int) -> MappingEntry {
        @inline(__always) get { slots[slot] }
        @inline(__always) _modify { yield &slots[slot] }
    }

    /// The entry was used just now: of all, it is the most recently used one.
    mutating func touch(_ slot: Int) {
        if uses.isEmpty { uses = ContiguousArray(repeating: 0, count: slots.count) }
        lastUse += 1
        uses[slot] = lastUse
    }

    /// Grows with the time of the last use; 0 = never used.
    func lastUse(of slot: Int) -> UInt64 { uses.isEmpty ? 0 : uses[slot] }

    /// Slots that hold an entry, by place.
    var slotIndices: [Int] { slots.indices.filter { slots[$0].endpoint != .none } }

    public var reservedBytes: Int {
        slots.capacity * MemoryLayout<MappingEntry>.stride + uses.capacity * MemoryLayout<UInt64>.stride
    }

    @inline(__always)
    @inlinable
    func home(of endpoint: EndpointID) -> Int {
        EndpointHash.slot(of: endpoint, among: slots.count)
    }

    private func freeSlot(for endpoint: EndpointID) -> Int {
        var index = home(of: endpoint)
        while slots[index].endpoint != .none {
            index += 1
            if index == slots.count { index = 0 }
        }
        return index
    }

    private mutating func rebuild(slotCount: Int) {
        let (old, oldUses) = (slots, uses)
        slots = ContiguousArray(repeating: MappingEntry(), count: slotCount)
        if !uses.isEmpty { uses = ContiguousArray(repeating: 0, count: slotCount) }
        for index in old.indices where old[index].endpoint != .none {
            let slot = freeSlot(for: old[index].endpoint)
            slots[slot] = old[index]
            if !uses.isEmpty { uses[slot] = oldUses[index] }
        }
    }
}

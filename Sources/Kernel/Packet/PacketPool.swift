/// The packets under way, in slots that are used again: no allocation per packet once the pool has grown.
public struct PacketPool {
    @usableFromInline var records: ContiguousArray<PacketRecord> = []
    @usableFromInline var spare: ContiguousArray<UInt32> = []

    public init() {}

    /// Packets under way now.
    @inlinable public var alive: Int { records.count - spare.count }
    /// The most packets that were under way at once.
    public var peak: Int { records.count }
    public var reservedBytes: Int {
        records.capacity * MemoryLayout<PacketRecord>.stride + spare.capacity * MemoryLayout<UInt32>.stride
    }

    @inlinable
    public mutating func insert(_ record: PacketRecord) -> PacketHandle {
        if let index = spare.popLast() {
            records[Int(index)] = record
            return PacketHandle(index)
        }
        return grow(record)
    }

    @inlinable
    public mutating func remove(_ handle: PacketHandle) { spare.append(handle.index) }

    @inlinable
    public subscript(_ handle: PacketHandle) -> PacketRecord {
        @inline(__always) get { records[Int(handle.index)] }
        @inline(__always) _modify { yield &records[Int(handle.index)] }
    }

    /// The packets under way, by slot: for the account at the end of a run.
    public func forEachAlive(_ body: (PacketRecord) -> Void) {
        var isSpare = [Bool](repeating: false, count: records.count)
        for index in spare { isSpare[Int(index)] = true }
        for index in records.indices where !isSpare[index] { body(records[index]) }
    }

    /// The packets under way for which something holds, by slot.
    public func handles(where condition: (PacketRecord) -> Bool) -> [PacketHandle] {
        var isSpare = [Bool](repeating: false, count: records.count)
        for index in spare { isSpare[Int(index)] = true }
        return records.indices.filter { !isSpare[$0] && condition(records[$0]) }.map { PacketHandle(UInt32($0)) }
    }

    @usableFromInline
    @inline(never)
    mutating func grow(_ record: PacketRecord) -> PacketHandle {
        records.append(record)
        spare.reserveCapacity(records.capacity)
        return PacketHandle(UInt32(records.count - 1))
    }
}

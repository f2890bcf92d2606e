public import Kernel

/// A VM's disk that goes with it (OLD-6-02, OLD-6-03, OLD-6-04): the whole image while the VM runs, then what it has
/// written since.
///
/// The VM writes from the first block to the last and again from the first, at a fixed rate. Groups of blocks have
/// versions, at the source and in the copy: what the VM finds at its new place is consistent when all are the same.
public struct DiskCopy: Hashable, Sendable {
    public static let block: UInt64 = 4_096
    private static let groups: UInt64 = 64

    /// Bytes of the image, in whole blocks.
    public let bytes: UInt64
    /// Bits written in a second.
    public let writeRate: UInt64
    private let began: Instant
    /// When the image had been read and was there; nil = it has not.
    private var arrived: Instant?
    /// When the VM stopped and its changes were taken; nil = they were not sent.
    private var changesTaken: Instant?

    /// The image begins to be read.
    public init(bytes: UInt64, writeRate: UInt64, now: Instant) {
        self.bytes = Self.blocks(bytes)
        self.writeRate = writeRate
        began = now
    }

    /// In whole blocks.
    public static func blocks(_ bytes: UInt64) -> UInt64 { (bytes + block - 1) / block * block }

    /// What is written in a time, in whole blocks, the whole image at most.
    public static func changed(_ bytes: UInt64, writeRate: UInt64, in time: Duration) -> UInt64 {
        let bits = UInt128(writeRate) * UInt128(time.picoseconds)
        let written = (bits + 7_999_999_999_999) / 8_000_000_000_000
        return blocks(UInt64(min(written, UInt128(bytes))))
    }

    /// All of the image is there.
    public mutating func imageArrived(now: Instant) { arrived = now }

    /// The VM stands still: the changes since the image began to be read, in whole blocks.
    public mutating func takeChanges(now: Instant) -> UInt64 {
        changesTaken = now
        return Self.changed(bytes, writeRate: writeRate, in: now - began)
    }

    /// Whether a VM that stopped at an instant finds at its new place what it left at the old one.
    public func isConsistent(stopped: Instant) -> Bool {
        guard let arrived else { return bytes == 0 }
        return (0..<Self.groups).allSatisfy { group in
            version(group, at: stopped) == copiedVersion(group, arrived: arrived)
        }
    }

    /// Of the copy: of the instant at which the group was read, or of the changes if it was among them.
    private func copiedVersion(_ group: UInt64, arrived: Instant) -> UInt128 {
        if let changesTaken, version(group, at: changesTaken) != version(group, at: began) {
            return version(group, at: changesTaken)
        }
        let share = (arrived - began).picoseconds / Int64(Self.groups)
        return version(group, at: began + Duration(picoseconds: share * Int64(group + 1)))
    }

    /// Of the source: bytes that have been written in the group.
    private func version(_ group: UInt64, at time: Instant) -> UInt128 {
        if bytes == 0 { return 0 }
        let written = UInt128(writeRate) * UInt128(time.picoseconds) / 8_000_000_000_000
        let (first, end) = (bytes * group / Self.groups, bytes * (group + 1) / Self.groups)
        let (passes, place) = written.quotientAndRemainder(dividingBy: UInt128(bytes))
        let now = min(max(place, UInt128(first)), UInt128(end)) - UInt128(first)
        return passes * UInt128(end - first) + now
    }
}

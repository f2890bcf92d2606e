public import Kernel

/// What has to be moved and how: the resolved settings of one transfer of state.
public struct TransferPlan: Hashable, Sendable {
    /// How memory gets to the new host.
    public enum Scheme: String, CaseIterable, Sendable {
        /// The VM stands still while all of it is sent.
        case stopAndCopy = "stop-and-copy"
        /// The VM runs while memory is sent in rounds, each of what has been written during the one before.
        case preCopy = "pre-copy"
        /// The VM moves first, with the state of its devices alone; its memory follows, and pages that it misses come
        /// when it asks for them.
        case postCopy = "post-copy"
        /// So many rounds while the VM runs, then it moves, and what it has written since follows.
        case hybrid
    }

    /// What becomes of a pre-copy whose rounds are not enough.
    public enum NonConvergence: String, CaseIterable, Sendable {
        /// The VM stops all the same, and longer than wanted.
        case stop
        /// The move is given up.
        case abort
    }

    public var scheme = Scheme.preCopy
    /// Memory of the VM in bytes.
    public var memory: UInt64 = 0
    /// State of processors and devices in bytes, sent while the VM stands still.
    public var deviceState: UInt64 = 0
    /// Bits of memory written in a second, distinct pages only; 0 = none.
    public var dirtyRate: UInt64 = 0
    /// The most memory that is written again and again; nil = all of it.
    public var workingSet: UInt64?
    /// Bytes of a page: memory is sent in whole pages.
    public var page: UInt64 = 4_096
    /// The VM is to stand still for no longer than this while the rest is sent.
    public var downtimeTarget = Duration.milliseconds(300)
    /// Live rounds at most; nil = any number.
    public var maxRounds: Int?
    /// Time for live rounds at most; nil = any.
    public var maxTime: Duration?
    public var onNonConvergence = NonConvergence.stop
    /// A disk that goes along, in bytes; 0 = none, or one that is reached from everywhere.
    public var disk: UInt64 = 0
    /// Bits of the disk written in a second.
    public var diskWriteRate: UInt64 = 0
    /// Whether what is written on the disk while it is copied is sent too, once the VM stands still.
    public var sendsDiskChanges = true

    public init() {}

    /// Bytes in whole pages.
    public func paged(_ bytes: UInt64) -> UInt64 { (bytes + page - 1) / page * page }

    /// Memory that the VM has written in a time since it was all sent: the working set at most, in whole pages.
    public func dirtyBytes(in time: Duration) -> UInt64 {
        let bits = UInt128(dirtyRate) * UInt128(time.picoseconds)
        let bytes = (bits + 7_999_999_999_999) / 8_000_000_000_000
        return paged(UInt64(min(bytes, UInt128(mostDirty))))
    }

    /// From one page that the VM touches to the next.
    public var pageInterval: Duration { BitRate(bitsPerSecond: dirtyRate).wireTime(bytes: page) }

    /// All state that has changed in a time: memory, and a disk that goes along.
    public func changedBytes(in time: Duration) -> UInt64 {
        dirtyBytes(in: time) + DiskCopy.changed(disk, writeRate: diskWriteRate, in: time)
    }

    /// The most memory that can have been written since it was all sent.
    public var mostDirty: UInt64 { min(workingSet ?? memory, memory) }
}

/// Names one arming of a timer: the place in the table, and its generation.
public struct TimerHandle: Hashable, Sendable {
    public var index: UInt32
    /// 24 bits, as many as an event has room for.
    public var generation: UInt32

    public init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }
}

/// The armed timers. Cancelling only raises a generation: the event stays in the queue and is passed over.
public struct TimerTable {
    private var keys: ContiguousArray<TimerKey> = []
    private var generations: ContiguousArray<UInt32> = []
    private var spare: ContiguousArray<UInt32> = []

    public init() {}

    /// Timers that are armed, or cancelled with their event still pending.
    public var pending: Int { keys.count - spare.count }

    mutating func add(_ key: TimerKey) -> TimerHandle {
        if let index = spare.popLast() {
            keys[Int(index)] = key
            return TimerHandle(index: index, generation: generations[Int(index)])
        }
        keys.append(key)
        generations.append(0)
        return TimerHandle(index: UInt32(keys.count - 1), generation: 0)
    }

    mutating func cancel(_ handle: TimerHandle) {
        if generations[Int(handle.index)] == handle.generation { raise(handle.index) }
    }

    /// What a pending timer is for; nil = it has run out or was cancelled.
    public func key(of handle: TimerHandle) -> TimerKey? {
        generations[Int(handle.index)] == handle.generation ? keys[Int(handle.index)] : nil
    }

    /// The event of a timer has come: its key if it is still armed, nil if it was cancelled. Frees the place.
    public mutating func expire(_ handle: TimerHandle) -> TimerKey? {
        let index = Int(handle.index)
        let isArmed = generations[index] == handle.generation
        if isArmed { raise(handle.index) }
        spare.append(handle.index)
        return isArmed ? keys[index] : nil
    }

    private mutating func raise(_ index: UInt32) {
        generations[Int(index)] = (generations[Int(index)] + 1) & 0xff_ffff
    }
}

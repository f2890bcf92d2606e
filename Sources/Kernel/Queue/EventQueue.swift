/// The pending events: a monotone radix heap over 64-bit keys with chunked buckets.
///
/// The level of an event is the highest 6-bit digit in which its key differs from the last popped key; its bucket in
/// that level is the digit itself. Popping takes the lowest bucket of the lowest occupied level and deals it out
/// again over the levels below. Each event moves down at most eleven times, mostly once or twice, and memory is
/// touched in runs of 31 events: the rate hardly falls from a thousand to a million pending events, where comparison
/// heaps lose a factor of five and more.
///
/// Events with equal keys come out in the order in which they were pushed, with no serial number: equal keys always
/// share a bucket, and appending and dealing out keep order. Nothing may be pushed before the last popped key.
///
/// This is the one place of the model with unsafe memory; ``HeapEventQueue`` is its plain twin for tests.
public struct EventQueue: ~Copyable {
    @usableFromInline static let digitBits: UInt64 = 6
    @usableFromInline static let radix = 64
    @usableFromInline static let levels = 11

    /// Number of pending events.
    public private(set) var count = 0
    /// Key of the last popped event: no earlier key may be pushed.
    public private(set) var lastKey: UInt64 = 0

    private let buckets: UnsafeMutablePointer<Bucket>
    /// Bit d of mask l: bucket d of level l holds events.
    private let masks: UnsafeMutablePointer<UInt64>
    /// Bit l: level l holds events.
    private var occupiedLevels: UInt32 = 0
    private var chunks = ChunkPool()

    public init() {
        buckets = .allocate(capacity: Self.levels * Self.radix)
        buckets.initialize(repeating: Bucket(), count: Self.levels * Self.radix)
        masks = .allocate(capacity: Self.levels)
        masks.initialize(repeating: 0, count: Self.levels)
    }

    deinit {
        buckets.deallocate()
        masks.deallocate()
        chunks.deallocate()
    }

    /// Adds an event behind all events with the same key. Traps when its key lies before the last popped one.
    @inline(__always)
    public mutating func push(_ event: Event) {
        precondition(event.key >= lastKey, "an event was scheduled before now")
        count += 1
        place(event)
    }

    /// Removes and returns the earliest event, the first pushed among equals; nil when empty.
    @inline(__always)
    public mutating func pop() -> Event? {
        if count == 0 { return nil }
        count -= 1
        if masks[0] == 0, let single = descend() { return single }
        let digit = masks[0].trailingZeroBitCount
        let chunk = buckets[digit].head.unsafelyUnwrapped
        let event = chunk.pointee.events(chunk)[Int(chunk.pointee.readIndex)]
        lastKey = event.key
        chunk.pointee.readIndex += 1
        if chunk.pointee.readIndex == chunk.pointee.count { retireHead(of: digit) }
        return event
    }

    /// Bytes of memory held for events, pending or spare.
    public var reservedBytes: Int { chunks.reservedBytes + Self.levels * Self.radix * MemoryLayout<Bucket>.stride }

    @inline(__always)
    private mutating func place(_ event: Event) {
        let difference = event.key ^ lastKey
        // (n * 43) >> 8 is n / 6 for every n below 64.
        let level = ((63 - (difference | 1).leadingZeroBitCount) * 43) >> 8
        let digit = Int(truncatingIfNeeded: event.key >> (UInt64(level) &* Self.digitBits)) & (Self.radix - 1)
        let bucket = buckets + (level * Self.radix + digit)
        if let tail = bucket.pointee.tail, tail.pointee.count < Chunk.capacity {
            tail.pointee.events(tail)[Int(tail.pointee.count)] = event
            tail.pointee.count += 1
        } else {
            startChunk(bucket, event)
            masks[level] |= 1 << UInt64(digit)
            occupiedLevels |= 1 << UInt32(level)
        }
    }

    @inline(never)
    private mutating func startChunk(_ bucket: UnsafeMutablePointer<Bucket>, _ event: Event) {
        let chunk = chunks.take()
        chunk.pointee.events(chunk)[0] = event
        chunk.pointee.count = 1
        if let tail = bucket.pointee.tail { tail.pointee.next = chunk } else { bucket.pointee.head = chunk }
        bucket.pointee.tail = chunk
    }

    private mutating func retireHead(of digit: Int) {
        let chunk = buckets[digit].head.unsafelyUnwrapped
        buckets[digit].head = chunk.pointee.next
        if chunk.pointee.next == nil {
            buckets[digit].tail = nil
            masks[0] &= masks[0] - 1
            if masks[0] == 0 { occupiedLevels &= ~1 }
        }
        chunks.giveBack(chunk)
    }

    /// Deals the lowest bucket of the lowest occupied level out over the levels below. A bucket with a single event
    /// is answered at once.
    @inline(never)
    private mutating func descend() -> Event? {
        let level = occupiedLevels.trailingZeroBitCount
        let digit = masks[level].trailingZeroBitCount
        masks[level] &= masks[level] - 1
        if masks[level] == 0 { occupiedLevels &= ~(1 << UInt32(level)) }
        let bucket = level * Self.radix + digit
        let head = buckets[bucket].head.unsafelyUnwrapped
        buckets[bucket] = Bucket()
        if head.pointee.count == 1, head.pointee.next == nil {
            let event = head.pointee.events(head)[0]
            lastKey = event.key
            chunks.giveBack(head)
            return event
        }
        lastKey = Self.smallestKey(from: head)
        var chunk: UnsafeMutablePointer<Chunk>? = head
        while let current = chunk {
            let events = current.pointee.events(current)
            for index in 0..<Int(current.pointee.count) { place(events[index]) }
            chunk = current.pointee.next
            chunks.giveBack(current)
        }
        return nil
    }

    private static func smallestKey(from head: UnsafeMutablePointer<Chunk>) -> UInt64 {
        var smallest = UInt64.max
        var chunk: UnsafeMutablePointer<Chunk>? = head
        while let current = chunk {
            let events = current.pointee.events(current)
            for index in 0..<Int(current.pointee.count) { smallest = min(smallest, events[index].key) }
            chunk = current.pointee.next
        }
        return smallest
    }
}

/// A list of chunks, filled at its tail.
private struct Bucket {
    var head: UnsafeMutablePointer<Chunk>?
    var tail: UnsafeMutablePointer<Chunk>?
}

/// 512 bytes: this header, then up to 31 events.
private struct Chunk {
    static let capacity: UInt32 = 31
    static let bytes = 512

    var next: UnsafeMutablePointer<Chunk>?
    var count: UInt32 = 0
    /// Events of level 0 that have been popped.
    var readIndex: UInt32 = 0

    @inline(__always)
    func events(_ this: UnsafeMutablePointer<Chunk>) -> UnsafeMutablePointer<Event> {
        (UnsafeMutableRawPointer(this) + MemoryLayout<Event>.stride).assumingMemoryBound(to: Event.self)
    }
}

/// Chunks in slabs that never move; spare ones in a list, the last returned first (it is still in the cache).
private struct ChunkPool {
    static let slabChunks = 256

    private var spare: UnsafeMutablePointer<Chunk>?
    private var slabs: [UnsafeMutableRawPointer] = []

    var reservedBytes: Int { slabs.count * Self.slabChunks * Chunk.bytes }

    @inline(__always)
    mutating func take() -> UnsafeMutablePointer<Chunk> {
        if spare == nil { addSlab() }
        let chunk = spare.unsafelyUnwrapped
        spare = chunk.pointee.next
        chunk.pointee.next = nil
        chunk.pointee.readIndex = 0
        return chunk
    }

    @inline(__always)
    mutating func giveBack(_ chunk: UnsafeMutablePointer<Chunk>) {
        chunk.pointee.next = spare
        spare = chunk
    }

    private mutating func addSlab() {
        let slab = UnsafeMutableRawPointer.allocate(byteCount: Self.slabChunks * Chunk.bytes, alignment: 64)
        slabs.append(slab)
        for index in (0..<Self.slabChunks).reversed() {
            let chunk = (slab + index * Chunk.bytes).bindMemory(to: Chunk.self, capacity: 1)
            chunk.initialize(to: Chunk())
            giveBack(chunk)
        }
    }

    func deallocate() {
        for slab in slabs { slab.deallocate() }
    }
}

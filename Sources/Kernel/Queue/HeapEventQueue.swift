/// A 4-ary heap on one 128-bit key (key, then serial number): the plain twin of ``EventQueue`` that tests compare
/// pop orders with, and the yardstick of `nvo3sim bench`.
public struct HeapEventQueue {
    private struct Entry {
        var order: UInt128
        var word: UInt64
    }

    private var entries: [Entry] = []
    private var serial: UInt64 = 0

    public init() {}

    public var count: Int { entries.count }

    public mutating func push(_ event: Event) {
        entries.append(Entry(order: UInt128(event.key) << 64 | UInt128(serial), word: event.word))
        serial += 1
        siftUp(entries.count - 1)
    }

    public mutating func pop() -> Event? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            siftDown(0)
        }
        return Event(key: UInt64(first.order >> 64), word: first.word)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 4
            if entries[parent].order <= entries[index].order { return }
            entries.swapAt(parent, index)
            index = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var smallest = index
            for child in (4 * index + 1)..<(4 * index + 5) where child < entries.count {
                if entries[child].order < entries[smallest].order { smallest = child }
            }
            if smallest == index { return }
            entries.swapAt(smallest, index)
            index = smallest
        }
    }
}

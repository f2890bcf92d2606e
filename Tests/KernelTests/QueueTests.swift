import Kernel
import Testing

/// The radix queue pops what its plain twin pops, ties included.
@Suite struct QueueTests {
    /// How far behind the present the next event lies.
    enum Schedule: CaseIterable {
        /// One of three fixed delays, as links and sources have them.
        case constantDelays
        /// Often at once, else at one of few instants: long runs of equal keys.
        case bursts
        /// Exponentially distributed around a mean.
        case exponential
        /// Every order of magnitude up to 2^62 alike.
        case wide
        /// Around the multiples of powers of 64, where digits roll over.
        case boundaries
    }

    /// Keys stay below this: twice the latest instant.
    private static let end: UInt64 = 1 << 63

    /// A key for a new event, not before `now`.
    private func key(_ schedule: Schedule, after now: UInt64, _ draw: inout Draw) -> UInt64 {
        let delay: UInt64
        switch schedule {
        case .constantDelays: delay = [348_160, 2_000_000, 2 * 333_333_333][draw(below: 3)]
        case .bursts: delay = draw(below: 2) == 0 ? 0 : (now / 1_000 + UInt64(draw(below: 3)) + 1) * 1_000 - now
        case .exponential: delay = draw.exponential(mean: 1e7)
        case .wide: delay = UInt64(1) << UInt64(draw(below: 63)) | UInt64(draw(below: 1 << 20))
        case .boundaries:
            let shift = UInt64(6 * draw(below: 10))
            let boundary = (now >> shift + 1) << shift
            delay = max(boundary - 1 + UInt64(draw(below: 3)), now) - now
        }
        return delay < Self.end - now ? now + delay : Self.end - 1
    }

    @Test(arguments: Schedule.allCases, [1, 40, 700])
    func popOrderIsTheHeaps(_ schedule: Schedule, _ pending: Int) {
        var draw = Draw(purpose: "\(schedule)")
        var queue = EventQueue()
        var twin = HeapEventQueue()
        var serial: UInt64 = 0
        for step in 0..<6_000 {
            let wanted = pending - twin.count + draw(below: 3)
            for _ in 0..<max(0, step < 5_000 ? wanted : 0) {
                let event = Event(key: key(schedule, after: queue.lastKey, &draw), word: serial)
                serial += 1
                queue.push(event)
                twin.push(event)
            }
            let (ours, theirs) = (queue.pop(), twin.pop())
            #expect(ours == theirs, "step \(step)")
            let count = queue.count
            #expect(count == twin.count)
            if ours != theirs { return }
        }
        #expect(serial > 4_900, "too few events to say anything")
        if pending < 900 { #expect(twin.count == 0, "drained") }
    }

    @Test func equalKeysComeOutInTheOrderOfTheirPushes() {
        var queue = EventQueue()
        for word in 0..<200 as Range<UInt64> { queue.push(Event(key: 77, word: word)) }
        for word in 0..<200 as Range<UInt64> {
            let event = queue.pop()
            #expect(event == Event(key: 77, word: word))
        }
    }

    @Test("DER-02, DEC-17: what is scheduled for the present instant goes behind what is there already")
    func pushDuringPopAtTheSameKeyGoesBehind() {
        var queue = EventQueue()
        var word: UInt64 = 0
        var expected: UInt64 = 0
        for _ in 0..<40 {
            queue.push(Event(key: 1_000_003, word: word))
            word += 1
        }
        while let event = queue.pop() {
            #expect(event == Event(key: 1_000_003, word: expected))
            expected += 1
            if word < 120 {
                queue.push(Event(key: 1_000_003, word: word))
                word += 1
            }
        }
        #expect(expected == 120)
    }

    /// The first event of a pair is put into a coarse bucket, the second straight into a fine one.
    @Test(arguments: [7, 63, 64, 65, 4_095, 4_096, 262_144, 1 << 36, (1 << 60) + 1] as [UInt64])
    func orderAmongEqualsDoesNotDependOnHowFarAheadTheyWerePushed(_ distance: UInt64) {
        var queue = EventQueue()
        let key = distance + 5_000
        queue.push(Event(key: key, word: 1))
        queue.push(Event(key: key - 1, word: 0))
        queue.push(Event(key: key, word: 2))
        let first = queue.pop()?.word
        queue.push(Event(key: key, word: 3))
        let rest = [queue.pop()?.word, queue.pop()?.word, queue.pop()?.word]
        #expect(first == 0)
        #expect(rest == [1, 2, 3])
    }

    @Test func controlComesBeforeTrafficAtOneInstant() {
        var queue = EventQueue()
        let now = Instant(picoseconds: 300_000_000_000)
        queue.push(Event(at: now, rank: .traffic, kind: .arrival, handle: 1))
        queue.push(Event(at: now, rank: .control, kind: .timer, handle: 2))
        let kinds = [queue.pop()?.kind, queue.pop()?.kind]
        #expect(kinds == [.timer, .arrival])
    }

    @Test func emptyQueueAnswersNilAndGoesOn() {
        var queue = EventQueue()
        let none = queue.pop()
        #expect(none == nil)
        queue.push(Event(key: 9, word: 1))
        let first = queue.pop()
        let (count, last) = (queue.count, queue.lastKey)
        #expect(first == Event(key: 9, word: 1))
        #expect(count == 0)
        #expect(last == 9)
        let again = queue.pop()
        #expect(again == nil)
        queue.push(Event(key: 9, word: 2))
        let second = queue.pop()
        #expect(second == Event(key: 9, word: 2))
    }

    /// A chunk in use holds at least one pending event, so that a thousand events can never need many slabs.
    @Test func memoryIsUsedAgain() {
        var draw = Draw(purpose: "memory")
        var queue = EventQueue()
        let empty = queue.reservedBytes
        for _ in 0..<1_000 { queue.push(Event(key: draw.exponential(mean: 1e9), word: 0)) }
        for _ in 0..<20_000 {
            guard let event = queue.pop() else { break }
            queue.push(Event(key: event.key + draw.exponential(mean: 1e9), word: 0))
        }
        let held = queue.reservedBytes
        #expect(held > empty)
        #expect(held - empty <= 5 * 256 * 512)
        while let event = queue.pop() { _ = event }
        for word in 0..<1_000 { queue.push(Event(key: queue.lastKey + 64, word: UInt64(word))) }
        let after = queue.reservedBytes
        #expect(after == held, "events that need less than before allocate nothing")
    }
}

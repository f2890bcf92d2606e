import Kernel

/// The hold model: so many events pending; each one taken schedules another at now + an exponential gap of 1 ms mean,
/// from a table drawn beforehand.
enum QueueBench {
    private static let pending = [1_000, 100_000, 1_000_000]
    private static let holdCount = 4_000_000

    static func run(_ repetitions: Int) -> [BenchFigure] {
        let gaps = gapTable()
        return pending.flatMap { count -> [BenchFigure] in
            var radix: [Double] = []
            var heap: [Double] = []
            var isSame = true
            for round in 0...repetitions {
                let (radixRate, radixSum) = holds(EventQueue(), count, gaps)
                let (heapRate, heapSum) = holds(HeapEventQueue(), count, gaps)
                isSame = isSame && radixSum == heapSum
                if round == 0 { continue }
                radix.append(radixRate)
                heap.append(heapRate)
            }
            let remark = isSame ? "same pop order as the heap" : "POP ORDER DIFFERS FROM THE HEAP"
            return [
                BenchFigure("queue/radix/\(count)", "M holds/s", radix, remark: remark),
                BenchFigure("queue/heap/\(count)", "M holds/s", heap),
            ]
        }
    }

    private static func gapTable() -> [UInt64] {
        let random = RandomSource(seed: 1, run: 1)
        var cursor = StreamCursor(component: "bench", purpose: "hold")
        return (0..<65_536).map { _ in UInt64(random.exponentialGap(mean: 1e9, from: &cursor).picoseconds) << 1 }
    }

    private static func holds<Queue: HoldQueue & ~Copyable>(
        _ empty: consuming Queue, _ count: Int, _ gaps: [UInt64]
    ) -> (rate: Double, checksum: UInt64) {
        var queue = empty
        for index in 0..<count { queue.push(Event(key: gaps[index & 65_535], word: UInt64(index))) }
        var checksum: UInt64 = 0
        let clock = BenchClock()
        for index in 0..<holdCount {
            guard let event = queue.pop() else { break }
            checksum = checksum &* 31 &+ event.word
            queue.push(Event(key: event.key &+ gaps[index & 65_535], word: event.word))
        }
        return (Double(holdCount) / clock.seconds / 1e6, checksum)
    }
}

/// What the hold model needs of a queue.
private protocol HoldQueue: ~Copyable {
    mutating func push(_ event: Event)
    mutating func pop() -> Event?
}

extension EventQueue: HoldQueue {}
extension HeapEventQueue: HoldQueue {}

import Kernel

/// Numbers for tests, from a stream named after their purpose: the same in every process.
struct Draw {
    private let random = RandomSource(seed: 2_024, run: 0)
    private var cursor: StreamCursor

    init(purpose: String) { cursor = StreamCursor(component: "test", purpose: purpose) }

    mutating func callAsFunction(below bound: Int) -> Int {
        Int(random.uniformInteger(below: UInt64(bound), from: &cursor))
    }

    mutating func exponential(mean: Double) -> UInt64 {
        UInt64(random.exponentialGap(mean: mean, from: &cursor).picoseconds)
    }
}

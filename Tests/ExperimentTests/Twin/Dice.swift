import Kernel

/// A small deterministic generator for test scenarios: a linear congruential step, its upper bits mixed once.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x2545_f491_4f6c_dd1d &+ 0x1405_7b7e_f767_814f }

    mutating func next() -> UInt64 {
        state = state &* 0x5851_f42d_4c95_7f2d &+ 0x1405_7b7e_f767_814f
        let folded = state ^ state >> 29
        return (folded &* 0x9fb2_1c65_1e98_df25) >> 11
    }

    /// Uniform in the range, well enough for choosing test cases.
    mutating func roll(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// A duration of the range's picoseconds.
    mutating func time(_ range: ClosedRange<Int64>) -> Duration {
        Duration(picoseconds: Int64(roll(Int(range.lowerBound)...Int(range.upperBound))))
    }

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { roll(1...count) == 1 }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[roll(0...elements.count - 1)] }
}

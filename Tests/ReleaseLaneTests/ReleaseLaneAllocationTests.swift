import AllocationCounter
import Kernel
import Testing

/// That the counter counts, and that the kernel's draws allocate nothing. The release lane runs these on optimised
/// code, which is what is promised.
@Suite(.enabled(if: allocation_counting_is_available()))
struct ReleaseLaneAllocationTests {
    /// Allocations that `body` makes on this thread when it runs for the second time: in the first one the Swift
    /// runtime makes its own tables of types.
    private func allocations(of body: () -> Void) -> UInt64 {
        body()
        let before = allocation_count()
        body()
        return allocation_count() - before
    }

    @Test func countsEveryArray() {
        var arrays: [[UInt64]] = []
        arrays.reserveCapacity(1_000)
        let counted = allocations {
            arrays.removeAll(keepingCapacity: true)
            for index in 0..<1_000 { arrays.append([UInt64(index), 1, 2]) }
        }
        #expect(counted == 1_000)
        #expect(arrays[999][0] == 999)
    }

    @Test func countsGrowthAndAllocationsOfTheGSL() {
        var kept: [Int] = []
        let growth = allocations {
            kept = []
            for index in 0..<1_000 { kept.append(index) }
        }
        #expect(growth >= 5 && growth <= 20, "\(growth): doubling up to \(kept.count)")
        let library = allocations { _ = RandomSource(seed: 1, run: 0) }
        #expect(library == 2 || library == 3, "generator, its state, and the object unless optimised away")
    }

    @Test func loopWithoutAllocationCountsNothing() {
        var numbers = [UInt64](repeating: 1, count: 64)
        let counted = allocations {
            for round in 0..<10_000 { numbers[round & 63] = numbers[(round + 7) & 63] &* 31 &+ UInt64(round) }
        }
        #expect(counted == 0)
        #expect(numbers.contains { $0 != 1 })
    }

    // Code that is not optimised keeps the temporary values of generic functions on the heap.
    #if !DEBUG
        @Test func randomDrawsAllocateNothing() {
            let source = RandomSource(seed: 1, run: 0)
            var cursors = (0..<16).map { StreamCursor(component: "client[\($0)]", purpose: "gap") }
            var order = Array(0..<100)
            var sum: Int64 = 0
            let counted = allocations {
                for round in 0..<10_000 {
                    sum &+= source.exponentialGap(mean: 1e6, from: &cursors[round & 15]).picoseconds
                    sum &+= Int64(source.uniformInteger(below: 1_000, from: &cursors[(round + 1) & 15]))
                }
                source.shuffle(&order, from: &cursors[0])
            }
            #expect(counted == 0)
            #expect(sum > 0)
        }
    #endif
}

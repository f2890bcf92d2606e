public import Kernel

/// Pages that a running VM misses while they are sent after it: what post-copy costs.
///
/// The VM touches a new page of its working set at even intervals, in an order that spreads over all of it (steps of
/// the golden section). Pages come in the order of their numbers, evenly over the time that all of them took. A page
/// that is touched before it has come is asked for, and until it comes the VM's work stands still: what it would have
/// touched meanwhile it touches later. A page that was asked for is not sent twice, so the transfer takes no longer.
public struct DemandPaging: Hashable, Sendable {
    /// Pages that the VM had to wait for.
    public private(set) var faults = 0
    /// Time that it waited for them.
    public private(set) var stall = Duration.zero

    /// - Parameters:
    ///   - pages: that come after the VM.
    ///   - workingSet: pages that the VM touches, at least 1.
    ///   - interval: from one touch to the next, longer than zero.
    ///   - duration: from the VM's start until the last page has come.
    ///   - wait: for a page that was asked for.
    public init(pages: UInt64, workingSet: UInt64, interval: Duration, duration: Duration, wait: Duration) {
        precondition(workingSet > 0 && interval > .zero, "a VM that touches nothing misses nothing")
        let step = Self.step(of: workingSet)
        var time = Int128(0)
        var page = UInt64(0)
        for _ in 0..<workingSet {
            if time >= Int128(duration.picoseconds) { return }
            // Where more pages come than are touched, those that are lie evenly among them.
            let place = pages > workingSet ? UInt128(page) * UInt128(pages) / UInt128(workingSet) : UInt128(page)
            let come = Int128(pages) * time / Int128(duration.picoseconds)
            if place < UInt128(pages), Int128(place) >= come {
                faults += 1
                stall = stall + wait
                time += Int128(wait.picoseconds)
            }
            time += Int128(interval.picoseconds)
            page = (page + step) % workingSet
        }
    }

    /// Near the golden section of the working set, and without a divisor in common, so that every page is touched once.
    private static func step(of count: UInt64) -> UInt64 {
        var step = max(1, UInt64(Double(count) * 0.618_033_988_749_895))
        while greatestCommonDivisor(step, count) != 1 { step += 1 }
        return step
    }

    private static func greatestCommonDivisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
        second == 0 ? first : greatestCommonDivisor(second, first % second)
    }
}

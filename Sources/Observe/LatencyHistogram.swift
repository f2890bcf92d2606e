public import Kernel

/// One-way delays of all flows together, in logarithmic buckets: 128 of equal width for each octave of picoseconds.
///
/// A quantile is the middle of the bucket that holds its nearest rank, and so lies within 1/256 (0.4 %) of the exact
/// order statistic; below 1 024 ps, within 4 ps (0 for 0 to 7). A flow pays for the octaves it uses: 512 bytes each,
/// and 216 bytes for its row of the page table. Recording allocates only when a flow meets an octave for the first
/// time.
public struct LatencyHistogram: Sendable {
    /// Octave 0 holds [0, 2^10) ps, octave k holds [2^(9+k), 2^(10+k)), up to 2^63 - 1 in the last.
    static let octaves = 54
    static let bucketsPerPage = 128

    /// Page of flow x octave, counted from 1; 0 = not there yet.
    private var pages: [UInt32]
    /// 128 counts for each page.
    private var counts: [UInt32] = []
    /// By page.
    private var octaveOfPage: [UInt8] = [0]

    /// - Parameter flows: number of rows; indices are 0 ..< flows.
    public init(flows: Int) {
        pages = [UInt32](repeating: 0, count: flows * Self.octaves)
    }

    public var flows: Int { pages.count / Self.octaves }

    /// Counts one delay of `flow`, in picoseconds, not negative. A bucket that is full (2^32 - 1) stays full.
    ///
    /// - Parameter hint: the page that the flow used last, 0 at first; kept by the caller beside what it touches
    ///   anyway, so that the page table is read only when the octave changes.
    @inline(__always)
    public mutating func record(_ flow: Int, _ picoseconds: Int64, hint: inout UInt32) {
        let value = UInt64(bitPattern: picoseconds)
        let place = Self.place(of: value)
        if hint == 0 || octaveOfPage[Int(hint)] != UInt8(truncatingIfNeeded: place.octave) {
            hint = findPage(flow, place.octave)
        }
        let index = Int(hint &- 1) &* Self.bucketsPerPage &+ place.bucket
        let count = counts[index]
        counts[index] = count &+ (count == .max ? 0 : 1)
    }

    /// Delays recorded for a flow.
    public func count(_ flow: Int) -> Int {
        var total = 0
        for octave in 0..<Self.octaves {
            guard let first = firstBucket(flow, octave) else { continue }
            for index in first..<first + Self.bucketsPerPage { total += Int(counts[index]) }
        }
        return total
    }

    /// The delay at a quantile (nearest rank), between the exact extremes that the caller has kept; nil without data.
    public func quantile(_ flow: Int, _ quantile: Quantile, min: Duration, max: Duration) -> Duration? {
        let total = count(flow)
        guard total > 0 else { return nil }
        let rank = quantile.rank(of: total)
        // The extremes are known exactly.
        if rank == total { return max }
        if rank == 1 { return min }
        var seen = 0
        for octave in 0..<Self.octaves {
            guard let first = firstBucket(flow, octave) else { continue }
            for bucket in 0..<Self.bucketsPerPage {
                seen += Int(counts[first + bucket])
                guard seen >= rank else { continue }
                let middle = Self.middle(octave, bucket)
                return Duration(picoseconds: Swift.min(Swift.max(middle, min.picoseconds), max.picoseconds))
            }
        }
        return max
    }

    /// Forgets all delays and keeps the memory: for quantiles of one window after the other.
    public mutating func clear() {
        for index in counts.indices { counts[index] = 0 }
    }

    @inline(__always)
    static func place(of value: UInt64) -> (octave: Int, bucket: Int) {
        let top = 63 &- (value | 512).leadingZeroBitCount
        // Values below 2^10 share octave 0, in buckets 8 ps wide.
        if top < 10 { return (0, Int(value >> 3)) }
        return (top &- 9, Int(truncatingIfNeeded: value >> UInt64(top &- 7)) & 127)
    }

    /// The middle of a bucket.
    static func middle(_ octave: Int, _ bucket: Int) -> Int64 {
        if octave == 0 { return bucket == 0 ? 0 : Int64(bucket) * 8 + 4 }
        let top = Int64(octave + 9)
        let width = Int64(1) << (top - 7)
        return (Int64(1) << top) + Int64(bucket) * width + width / 2
    }

    private func firstBucket(_ flow: Int, _ octave: Int) -> Int? {
        let page = pages[flow * Self.octaves + octave]
        return page == 0 ? nil : Int(page - 1) * Self.bucketsPerPage
    }

    public var reservedBytes: Int {
        (pages.capacity + counts.capacity) * MemoryLayout<UInt32>.stride + octaveOfPage.capacity
    }

    @inline(never)
    private mutating func findPage(_ flow: Int, _ octave: Int) -> UInt32 {
        let page = pages[flow &* Self.octaves &+ octave]
        return page == 0 ? makePage(flow, octave) : page
    }

    private mutating func makePage(_ flow: Int, _ octave: Int) -> UInt32 {
        counts.append(contentsOf: repeatElement(0, count: Self.bucketsPerPage))
        let page = UInt32(counts.count / Self.bucketsPerPage)
        pages[flow * Self.octaves + octave] = page
        octaveOfPage.append(UInt8(octave))
        return page
    }
}

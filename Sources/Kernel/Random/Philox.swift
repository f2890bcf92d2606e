/// The counter-based generator Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
///
/// A block of four words is a pure function of counter and key: a stream needs no state but its position, and no
/// stream depends on how much another has drawn.
public enum Philox {
    /// The four output words for a counter and a key.
    @inline(__always)
    public static func block(
        counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        var (c0, c1, c2, c3) = counter
        var (k0, k1) = key
        for _ in 0..<10 {
            let first = UInt64(c0) &* 0xd251_1f53
            let second = UInt64(c2) &* 0xcd9e_8d57
            c0 = UInt32(truncatingIfNeeded: second >> 32) ^ c1 ^ k0
            c1 = UInt32(truncatingIfNeeded: second)
            c2 = UInt32(truncatingIfNeeded: first >> 32) ^ c3 ^ k1
            c3 = UInt32(truncatingIfNeeded: first)
            k0 = k0 &+ 0x9e37_79b9
            k1 = k1 &+ 0xbb67_ae85
        }
        return (c0, c1, c2, c3)
    }
}

/// A running 64-bit hash of what a run did: equal runs have equal fingerprints, and a change shows.
///
/// Ingredients never include handles or addresses of the program, so that a refactoring does not move it.
public struct Fingerprint: Hashable, Sendable {
    @usableFromInline var state: UInt64 = 0x6a09_e667_f3bc_c908

    public init() {}

    /// Folds two words in: two independent multiplies, one in the chain.
    @inline(__always)
    @inlinable
    public mutating func fold(_ first: UInt64, _ second: UInt64) {
        let left = (first ^ (first >> 29)) &* 0x9e37_79b9_7f4a_7c15
        let right = (second ^ (second >> 31)) &* 0xc2b2_ae3d_27d4_eb4f
        state = ((state ^ left) &+ (right << 23 | right >> 41)) &* 0xff51_afd7_ed55_8ccd
        state ^= state >> 32
    }

    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// A 64-bit hash of a text that is the same in every process and release: random streams and fingerprints name
/// components by it (Swift's own `Hasher` is seeded anew in each process).
public enum StableHash {
    /// FNV-1a over the UTF-8 bytes, then SplitMix64's finalizer, so that names that differ in one digit differ in all
    /// bits. Part of the file format: changing it changes every draw and every fingerprint.
    public static func of(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return hash ^ (hash >> 31)
    }
}

import Kernel
import Testing

/// Hashes name streams in results that people keep: they must never change. The values come from a separate
/// computation of FNV-1a and SplitMix64's finalizer.
@Suite struct StableHashTests {
    @Test(
        arguments: [
            ("", 0xf52a_15e9_a9b5_e89b),
            ("a", 0x02c0_bdbf_4814_20f8),
            ("foobar", 0x404d_a9e3_b740_78c2),
            ("leaf1/host1", 0xfebb_90e1_bf4c_feff),
        ] as [(String, UInt64)])
    func hashIsTheSameInEveryRelease(_ text: String, _ hash: UInt64) {
        #expect(StableHash.of(text) == hash)
    }

    @Test func namesThatDifferInOneDigitDifferInManyBits() {
        for index in 0..<1_000 {
            let difference = StableHash.of("client[\(index)]") ^ StableHash.of("client[\(index + 1)]")
            #expect(difference.nonzeroBitCount > 10, "client[\(index)]")
        }
    }

    @Test func manyNamesGiveAsManyHashes() {
        var hashes: Set<UInt64> = []
        for leaf in 0..<200 { for host in 0..<100 { hashes.insert(StableHash.of("leaf\(leaf)/host\(host)")) } }
        #expect(hashes.count == 20_000)
    }
}

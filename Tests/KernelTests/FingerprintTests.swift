import Kernel
import Testing

/// A fingerprint tells runs apart by what happened and by the order in which it happened.
@Suite struct FingerprintTests {
    private func fingerprint(_ pairs: [(UInt64, UInt64)]) -> Fingerprint {
        var result = Fingerprint()
        for (first, second) in pairs { result.fold(first, second) }
        return result
    }

    @Test func equalRunsHaveEqualFingerprints() {
        #expect(fingerprint([(1, 2), (3, 4)]) == fingerprint([(1, 2), (3, 4)]))
        #expect(Fingerprint() == Fingerprint())
    }

    @Test func orderCounts() {
        #expect(fingerprint([(1, 2), (3, 4)]) != fingerprint([(3, 4), (1, 2)]))
        #expect(fingerprint([(1, 2)]) != fingerprint([(2, 1)]))
        #expect(fingerprint([(1, 4), (3, 2)]) != fingerprint([(1, 2), (3, 4)]), "halves of two events exchanged")
    }

    @Test func lengthCounts() {
        #expect(fingerprint([(0, 0)]) != Fingerprint())
        #expect(fingerprint([(0, 0), (0, 0)]) != fingerprint([(0, 0)]))
    }

    @Test func everyBitOfBothWordsCounts() {
        var seen: Set<Fingerprint> = [fingerprint([(0, 0), (5, 6)])]
        for bit in 0..<64 as Range<UInt64> {
            seen.insert(fingerprint([(1 << bit, 0), (5, 6)]))
            seen.insert(fingerprint([(0, 1 << bit), (5, 6)]))
        }
        #expect(seen.count == 129)
    }

    @Test func eventsThatDifferInTimeOrSerialDiffer() {
        var seen: Set<Fingerprint> = []
        for time in 0..<100 as Range<UInt64> {
            for serial in 0..<100 as Range<UInt64> { seen.insert(fingerprint([(time * 1_000_000, 7 << 32 | serial)])) }
        }
        #expect(seen.count == 10_000)
    }

    @Test func descriptionIsSixteenHexadecimalDigits() {
        #expect(Fingerprint().description == "6a09e667f3bcc908")
        for serial in 0..<1_000 as Range<UInt64> {
            let text = fingerprint([(serial, 0)]).description
            #expect(text.utf8.count == 16)
            #expect(UInt64(text, radix: 16) != nil)
        }
    }
}

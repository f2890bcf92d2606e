import Evidence
import Testing

/// Student's t for paired replications, and Holm's correction.
@Suite struct PairedTestTests {
    @Test("Differences of a textbook example: mean, standard error, probability and bounds")
    func textbook() {
        // 1, 2, 3, 4, 5: mean 3, standard deviation sqrt(2.5), standard error sqrt(0.5), t = 4.2426 with 4 df.
        let test = PairedTest([1, 2, 3, 4, 5])
        #expect(test.mean == 3 && test.count == 5 && test.degreesOfFreedom == 4)
        #expect(abs(test.standardError - 0.707_106_781) < 1e-9)
        #expect(abs(test.statistic(above: 0) - 4.242_640_687) < 1e-9)
        // P(T_4 > 4.2426) = 0.006617 (one-sided).
        #expect(abs(test.probability(above: 0) - 0.006_617) < 1e-5)
        // t_{0.975, 4} = 2.776445.
        let bounds = test.bounds(0.025)
        #expect(abs(bounds.upper - (3 + 2.776_445 * 0.707_106_781)) < 1e-5)
        #expect(abs(bounds.lower - (3 - 2.776_445 * 0.707_106_781)) < 1e-5)
    }

    @Test("Equal differences leave nothing to chance, nor does a single one", arguments: [[0.1, 0.1, 0.1], [0.1]])
    func exact(_ differences: [Double]) {
        let test = PairedTest(differences)
        #expect(test.isExact && test.mean == 0.1)
        #expect(test.probability(above: 0.05) == 0 && test.probability(above: 0.1) == 1)
        #expect(test.bounds(0.05).lower == 0.1 && test.bounds(0.05).upper == 0.1)
    }

    @Test("Holm: the smallest counts for all, the next for the rest, and none becomes less than one before")
    func holm() {
        let adjusted = Holm.adjust([0.04, 0.01, 0.03, 0.5])
        #expect(zip(adjusted, [0.09, 0.04, 0.09, 0.5]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(Holm.adjust([]) == [] && Holm.adjust([0.7, 0.9]) == [1, 1])
    }
}

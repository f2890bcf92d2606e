import Fabric
import Guest
import Kernel
import Overlay
import Testing

@testable import Experiment

/// Packets that an NVE has held leave one by one, each when the wire is free.
@Suite struct ReleaseClosedForms {
    /// Nothing is known of `x` and `y` until the answers come, 25 us apart. Two packets to `x` and then one to `y` wait
    /// for the wire, which the first takes for 80 us. By then the mapping of `x` has expired, and the query that the
    /// second brings about has the wire; nothing can wait for the wire but at the NVE.
    @Test(
        "DER-02, REQ-4.2-18 the next held packet waits for the query of the one before to leave",
        arguments: Engine.allCases)
    func queryTakesTheWire(engine: Engine) throws {
        var star = idealStar(["A", "B", "C", "NVA"])
        star.hostLink.rate = BitRate(bitsPerSecond: 100_000_000)
        star.hostLink.queue = .packets(0)
        var scenario = plainScenario(star, duration: milliseconds(1))
        scenario.vms = [machine("c", at: "A"), machine("x", at: "B"), machine("y", at: "C")]
        let (toX, toY) = (
            ConstantRate(rate: .perSecond(100_000), phase: 0),
            ConstantRate(rate: .perSecond(100_000), phase: microseconds(25))
        )
        scenario.traffic = [constantRate("X", from: "c", to: "x", toX), constantRate("Y", from: "c", to: "y", toY)]
        for flow in 0...1 {
            scenario.traffic[flow].size = 1_000 - 64
            scenario.traffic[flow].count = UInt64(2 - flow)
        }
        scenario.start.caches = .empty
        scenario.nva.at = .host("NVA")
        scenario.nve.miss = .queryQueue
        scenario.nve.cache.timeout = .microseconds(70)
        scenario.nve.cache.requery = .lazy
        let fates = try engine.run(scenario).fates

        // On each of two links; 74 B and 106 B at 80 ns a byte.
        let (query, answer, packet) = (Int64(5_920_000), Int64(8_480_000), microseconds(80))
        let asking = 2 * (query + answer) + milliseconds(4) + microseconds(20)
        let way = 2 * packet + milliseconds(2)
        #expect(fates.map(\.end) == ["delivered", "delivered", "delivered"])
        #expect(fates.allSatisfy { $0.buffered })
        #expect(fates.map(\.endedAt) == [asking + way, asking + packet + asking + way, asking + packet + query + way])
    }
}

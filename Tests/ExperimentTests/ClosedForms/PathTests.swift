import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Testing

/// Case C12: what the way by the old NVE costs in links of a leaf-spine network.
@Suite struct PathClosedForms {
    @Test(
        "C12 links of the straight path and of the one by the old NVE", arguments: Engine.allCases,
        [([1, 2, 3], 4, 8), ([1, 1, 2], 4, 6), ([1, 2, 2], 4, 6), ([1, 2, 1], 2, 8), ([2, 2, 2], 2, 4)])
    func constellation(engine: Engine, row: (leaves: [Int], direct: Int, viaOld: Int)) throws {
        let byHand = PathByHand(leaves: row.leaves[0], row.leaves[1], row.leaves[2])
        #expect(byHand.direct == row.direct)
        #expect(byHand.viaOld == row.viaOld)
        #expect(try measure(engine, leaves: 3, spines: 2, row.leaves) == byHand)
    }

    @Test("C12 mean stretch over all placements: 2.25, 2 1/9, 2.1875", arguments: Engine.allCases, [2, 3, 4])
    func meanStretch(engine: Engine, leaves: Int) throws {
        // Stretch is a multiple of one half: twice its sum over all L³ placements is whole.
        var twice = 0
        for sender in 1...leaves {
            for old in 1...leaves {
                for new in 1...leaves {
                    let path = try measure(engine, leaves: leaves, spines: 3, [sender, old, new])
                    #expect(2 * path.viaOld % path.direct == 0)
                    twice += 2 * path.viaOld / path.direct
                }
            }
        }
        #expect(twice == 2 * leaves * PathByHand.meanStretchTimesSquare(leaves: leaves))
    }

    /// Runs a move and reads links from delivered packets; segments must be 1 straight and 2 by the old NVE.
    private func measure(_ engine: Engine, leaves: Int, spines: Int, _ places: [Int]) throws -> PathByHand {
        let run = try engine.run(scenario(leaves: leaves, spines: spines, places))
        let delivered = run.fates.filter { $0.end == "delivered" }
        let viaOld = delivered.filter(\.redirected)
        let corrected = try #require(run.corrections(at: "leaf\(places[0])/host1").first)
        let direct = delivered.filter { $0.sentAt >= corrected }
        #expect(viaOld.allSatisfy { $0.segments == 2 })
        #expect(delivered.allSatisfy { $0.redirected || $0.segments == 1 })
        #expect(Set(viaOld.map(\.links)).count == 1)
        #expect(Set(direct.map(\.links)).count == 1)
        var path = PathByHand(leaves: 1, 2, 3)
        path.direct = try #require(direct.first).links
        path.viaOld = try #require(viaOld.first).links
        return path
    }

    private func scenario(leaves: Int, spines: Int, _ places: [Int]) -> Scenario {
        var underlay = UnderlayConfiguration()
        (underlay.leaves, underlay.spines, underlay.hostsPerLeaf) = (leaves, spines, 3)
        var scenario = plainScenario(underlay, duration: microseconds(600))
        scenario.nva.delay = .microseconds(100)
        scenario.redirect.learn = .preinstalled
        scenario.vms = [machine("c", at: "leaf\(places[0])/host1"), machine("m", at: "leaf\(places[1])/host2")]
        let source = ConstantRate(rate: .perSecond(50_000), phase: microseconds(1))
        scenario.traffic = [constantRate("F1", from: "c", to: "m", source)]
        let target = "leaf\(places[2])/host3"
        scenario.moves = [hotMove("m1", "m", to: target, at: microseconds(100), downtime: microseconds(50))]
        return scenario
    }
}

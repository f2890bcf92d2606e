import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Testing

/// Case C08: pushes leave the NVA one after another.
@Suite struct ConvergenceClosedForms {
    /// NVEs that send to `m`, each a little farther from the NVA than the one before.
    struct Train {
        var count: Int
        var spacing: Int64 = microseconds(20)
        let detach = milliseconds(5)
        let attach = milliseconds(8)
        let source = ConstantRate(rate: .perSecond(1_000), phase: microseconds(500))

        func distance(_ index: Int) -> Int64 { milliseconds(2) + Int64(index) * microseconds(1) }

        /// t_u(i) - t_a = a + p + (i - 1) g + d_i for i from 1.
        var convergence: [Int64] {
            (0..<count).map { milliseconds(2 + 1) + Int64($0) * spacing + distance($0) }
        }

        var scenario: Scenario {
            let senders = (0..<count).map { "S\($0)" }
            let star = idealStar(
                senders.reversed() + ["B", "C", "NVA"],
                delays: senders.enumerated().map { ("NVA", $0.element, distance($0.offset)) })
            var scenario = plainScenario(star, duration: attach + convergence[count - 1] + milliseconds(3))
            scenario.nva.at = .host("NVA")
            scenario.nva.costs.registration = .milliseconds(1)
            scenario.nva.costs.spacing = Duration(picoseconds: spacing)
            scenario.nva.pushOrder = senders
            scenario.vms = senders.map { machine("v\($0)", at: $0) } + [machine("m", at: "B")]
            scenario.traffic = senders.map { constantRate("f\($0)", from: "v\($0)", to: "m", source) }
            scenario.moves = [hotMove("m1", "m", to: "C", at: detach, downtime: attach - detach)]
            return scenario
        }
    }

    @Test("C08 each position of a push train", arguments: Engine.allCases, [1, 2, 10, 50, 200])
    func positions(engine: Engine, count: Int) throws {
        let train = Train(count: count)
        let run = try engine.run(train.scenario)
        let measured = (0..<count).map { index in run.corrections(at: "S\(index)").map { $0 - train.attach } }
        #expect(measured == train.convergence.map { [$0] })
        #expect(run.corrections(at: "B") == [train.attach + milliseconds(5) + Int64(count) * train.spacing])
        for flow in 0..<count {
            let expected = train.source.departures(
                from: train.detach - milliseconds(2), until: train.attach + train.convergence[flow])
            #expect(Tally(run.fates.filter { $0.flow == flow }).misdirected == expected)
        }
    }

    @Test("C08 max a + p + (N - 1) g + d, mean with half of the train", arguments: Engine.allCases)
    func extremes(engine: Engine) throws {
        for count in [5, 100] {
            let times = try equidistant(engine, count, spacing: microseconds(20))
            #expect(times.max() == milliseconds(5) + Int64(count - 1) * microseconds(20))
            let twice = 2 * milliseconds(5) + Int64(count - 1) * microseconds(20)
            #expect(2 * times.reduce(0, +) == Int64(count) * twice)
        }
    }

    @Test("C08 doubling N doubles the (N - 1) g term and nothing else", arguments: Engine.allCases, [1, 8, 60])
    func doubling(engine: Engine, count: Int) throws {
        let spacing: Int64 = 17_000_003
        let single = try #require(try equidistant(engine, count, spacing: spacing).max())
        let double = try #require(try equidistant(engine, 2 * count, spacing: spacing).max())
        #expect(double - single == Int64(count) * spacing)
        #expect(try equidistant(engine, count, spacing: 0) == Array(repeating: milliseconds(5), count: count))
    }

    /// Convergence of each sender from attach, with all NVEs 2 ms from the NVA.
    private func equidistant(_ engine: Engine, _ count: Int, spacing: Int64) throws -> [Int64] {
        let train = Train(count: count, spacing: spacing)
        var scenario = train.scenario
        scenario.underlay.delays = []
        scenario.traffic = scenario.traffic.map { entry in
            var entry = entry
            entry.count = 1
            return entry
        }
        let run = try engine.run(scenario)
        return try (0..<count).map { index in
            try #require(run.corrections(at: "S\(index)").first) - train.attach
        }
    }
}

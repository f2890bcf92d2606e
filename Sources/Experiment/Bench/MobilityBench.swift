import Kernel
import Observe
import Overlay

/// Speed with all that a study of mobility switches on: ``MobilityWorkload`` at two sizes, and what its tables take.
enum MobilityBench {
    static func run(_ repetitions: Int) throws -> [BenchFigure] {
        let sizes: [(hosts: Int, window: Duration)] = [(256, .milliseconds(40)), (4_096, .milliseconds(20))]
        return try sizes.map { hosts, window in
            let scenario = MobilityWorkload(hosts: hosts, window: window).scenario
            var rates: [Double] = []
            var remark = ""
            for round in 0...repetitions {
                let builder = try WorldBuilder(scenario)
                let rows = RowBuilder(
                    scenario, builder.roster, builder.directory)
                var world = try builder.build()
                let clock = BenchClock()
                try world.run()
                let seconds = clock.seconds
                if round > 0 { rates.append(Double(world.packetHops) / seconds / 1e6) }
                world.finish()
                let tables = rows.tables(of: world, run: RunKey(seed: scenario.seed, replication: 1))
                remark =
                    "\(tables.migrations.count) moves, \(tables.runs[0].triangular) packets triangular, "
                    + "tables took \(Int((clock.seconds - seconds) / seconds * 100)) % of the run's time"
            }
            return BenchFigure("mobility/\(hosts)", "M packet-hops/s", rates, remark: remark)
        }
    }
}

import Kernel
import Testing

@testable import Observe

@Suite("Metrics and expectations")
struct MetricTests {
    private let engine = MetricEngine()
    private let tables = SampleRun.tables

    private func convergence(_ rows: [ConvergenceRow]) -> ResultTables {
        var tables = ResultTables(run: SampleRun.key)
        tables.convergence = rows
        return tables
    }

    @Test("Every column that is a quantity can be asked for")
    func everyColumnResolves() {
        for table in TableInfo.all {
            for column in table.columns where !column.isKey && column.type != .text {
                let problems = engine.validate(metric: "\(table.name).\(column.name)", of: [:], stat: "max")
                #expect(problems.isEmpty, "\(table.name).\(column.name): \(problems)")
            }
        }
    }

    @Test(
        "Faults of a query are found without rows, with the likely intention",
        arguments: [
            (MetricQuery(metric: "migration.downtime", max: Bound(.time, 1)), .metric, "migrations.downtime"),
            (MetricQuery(metric: "flows.deliverd", max: Bound(.packets, 1)), .metric, "flows.delivered"),
            (MetricQuery(metric: "migrations.downtime_ms", max: Bound(.time, 1)), .metric, "migrations.downtime"),
            (MetricQuery(metric: "zzz", max: Bound(.time, 1)), .metric, nil),
            (MetricQuery(metric: "flows.lost", of: ["mov": "m1"], max: Bound(.packets, 1)), .of, nil),
            (MetricQuery(metric: "losses.packets", of: ["mvoe": "m1"], max: Bound(.packets, 1)), .of, "move"),
            (MetricQuery(metric: "losses.packets", of: ["first": "1"], max: Bound(.packets, 1)), .of, nil),
            (MetricQuery(metric: "losses.packets", stat: "maen", max: Bound(.packets, 1)), .stat, "mean"),
            (MetricQuery(metric: "losses.packets", stat: "p101", max: Bound(.packets, 1)), .stat, nil),
            (MetricQuery(metric: "convergence.time", view: "cable", max: Bound(.time, 1)), .view, nil),
            (MetricQuery(metric: "convergence.time", since: "birth", max: Bound(.time, 1)), .since, nil),
            (MetricQuery(metric: "flows.lost", view: "traffic", max: Bound(.packets, 1)), .view, nil),
            (MetricQuery(metric: "flows.lost", max: Bound(.time, 1)), .max, nil),
            (MetricQuery(metric: "migrations.downtime", min: Bound(.packets, 1)), .min, nil),
            (MetricQuery(metric: "flows.lost"), .max, "for example `max: 5 ms`"),
            (MetricQuery(metric: "flows.lost", min: Bound(.packets, 2), max: Bound(.packets, 1)), .min, nil),
            (MetricQuery(metric: "migrations.outcome", max: Bound(.number, 1)), .metric, nil),
        ] as [(MetricQuery, MetricProblem.Place, String?)])
    func faults(query: MetricQuery, place: MetricProblem.Place, hint: String?) throws {
        let problems = engine.validate(query)
        #expect(problems.count == 1, "\(problems)")
        let problem = try #require(problems.first)
        #expect(problem.place == place && problem.hint == hint, "\(problem)")
        #expect(engine.judge(query, on: tables).outcome == .inconclusive)
    }

    @Test("Several faults are told at once")
    func severalFaults() {
        let query = MetricQuery(metric: "flows.lost", of: ["mov": "m1"], stat: "medium", max: Bound(.time, 1))
        #expect(engine.validate(query).map(\.place) == [.of, .stat, .max])
    }

    @Test("A limit passes on the dot and fails beyond it, in picoseconds")
    func limits() {
        func outcome(_ limit: Int64) -> Verdict.Outcome {
            let query = MetricQuery(metric: "migrations.downtime", of: ["move": "m1"], max: Bound(.time, limit))
            return engine.judge(query, on: tables).outcome
        }
        #expect(outcome(22_000_000_000) == .pass && outcome(21_999_999_999) == .fail)
        let least = MetricQuery(metric: "migrations.downtime", min: Bound(.time, 22_000_000_001))
        #expect(engine.judge(least, on: tables).outcome == .fail)
    }

    @Test(
        "Statistics over rows",
        arguments: [
            ("sum", "10.2 ms"), ("mean", "5.1 ms"), ("min", "4.9 ms"), ("max", "5.3 ms"), ("p50", "4.9 ms"),
            ("p51", "5.3 ms"), ("count", "2"),
        ])
    func statistics(stat: String, value: String) {
        let bound = stat == "count" ? Bound(.number, 2_000_000_000) : Bound(.time, .max)
        let query = MetricQuery(metric: "convergence.time", of: ["move": "m1"], stat: stat, max: bound)
        let verdict = engine.judge(query, on: tables)
        #expect(verdict.outcome == .pass && verdict.value == value && verdict.rows == 2, "\(verdict)")
    }

    @Test("A mean is compared exactly, not as it is rounded for display")
    func exactMean() {
        // (305 + 0 + 0) / 3 packets is a little more than 101.666 666 666.
        let query = { (value: Int64) in MetricQuery(metric: "flows.lost", stat: "mean", max: Bound(.number, value)) }
        #expect(engine.judge(query(101_666_666_667), on: tables).outcome == .pass)
        #expect(engine.judge(query(101_666_666_666), on: tables).outcome == .fail)
    }

    @Test("Selectors pick rows by key text, numbers and the run's own keys too")
    func selectors() {
        func sum(_ of: [String: String]) -> Verdict {
            engine.judge(
                MetricQuery(metric: "losses.packets", of: of, stat: "sum", max: Bound(.packets, 298)), on: tables)
        }
        #expect(sum(["cause": "stale-no-redirect", "period": "down"]).outcome == .pass)
        #expect(sum(["cause": "stale-no-redirect"]).outcome == .fail)
        #expect(sum(["seed": "7", "whereabouts": "nowhere"]).value == "298")
        #expect(sum(["seed": "8"]).outcome == .inconclusive)
    }

    @Test("A selector that matches no row never passes")
    func noRow() {
        let query = MetricQuery(metric: "losses.packets", of: ["move": "m2"], stat: "sum", max: Bound(.packets, 10))
        let verdict = engine.judge(query, on: tables)
        #expect(verdict.outcome == .inconclusive && verdict.remark == "no row matches")
        let counted = MetricQuery(metric: "losses.packets", of: ["move": "m2"], stat: "count", max: Bound(.number, 0))
        #expect(engine.judge(counted, on: tables).outcome == .inconclusive)
    }

    @Test("More than one row asks for a statistic")
    func statRequired() {
        let query = MetricQuery(metric: "convergence.time", max: Bound(.time, .max))
        let verdict = engine.judge(query, on: tables)
        #expect(verdict.outcome == .inconclusive && verdict.rows == 2)
    }

    @Test(
        "A stale cache fails every upper limit, and counts as infinite in quantiles",
        arguments: [
            ("max", Verdict.Outcome.fail), ("sum", .fail), ("mean", .fail), ("p99", .fail), ("p67", .fail),
            ("p66", .pass),
            ("min", .pass),
        ])
    func stillStale(stat: String, outcome: Verdict.Outcome) {
        let rows = convergence([SampleRun.cache("a", at: 1), SampleRun.stale("b"), SampleRun.cache("c", at: 2)])
        let query = MetricQuery(metric: "convergence.time", stat: stat, max: Bound(.time, 30_000_000_000_000))
        let verdict = engine.judge(query, on: rows)
        #expect(verdict.outcome == outcome && verdict.censored == 1, "\(verdict)")
    }

    @Test("What has not ended passes a lower limit only as an order statistic")
    func stillStaleFromBelow() {
        let rows = convergence([SampleRun.cache("a", at: 1), SampleRun.stale("b")])
        let query = { (stat: String) in MetricQuery(metric: "convergence.time", stat: stat, min: Bound(.time, 5)) }
        #expect(engine.judge(query("max"), on: rows).outcome == .pass)
        #expect(engine.judge(query("max"), on: rows).value == "never")
        #expect(engine.judge(query("mean"), on: rows).outcome == .inconclusive)
    }

    @Test(
        "View and start choose the column",
        arguments: [
            ("table", "attach", "5.3 ms"), ("table", "detach", "27.3 ms"), ("table", "registration", "2.8 ms"),
            ("traffic", "attach", "6.5 ms"), ("traffic", "detach", "28.5 ms"), ("traffic", "registration", "4 ms"),
        ])
    func viewAndSince(view: String, since: String, value: String) {
        var row = SampleRun.cache("a", at: 5_300)
        row.lastMisdirected = SampleRun.us(328_500)
        let query = MetricQuery(metric: "convergence.time", view: view, since: since, max: Bound(.time, .max))
        #expect(engine.judge(query, on: convergence([row])).value == value)
    }

    @Test("Without a misdirected packet the traffic view has nothing to measure")
    func noTraffic() {
        let query = MetricQuery(metric: "convergence.time", view: "traffic", max: Bound(.time, .max))
        let verdict = engine.judge(query, on: convergence([SampleRun.cache("a", at: 1)]))
        #expect(verdict.outcome == .inconclusive && verdict.remark == "1 of 1 rows without a value")
    }

    @Test("An unfinished move fails a limit on its downtime")
    func unfinishedMove() {
        var tables = ResultTables(run: SampleRun.key)
        var move = MigrationRow(move: "m1", vm: "web")
        move.detached = .zero
        tables.migrations = [move]
        let query = MetricQuery(metric: "migrations.downtime", max: Bound(.time, .max))
        #expect(engine.judge(query, on: tables).outcome == .fail)
    }

    @Test("Ratios and reals")
    func ratios() {
        let query = { (bound: Bound) in MetricQuery(metric: "paths.triangular_links_stretch", max: bound) }
        #expect(engine.judge(query(Bound(.number, 2_000_000_000)), on: tables).outcome == .pass)
        #expect(engine.judge(query(Bound(.ratio, 1_999_999_999)), on: tables).outcome == .fail)
    }

    @Test("The gravest verdict decides the exit code")
    func exitCodes() {
        let query = MetricQuery(metric: "flows.lost")
        let verdicts = { (outcomes: [Verdict.Outcome]) in outcomes.map { Verdict($0, query) } }
        #expect(Verdict.exitCode(of: []) == 0 && Verdict.exitCode(of: verdicts([.pass])) == 0)
        #expect(Verdict.exitCode(of: verdicts([.pass, .inconclusive])) == 3)
        #expect(Verdict.exitCode(of: verdicts([.inconclusive, .fail, .pass])) == 2)
    }

    @Test(
        "Limits read as they were written",
        arguments: [
            (Bound(.time, 5_000_000_000), "5 ms"), (Bound(.packets, 2_000), "2000 packets"),
            (Bound(.ratio, 1_000_000), "0.1 %"), (Bound(.number, 1_500_000_000), "1.5"), (Bound(.bytes, 10), "10 B"),
        ])
    func boundText(bound: Bound, text: String) { #expect(bound.description == text) }
}

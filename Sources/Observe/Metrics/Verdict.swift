/// What came of one expectation.
public struct Verdict: Hashable, Sendable {
    public enum Outcome: String, CaseIterable, Sendable {
        case pass, fail
        /// Nothing was measured that could pass or fail.
        case inconclusive
    }

    public var outcome: Outcome
    public var query: MetricQuery
    /// The value, for people; empty = none.
    public var value: String
    /// Rows that match the selector.
    public var rows: Int
    /// Of them, how many ended the run without a value (`still-stale`, unfinished).
    public var censored: Int
    /// Why it is not a plain pass or fail; empty = it is.
    public var remark: String

    public init(
        _ outcome: Outcome, _ query: MetricQuery, value: String = "", rows: Int = 0, censored: Int = 0,
        remark: String = ""
    ) {
        self.outcome = outcome
        self.query = query
        self.value = value
        self.rows = rows
        self.censored = censored
        self.remark = remark
    }

    /// The same of a run that was interrupted: what the rest would have brought, nobody knows.
    public var ofPartialRun: Verdict {
        var verdict = self
        verdict.outcome = .inconclusive
        verdict.remark = (["the run was interrupted"] + (remark.isEmpty ? [] : [remark])).joined(separator: ", ")
        return verdict
    }

    /// 0 all hold, 2 one failed, 3 none failed and one is inconclusive.
    public static func exitCode(of verdicts: [Verdict]) -> Int32 {
        if verdicts.contains(where: { $0.outcome == .fail }) { return 2 }
        return verdicts.contains { $0.outcome == .inconclusive } ? 3 : 0
    }

    /// `max of convergence.time (table view, since attach), move m1`.
    public var subject: String {
        var text = query.stat.map { "\($0) of " } ?? ""
        text += query.metric
        if query.metric == MetricEngine.convergenceTime, query.view != "table" || query.since != "attach" {
            text += " (\(query.view) view, since \(query.since))"
        }
        for key in query.of.keys.sorted() { text += ", \(key) \(query.of[key] ?? "")" }
        return text
    }

    /// `≤ 5 ms`, `1 … 3`.
    public var limit: String {
        switch (query.min, query.max) {
        case (let min?, let max?): min == max ? "= \(min)" : "\(min) … \(max)"
        case (let min?, nil): "≥ \(min)"
        case (nil, let max?): "≤ \(max)"
        case (nil, nil): ""
        }
    }
}

extension MetricEngine {
    /// Judges one expectation on the rows of a run. A query that ``validate(_:)`` objects to is inconclusive.
    public func judge(_ query: MetricQuery, on tables: some MetricSource) -> Verdict {
        if let problem = validate(query).first {
            return Verdict(.inconclusive, query, remark: problem.message)
        }
        switch sample(query, on: tables) {
        case .success(let found): return judge(query, found.stat, found.sample, unit: found.unit)
        case .failure(let lack): return Verdict(.inconclusive, query, rows: lack.rows, remark: lack.reason)
        }
    }

    /// The value of a metric in a run; limits of the query do not matter.
    public func measure(_ query: MetricQuery, on tables: some MetricSource) -> Measured {
        switch sample(query, on: tables) {
        case .failure(let lack): Measured(value: nil, unit: .none, remark: lack.reason)
        case .success(let found):
            Measured(
                value: found.sample.reduce(found.stat), unit: found.unit,
                remark: Self.remark(found.sample, found.stat))
        }
    }

    private struct Lack: Error {
        var rows = 0
        let reason: String
    }

    private func sample(
        _ query: MetricQuery, on tables: some MetricSource
    ) -> Result<(sample: Sample, stat: Statistic, unit: ColumnUnit), Lack> {
        guard case .success(let target) = resolve(query) else { return .failure(Lack(reason: "unknown metric")) }
        let sample = Sample(tables.cells(of: target.column.name, in: target.table.name, where: query.of))
        guard sample.rows > 0 else { return .failure(Lack(reason: "no row matches")) }
        guard let stat = query.stat.flatMap(Statistic.init(name:)) ?? (sample.rows == 1 ? .max : nil) else {
            return .failure(Lack(rows: sample.rows, reason: "\(sample.rows) rows match: give a `stat`"))
        }
        return .success((sample, stat, stat == .count ? .none : target.column.unit))
    }

    /// Judges all expectations, in their order.
    public func judge(_ queries: [MetricQuery], on tables: some MetricSource) -> [Verdict] {
        queries.map { judge($0, on: tables) }
    }

    private func judge(_ query: MetricQuery, _ stat: Statistic, _ sample: Sample, unit: ColumnUnit) -> Verdict {
        var verdict = Verdict(.pass, query, rows: sample.rows, censored: sample.censored)
        verdict.remark = Self.remark(sample, stat)
        guard let value = sample.reduce(stat) else {
            // What has not come to an end may be longer than any limit; it can never be shown to be long enough.
            verdict.outcome = sample.censored > 0 && query.max != nil ? .fail : .inconclusive
            return verdict
        }
        verdict.value = value.text(unit)
        let isBelow = query.min.map { value.compared(with: $0) < 0 } ?? false
        let isAbove = query.max.map { value.compared(with: $0) > 0 } ?? false
        if isBelow || isAbove { verdict.outcome = .fail }
        return verdict
    }

    private static func remark(_ sample: Sample, _ stat: Statistic) -> String {
        if stat == .count { return "" }
        var parts: [String] = []
        if sample.censored > 0 { parts.append("\(sample.censored) of \(sample.rows) had not ended with the run") }
        let unmeasured = sample.rows - sample.known
        if unmeasured > 0 { parts.append("\(unmeasured) of \(sample.rows) rows without a value") }
        return parts.joined(separator: ", ")
    }
}

/// Where the rows of a run are: in memory, or in its result files.
public protocol MetricSource {
    /// The cells of one column in the rows whose key columns have the texts that `selector` names.
    func cells(of column: String, in table: String, where selector: [String: String]) -> [Cell]
}

/// What a metric comes to in a run.
public struct Measured: Hashable, Sendable {
    /// nil = there is nothing to reduce, or it has not come to an end.
    public var value: Measurement?
    public var unit: ColumnUnit
    /// What is to be known about it; empty = nothing.
    public var remark: String

    /// In the unit of its column; nil where it is not a number.
    public var number: Double? {
        switch value {
        case .real(let value): value
        case .exact(let numerator, let denominator):
            Double(numerator) / Double(denominator) / Double(unit.picoseconds ?? 1)
        case .beyond, nil: nil
        }
    }
}

extension ResultTables: MetricSource {
    public func cells(of column: String, in table: String, where selector: [String: String]) -> [Cell] {
        switch table {
        case RunRow.table.name: select(runs, column, selector)
        case FlowRow.table.name: select(flows, column, selector)
        case LossRow.table.name: select(losses, column, selector)
        case DisruptionRow.table.name: select(disruptions, column, selector)
        case MigrationRow.table.name: select(migrations, column, selector)
        case ConvergenceRow.table.name: select(convergence, column, selector)
        case MessageRow.table.name: select(messages, column, selector)
        case PathRow.table.name: select(paths, column, selector)
        case TimeSeriesRow.table.name: select(timeseries, column, selector)
        case PhaseRow.table.name: select(phases, column, selector)
        case NodeRow.table.name: select(nodes, column, selector)
        case LinkRow.table.name: select(links, column, selector)
        case RequestRow.table.name: select(requests, column, selector)
        case FailoverRow.table.name: select(failovers, column, selector)
        case VMStateRow.table.name: select(vmStates, column, selector)
        case CreationRow.table.name: select(creations, column, selector)
        default: []
        }
    }

    private func select<Row: TableRow>(_ rows: [Row], _ name: String, _ selector: [String: String]) -> [Cell] {
        for column in RunKey.columns {
            if let wanted = selector[column.name], column.cell(run).text(column.unit) != wanted { return [] }
        }
        let filters = Row.table.columns.compactMap { column in selector[column.name].map { (column, $0) } }
        let matches = rows.filter { row in filters.allSatisfy { $0.0.cell(row).text($0.0.unit) == $0.1 } }
        if let column = Row.table.columns.first(where: { $0.name == name }) { return matches.map(column.cell) }
        guard let column = RunKey.columns.first(where: { $0.name == name }) else { return [] }
        return matches.map { _ in column.cell(run) }
    }
}

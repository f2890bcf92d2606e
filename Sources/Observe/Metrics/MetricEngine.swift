/// Resolves metrics against the declarations of the result tables and judges expectations on the rows of a run.
public struct MetricEngine: Sendable {
    private let tables: [TableInfo]

    public init() { tables = TableInfo.all }

    /// What is wrong with a query, found without any row; empty = nothing.
    public func validate(_ query: MetricQuery) -> [MetricProblem] {
        var problems = shapeProblems(query)
        switch resolve(query) {
        case .failure(let problem): problems.append(problem.problem)
        case .success(let target):
            problems += target.table.selectorProblems(query.of)
            problems += Self.statProblems(query.stat, on: target.column, metric: query.metric)
            problems += Self.boundProblems(query, on: target.column)
        }
        return problems
    }

    /// The same without limits, for a metric that is only to be read.
    public func validate(metric: String, of selector: [String: String], stat: String?) -> [MetricProblem] {
        let query = MetricQuery(metric: metric, of: selector, stat: stat)
        return validate(query).filter { $0.place != .min && $0.place != .max }
    }

    /// All metrics that can be named, for documentation and suggestions.
    public var metricNames: [String] {
        tables.flatMap { table in
            table.columns.filter { !$0.isKey }.map { "\(table.name).\($0.name)" }
        } + [Self.convergenceTime]
    }

    static let convergenceTime = "convergence.time"

    struct Target {
        let table: TableInfo
        let column: ColumnInfo
    }

    struct Unresolved: Error { let problem: MetricProblem }

    /// Finds table and column of a metric.
    func resolve(_ query: MetricQuery) -> Result<Target, Unresolved> {
        let name = Self.columnMetric(query)
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, let table = tables.first(where: { $0.name == parts[0] }) else {
            return .failure(unknown(query.metric))
        }
        guard let column = table.columns.first(where: { $0.name == parts[1] }) else {
            if let column = table.columns.first(where: { $0.header == parts[1] }) {
                let problem = MetricProblem(
                    .metric, "a metric is named without its unit", hint: "\(table.name).\(column.name)")
                return .failure(Unresolved(problem: problem))
            }
            return .failure(unknown(query.metric))
        }
        return .success(Target(table: table, column: column))
    }

    /// `convergence.time` by its view and start.
    private static func columnMetric(_ query: MetricQuery) -> String {
        guard query.metric == convergenceTime else { return query.metric }
        let prefix = query.view == MetricQuery.View.traffic.rawValue ? "traffic_time" : "time"
        let since = MetricQuery.Since(rawValue: query.since) ?? .attach
        return "convergence.\(prefix)_since_\(since.rawValue)"
    }

    private func unknown(_ metric: String) -> Unresolved {
        let suggestion = Suggestion.nearest(to: metric, in: metricNames)
        return Unresolved(problem: MetricProblem(.metric, "there is no metric `\(metric)`", hint: suggestion))
    }
}

extension MetricEngine {
    private func shapeProblems(_ query: MetricQuery) -> [MetricProblem] {
        var problems: [MetricProblem] = []
        if MetricQuery.View(rawValue: query.view) == nil {
            problems.append(.init(.view, "view is `table` or `traffic`, not `\(query.view)`"))
        }
        if MetricQuery.Since(rawValue: query.since) == nil {
            problems.append(.init(.since, "since is `attach`, `detach` or `registration`, not `\(query.since)`"))
        }
        if query.metric != Self.convergenceTime, problems.isEmpty {
            if query.view != MetricQuery.View.table.rawValue {
                problems.append(.init(.view, "only \(Self.convergenceTime) has a view"))
            }
            if query.since != MetricQuery.Since.attach.rawValue {
                problems.append(.init(.since, "only \(Self.convergenceTime) has `since`"))
            }
        }
        if query.min == nil, query.max == nil {
            let hint = "for example `max: 5 ms`"
            problems.append(.init(.max, "nothing is expected: give `min`, `max` or both", hint: hint))
        }
        if let min = query.min, let max = query.max, min.dimension == max.dimension, min.value > max.value {
            problems.append(.init(.min, "`min` is above `max`: no value passes"))
        }
        return problems
    }

    private static func statProblems(
        _ name: String?, on column: ColumnInfo, metric: String
    ) -> [MetricProblem] {
        let stat = name.map { Statistic(name: $0) }
        if let name, stat == .some(nil) {
            let hint = Suggestion.nearest(to: name, in: Statistic.words)
            return [
                .init(.stat, "there is no statistic `\(name)`: \(Statistic.names.joined(separator: ", "))", hint: hint)
            ]
        }
        if stat == .count || (column.type != .text && !column.isKey) { return [] }
        return [.init(.metric, "\(metric) is no quantity: only `stat: count` can be asked of it")]
    }

    private static func boundProblems(_ query: MetricQuery, on column: ColumnInfo) -> [MetricProblem] {
        let allowed = column.dimensions(counting: query.stat == "count")
        guard !allowed.isEmpty else { return [] }
        let names = allowed.map(\.phrase).joined(separator: " or ")
        var problems: [MetricProblem] = []
        if let min = query.min, !allowed.contains(min.dimension) {
            problems.append(.init(.min, "\(query.metric) is compared with \(names), not \(min.dimension.phrase)"))
        }
        if let max = query.max, !allowed.contains(max.dimension) {
            problems.append(.init(.max, "\(query.metric) is compared with \(names), not \(max.dimension.phrase)"))
        }
        return problems
    }
}

extension ColumnInfo {
    /// The dimensions of limits that make sense for the column's values; empty for text.
    func dimensions(counting: Bool) -> [Bound.Dimension] {
        if counting { return [.number, .packets] }
        switch (unit, type) {
        case (_, .text): return []
        case (.milliseconds, _), (.microseconds, _): return [.time]
        case (.bytes, _): return [.bytes]
        case (.bitsPerSecond, _): return [.rate]
        case (.packetsPerSecond, _): return [.number]
        case (.ratio, _): return [.ratio, .number]
        case (.none, .integer): return [.packets, .number]
        case (.none, .real), (.none, .time): return [.number, .ratio]
        }
    }
}

extension TableInfo {
    /// Selectors that name no key column of the table.
    func selectorProblems(_ selector: [String: String]) -> [MetricProblem] {
        let keys = columns.filter(\.isKey).map(\.name)
        return selector.keys.sorted().filter { !keys.contains($0) }.map { name in
            let nearest = Suggestion.nearest(to: name, in: keys)
            let isColumn = columns.contains { $0.name == name }
            let message =
                isColumn ? "`\(name)` is no key of \(self.name)" : "\(self.name) has no key column `\(name)`"
            return MetricProblem(.of, message + " (keys: \(keys.joined(separator: ", ")))", hint: nearest)
        }
    }
}

/// The nearest of several names by edits, for "did you mean".
enum Suggestion {
    /// nil when nothing is near enough to be a slip of the finger.
    static func nearest(to name: String, in candidates: [String]) -> String? {
        let limit = Swift.max(2, name.count / 3)
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let distance = edits(Array(name.utf8), Array(candidate.utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.name
    }

    /// Insertions, deletions and replacements that turn one text into the other (Levenshtein distance).
    static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let replaced = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(replaced, Swift.min(row[j], diagonal) + 1)
            }
        }
        return row[right.count]
    }
}

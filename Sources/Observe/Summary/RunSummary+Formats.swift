extension RunSummary {
    /// The headline row and the verdicts for programs.
    public var json: String {
        var members: [String: JSONValue] = [
            "run": runJSON, "state": .string(state.rawValue), "results": .string(folder), "events": .unsigned(events),
        ]
        members["expectations"] = .array(verdicts.map(Self.json))
        members["warnings"] = .array(warnings.map { .string($0) })
        return JSONValue.object(members).document
    }

    /// The headline row as in `runs.csv`, with or without its header line.
    public func csv(header: Bool) -> String {
        let encoder = CSVEncoder<RunRow>(run: tables.run)
        return (header ? encoder.header : "") + tables.runs.map(encoder.line).joined()
    }

    private var runJSON: JSONValue {
        guard let run = tables.runs.first else { return .null }
        var members: [String: JSONValue] = [:]
        for axis in tables.run.axes { members[axis.name] = .string(axis.value) }
        for column in RunKey.columns {
            members[column.header] = Self.json(column.cell(tables.run), column.unit, column.type)
        }
        for column in RunRow.table.columns {
            members[column.header] = Self.json(column.cell(run), column.unit, column.type)
        }
        return .object(members)
    }

    private static func json(_ cell: Cell, _ unit: ColumnUnit, _ type: ColumnType) -> JSONValue {
        switch cell {
        case .absent, .censored: .null
        case .text(let text): type == .text ? .string(text) : .number(text)
        case .integer, .picoseconds, .real: .number(cell.text(unit))
        }
    }

    private static func json(_ verdict: Verdict) -> JSONValue {
        .object([
            "outcome": .string(verdict.outcome.rawValue), "metric": .string(verdict.query.metric),
            "of": .object(verdict.query.of.mapValues { .string($0) }),
            "stat": verdict.query.stat.map { .string($0) } ?? .null,
            "view": .string(verdict.query.view), "since": .string(verdict.query.since),
            "min": verdict.query.min.map { .string($0.description) } ?? .null,
            "max": verdict.query.max.map { .string($0.description) } ?? .null,
            "value": .string(verdict.value), "rows": .integer(Int64(verdict.rows)),
            "censored": .integer(Int64(verdict.censored)), "remark": .string(verdict.remark),
        ])
    }
}

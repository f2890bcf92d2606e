public import Kernel

/// All rows of one run.
public struct ResultTables: Sendable {
    public var run: RunKey
    public var runs: [RunRow] = []
    public var flows: [FlowRow] = []
    public var losses: [LossRow] = []
    public var disruptions: [DisruptionRow] = []
    public var migrations: [MigrationRow] = []
    public var convergence: [ConvergenceRow] = []
    public var messages: [MessageRow] = []
    public var paths: [PathRow] = []
    public var timeseries: [TimeSeriesRow] = []
    public var phases: [PhaseRow] = []
    public var nodes: [NodeRow] = []
    public var links: [LinkRow] = []
    public var requests: [RequestRow] = []
    public var failovers: [FailoverRow] = []
    public var vmStates: [VMStateRow] = []
    public var creations: [CreationRow] = []

    public init(run: RunKey) { self.run = run }

    /// Puts all rows in the order of their keys and adds the headline row of the run.
    public mutating func finish(scenario: String, duration: Duration, ended: Instant) {
        Self.sort(&flows)
        Self.sort(&losses)
        Self.sort(&disruptions)
        Self.sort(&migrations)
        Self.sort(&convergence)
        Self.sort(&messages)
        Self.sort(&paths)
        Self.sort(&timeseries)
        Self.sort(&phases)
        Self.sort(&nodes)
        Self.sort(&links)
        Self.sort(&requests)
        Self.sort(&failovers)
        Self.sort(&vmStates)
        Self.sort(&creations)
        var row = RunRow()
        row.scenario = scenario
        row.duration = duration
        row.ended = ended
        row.sum(flows: flows, losses: losses)
        row.sum(migrations: migrations, disruptions: disruptions, convergence: convergence)
        row.sum(messages: messages)
        runs = [row]
    }

    /// Writes tables and their data dictionary.
    ///
    /// - Parameter names: which tables; `runs` is written in any case.
    public func write(
        _ names: [String] = TableInfo.all.map(\.name), into folder: inout ResultFolder
    ) throws(ResultError) {
        let wanted = Set(names).union([RunRow.table.name])
        try write(runs, wanted, into: &folder)
        try write(flows, wanted, into: &folder)
        try write(losses, wanted, into: &folder)
        try write(disruptions, wanted, into: &folder)
        try write(migrations, wanted, into: &folder)
        try write(phases, wanted, into: &folder)
        try write(convergence, wanted, into: &folder)
        try write(messages, wanted, into: &folder)
        try write(paths, wanted, into: &folder)
        try write(timeseries, wanted, into: &folder)
        try write(nodes, wanted, into: &folder)
        try write(links, wanted, into: &folder)
        try write(requests, wanted, into: &folder)
        try write(failovers, wanted, into: &folder)
        try write(vmStates, wanted, into: &folder)
        try write(creations, wanted, into: &folder)
        try folder.write(TableInfo.dictionary(of: wanted, axes: run.axes).document, to: "columns.json")
    }

    private func write<Row: TableRow>(
        _ rows: [Row], _ wanted: Set<String>, into folder: inout ResultFolder
    ) throws(ResultError) {
        if wanted.contains(Row.table.name) { try folder.write(rows, run: run) }
    }

    private static func sort<Row: TableRow>(_ rows: inout [Row]) {
        // Rows mostly come in order already, and looking is cheaper than sorting.
        let inOrder = rows.indices.dropFirst().allSatisfy { !Row.precedes(rows[$0], rows[$0 - 1]) }
        if !inOrder { rows.sort(by: Row.precedes) }
    }
}

extension RunRow {
    mutating func sum(flows: [FlowRow], losses: [LossRow]) {
        for flow in flows {
            sent += flow.sent
            delivered += flow.delivered
            duplicate += flow.duplicate
            reordered += flow.reordered
            lost += flow.lost
            unfinished += flow.unfinished
            misdirected += flow.misdirected
            triangular += flow.triangular
            redirected += flow.redirected
            early += flow.early
            buffered += flow.buffered
            conservationError += abs(flow.conservationError)
            bytesSent += flow.bytesSent
            bytesDelivered += flow.bytesDelivered
            if let latency = flow.latencyMax { latencyMax = Swift.max(latencyMax ?? latency, latency) }
        }
        for loss in losses { lostByCause[Int(loss.cause.rawValue)] += loss.packets }
    }

    mutating func sum(migrations: [MigrationRow], disruptions: [DisruptionRow], convergence: [ConvergenceRow]) {
        moves = migrations.count
        for migration in migrations {
            if migration.outcome == .completed { movesCompleted += 1 }
            if case .after(let span) = migration.downtime { downtimeMax = Swift.max(downtimeMax ?? span, span) }
        }
        for disruption in disruptions { interruptionMax = interruptionMax.longest(disruption.gap) }
        for cache in convergence {
            if cache.outcome == .stillStale { stillStale += 1 }
            guard case .after(let span) = cache.tableTime(since: cache.attached) else { continue }
            if case .after(let slowest) = convergenceMax, slowest >= span { continue }
            convergenceMax = .after(span)
        }
        if stillStale > 0 { convergenceMax = .notYet }
    }

    mutating func sum(messages rows: [MessageRow]) {
        for row in rows {
            messages += row.messages
            messageBytes += row.bytes
        }
    }
}

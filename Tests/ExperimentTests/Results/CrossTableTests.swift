import Kernel
import Observe
import Testing

@testable import Experiment

/// The tables of one run tell the same story: what one splits up, another has as a sum.
@Suite struct CrossTableTests {
    @Test(arguments: ResultScenarios.all)
    func tablesAgree(_ case: ResultScenarios.Case) throws {
        let run = try FinishedRun(`case`.text)
        for column in `case`.happens {
            let cell = RunRow.table.columns.first { $0.name == column }?.cell(run.tables.runs[0])
            #expect(cell != .integer(0) && cell != nil, "\(column) happens")
        }
        flowsAreAccountedFor(run.tables)
        runIsTheSumOfFlows(run.tables)
        try lossesAgree(run.tables)
        movesAgree(run.tables)
        buffersAgree(run)
        pathsAgree(run.tables)
        if `case`.isWholeRun { timeSeriesAgrees(run.tables) }
        convergenceMakesSense(run.tables)
        phasesMakeSense(run.tables)
        messagesReachNodes(run.tables)
        if `case`.isWholeRun { linksAccountForLosses(run.tables) }
        rowsAreUniqueAndInOrder(run.tables)
    }

    // MARK: - Flows

    private func flowsAreAccountedFor(_ tables: ResultTables) {
        for row in tables.flows {
            #expect(row.sent == row.delivered + row.lost + row.unfinished, "\(row.flow)")
            #expect(row.conservationError == 0)
            #expect(row.triangular <= min(row.redirected, row.delivered), "\(row.flow)")
            #expect(row.redirected <= row.misdirected, "\(row.flow)")
            #expect(row.reordered <= row.delivered)
            #expect(row.bytesDelivered <= row.bytesSent)
            #expect((row.links.packets, row.segments.packets) == (row.delivered, row.delivered))
            #expect((row.latencyMax == nil) == (row.delivered == 0))
            let quantiles = [row.latencyP50, row.latencyP99, row.latencyMax].compactMap { $0 }
            #expect(quantiles == quantiles.sorted(), "\(row.flow)")
            if let mean = row.latencyMean, let largest = row.latencyMax { #expect(mean <= largest) }
            #expect((row.transfersCompleted ?? 0) <= (row.transfersStarted ?? 0))
        }
    }

    /// Columns that `runs` and `flows` have in common and that add up.
    private static let summed = [
        "sent", "delivered", "duplicate", "reordered", "lost", "unfinished", "misdirected", "triangular", "redirected",
        "early", "buffered", "conservation_error", "offered", "bytes",
    ]

    private func runIsTheSumOfFlows(_ tables: ResultTables) {
        #expect(tables.runs.count == 1)
        let run = tables.runs[0]
        for name in Self.summed { #expect(sum(name, tables.runs) == sum(name, tables.flows), "\(name)") }
        #expect(run.sent == run.delivered + run.lost + run.unfinished)
        #expect(run.lostByCause.reduce(0, +) == run.lost)
        #expect(run.latencyMax == tables.flows.compactMap(\.latencyMax).max())
        #expect(run.moves == tables.migrations.count)
        #expect(run.movesCompleted == tables.migrations.count { $0.outcome == .completed })
        #expect(run.stillStale == tables.convergence.count { $0.outcome == .stillStale })
        #expect(run.messages == tables.messages.reduce(0) { $0 + $1.messages })
        #expect(run.messageBytes == tables.messages.reduce(0) { $0 + $1.bytes })
    }

    // MARK: - Losses

    private func lossesAgree(_ tables: ResultTables) throws {
        let run = tables.runs[0]
        for flow in tables.flows {
            let rows = tables.losses.filter { $0.flow == flow.flow }
            #expect(rows.reduce(0) { $0 + $1.packets } == flow.lost, "\(flow.flow)")
        }
        for (index, cause) in LossCause.allCases.enumerated() {
            let packets = tables.losses.filter { $0.cause == cause }.reduce(0) { $0 + $1.packets }
            #expect(packets == run.lostByCause[index], "\(cause.name)")
        }
        for row in tables.losses {
            #expect(row.packets > 0 && row.first <= row.last && row.last <= run.ended)
            #expect(row.move.isEmpty == (row.period == .noMove))
            if row.move.isEmpty { continue }
            let move = try #require(tables.migrations.first { $0.move == row.move })
            #expect(move.vm == row.vm)
            // A packet that departed in a period cannot have been lost before it.
            if row.period == .down, let detached = move.detached { #expect(row.first >= detached) }
            if row.period == .after, let attached = move.attached { #expect(row.first >= attached) }
        }
    }

    // MARK: - Moves

    private static let caused = ["lost", "misdirected", "triangular", "redirected", "early"]

    private func movesAgree(_ tables: ResultTables) {
        for name in Self.caused {
            for move in tables.migrations {
                let disruptions = tables.disruptions.filter { $0.move == move.move }
                #expect(sum(name, disruptions) == sum(name, [move]), "\(name) of \(move.move)")
            }
        }
        for name in ["misdirected", "triangular", "redirected", "early"] {
            for flow in tables.flows {
                let disruptions = tables.disruptions.filter { $0.flow == flow.flow }
                #expect(sum(name, disruptions) == sum(name, [flow]), "\(name) of \(flow.flow)")
            }
        }
        for row in tables.disruptions {
            let losses = tables.losses.filter { $0.flow == row.flow && $0.move == row.move }
            let ofMobility = losses.filter(\.cause.isOfMobility).reduce(0) { $0 + $1.packets }
            #expect((ofMobility...losses.reduce(0) { $0 + $1.packets }).contains(row.lost), "\(row.flow), \(row.move)")
        }
        for move in tables.migrations {
            let times = [move.requested, move.detached, move.attached].compactMap { $0 }
            #expect(times == times.sorted())
            let gaps = tables.disruptions.filter { $0.move == move.move }.map(\.gap)
            #expect(move.interruption == gaps.reduce(.notMeasured) { $0.longest($1) }, "\(move.move)")
        }
        followedFlowsAreReorderedAlike(tables)
    }

    /// Where caches know everything from the start, packets wait because of moves alone.
    private func buffersAgree(_ run: FinishedRun) {
        for flow in run.tables.flows {
            let waited = sum("buffered", run.tables.disruptions.filter { $0.flow == flow.flow })
            #expect(waited <= flow.buffered, "\(flow.flow)")
            if run.scenario.start.caches == .resolved { #expect(waited == flow.buffered, "\(flow.flow)") }
        }
    }

    /// Streams of packets to and from VMs that move; before all moves nothing reorders them here.
    private func followedFlowsAreReorderedAlike(_ tables: ResultTables) {
        for flow in tables.flows where flow.transfersStarted == nil {
            let disruptions = tables.disruptions.filter { $0.flow == flow.flow }
            #expect(disruptions.reduce(0) { $0 + $1.reordered } == flow.reordered, "\(flow.flow)")
        }
    }

    // MARK: - Paths, time series

    private func pathsAgree(_ tables: ResultTables) {
        for flow in tables.flows {
            let rows = tables.paths.filter { $0.flow == flow.flow }
            #expect(rows.reduce(0) { $0 + $1.taken.packets } == flow.delivered, "\(flow.flow)")
            #expect(rows.reduce(0) { $0 + $1.taken.links } == flow.links.total, "\(flow.flow)")
            #expect(rows.reduce(0) { $0 + $1.taken.segments } == flow.segments.total, "\(flow.flow)")
            if rows.contains(where: { $0.move.isEmpty }) { continue }
            #expect(rows.reduce(0) { $0 + $1.triangular.packets } == flow.triangular, "\(flow.flow)")
        }
        for row in tables.paths {
            #expect(row.taken.packets >= row.triangular.packets)
            #expect(row.move.isEmpty == (row.period == .noMove))
            guard let direct = row.directDelay, row.triangular.packets == 0 else { continue }
            #expect(
                row.taken.delay >= Int128(direct.picoseconds) * Int128(row.taken.packets), "\(row.flow) \(row.period)")
        }
    }

    private func timeSeriesAgrees(_ tables: ResultTables) {
        var followed = 0
        for flow in tables.flows {
            let rows = tables.timeseries.filter { $0.flow == flow.flow }
            if rows.isEmpty { continue }
            followed += 1
            for name in ["sent", "delivered", "lost", "triangular"] {
                #expect(sum(name, rows) == sum(name, [flow]), "\(name) of \(flow.flow)")
            }
            #expect(rows.reduce(0) { $0 + $1.bytesDelivered } == flow.bytesDelivered)
            // Of packets under way at the end the windows know no arrival.
            let misdirected = rows.reduce(0) { $0 + $1.misdirected }
            #expect((flow.misdirected - flow.unfinished...flow.misdirected).contains(misdirected), "\(flow.flow)")
            #expect(rows.map(\.latencyMax).compactMap { $0 }.max() == flow.latencyMax)
        }
        #expect(followed > 0)
        for row in tables.timeseries {
            #expect(row.until - row.from == tables.timeseries[0].until - tables.timeseries[0].from)
            #expect(row.from.picoseconds == Int64(row.window) * (row.until - row.from).picoseconds)
        }
    }

    // MARK: - Caches

    private func convergenceMakesSense(_ tables: ResultTables) {
        let times = tables.convergence.map { $0.tableTime(since: $0.attached) }
        let slowest = times.reduce(Ending.notMeasured) { $0.longest($1) }
        #expect(tables.runs[0].convergenceMax == slowest)
        for row in tables.convergence {
            #expect(row.detached.map { row.staleSince >= $0 } == true, "\(row.move) \(row.node)")
            #expect((row.corrected == nil) == (row.outcome == .stillStale))
            #expect(row.fixedBy.isEmpty == (row.outcome == .stillStale))
            if let corrected = row.corrected { #expect(corrected >= row.staleSince, "\(row.move) \(row.node)") }
            #expect((row.lastMisdirected == nil) == (row.misdirected == 0))
            if let last = row.lastMisdirected { #expect(last >= row.staleSince && last <= tables.runs[0].ended) }
        }
    }

    // MARK: - Phases, nodes, links

    private func phasesMakeSense(_ tables: ResultTables) {
        for move in tables.migrations where move.detached != nil {
            let phases = tables.phases.filter { $0.move == move.move }
            let downtime = phases.first { $0.phase == .downtime }
            #expect((downtime?.start, downtime?.end) == (move.detached, move.attached))
            let registration = phases.first { $0.phase == .registration }
            #expect(registration?.end == move.registered, "\(move.move)")
            let caches = tables.convergence.filter { $0.move == move.move }
            let convergence = phases.first { $0.phase == .convergence }
            #expect(convergence?.start == caches.map(\.staleSince).min())
            if let end = convergence?.end { #expect(end == caches.compactMap(\.corrected).max()) }
            #expect((convergence?.end == nil) == (caches.isEmpty || caches.contains { $0.corrected == nil }))
        }
        for phase in tables.phases { #expect((phase.end ?? phase.start) >= phase.start, "\(phase)") }
    }

    /// Each message that was sent has come to an NVE or to the NVA, or was lost, or was under way at the end.
    private func messagesReachNodes(_ tables: ResultTables) {
        let sent = tables.messages.reduce(0) { $0 + $1.messages }
        let ended = tables.nodes.reduce(0) { $0 + $1.received + $1.controlDrops }
        let isOver = tables.runs[0].unfinished == 0
        #expect(isOver ? ended == sent : ended <= sent)
        #expect(tables.messages.reduce(0) { $0 + $1.drops } == tables.nodes.reduce(0) { $0 + $1.controlDrops })
        #expect(sum("buffered", tables.flows) == 0 || tables.nodes.contains { ($0.bufferedMax ?? 0) > 0 })
        for node in tables.nodes { #expect(node.mappings <= node.mappingsMax && (node.utilisation ?? 0) <= 1) }
    }

    private func linksAccountForLosses(_ tables: ResultTables) {
        let byLinks: [LossCause] = [.queueFull, .linkDown, .mtu, .hopLimit]
        let tenants = tables.losses.filter { byLinks.contains($0.cause) }.reduce(0) { $0 + $1.packets }
        let control = tables.messages.reduce(0) { $0 + $1.drops }
        #expect(tables.links.reduce(0) { $0 + $1.drops } == tenants + control)
        for link in tables.links { #expect((0...1).contains(link.utilisation ?? 0), "\(link.link)") }
        for flow in tables.flows where flow.delivered > 0 { #expect(!tables.links.isEmpty, "\(flow.flow)") }
    }

    // MARK: - Keys

    private func rowsAreUniqueAndInOrder(_ tables: ResultTables) {
        expectOrder(tables.flows)
        expectOrder(tables.losses)
        expectOrder(tables.disruptions)
        expectOrder(tables.migrations)
        expectOrder(tables.convergence)
        expectOrder(tables.messages)
        expectOrder(tables.paths)
        expectOrder(tables.timeseries)
        expectOrder(tables.phases)
        expectOrder(tables.nodes)
        expectOrder(tables.links)
        expectOrder(tables.requests)
    }

    private func expectOrder<Row: TableRow>(_ rows: [Row]) {
        let keys = Row.table.columns.filter(\.isKey)
        let texts = rows.map { row in keys.map { $0.cell(row).text($0.unit) } }
        #expect(Set(texts).count == rows.count, "two rows of \(Row.table.name) with the same key")
        for (row, next) in zip(rows, rows.dropFirst()) { #expect(Row.precedes(row, next), "\(row) before \(next)") }
    }

    /// The sum of a column of whole numbers.
    private func sum<Row: TableRow>(_ name: String, _ rows: [Row]) -> Int64 {
        guard let column = Row.table.columns.first(where: { $0.name == name }) else {
            Issue.record("\(Row.table.name) has no column \(name)")
            return -1
        }
        return rows.reduce(0) { total, row in
            if case .integer(let number) = column.cell(row) { total + number } else { total }
        }
    }
}

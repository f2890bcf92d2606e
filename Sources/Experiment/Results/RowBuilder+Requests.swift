import Guest
import Observe

extension RowBuilder {
    /// A row for each flow of requests, in the order of clients.
    func requests(_ world: borrowing World) -> [RequestRow] {
        var rows: [RequestRow] = []
        for (traffic, entry) in zip(scenario.traffic, directory.entries) {
            for (flow, pair) in zip(entry.range, entry.pairs).prefix(entry.requests) {
                var row = RequestRow(flow: flowNames[flow])
                row.traffic = traffic.name
                row.source = vmName(pair.source)
                row.destination = vmName(pair.destination)
                row.responseFlow = flowNames[flow + entry.requests]
                fill(&row, client: rows.count, world.requestLedger)
                rows.append(row)
            }
        }
        return rows
    }

    private func fill(_ row: inout RequestRow, client: Int, _ ledger: RequestLedger) {
        let account = ledger.accounts[client]
        row.sent = account.sent
        row.answered = account.answered
        row.late = account.late
        row.duplicate = account.duplicate
        row.retried = account.retried
        row.failed = account.failed
        row.unserved = account.unserved
        row.unfinished = account.unfinished
        if account.answered > 0 {
            row.latencyP50 = ledger.latency(.p50, of: client)
            row.latencyP99 = ledger.latency(.p99, of: client)
            row.latencyMax = account.latencyMax
        }
        guard let outage = ledger.outage(of: client) else { return }
        row.lost = account.failed
        row.longestRun = outage.longestRun
        row.gap = outage.gap
    }
}

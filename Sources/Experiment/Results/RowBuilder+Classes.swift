import Guest
import Observe

/// `results.flows: classes`: one row a traffic entry instead of one a flow.
extension RowBuilder {
    /// Adds the flows of each traffic entry up. Quantiles of single flows cannot be added and stay empty.
    func byTrafficEntry(_ flows: [FlowRow]) -> [FlowRow] {
        scenario.traffic.compactMap { traffic in
            let members = flows.filter { $0.traffic == traffic.name }
            guard !members.isEmpty else { return nil }
            var row = FlowRow(flow: traffic.name)
            row.traffic = traffic.name
            row.flowClass = traffic.kind.rawValue
            for member in members { Self.add(member, to: &row) }
            return row
        }
    }

    private static func add(_ member: FlowRow, to row: inout FlowRow) {
        row.sent += member.sent
        row.delivered += member.delivered
        row.reordered += member.reordered
        row.lost += member.lost
        row.unfinished += member.unfinished
        row.misdirected += member.misdirected
        row.triangular += member.triangular
        row.redirected += member.redirected
        row.early += member.early
        row.buffered += member.buffered
        row.ecnMarked += member.ecnMarked
        row.bytesSent += member.bytesSent
        row.bytesDelivered += member.bytesDelivered
        row.segments = join(row.segments, member.segments)
        row.links = join(row.links, member.links)
        if let largest = member.latencyMax { row.latencyMax = max(row.latencyMax ?? largest, largest) }
        if let started = member.transfersStarted { row.transfersStarted = (row.transfersStarted ?? 0) + started }
        if let completed = member.transfersCompleted {
            row.transfersCompleted = (row.transfersCompleted ?? 0) + completed
        }
    }

    private static func join(_ left: Spread, _ right: Spread) -> Spread {
        if left.packets == 0 { return right }
        if right.packets == 0 { return left }
        return Spread(
            least: min(left.least, right.least), most: max(left.most, right.most), total: left.total + right.total,
            packets: left.packets + right.packets)
    }
}

import Kernel

extension RunSummary {
    /// Traffic entries that are listed before the rest is only counted.
    private static let requestsShown = 10

    /// Whether those who ask got their answers: one row per traffic entry of requests or pings.
    func writeRequests(into layout: inout TextLayout) {
        guard !tables.requests.isEmpty else { return }
        let groups = RequestGroup.groups(of: tables.requests)
        let sent = groups.reduce(0) { $0 + $1.sent }
        let answered = groups.reduce(0) { $0 + $1.answered }
        let share = HumanText.percent(answered, of: sent)
        layout.line()
        layout.line(
            "Requests: \(HumanText.count(answered)) of \(HumanText.count(sent)) answered in time"
                + (share.isEmpty ? "" : " (\(share))"), .heading)
        let head = ["traffic", "sent", "answered", "late", "failed", "retried", "99 % within", "longest"]
        let rows = groups.prefix(Self.requestsShown).map(\.cells)
        layout.table([head.map { Piece($0, .quiet) }] + rows, right: Set(1..<head.count))
        let rest = groups.count - Self.requestsShown
        if rest > 0 { layout.line("  … and \(HumanText.count(rest)) more in requests.csv", .quiet) }
        for group in groups.prefix(Self.requestsShown) { layout.paragraph(group.outage, indent: "  ") }
        let unfinished = groups.reduce(0) { $0 + $1.unfinished }
        if unfinished > 0 { layout.line("  \(HumanText.count(unfinished)) still waited at the end.") }
    }
}

/// The flows of one traffic entry.
private struct RequestGroup {
    let traffic: String
    var sent = 0
    var answered = 0
    var late = 0
    var failed = 0
    var retried = 0
    var unfinished = 0
    /// The highest of the flows; nil where none had an answer in time.
    var latencyP99: Duration?
    var latencyMax: Duration?
    /// Of pings; nil for other requests.
    var longestRun: Int?
    var gap = Ending.notMeasured

    static func groups(of rows: [RequestRow]) -> [RequestGroup] {
        var groups: [RequestGroup] = []
        var places: [String: Int] = [:]
        for row in rows {
            let place = places[row.traffic] ?? groups.count
            if place == groups.count {
                places[row.traffic] = place
                groups.append(RequestGroup(traffic: row.traffic))
            }
            groups[place].add(row)
        }
        return groups
    }

    private mutating func add(_ row: RequestRow) {
        sent += row.sent
        answered += row.answered
        late += row.late
        failed += row.failed
        retried += row.retried
        unfinished += row.unfinished
        latencyP99 = [latencyP99, row.latencyP99].compactMap { $0 }.max()
        latencyMax = [latencyMax, row.latencyMax].compactMap { $0 }.max()
        longestRun = [longestRun, row.longestRun].compactMap { $0 }.max()
        gap = gap.longest(row.gap)
    }

    var cells: [Piece] {
        [
            Piece(traffic), Piece(HumanText.count(sent)), Piece(HumanText.count(answered)),
            Piece(HumanText.count(late)), Piece(HumanText.count(failed), failed > 0 ? .bad : .plain),
            Piece(HumanText.count(retried)), Piece(Self.text(latencyP99)), Piece(Self.text(latencyMax)),
        ]
    }

    /// How long replies to pings stayed away; empty where all came.
    var outage: String {
        guard let longestRun, longestRun > 0 else { return "" }
        let run = "Of \(traffic) up to \(HumanText.count(longestRun)) in a row had no reply"
        switch gap {
        case .after(let span): return run + "; the longest time without a reply was \(HumanText.span(span))."
        case .notYet: return run + "; at the end replies stayed away."
        case .notMeasured: return run + "."
        }
    }

    private static func text(_ span: Duration?) -> String { span.map { HumanText.span($0, digits: 4) } ?? "—" }
}

import Kernel

extension RunSummary {
    func writeLosses(_ run: RunRow, into layout: inout TextLayout) {
        layout.line()
        if run.lost == 0 {
            layout.line("Lost: nothing", .good)
            return
        }
        let share = HumanText.percent(run.lost, of: run.sent)
        layout.line(
            "Lost: \(HumanText.count(run.lost)) of \(HumanText.counted(run.sent, "packet")) (\(share))", .heading)
        var rows = [["packets", "cause", "that is", "the VM was", "when", "first – last"].map { Piece($0, .quiet) }]
        for group in LossGroup.groups(of: tables.losses) {
            rows.append([
                Piece(HumanText.count(group.packets), .bad), Piece(group.cause.name), Piece(group.cause.explanation),
                Piece(group.whereabouts.phrase), Piece(group.period.phrase), Piece(group.times),
            ])
        }
        layout.table(rows, right: [0])
        let floors = tables.migrations.compactMap(\.floor)
        if !floors.isEmpty {
            let floor = HumanText.counted(floors.reduce(0, +), "packet")
            layout.line(
                "  On direct paths \(floor) would have met no running VM, however fast mappings changed.", .quiet)
        }
    }

    func writeTraffic(_ run: RunRow, into layout: inout TextLayout) {
        layout.line()
        layout.line("Traffic: \(HumanText.counted(tables.flows.count, "flow"))", .heading)
        let share = HumanText.percent(run.delivered, of: run.sent)
        var facts = [
            "\(HumanText.count(run.sent)) packets sent",
            "\(HumanText.count(run.delivered)) delivered\(share.isEmpty ? "" : " (\(share))")",
            "\(HumanText.count(run.lost)) lost",
        ]
        if run.unfinished > 0 { facts.append("\(HumanText.count(run.unfinished)) still under way") }
        if run.reordered > 0 { facts.append("\(HumanText.count(run.reordered)) overtaken") }
        if run.duplicate > 0 { facts.append("\(HumanText.count(run.duplicate)) duplicate") }
        if run.buffered > 0 { facts.append("\(HumanText.count(run.buffered)) buffered") }
        layout.paragraph(facts.joined(separator: ", ") + ".", indent: "  ")
        writeLatency(run, into: &layout)
        writeTransfers(into: &layout)
        writeControl(run, into: &layout)
        writeBusiest(into: &layout)
    }

    private func writeControl(_ run: RunRow, into layout: inout TextLayout) {
        if run.messages == 0 { return }
        var facts = [HumanText.counted(run.messages, "message"), HumanText.bytes(run.messageBytes)]
        let retries = tables.messages.reduce(0) { $0 + $1.retries }
        let drops = tables.messages.reduce(0) { $0 + $1.drops }
        if retries > 0 { facts.append("\(HumanText.count(retries)) of them repeated") }
        if drops > 0 { facts.append("\(HumanText.count(drops)) lost") }
        var text = "Control: " + facts.joined(separator: ", ") + "."
        if let nva = tables.nodes.first(where: { $0.kind == "nva" }), let most = nva.queueMax, most > 0 {
            let busy = nva.utilisation.map { "was busy \(Self.share($0)) of the time, " } ?? "had "
            text += " The NVA \(busy)up to \(HumanText.counted(most, "message")) waiting."
        }
        layout.paragraph(text, indent: "  ")
    }

    /// The link that was busy for the largest share of the time; not worth a line where all are nearly idle.
    private func writeBusiest(into layout: inout TextLayout) {
        guard let link = tables.links.max(by: { ($0.utilisation ?? 0) < ($1.utilisation ?? 0) }),
            let share = link.utilisation, share >= 0.01
        else { return }
        var text = "Busiest link: \(link.link), \(Self.share(share)) of the time"
        if link.queueMaxBytes > 0 { text += ", up to \(HumanText.bytes(link.queueMaxBytes)) waiting" }
        if link.drops > 0 { text += ", \(HumanText.counted(link.drops, "frame")) lost" }
        layout.paragraph(text + ".", indent: "  ")
    }

    private static func share(_ value: Double) -> String { HumanText.number(100 * value, digits: 3) + " %" }

    private func writeLatency(_ run: RunRow, into layout: inout TextLayout) {
        guard let largest = run.latencyMax else { return }
        var text = "One-way delay: "
        if let low = tables.flows.compactMap(\.latencyP50).min(), let high = tables.flows.compactMap(\.latencyP50).max()
        {
            let (first, last) = (HumanText.span(low, digits: 4), HumanText.span(high, digits: 4))
            text += first == last ? "median \(first), " : "medians of the flows \(first) to \(last), "
        }
        if let high = tables.flows.compactMap(\.latencyP99).max() {
            text += "highest 99th percentile \(HumanText.span(high, digits: 4)), "
        }
        layout.paragraph(text + "largest \(HumanText.span(largest, digits: 4)).", indent: "  ")
    }

    private func writeTransfers(into layout: inout TextLayout) {
        let started = tables.flows.compactMap(\.transfersStarted).reduce(0, +)
        guard started > 0 else { return }
        let completed = tables.flows.compactMap(\.transfersCompleted).reduce(0, +)
        var text = "Transfers: \(HumanText.count(started)) started, \(HumanText.count(completed)) completed"
        if let slowdown = tables.flows.compactMap(\.slowdownP99).max() {
            text += ", highest 99th percentile of slowdown \(HumanText.number(slowdown))"
        }
        layout.paragraph(text + ".", indent: "  ")
    }
}

/// Losses of all flows and moves that are alike.
private struct LossGroup {
    let cause: LossCause
    let whereabouts: Whereabouts
    let period: MovePeriod
    var packets = 0
    private var first = Instant.never
    private var last = Instant.zero

    private init(_ row: LossRow) {
        cause = row.cause
        whereabouts = row.whereabouts
        period = row.period
    }

    /// The largest group first.
    static func groups(of rows: [LossRow]) -> [LossGroup] {
        var groups: [LossGroup] = []
        for row in rows where row.packets > 0 {
            let index =
                groups.firstIndex {
                    $0.cause == row.cause && $0.whereabouts == row.whereabouts && $0.period == row.period
                } ?? groups.endIndex
            if index == groups.endIndex { groups.append(LossGroup(row)) }
            groups[index].packets += row.packets
            groups[index].first = min(groups[index].first, row.first)
            if row.last != .never { groups[index].last = max(groups[index].last, row.last) }
        }
        return groups.sorted { left, right in
            if left.packets != right.packets { return left.packets > right.packets }
            return left.order.lexicographicallyPrecedes(right.order)
        }
    }

    private var order: [Int] { [Int(cause.rawValue), period.rawValue, Int(whereabouts.rawValue)] }

    var times: String {
        let (start, end) = (HumanText.point(first), HumanText.point(last))
        if start == end { return start }
        // One unit is enough where both share it.
        let (from, to) = (start.split(separator: " "), end.split(separator: " "))
        return from.last == to.last ? "\(from[0]) – \(end)" : "\(start) – \(end)"
    }
}

extension LossCause {
    fileprivate var explanation: String {
        switch self {
        case .guestPaused: "the VM stood still"
        case .notAttached: "came before the VM"
        case .noMapping: "no place known"
        case .noGateway: "there is no gateway"
        case .staleNoRedirect: "no redirect there"
        case .redirectExpired: "redirect ran out"
        case .awaitingAnswer: "the NVA was asked"
        case .noAnswer: "the NVA did not say"
        case .bufferOverflow: "a buffer was full"
        case .bufferExpired: "waited too long"
        case .queueFull: "a queue was full"
        case .mtu: "too long for a link"
        case .linkDown: "a link had failed"
        case .hopLimit: "too many hops"
        case .nodeDown: "a node or the VM had failed"
        case .neighbourUnresolved: "sender's guest did not know the MAC address"
        }
    }
}

extension Whereabouts {
    fileprivate var phrase: String {
        switch self {
        case .here: "there"
        case .paused: "there, paused"
        case .nowhere: "between hosts"
        case .elsewhere: "at another host"
        case .down: "down"
        }
    }
}

extension MovePeriod {
    fileprivate var phrase: String {
        switch self {
        case .before: "before detach"
        case .down: "while down"
        case .after: "after attach"
        case .noMove: "no move"
        }
    }
}

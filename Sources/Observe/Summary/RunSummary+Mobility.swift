import Kernel

extension RunSummary {
    /// Moves that are listed before the rest is only counted.
    private static let movesShown = 10

    func writeMoves(into layout: inout TextLayout) {
        let moves = tables.migrations
        // Failovers alone are mobility too, and are told of below.
        if moves.isEmpty && !tables.failovers.isEmpty { return }
        layout.line()
        if moves.isEmpty {
            layout.line("Nothing moved", .heading)
            return
        }
        let completed = moves.filter { $0.outcome == .completed }.count
        layout.line(
            "Moves: \(completed) of \(moves.count) completed", completed == moves.count ? .heading : .bad)
        var rows = [
            ["move", "vm", "from", "to", "detached", "down", "longest silence", "outcome"].map { Piece($0, .quiet) }
        ]
        for move in moves.prefix(Self.movesShown) { rows.append(Self.row(of: move)) }
        layout.table(rows, right: [4, 5, 6])
        for line in moves.prefix(Self.movesShown).compactMap(Self.deviation) { layout.line(line) }
        let rest = moves.count - Self.movesShown
        if rest > 0 { layout.line("  … and \(HumanText.count(rest)) more in migrations.csv", .quiet) }
    }

    private static func row(of move: MigrationRow) -> [Piece] {
        let isOver = move.outcome == .completed
        return [
            Piece(move.move), Piece(move.vm), Piece(move.from), Piece(move.to == move.from ? "same place" : move.to),
            Piece(HumanText.point(move.detached)), Piece(text(move.downtime)),
            Piece(HumanText.ending(move.interruption)),
            Piece(move.outcome.rawValue, isOver ? .good : .bad),
        ]
    }

    /// What about a move is not as it was asked for; nil where everything is.
    private static func deviation(of move: MigrationRow) -> String? {
        if !move.refusal.isEmpty { return "  \(move.move) was refused: \(move.refusal)." }
        if move.asked.isEmpty || move.asked == move.mode { return nil }
        return "  \(move.move) went \(move.mode), where \(move.asked) was asked for."
    }

    private static func text(_ ending: Ending) -> String {
        switch ending {
        case .after(let span): HumanText.span(span)
        case .notMeasured: "—"
        case .notYet: "until the end"
        }
    }

    func writeTriangles(_ run: RunRow, into layout: inout TextLayout) {
        guard run.triangular > 0 || run.misdirected > 0 else { return }
        layout.line()
        let packets = run.triangular == 0 ? "no packet" : HumanText.counted(run.triangular, "packet")
        layout.line("Triangle: \(packets) delivered by way of the old NVE", .heading)
        var sum = TriangleSum()
        for path in tables.paths { sum.add(path) }
        if sum.packets > 0 { layout.paragraph(sum.sentence, indent: "  ") }
        var facts = ["\(HumanText.counted(run.misdirected, "packet")) came to an NVE that the VM had left"]
        let stranded = run.redirected - run.triangular
        if stranded > 0 { facts.append("\(HumanText.count(stranded)) of those relayed did not arrive") }
        layout.paragraph(facts.joined(separator: "; ") + ".", indent: "  ")
        writeShortTimers(into: &layout)
    }

    /// Redirect timers that did not last for the last packet at the old NVE (REQ-5-13).
    private func writeShortTimers(into layout: inout TextLayout) {
        let short = tables.migrations.filter { ($0.timerSlack ?? .longest) <= .zero }
        for move in short.prefix(3) {
            let lack = Duration.zero - (move.timerSlack ?? .zero)
            let when = lack == .zero ? "at the very moment when" : "\(HumanText.span(lack)) before"
            layout.paragraph(
                "The redirect timer of \(move.move) ran out \(when) the last packet for \(move.vm) came there.",
                indent: "  ")
        }
        if short.count > 3 {
            layout.line("  \(short.count - 3) more timers were too short: see timer_slack in migrations.csv.", .quiet)
        }
    }

    func writeCaches(into layout: inout TextLayout) {
        let caches = tables.convergence
        guard !caches.isEmpty else { return }
        let stale = caches.filter { $0.outcome == .stillStale }.count
        layout.line()
        let count = HumanText.counted(caches.count, "cache")
        let verdict = stale == 0 ? "all right in the end" : "\(HumanText.count(stale)) still wrong at the end"
        layout.line("Caches: \(count) held an old place, \(verdict)", stale == 0 ? .heading : .bad)
        if let last = Self.slowest(caches, by: { $0.tableTime(since: $0.attached) }) {
            let cause = last.cache.fixedBy.isEmpty ? "" : " by \(last.cache.fixedBy)"
            layout.paragraph(
                "The last one, at \(last.cache.node), was put right \(Self.relative(last.span))\(cause).", indent: "  ")
        }
        if let last = Self.slowestTraffic(caches) {
            layout.paragraph("The last misdirected packet arrived \(Self.relative(last)).", indent: "  ")
        }
    }

    private static func relative(_ span: Duration) -> String {
        if span == .zero { return "at the moment of attach" }
        return span < .zero
            ? "\(HumanText.span(Duration.zero - span)) before attach" : "\(HumanText.span(span)) after attach"
    }

    private static func slowest(
        _ caches: [ConvergenceRow], by time: (ConvergenceRow) -> Ending
    ) -> (cache: ConvergenceRow, span: Duration)? {
        var slowest: (cache: ConvergenceRow, span: Duration)?
        for cache in caches {
            guard case .after(let span) = time(cache) else { continue }
            if let present = slowest, present.span >= span { continue }
            slowest = (cache, span)
        }
        return slowest
    }

    /// Of all caches, stale ones too: the packets did arrive.
    private static func slowestTraffic(_ caches: [ConvergenceRow]) -> Duration? {
        caches.compactMap { cache in
            guard let last = cache.lastMisdirected, let attached = cache.attached else { return nil }
            return last - attached
        }.max()
    }
}

/// Ways of all triangular packets against the direct ones.
private struct TriangleSum {
    var packets = 0
    private var taken = PathSum()
    private var direct = (segments: 0, links: 0, delay: 0.0)
    private var isComplete = true

    mutating func add(_ path: PathRow) {
        let some = path.triangular
        guard some.packets > 0 else { return }
        packets += some.packets
        taken = PathSum(
            packets: packets, segments: taken.segments + some.segments, links: taken.links + some.links,
            delay: taken.delay + some.delay)
        guard let segments = path.directSegments, let links = path.directLinks, let delay = path.directDelay else {
            isComplete = false
            return
        }
        direct.segments += segments * some.packets
        direct.links += links * some.packets
        direct.delay += Double(delay.picoseconds) * Double(some.packets)
    }

    var sentence: String {
        let count = Double(packets)
        let segments = HumanText.number(Double(taken.segments) / count)
        let links = HumanText.number(Double(taken.links) / count)
        let delay = Self.span(Double(taken.delay) / count)
        guard isComplete else { return "They took \(segments) segments, \(links) links and \(delay) on average." }
        var text = "On average \(segments) segments instead of \(HumanText.number(Double(direct.segments) / count)), "
        text += "\(links) links instead of \(HumanText.number(Double(direct.links) / count))"
        if direct.links > 0 {
            text += " (stretch \(HumanText.number(Double(taken.links) / Double(direct.links))))"
        }
        return text + ", \(delay) instead of \(Self.span(direct.delay / count))."
    }

    private static func span(_ picoseconds: Double) -> String {
        HumanText.span(Duration(picoseconds: Int64(picoseconds.rounded())), digits: 4)
    }
}

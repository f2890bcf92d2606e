import Kernel

/// What one run came to, for a person: what moved, what was lost and why, what took the triangle, when the last cache
/// was right, and whether expectations hold.
public struct RunSummary: Sendable {
    /// How the result is printed on standard output.
    public enum Format: String, CaseIterable, Sendable { case text, json, csv }

    public var tables: ResultTables
    public var verdicts: [Verdict]
    /// What the loader had to say about the scenario, `file:line:col: …` each.
    public var warnings: [String] = []
    /// The result folder; empty = nothing was written.
    public var folder: String
    public var state: Manifest.State
    public var events: UInt64
    /// Wall time of the simulation itself.
    public var seconds: Double

    /// - Parameter tables: finished, so that they hold the headline row.
    public init(
        tables: ResultTables, verdicts: [Verdict] = [], folder: String = "", state: Manifest.State = .complete,
        events: UInt64, seconds: Double
    ) {
        self.tables = tables
        self.verdicts = verdicts
        self.folder = folder
        self.state = state
        self.events = events
        self.seconds = seconds
    }

    /// The summary as lines of at most `width` characters (the folder's path alone may be longer).
    public func text(colour: Bool = false, width: Int = 100) -> String {
        var layout = TextLayout(colour: colour, width: width)
        guard let run = tables.runs.first else { return "" }
        writeTitle(run, into: &layout)
        writeMoves(into: &layout)
        writeInterruptions(into: &layout)
        writeFailovers(into: &layout)
        writeCreations(into: &layout)
        writeLosses(run, into: &layout)
        writeTriangles(run, into: &layout)
        writeCaches(into: &layout)
        writeTraffic(run, into: &layout)
        writeRequests(into: &layout)
        writeExpectations(into: &layout)
        layout.line()
        if !folder.isEmpty { layout.uncut("Results: \(folder)") }
        let speed = seconds > 0 ? ", \(HumanText.rate(Double(events) / seconds)) events/s" : ""
        let time =
            seconds < 0.1
            ? "\(HumanText.number(1_000 * seconds, digits: 3)) ms" : "\(HumanText.number(seconds, digits: 3)) s"
        layout.line("\(HumanText.counted(Int(clamping: events), "event")) in \(time)\(speed)", .quiet)
        return layout.text
    }

    private func writeTitle(_ run: RunRow, into layout: inout TextLayout) {
        let key = tables.run
        var facts = ["seed \(key.seed)"]
        if !key.point.isEmpty { facts.append("point \(key.point)") }
        if key.replication != 1 { facts.append("replication \(key.replication)") }
        facts.append("\(HumanText.span(run.duration)) of traffic, over at \(HumanText.point(run.ended))")
        layout.line([Piece(run.scenario, .heading), Piece("  " + facts.joined(separator: ", "))])
        if state == .partial {
            layout.line("Interrupted: what follows describes the run up to \(HumanText.point(run.ended)).", .doubtful)
        }
        if run.conservationError != 0 {
            let missing = HumanText.counted(run.conservationError, "packet")
            layout.line("The account is wrong by \(missing): this is a bug of nvo3sim.", .bad)
        }
    }

    private func writeExpectations(into layout: inout TextLayout) {
        guard !verdicts.isEmpty else { return }
        let held = verdicts.filter { $0.outcome == .pass }.count
        layout.line()
        layout.line("Expectations: \(held) of \(verdicts.count) hold", .heading)
        let rows = verdicts.map { verdict -> [Piece] in
            let value = verdict.value.isEmpty ? "no value" : verdict.value
            var remark = verdict.rows > 1 ? "\(verdict.rows) rows" : ""
            if !verdict.remark.isEmpty { remark = verdict.remark }
            return [
                Piece(verdict.outcome.rawValue, verdict.outcome.tone), Piece(verdict.subject), Piece(value),
                Piece(verdict.limit), Piece(remark, .quiet),
            ]
        }
        layout.table(rows, right: [2])
    }
}

extension Verdict.Outcome {
    fileprivate var tone: Piece.Tone {
        switch self {
        case .pass: .good
        case .fail: .bad
        case .inconclusive: .doubtful
        }
    }
}

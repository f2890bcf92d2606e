import Kernel

extension RunSummary {
    /// Failovers that are listed before the rest is only counted.
    private static let failoversShown = 10

    /// What failed, how soon it was noticed, and for how long nobody ran. Who has only stood by is not worth a line.
    func writeFailovers(into layout: inout TextLayout) {
        if tables.failovers.isEmpty { return }
        let failed = tables.failovers.filter { $0.failed != nil }
        layout.line()
        if failed.isEmpty {
            layout.line("Failovers: nobody protected has failed", .heading)
            return
        }
        let taken = failed.filter { $0.outcome == "taken-over" }.count
        layout.line(
            "Failovers: \(taken) of \(HumanText.counted(failed.count, "failure")) taken over",
            taken == failed.count ? .heading : .bad)
        let heads = ["failover", "vm", "primary", "secondary", "failed", "detected after", "down", "lost", "outcome"]
        let rows = failed.prefix(Self.failoversShown).map(Self.row)
        layout.table([heads.map { Piece($0, .quiet) }] + rows, right: [4, 5, 6, 7])
        let rest = failed.count - Self.failoversShown
        if rest > 0 { layout.line("  … and \(HumanText.count(rest)) more in failovers.csv", .quiet) }
    }

    private static func row(of failover: FailoverRow) -> [Piece] {
        [
            Piece(failover.failover), Piece(failover.vm), Piece(failover.primary), Piece(failover.secondary),
            Piece(HumanText.point(failover.failed)),
            Piece(HumanText.ending(failover.since(failover.failed, until: failover.detected))),
            Piece(HumanText.ending(failover.since(failover.failed, until: failover.running))),
            Piece(HumanText.count(failover.packetsLost)),
            Piece(failover.outcome, failover.outcome == "taken-over" ? .good : .bad),
        ]
    }
}

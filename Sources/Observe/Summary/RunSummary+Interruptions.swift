import Kernel

extension RunSummary {
    private static let tenantsShown = 10

    /// Cold moves interrupt: whoever offers them tells each tenant for how long, beforehand and afterwards (REQ-3-06).
    func writeInterruptions(into layout: inout TextLayout) {
        // Who has not been stopped, refused or still waiting for other moves, has not been interrupted.
        let cold = tables.migrations.filter { $0.mode == "cold" && $0.detached != nil }
        if cold.isEmpty { return }
        let tenants = Dictionary(grouping: cold, by: \.tenant).sorted { $0.key < $1.key }
        layout.line()
        layout.line("Interruptions by cold moves", .heading)
        let heads = ["tenant", "moves", "longest", "predicted", "in all", "predicted"].map { Piece($0, .quiet) }
        let rows = tenants.prefix(Self.tenantsShown).map { Self.row(of: $0.key, $0.value) }
        layout.table([heads] + rows, right: [1, 2, 3, 4, 5])
        let rest = tenants.count - Self.tenantsShown
        if rest > 0 { layout.line("  … and \(HumanText.counted(rest, "more tenant")) in migrations.csv", .quiet) }
    }

    private static func row(of tenant: String, _ moves: [MigrationRow]) -> [Piece] {
        let measured = moves.map { move -> Duration? in
            guard case .after(let time) = move.stopToRun else { return nil }
            return time
        }
        let over = measured.compactMap { $0 }
        let isOver = over.count == moves.count
        let predicted = moves.compactMap(\.forecast)
        return [
            Piece(tenant), Piece(HumanText.count(moves.count)),
            Piece(isOver ? HumanText.span(over.max() ?? .zero) : "no end"),
            Piece(HumanText.span(predicted.max() ?? .zero)),
            Piece(isOver ? HumanText.span(over.reduce(.zero, +)) : "no end"),
            Piece(HumanText.span(predicted.reduce(.zero, +))),
        ]
    }
}

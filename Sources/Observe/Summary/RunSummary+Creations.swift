import Kernel

extension RunSummary {
    /// How many VMs came and went, and which were refused.
    func writeCreations(into layout: inout TextLayout) {
        let asked = tables.creations.filter { $0.asked != nil }
        let gone = tables.creations.filter { $0.destroyed != nil }.count
        if tables.creations.isEmpty { return }
        layout.line()
        let made = asked.filter { $0.created != nil }
        layout.line(
            "VMs created: \(made.count) of \(asked.count)" + (gone > 0 ? ", destroyed: \(gone)" : ""),
            made.count == asked.count ? .heading : .bad)
        let refused = asked.filter { $0.outcome == "refused" }
        for row in refused.prefix(Self.refusalsShown) {
            layout.line("  \(row.vm) was refused at \(row.host): \(row.refusal)", .bad)
        }
        let rest = refused.count - Self.refusalsShown
        if rest > 0 { layout.line("  … and \(HumanText.count(rest)) more in creations.csv", .quiet) }
    }

    private static let refusalsShown = 5
}

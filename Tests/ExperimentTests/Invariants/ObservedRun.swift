import Kernel
import Observe

@testable import Experiment

/// A finished run with all that a test may want to look at.
struct ObservedRun {
    let packets: [EndedPacket]
    let facts: [(at: Instant, fact: Fact)]
    let tables: ResultTables
    /// By flow.
    let sent: [UInt64]
    /// Of events and of fates.
    let fingerprints: [String]

    init(_ scenario: Scenario) throws {
        let builder = try WorldBuilder(scenario)
        let rows = RowBuilder(scenario, builder.roster, builder.directory)
        var world = try builder.build(keepingLogs: true)
        try world.run()
        world.finish()
        try world.checkConservation { rows.flowNames[$0] }
        packets = world.packetLog ?? []
        facts = world.factLog ?? []
        tables = rows.tables(of: world, run: RunKey(seed: scenario.seed))
        sent = world.sent.map(\.all)
        fingerprints = [world.events.description, world.ledger.fates.description]
    }
}

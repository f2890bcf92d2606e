import Kernel
import Observe
import Overlay
import Testing

@testable import Experiment

/// A scenario's text, run to its end: the tables as they would be written.
struct FinishedRun {
    let scenario: Scenario
    let tables: ResultTables

    init(_ text: String, _ overrides: [String] = []) throws {
        let loaded = ScenarioLoader.load(text: text, name: "run.yaml", overrides: overrides)
        #expect(loaded.rendered() == "")
        scenario = try #require(loaded.scenario)
        tables = try ResultTables(running: scenario)
    }

    func flow(_ name: String) throws -> FlowRow { try #require(tables.flows.first { $0.flow == name }) }
    func migration(_ name: String) throws -> MigrationRow { try #require(tables.migrations.first { $0.move == name }) }
}

extension ResultTables {
    /// The tables of a run of a scenario that the loader has passed.
    init(running scenario: Scenario) throws {
        let builder = try WorldBuilder(scenario)
        let rows = RowBuilder(
            scenario, builder.roster, builder.directory)
        var world = try builder.build()
        try world.run()
        world.finish()
        try world.checkConservation { rows.flowNames[$0] }
        self = rows.tables(of: world, run: RunKey(seed: scenario.seed))
    }
}

/// A row as its file has it: fields by column header, without those that are empty.
func fields<Row: TableRow>(_ row: Row) -> [String: String] {
    var fields: [String: String] = [:]
    for column in Row.table.columns {
        let text = column.cell(row).text(column.unit)
        if !text.isEmpty { fields[column.header] = text }
    }
    return fields
}

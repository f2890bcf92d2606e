import Observe

@testable import Experiment

/// What the first flow's row says about packets that a later-sent one overtook.
func reorderedByTheTable(_ scenario: Scenario) throws -> Int {
    var world = try WorldBuilder(scenario).build()
    try world.run()
    return Int(world.ledger.accounts[0].rare.reordered)
}

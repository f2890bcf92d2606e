public import Kernel
import Observe

/// Where two runs part: the first event that is not the same in both, and those before it.
public struct Divergence: Hashable, Sendable {
    public struct Step: Hashable, Sendable {
        public let at: Instant
        public let what: String
    }

    /// Number of the first event that differs, from 1.
    public let event: UInt64
    /// The last events that both have.
    public let common: [Step]
    /// The next ones of either; empty = it is over.
    public let first: [Step]
    public let second: [Step]

    /// How many events are shown before and after.
    static let shown: UInt64 = 4

    /// Runs both side by side; nil = they are the same to the end.
    public static func find(_ first: ScenarioRun, _ second: ScenarioRun) throws -> Divergence? {
        var left = try first.builder.build()
        var right = try second.builder.build()
        while true {
            let goesOn = (try left.step(atMost: 1), try right.step(atMost: 1))
            if goesOn.0 != goesOn.1 || left.events != right.events || left.now != right.now { break }
            if !goesOn.0 { return nil }
        }
        let event = max(left.eventCount, right.eventCount)
        let (lefts, rights) = (try steps(of: first, around: event), try steps(of: second, around: event))
        let before = Int(min(event - 1, shown))
        return Divergence(
            event: event, common: Array(lefts.prefix(before)), first: Array(lefts.dropFirst(before)),
            second: Array(rights.dropFirst(before)))
    }

    private static func steps(of run: ScenarioRun, around event: UInt64) throws -> [Step] {
        let builder = try run.builder
        let narrator = EventNarrator(run.scenario, builder.roster, builder.directory)
        var world = try builder.build()
        let start = event - min(event, shown + 1)
        var steps: [Step] = []
        if start > 0 { _ = try world.step(atMost: start) }
        while world.eventCount < event + shown {
            let goesOn = try world.step { event, world in
                steps.append(Step(at: event.time, what: narrator.describe(event, in: world)))
            }
            if !goesOn { break }
        }
        return steps
    }
}

extension ScenarioRun {
    var builder: WorldBuilder {
        get throws { try WorldBuilder(scenario, replication: UInt32(key.replication)) }
    }

    /// Hash of the resolved scenario, as manifests have it.
    public var scenarioHash: String { Self.hash(of: scenario) }
}

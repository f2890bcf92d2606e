import Experiment

/// What the random scenarios have made happen, so that the test cannot go blind.
struct Coverage {
    /// The least that the seeds must bring about.
    static let wanted: [(what: String, least: Int)] = [
        ("delivered", 50_000), ("triangular", 1_000), ("chain", 200), ("lost in a chain", 60), ("unfinished", 300),
        ("local", 10_000), ("more than 8 links", 100), ("mapping changes", 1_000),
        ("guest-paused paused", 300), ("not-attached nowhere", 400),
        ("no-mapping nowhere", 500), ("no-mapping elsewhere", 5_000), ("no-mapping paused", 20),
        ("stale-no-redirect nowhere", 700), ("stale-no-redirect elsewhere", 1_000),
        ("redirect-expired nowhere", 400), ("redirect-expired elsewhere", 1_200), ("redirect-expired paused", 15),
        ("queue-full here", 1_500), ("queue-full nowhere", 80), ("queue-full elsewhere", 80),
        ("mtu here", 2_000), ("mtu nowhere", 100), ("mtu elsewhere", 150), ("mtu paused", 15),
    ]

    var counts: [String: Int] = [:]

    mutating func add(_ scenario: Scenario, _ run: SimulatedRun) {
        for fate in run.fates {
            let name = fate.end == "lost" ? "\(fate.cause) \(fate.whereabouts)" : fate.end
            counts[name, default: 0] += 1
            if fate.end == "delivered" && fate.redirected { counts["triangular", default: 0] += 1 }
            if fate.end == "delivered" && fate.segments == 0 { counts["local", default: 0] += 1 }
            if fate.end == "delivered" && fate.segments > 2 { counts["chain", default: 0] += 1 }
            if fate.end == "lost" && fate.segments > 2 { counts["lost in a chain", default: 0] += 1 }
            if fate.links > 8 { counts["more than 8 links", default: 0] += 1 }
        }
        counts["mapping changes", default: 0] += run.mappingChanges.count
        counts["packets", default: 0] += run.fates.count
    }
}

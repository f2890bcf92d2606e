import Experiment
import Fabric
import Testing

/// The product against the twin on random scenarios, packet by packet.
@Suite struct TwinTests {
    static let seeds = 1_000

    @Test("DER-03 product and twin agree on every packet of random scenarios")
    func agreement() throws {
        var coverage = Coverage()
        for seed in 1...UInt64(Self.seeds) {
            let scenario = RandomScenario.make(seed: seed)
            let twin = Twin.run(scenario, spine: spineChoice(scenario))
            coverage.add(twin)
            let product = try simulate(scenario)
            guard let difference = Difference.first(product, twin, in: scenario) else { continue }
            Issue.record("seed \(seed): \(difference)\n\(Difference.describe(scenario))")
            return
        }
        for (what, least) in Coverage.wanted {
            #expect(coverage.counts[what, default: 0] >= least, "\(what) has become rare in \(Self.seeds) scenarios")
        }
    }

    @Test("The comparison sees each kind of difference")
    func comparison() {
        let scenario = RandomScenario.make(seed: 1)
        let run = Twin.run(scenario, spine: spineChoice(scenario))
        #expect(Difference.first(run, run, in: scenario) == nil)
        var other = run
        other.fates[3].links += 1
        #expect(Difference.first(other, run, in: scenario)?.contains("links") == true)
        other = run
        other.fates.removeLast()
        #expect(Difference.first(other, run, in: scenario)?.contains("packets") == true)
        other = run
        other.mappingChanges.append(MappingChange(host: "h0", vm: "vm0", at: 1))
        #expect(Difference.first(other, run, in: scenario)?.contains("mapping") == true)
        other = run
        other.registrationsInForce.append(1)
        #expect(Difference.first(other, run, in: scenario)?.contains("registrations") == true)
    }
}

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

    mutating func add(_ run: SimulatedRun) {
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

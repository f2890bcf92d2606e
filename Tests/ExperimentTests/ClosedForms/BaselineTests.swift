import Experiment
import Kernel
import Overlay
import Testing

/// The seven baselines of the reference set-up: 20 000 packets, of which those that leave in [9.998 s, 10.305 s) are
/// at stake.
@Suite struct BaselineClosedForms {
    struct Baseline: CustomTestStringConvertible {
        var name: String
        /// Those of the 307 that arrive; the ones that A held go straight.
        var triangular: Int
        var directOfThose = 0
        var losses: [String: Int]
        var buffered = 0
        var longestWait = milliseconds(0)
        var early = 0
        var misdirected = 307
        var set: @Sendable (inout Scenario) -> Void

        var testDescription: String { name }
    }

    static let fifteen: @Sendable (inout Scenario) -> Void = { $0.redirect.learn = .query }
    static let full: @Sendable (inout Scenario) -> Void = {
        $0.redirect.learn = .query
        $0.invalidate.by = .oldNVE
    }

    static let baselines = [
        Baseline(
            name: "BASE-NONE", triangular: 0,
            losses: ["stale-no-redirect nowhere": 300, "stale-no-redirect elsewhere": 7]
        ) { _ in },
        Baseline(name: "BASE-PRE", triangular: 9, losses: ["not-attached nowhere": 298], early: 298) {
            $0.redirect.learn = .preinstalled
        },
        Baseline(
            name: "BASE-BUF", triangular: 307, losses: [:], buffered: 298, longestWait: microseconds(297_500),
            early: 298
        ) {
            $0.redirect.learn = .preinstalled
            $0.redirect.buffer.at = .new
        },
        Baseline(
            name: "BASE-BUF100", triangular: 109, losses: ["buffer-overflow nowhere": 198], buffered: 100,
            longestWait: microseconds(297_500), early: 298
        ) {
            $0.redirect.learn = .preinstalled
            $0.redirect.buffer.at = .new
            $0.redirect.buffer.limit = 100
        },
        Baseline(
            name: "BASE-15", triangular: 2, losses: ["awaiting-answer nowhere": 300, "awaiting-answer elsewhere": 5],
            set: fifteen),
        Baseline(
            name: "FULL-DROP", triangular: 0,
            losses: ["awaiting-answer nowhere": 4 + 298, "awaiting-answer elsewhere": 5], misdirected: 4, set: full),
        Baseline(
            name: "FULL-QUEUE", triangular: 0, directOfThose: 303, losses: ["awaiting-answer nowhere": 4],
            buffered: 303, longestWait: microseconds(302_500), misdirected: 4
        ) {
            full(&$0)
            $0.nve.miss = .queryQueue
            $0.nve.missQueue = 303
        },
    ]

    @Test("REF-A, seven baselines", arguments: Engine.allCases, baselines)
    func reference(engine: Engine, baseline: Baseline) throws {
        var scenario = MoveByHand().scenario(duration: milliseconds(20_000))
        baseline.set(&scenario)
        check(try engine.run(scenario), against: baseline)
    }

    @Test(
        "REQ-1-13, REQ-3-01, REQ-4.2-19, OLD-4.1-09: the same counts in every combination of families",
        arguments: Families.all, baselines)
    func families(families: Families, baseline: Baseline) throws {
        var scenario = MoveByHand().scenario(duration: milliseconds(20_000))
        families.set(&scenario)
        baseline.set(&scenario)
        check(try simulate(scenario), against: baseline)
    }

    private func check(_ run: SimulatedRun, against baseline: Baseline) {
        let tally = Tally(run.fates)
        #expect(tally.losses == baseline.losses)
        #expect(tally.triangular == baseline.triangular)
        #expect(tally.direct == 9_998 + 9_695 + baseline.directOfThose)
        #expect(tally.buffered == baseline.buffered)
        #expect(tally.early == baseline.early)
        #expect(tally.misdirected == baseline.misdirected)
        #expect(run.longestWait(straight: milliseconds(2), viaOld: milliseconds(4)) == baseline.longestWait)
        #expect(run.registrationsInForce == [milliseconds(10_303)])
        #expect(run.corrections(at: "A") == [milliseconds(10_305)])
        #expect(Tally(run.fates.filter { $0.sentAt >= milliseconds(10_305) }).direct == 9_695)
    }

    @Test("BASE-15 with a buffer of 300 at the old NVE: 5 lost", arguments: Engine.allCases)
    func bufferAtOld(engine: Engine) throws {
        var scenario = MoveByHand().scenario(duration: milliseconds(20_000))
        scenario.redirect.learn = .query
        scenario.redirect.buffer.at = .old
        scenario.redirect.buffer.limit = 300
        let run = try engine.run(scenario)
        let tally = Tally(run.fates)
        #expect(tally.losses == ["buffer-overflow elsewhere": 5])
        #expect(tally.triangular == 302)
        #expect(tally.buffered == 300)
        // The first one comes to B at 10.0005 s and leaves when the answer is there, at 10.305 s.
        #expect(run.longestWait(straight: milliseconds(2), viaOld: milliseconds(4)) == microseconds(304_500))
    }

    @Test("C07d B learns from its own push at 10.3051 s: 305 lost, 2 triangular", arguments: Engine.allCases)
    func learnsFromPush(engine: Engine) throws {
        var scenario = MoveByHand().scenario(duration: milliseconds(20_000))
        scenario.redirect.learn = .nvaPush
        let run = try engine.run(scenario)
        let tally = Tally(run.fates)
        #expect(tally.losses == ["stale-no-redirect nowhere": 300, "stale-no-redirect elsewhere": 5])
        #expect(tally.triangular == 2)
        #expect(run.corrections(at: "B") == [milliseconds(10_305) + microseconds(100)])
    }

    @Test("C07d no answer ever: the same loss as without a redirect, 307", arguments: Engine.allCases)
    func withoutAnswer(engine: Engine) throws {
        var scenario = MoveByHand().scenario(duration: milliseconds(20_000))
        scenario.redirect.learn = .query
        scenario.nva.onDetach = .withdraw
        scenario.nva.unknown = .silent
        scenario.nve.query.timeout = .milliseconds(400)
        let tally = Tally(try engine.run(scenario).fates)
        #expect(tally.losses == ["awaiting-answer nowhere": 300, "awaiting-answer elsewhere": 7])
        #expect(tally.triangular == 0)
    }
}

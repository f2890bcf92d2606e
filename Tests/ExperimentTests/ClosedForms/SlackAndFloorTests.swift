import Fabric
import Kernel
import Mobility
import Observe
import Overlay
import Testing

@testable import Experiment

/// The two columns of migrations.csv that say what could have been better: the timer's slack and the floor.
@Suite struct SlackAndFloorTests {
    private func row(_ move: MoveByHand) throws -> MigrationRow {
        try #require(ResultTables(running: move.scenario(duration: milliseconds(20_000))).migrations.first)
    }

    /// The last packet comes to B at 10 306.5 ms. An entry that ends at that very instant is gone by then.
    @Test(
        "REQ-5-13, REQ-5-06: the slack is 0 for the longest timer that is too short, 306.5 ms",
        arguments: [
            (milliseconds(200), milliseconds(-106) - microseconds(500), 307),
            (milliseconds(306), microseconds(-500), 299), (milliseconds(306) + microseconds(500), 0, 299),
            (milliseconds(306) + microseconds(500) + 1, 1, 298), (milliseconds(307), microseconds(500), 298),
        ])
    func slackOfTheReference(timer: Int64, slack: Int64, lost: Int) throws {
        let row = try row(MoveByHand(lifetime: timer))
        #expect(row.timerSlack == Duration(picoseconds: slack))
        #expect(row.lost == lost)
        #expect(row.redirectActive == Duration(picoseconds: timer))
    }

    /// The old NVE asks: its entry begins when the answer is there, 305 ms after the detach, and so does its timer.
    @Test("DEC-08: the timer and its slack begin with the installation where that is later")
    func slackAfterALateInstallation() throws {
        var scenario = MoveByHand(lifetime: milliseconds(1_000)).scenario(duration: milliseconds(20_000))
        scenario.redirect.learn = .query
        scenario.nve.miss = .drop
        let row = try #require(ResultTables(running: scenario).migrations.first)
        #expect(row.redirectInstalled == .zero + .milliseconds(10_305))
        #expect(row.timerSlack == .seconds(1) - .microseconds(1_500))
    }

    /// A is never told: all that it sends comes to B, which sends it on to C, and C to D. Each timer is judged by what
    /// came to its own NVE.
    @Test("REQ-5-13, DER-07: in a chain of moves each redirect has a slack of its own")
    func slackInAChain() throws {
        let star = idealStar(["A", "B", "C", "D"])
        var scenario = plainScenario(star, duration: milliseconds(2_000))
        scenario.nva.distribution = .none
        scenario.redirect.learn = .preinstalled
        scenario.vms = [machine("c", at: "A"), machine("m", at: "B")]
        scenario.traffic = [constantRate("f", from: "c", to: "m", MoveByHand().source)]
        scenario.moves = [
            hotMove("m1", "m", to: "C", at: milliseconds(1_000), downtime: milliseconds(100)),
            hotMove("m2", "m", to: "D", at: milliseconds(1_500), downtime: milliseconds(100)),
        ]
        let rows = try ResultTables(running: scenario).migrations
        // The last packet leaves at 1999.5 ms, and is 2 ms later at B and at C 2 ms after that.
        #expect(rows[0].timerSlack == .seconds(30) - .microseconds(1_001_500))
        #expect(rows[1].timerSlack == .seconds(30) - .microseconds(503_500))
    }

    @Test("OLD-5-02: where silence alone ends the entry there is no timer to judge")
    func noSlackWithoutATimer() throws {
        var scenario = MoveByHand(lifetime: milliseconds(1_000)).scenario(duration: milliseconds(20_000))
        scenario.redirect.stop = .idle
        let row = try #require(ResultTables(running: scenario).migrations.first)
        #expect(row.redirectTimer == nil && row.timerSlack == nil)
        #expect(row.redirectActive == .milliseconds(306) + .microseconds(500) + .seconds(1))
    }

    /// What leaves in [detach - way to the old NVE, attach - way to the new one) is lost however early A is told.
    @Test("C02: the floor is N[t_d - d_AB, t_a - d_AC), with and without a redirect", arguments: MoveByHand.family)
    func floor(move: MoveByHand) throws {
        let expected = move.source.departures(
            from: move.detach - move.delayAB, until: move.attach - move.delayAC)
        var relayed = move
        relayed.lifetime = milliseconds(30_000)
        for move in [move, relayed] {
            let rows = try ResultTables(running: move.scenario()).migrations
            #expect(rows.map(\.floor) == [expected])
        }
    }
}

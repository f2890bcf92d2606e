import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay
import Testing

/// Several moves whose packets still follow from arithmetic: A never learns, or two VMs change places.
@Suite struct RepeatedMoveClosedForms {
    let source = ConstantRate(rate: PacketRate(microPackets: 1_700_000_001), phase: microseconds(123))
    /// One way between any two hosts, and the ends of both down times.
    let hop = milliseconds(2)
    let detach = milliseconds(20)
    let attach = milliseconds(26)
    let detachAgain = milliseconds(60)
    let attachAgain = milliseconds(67)
    let end = milliseconds(100)

    /// `m` on B goes to C and then to `last`; A is never told.
    private func twoMoves(last: String) -> Scenario {
        var scenario = plainScenario(idealStar(["A", "B", "C", "E"]), duration: end)
        scenario.nva.distribution = .none
        scenario.redirect.learn = .preinstalled
        scenario.vms = [machine("c", at: "A"), machine("m", at: "B")]
        scenario.traffic = [constantRate("F1", from: "c", to: "m", source)]
        scenario.moves = [
            hotMove("m1", "m", to: "C", at: detach, downtime: attach - detach),
            hotMove("m2", "m", to: last, at: detachAgain, downtime: attachAgain - detachAgain),
        ]
        return scenario
    }

    /// The NVA is 5 ms away: each request reaches the old NVE 5 ms after the move was asked for. The second comes when
    /// the VM has gone to C by the first; the third is asked for while it is nowhere.
    @Test("OLD-5-01 a request to move that comes too late moves nothing", arguments: Engine.allCases)
    func lateRequest(engine: Engine) throws {
        var scenario = twoMoves(last: "E")
        scenario.redirect.learn = .moveRequest
        scenario.nva.delay = .milliseconds(5)
        let downtime = milliseconds(3)
        scenario.moves = [
            hotMove("m1", "m", to: "C", at: detach, downtime: downtime),
            hotMove("m2", "m", to: "E", at: detach + milliseconds(4), downtime: downtime),
            hotMove("m3", "m", to: "E", at: detach + microseconds(7_500), downtime: downtime),
        ]
        let run = try engine.run(scenario)
        let left = detach + milliseconds(5)
        let arrived = left + downtime
        #expect(run.registrationsInForce == [arrived + milliseconds(5) + microseconds(20)])
        let early = source.departures(from: left - hop, until: arrived - 2 * hop)
        try #require(early > 0)
        let tally = Tally(run.fates)
        #expect(tally.losses == ["not-attached nowhere": early])
        #expect(tally.direct == source.departures(from: 0, until: left - hop))
        #expect(tally.triangular == source.departures(from: arrived - 2 * hop, until: end), "and stays at C")
    }

    @Test("DER-07 a chain of two moves: three segments and six links", arguments: Engine.allCases)
    func chain(engine: Engine) throws {
        let run = try engine.run(twoMoves(last: "E"))
        // Departures that reach B after detach, C after attach, C after the second detach, E after the second attach.
        let (atB, atC) = (detach - hop, attach - 2 * hop)
        let (leftC, atE) = (detachAgain - 2 * hop, attachAgain - 3 * hop)
        let early = source.departures(from: atB, until: atC) + source.departures(from: leftC, until: atE)
        #expect(Tally(run.fates).losses == ["not-attached nowhere": early])
        let bySegments = Dictionary(grouping: run.fates.filter { $0.end == "delivered" }, by: \.segments)
        #expect(bySegments[1]?.count == source.departures(from: 0, until: atB))
        #expect(bySegments[2]?.count == source.departures(from: atC, until: leftC))
        #expect(bySegments[3]?.count == source.departures(from: atE, until: end))
        #expect(bySegments.keys.max() == 3)
        let isWhole = run.fates.filter { $0.end == "delivered" }.allSatisfy {
            $0.links == 2 * $0.segments && $0.endedAt - $0.sentAt == Int64($0.segments) * hop
        }
        #expect(isWhole)
    }

    @Test("DER-07, DER-14: a packet is laid to each stale cache on its way, and counts once in its flow")
    func staleCachesInARow() throws {
        let tables = try ResultTables(running: twoMoves(last: "E"))
        // A's mapping is wrong from the first move on; what B relays, it sends to C, which m leaves by the second.
        let astrayAtB = source.departures(from: detach - hop, until: end)
        let astrayAtC = source.departures(from: detachAgain - 2 * hop, until: end)
        func caused(by node: String) -> Int {
            tables.convergence.filter { $0.node == node }.reduce(0) { $0 + $1.misdirected }
        }
        #expect(caused(by: "A") == astrayAtB)
        #expect(caused(by: "B") == astrayAtC)
        #expect(tables.convergence.reduce(0) { $0 + $1.misdirected } == astrayAtB + astrayAtC)
        #expect(tables.flows.map(\.misdirected) == [astrayAtB])
        #expect(tables.migrations.reduce(0) { $0 + $1.misdirected } == astrayAtB)
        try #require(astrayAtC > 0)
    }

    @Test("DER-07 back inside the timer: no loop, and the redirect ends at re-attach", arguments: Engine.allCases)
    func thereAndBack(engine: Engine) throws {
        let run = try engine.run(twoMoves(last: "B"))
        let (atB, atC) = (detach - hop, attach - 2 * hop)
        // From leftC on C could only send back to B, which just relayed; from expected on B knows that m will come, and
        // from backAtB on it serves m itself.
        let (leftC, expected, backAtB) = (detachAgain - 2 * hop, detachAgain - hop, attachAgain - hop)
        try #require(expected <= attachAgain - 2 * hop, "what B still relays comes to C before m is at B")
        let tally = Tally(run.fates)
        #expect(
            tally.losses == [
                "not-attached nowhere": source.departures(from: atB, until: atC)
                    + source.departures(from: expected, until: backAtB),
                "stale-no-redirect nowhere": source.departures(from: leftC, until: expected),
            ])
        #expect(tally.triangular == source.departures(from: atC, until: leftC))
        #expect(tally.direct == source.departures(from: 0, until: atB) + source.departures(from: backAtB, until: end))
        #expect(run.fates.allSatisfy { $0.segments <= 2 })
    }

    @Test("DER-07 no ring: where the VM is expected back its old redirect counts no longer", arguments: Engine.allCases)
    func ring(engine: Engine) throws {
        var scenario = twoMoves(last: "E")
        scenario.moves.append(hotMove("m3", "m", to: "B", at: milliseconds(80), downtime: milliseconds(400)))
        scenario.traffic[0].start = .milliseconds(90)
        let run = try engine.run(scenario)
        #expect(run.fates.count == source.departures(from: 0, until: milliseconds(10)))
        for fate in run.fates {
            #expect((fate.end, fate.cause, fate.whereabouts) == ("lost", "not-attached", "nowhere"))
            #expect((fate.links, fate.segments) == (2, 1))
            #expect(fate.endedAt - fate.sentAt == hop)
        }
    }

    @Test("REQ-2-06 two VMs change places: each NVE is old for one and new for the other", arguments: Engine.allCases)
    func swap(engine: Engine) throws {
        let first = MoveByHand(source: source, detach: detach, downtime: attach - detach, lifetime: milliseconds(500))
        // The NVA takes one registration after the other.
        var second = first
        second.service = 2 * first.service
        var scenario = first.scenario(duration: end)
        scenario.nva.costs.spacing = .zero
        scenario.vms.append(machine("n", at: "C"))
        scenario.traffic.append(constantRate("F2", from: "c", to: "n", source))
        scenario.moves.append(hotMove("m2", "n", to: "B", at: detach, downtime: attach - detach))
        let run = try engine.run(scenario)
        for (flow, move) in [first, second].enumerated() {
            let tally = Tally(run.fates.filter { $0.flow == flow })
            #expect(tally.losses == move.losses)
            #expect(tally.triangular == move.triangular)
        }
        #expect(run.registrationsInForce == [first.inForce, second.inForce])
    }
}

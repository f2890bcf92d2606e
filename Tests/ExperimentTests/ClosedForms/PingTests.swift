import Experiment
import Guest
import Kernel
import Observe
import Testing

/// A ping through a move: how many are lost and how long no reply comes are two numbers, worked out by hand.
@Suite struct PingClosedForms {
    /// The hand calculation of the move, seen by who pings from A.
    struct Case: CustomTestStringConvertible {
        var name: String
        var move: MoveByHand
        var testDescription: String { name }

        /// Departures without a reply: what misses the VM at B until it can be reached again, over B or straight.
        var lostDepartures: Range<Int64> {
            let reached = move.lifetime == nil ? move.corrected : min(move.firstViaOld, move.corrected)
            return move.firstMiss..<max(move.firstMiss, reached)
        }

        var lost: Int { move.source.departures(from: lostDepartures.lowerBound, until: lostDepartures.upperBound) }

        /// From the reply to the last ping before the loss to the reply to the first one after it.
        var gap: Int64 {
            let before = move.source.all(from: move.source.phase, until: lostDepartures.lowerBound).last ?? 0
            let after = move.source.first(from: lostDepartures.upperBound)
            let isStraight = after >= move.corrected
            let way = isStraight ? move.delayAC : move.delayAB + move.delayBC
            return after + way + move.delayAC - before - 2 * move.delayAB
        }
    }

    static let cases: [Case] = {
        var cases: [Case] = []
        // The first vary rate and phase, the others delays and downtime.
        let sources: [(UInt64, Int64)] = [
            (10_000_000, 0), (10_000_000, 98_000_000_000), (1_000_000_000, 500_000_000), (3_000_000, 7),
            (7_000_000, 123_456_789), (2_500_000_000, 1), (400_000, 0),
        ]
        for (rate, phase) in sources {
            for lifetime in [nil, milliseconds(30_000)] {
                var move = MoveByHand()
                move.detach = milliseconds(2_000)
                move.source = ConstantRate(rate: PacketRate(microPackets: rate), phase: phase)
                move.lifetime = lifetime
                let kind = lifetime == nil ? "pushed" : "relayed"
                cases.append(Case(name: "\(rate) uHz from \(phase) ps, \(kind)", move: move))
            }
        }
        for (index, delays) in [(1, 5, 3, 2), (7, 1, 4, 9), (3, 3, 11, 1)].enumerated() {
            for lifetime in [nil, milliseconds(30_000)] {
                var move = MoveByHand()
                move.detach = milliseconds(1_500)
                move.downtime = milliseconds(Int64([250, 40, 999][index]))
                (move.delayAB, move.delayBC) = (milliseconds(Int64(delays.0)), milliseconds(Int64(delays.1)))
                (move.delayAC, move.delayNA) = (milliseconds(Int64(delays.2)), milliseconds(Int64(delays.3)))
                move.source = ConstantRate(rate: .perSecond(50), phase: microseconds(1_234))
                move.lifetime = lifetime
                cases.append(Case(name: "delays \(delays), \(lifetime == nil ? "pushed" : "relayed")", move: move))
            }
        }
        return cases
    }()

    private func row(_ test: Case) throws -> (request: RequestRow, flows: [FlowRow]) {
        var scenario = test.move.scenario(duration: test.move.corrected + milliseconds(1_100))
        scenario.traffic[0].kind = .ping
        scenario.traffic[0].stop = Duration(picoseconds: test.move.corrected + milliseconds(1_000))
        let tables = try ResultTables(running: scenario)
        return (try #require(tables.requests.first), tables.flows)
    }

    @Test("Published P12: lost pings and the gap between replies, exactly", arguments: cases)
    func lossAndGap(_ test: Case) throws {
        let (row, flows) = try row(test)
        let sent = test.move.source.departures(from: 0, until: test.move.corrected + milliseconds(1_000))
        #expect(row.sent == sent)
        #expect(row.lost == test.lost && row.failed == test.lost && row.longestRun == test.lost)
        #expect(row.answered == sent - test.lost && row.unfinished == 0)
        #expect(row.gap == (test.lost > 0 ? .after(Duration(picoseconds: test.gap)) : .notMeasured))
        #expect(row.flow == "F1:c->m" && row.responseFlow == "F1:m->c:response")
        let requests = try #require(flows.first { $0.flow == row.flow })
        let replies = try #require(flows.first { $0.flow == row.responseFlow })
        #expect(requests.sent == sent && requests.lost == test.lost && requests.flowClass == "ping")
        #expect(replies.sent == sent - test.lost && replies.delivered == replies.sent)
        #expect(replies.source == "m" && replies.destination == "c" && replies.flowClass == "response")
    }

    @Test func manyAreLostInSomeCasesAndNoneInOthers() {
        let counts = Self.cases.map(\.lost)
        #expect(counts.contains { $0 > 300 } && counts.contains(3) && counts.contains(0))
    }

    /// A VM that moves pings nobody while it is away; its clock goes on, and nothing is lost.
    @Test func whoIsAwayDoesNotPing() throws {
        var move = MoveByHand()
        move.detach = milliseconds(2_000)
        move.source = ConstantRate(rate: .perSecond(1_000), phase: microseconds(250))
        var scenario = move.scenario(duration: milliseconds(4_000))
        scenario.traffic = [constantRate("F1", from: "m", to: "y", move.source)]
        scenario.vms.append(machine("y", at: "D0"))
        scenario.traffic[0].kind = .ping
        let tables = try ResultTables(running: scenario)
        let row = try #require(tables.requests.first)
        let silent = move.source.departures(from: move.detach, until: move.attach)
        #expect(silent == 300)
        #expect(row.sent == 4_000 - silent)
        // Replies to what it sent just before it left come to B when it is gone; those to what it sends from C go to B
        // until D0 knows better.
        let corrected = try #require(tables.convergence.first { $0.node == "D0" }?.corrected).picoseconds
        let before = move.source.departures(from: move.detach - milliseconds(4), until: move.detach)
        let after = move.source.departures(from: move.attach, until: corrected - milliseconds(2))
        #expect(before == 4 && after == 3 && row.lost == before + after)
        #expect(row.longestRun == before + after, "what it did not send is not lost")
    }

    /// No reply after the loss: the gap has no end, and a bound on it fails.
    @Test func aGapWithoutAnEndIsCensored() throws {
        var move = MoveByHand()
        move.detach = milliseconds(500)
        move.downtime = milliseconds(400)
        move.source = ConstantRate(rate: .perSecond(10), phase: 0)
        var scenario = move.scenario(duration: milliseconds(901))
        scenario.traffic[0].kind = .ping
        let row = try #require(try ResultTables(running: scenario).requests.first)
        #expect(row.gap == .notYet)
        #expect(row.lost == 5 && row.longestRun == 5)
    }
}

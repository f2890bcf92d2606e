import Experiment
import Fabric
import Guest
import Kernel
import Observe
import Testing

/// Questions and answers on an idle network, where every time follows from delays alone.
@Suite struct RequestClosedForms {
    /// A star with `c` at A and `m` at B, 2 ms apart, and one entry.
    private func scenario(duration: Int64, _ set: (inout TrafficConfiguration) -> Void) -> Scenario {
        var scenario = plainScenario(idealStar(["A", "B", "C"]), duration: duration)
        scenario.vms = [machine("c", at: "A"), machine("m", at: "B")]
        var traffic = TrafficConfiguration()
        traffic.name = "rpc"
        traffic.kind = .requestResponse
        (traffic.from, traffic.to) = ("c", "m")
        traffic.arrivals = .constant
        set(&traffic)
        scenario.traffic = [traffic]
        return scenario
    }

    private func run(_ scenario: Scenario) throws -> (row: RequestRow, tables: ResultTables) {
        let tables = try ResultTables(running: scenario)
        let row = try #require(tables.requests.first)
        #expect(row.conservationError == 0)
        for flow in tables.flows { #expect(flow.conservationError == 0) }
        return (row, tables)
    }

    @Test(arguments: [0, 1, 350_000_000] as [Int64], [0, 777, 5_000_000_000] as [Int64])
    func answerComesAfterTwoWaysAndTheService(_ phase: Int64, _ service: Int64) throws {
        let (row, _) = try run(
            scenario(duration: milliseconds(100)) {
                $0.rate = .perSecond(1_000)
                $0.phase = .fixed(Duration(picoseconds: phase))
                $0.service = .constant(Duration(picoseconds: service))
            })
        #expect(row.sent == 100 && row.answered == 100 && row.failed == 0 && row.unfinished == 0)
        let latency = Duration(picoseconds: milliseconds(4) + service)
        #expect(row.latencyMax == latency && row.latencyP50 == latency && row.latencyP99 == latency)
        #expect(row.gap == .notMeasured && row.lost == nil && row.longestRun == nil)
    }

    /// A request belongs to the window in which it leaves, and so does its answer, 2 ms and the service later.
    @Test(arguments: [0, 10, 50] as [Int64], [0, 5] as [Int64])
    func answersCountByTheirOwnDeparture(_ from: Int64, _ service: Int64) throws {
        var scenario = scenario(duration: milliseconds(100)) {
            $0.rate = .perSecond(1_000)
            $0.phase = .fixed(.microseconds(500))
            $0.service = .constant(.milliseconds(service))
        }
        scenario.measure.from = .milliseconds(from)
        let (row, tables) = try run(scenario)
        let answers = try #require(tables.flows.first { $0.flow == row.responseFlow })
        #expect(row.answered == Int(100 - from))
        // From the window's begin on come answers to requests from before it, if there are any.
        let inTime = Int(100 - max(from, 2 + service))
        #expect(answers.delivered == inTime && answers.lost == 0 && answers.unfinished == 0)
        #expect((row.answered > answers.delivered) == (from == 0))
    }

    /// Two links of 10 Gbps each way, 1 us: sizes of request and answer decide with it.
    @Test(arguments: [(100, 1_000), (1_400, 64), (28, 8_900)] as [(UInt32, UInt32)])
    func wireTimesOfBothSizesCount(_ size: UInt32, _ response: UInt32) throws {
        var scenario = scenario(duration: milliseconds(10)) {
            $0.rate = .perSecond(1_000)
            $0.stop = .milliseconds(5)
            $0.size = size
            $0.responseSize = response
        }
        scenario.underlay.hostLink.rate = BitRate(bitsPerSecond: 10_000_000_000)
        let (row, tables) = try run(scenario)
        // IP packet, inner Ethernet, VXLAN over IPv4: 64 bytes more; 800 ps a byte and link.
        let wire = 2 * 800 * Int64(size + 64 + response + 64)
        #expect(row.latencyMax == Duration(picoseconds: milliseconds(4) + wire))
        let answers = try #require(tables.flows.first { $0.flow == "rpc:m->c:response" })
        #expect(answers.bytesSent == Int64(5 * response))
        #expect(tables.paths.contains { $0.flow == answers.flow && $0.directDelay == answers.latencyMax })
    }

    @Test func poissonArrivalsAreThoseOfAPoissonStream() throws {
        let (row, _) = try run(
            scenario(duration: milliseconds(1_000)) {
                $0.rate = .perSecond(500)
                $0.arrivals = .poisson
            })
        // 500 expected; the standard deviation is the root of it.
        #expect(abs(Double(row.sent) - 500) < 3.3 * 500.0.squareRoot())
        #expect(row.answered == row.sent)
    }

    /// A closed loop takes two ways, service and think for each request: 4 + 2 + 4 ms.
    @Test func closedLoopHasOneRequestUnderWay() throws {
        let (row, tables) = try run(
            scenario(duration: milliseconds(1_000)) {
                $0.think = .constant(.milliseconds(4))
                $0.service = .constant(.milliseconds(2))
                $0.retry = RetryConfiguration()
            })
        #expect(row.sent == 100 && row.answered == 100 && row.retried == 0)
        #expect(tables.flows.allSatisfy { $0.sent == 100 })
    }

    @Test func countLimitsRequestsAndNotTheirRepetitions() throws {
        let (row, tables) = try run(
            scenario(duration: milliseconds(500)) {
                $0.rate = .perSecond(100)
                $0.count = 7
                $0.service = .constant(.milliseconds(20))
                $0.retry = Self.retry(15, 2)
            })
        #expect(row.sent == 7 && row.answered == 7 && row.retried == 7 && row.duplicate == 7)
        #expect(tables.flows.first { $0.flow == row.flow }?.sent == 14)
    }

    private static func retry(_ milliseconds: Int64, _ attempts: UInt32) -> RetryConfiguration {
        var retry = RetryConfiguration()
        (retry.timeout, retry.attempts) = (.milliseconds(milliseconds), attempts)
        return retry
    }

    /// The answer takes 24 ms. With n tries, a timeout apart, each try before it is repeated, and each is answered.
    @Test(arguments: [(10, 1), (10, 2), (10, 3), (10, 5), (24, 3), (25, 3), (7, 9)] as [(Int64, UInt32)])
    func everyTryIsAnsweredAndTheFirstAnswerCounts(_ timeout: Int64, _ attempts: UInt32) throws {
        let (row, _) = try run(
            scenario(duration: milliseconds(1_000)) {
                $0.rate = .perSecond(1)
                $0.service = .constant(.milliseconds(20))
                $0.retry = Self.retry(timeout, attempts)
            })
        // The answer at 24 ms comes behind a timeout at the same instant that was set before it.
        let tries = min(Int64(attempts), 24 / timeout + 1)
        let gaveUp = timeout * Int64(attempts) <= 24
        #expect(row.retried == Int(tries) - 1 && row.duplicate == Int(tries) - 1)
        #expect(row.answered == (gaveUp ? 0 : 1) && row.late == (gaveUp ? 1 : 0) && row.failed == 0)
        #expect(row.latencyMax == (gaveUp ? nil : .milliseconds(24)))
    }

    /// The server is away from 100 ms to 400 ms and cannot be reached before the push at 405 ms: requests of 50 a
    /// second, each tried thrice, 40 ms apart.
    @Test func requestsThatMissTheServerAreTriedAgainAndGivenUp() throws {
        var scenario = scenario(duration: milliseconds(1_000)) {
            $0.rate = .perSecond(50)
            $0.phase = .fixed(.milliseconds(1))
            $0.retry = Self.retry(40, 3)
        }
        scenario.moves = [hotMove("m1", "m", to: "C", at: milliseconds(100), downtime: milliseconds(300))]
        let (row, tables) = try run(scenario)
        // Sent at 1 + 20 k. A try misses when it leaves in [98, corrected); the NVA is told at once.
        let corrected = try #require(tables.convergence.first { $0.node == "A" }?.corrected)
        let end = corrected.picoseconds
        func misses(_ time: Int64) -> Bool { time >= milliseconds(98) && time < end }
        var (failed, retried) = (0, 0)
        for serial in 0..<50 as Range<Int64> {
            let first = milliseconds(1 + 20 * serial)
            let tries = (0..<3).map { first + milliseconds(40 * $0) }
            let missed = tries.prefix { misses($0) }.count
            retried += min(missed, 2)
            if missed == 3 { failed += 1 }
        }
        #expect(failed > 5 && retried > 20)
        #expect(row.failed == failed && row.retried == retried && row.answered == 50 - failed && row.late == 0)
        #expect(row.unserved == 0)
    }

    /// Requests in service when the server leaves: their answers fall due while it does not run.
    @Test(
        "DER-03: a server that is away answers nothing, and every request is accounted for",
        arguments: [30, 45, 200] as [Int64])
    func aServerThatIsAwayAnswersNothing(_ service: Int64) throws {
        var scenario = scenario(duration: milliseconds(1_000)) {
            $0.rate = .perSecond(100)
            $0.phase = .fixed(.microseconds(500))
            $0.service = .constant(.milliseconds(service))
        }
        scenario.moves = [hotMove("m1", "m", to: "C", at: milliseconds(100), downtime: milliseconds(50))]
        let (row, _) = try run(scenario)
        // It arrives at s + 2 before 100 ms and is due at s + 2 + service in [100 ms, 150 ms).
        let unserved = (0..<100).count { serial in
            let arrival = microseconds(500) + milliseconds(10 * Int64(serial) + 2)
            let due = arrival + milliseconds(service)
            return arrival < milliseconds(100) && due >= milliseconds(100) && due < milliseconds(150)
        }
        #expect(row.unserved == unserved)
        #expect(row.unserved > 0 || service == 200)
    }

    /// The k-th request has the k-th service time, whatever a move does to those before it.
    @Test("DER-01: service times do not depend on what a move does to earlier requests")
    func serviceTimesDoNotDependOnTheMove() throws {
        let law = Distribution<Duration>.uniform(from: .milliseconds(1), to: .milliseconds(3))
        var still = scenario(duration: milliseconds(1_000)) {
            $0.rate = .perSecond(100)
            $0.service = law
        }
        still.measure.from = .milliseconds(700)
        var moving = still
        moving.moves = [hotMove("m1", "m", to: "C", at: milliseconds(100), downtime: milliseconds(300))]
        let (before, _) = try run(still)
        let (after, _) = try run(moving)
        #expect(before.sent == 30 && after.sent == 30)
        #expect(before.latencyMax == after.latencyMax && before.latencyP50 == after.latencyP50)
    }

    /// A client that moves stops its closed loop, and goes on when it runs again.
    @Test func closedLoopOfAClientThatMovesGoesOn() throws {
        var scenario = scenario(duration: milliseconds(1_000)) {
            $0.think = .constant(.milliseconds(6))
            $0.retry = Self.retry(100, 3)
        }
        scenario.moves = [hotMove("m1", "c", to: "C", at: milliseconds(201), downtime: milliseconds(300))]
        let (row, _) = try run(scenario)
        // 20 requests of 10 ms each, the 21st leaves at 200 ms; its answer comes at 204 ms, when the client is away.
        // Its second try falls due at 300 ms and leaves at 501 ms when the client runs again.
        #expect(row.answered == row.sent && row.retried == 1)
        #expect(row.latencyMax == .milliseconds(305))
        #expect(row.sent == 21 + (1_000 - 501) / 10)
    }

    /// Both directions between two groups: flows that differ in their names.
    @Test func namesOfAnswersAreTheirOwn() throws {
        var scenario = scenario(duration: milliseconds(10)) { $0.rate = .perSecond(1_000) }
        scenario.vms = [machine("v", at: "A")]
        scenario.vms[0].count = 3
        (scenario.traffic[0].from, scenario.traffic[0].to) = ("v", "v")
        scenario.traffic[0].pairs = .all
        let tables = try ResultTables(running: scenario)
        #expect(tables.flows.count == 12 && Set(tables.flows.map(\.flow)).count == 12)
        #expect(tables.requests.count == 6 && tables.requests.allSatisfy { $0.answered == 10 })
    }
}

import Experiment
import Kernel
import Overlay
import Testing

/// Cases C04, C05 and C07 with moves that differ in phase, rate, delays and place in the push train.
@Suite struct RedirectClosedForms {
    static let long = milliseconds(30_000)

    // MARK: - C04

    @Test("C04 buffer at the new NVE: max(0, W - Q) are lost, the latest", arguments: Engine.allCases, MoveByHand.sets)
    func bufferAtNew(engine: Engine, move: MoveByHand) throws {
        var move = move
        move.lifetime = Self.long
        let waiting = move.source.all(from: move.firstMiss, until: move.firstViaOld)
        try #require(waiting.count > 3)
        for room in [1, waiting.count / 2, waiting.count - 1, waiting.count, waiting.count + 1] {
            var scenario = move.scenario()
            scenario.redirect.buffer.at = .new
            scenario.redirect.buffer.limit = UInt32(room)
            let run = try engine.run(scenario)
            let tally = Tally(run.fates)
            let lost = max(0, waiting.count - room)
            #expect(tally.losses == (lost == 0 ? [:] : ["buffer-overflow nowhere": lost]))
            #expect(tally.triangular == move.misdirected - lost)
            #expect(tally.early == waiting.count)
            let buffered = run.fates.filter(\.buffered)
            #expect(buffered.map(\.sentAt) == Array(waiting.prefix(room)))
            #expect(buffered.allSatisfy { $0.endedAt == move.attach })
            let straight = move.delayAB + move.delayBC
            #expect(
                run.longestWait(straight: move.delayAC, viaOld: straight) == move.attach - (waiting[0] + straight))
        }
    }

    // MARK: - C05

    /// The announcement is late, so that the redirect ends first: in the down time, just at its end, and after it.
    @Test("C05 timer shorter than convergence", arguments: Engine.allCases, MoveByHand.sets)
    func shortTimer(engine: Engine, move: MoveByHand) throws {
        var move = move
        move.announcement += milliseconds(90)
        let lifetimes = [
            move.downtime / 3, move.firstViaOld - move.firstMiss, move.downtime + move.delayBC + microseconds(17_300),
        ]
        for lifetime in lifetimes where lifetime > 0 {
            move.lifetime = lifetime
            let run = try engine.run(move.scenario())
            let tally = Tally(run.fates)
            let expiry = move.detach + lifetime - move.delayAB
            let afterExpiry = move.source.departures(from: expiry, until: move.corrected)
            let early = move.source.departures(from: move.firstMiss, until: min(move.firstViaOld, expiry))
            #expect(tally.lost == early + afterExpiry)
            #expect(tally.triangular == move.source.departures(from: move.firstViaOld, until: expiry))
            #expect(tally.losses == move.losses)
            let expired = tally.losses["redirect-expired nowhere", default: 0]
            #expect(expired + tally.losses["redirect-expired elsewhere", default: 0] == afterExpiry)
        }
    }

    // MARK: - C07

    /// C07 (a): the answer leaves the NVA when the VM is registered.
    @Test("C07a the NVA holds the answer until t_n", arguments: Engine.allCases, MoveByHand.sets)
    func held(engine: Engine, move: MoveByHand) throws {
        var scenario = move.scenario()
        scenario.redirect.learn = .query
        let learnt = try move.answerAtOld
        let waiting = move.atOld(from: move.firstMiss, until: min(learnt - move.delayAB, move.corrected))
        let run = try engine.run(scenario)
        let tally = Tally(run.fates)
        #expect(tally.losses == waiting.counted(as: "awaiting-answer"))
        #expect(tally.triangular == move.source.departures(from: learnt - move.delayAB, until: move.corrected))
        #expect(tally.misdirected == move.misdirected)
        #expect(run.registrationsInForce == [move.inForce])
        #expect(run.corrections(at: "A") == [move.corrected])
    }

    /// C07 (b), with an A that is never told: B asks, is refused for a while, asks again, until the VM is registered.
    @Test(
        "C07b an NVA that says `unknown` at once is asked again after each negative lifetime",
        arguments: Engine.allCases, MoveByHand.sets)
    func refused(engine: Engine, move: MoveByHand) throws {
        for lifetime in [Int64(3_456_789_123), 17_000_000_007, 260_000_000_001] {
            var scenario = move.scenario(duration: move.attach + milliseconds(400))
            scenario.redirect.learn = .query
            scenario.nva.distribution = .none
            scenario.nva.onDetach = .withdraw
            scenario.nva.negativeLifetime = Duration(picoseconds: lifetime)
            let story = move.refusals(lifetime: lifetime)
            let end = move.attach + milliseconds(400)
            let tally = Tally(try engine.run(scenario).fates)
            var expected = story.awaiting.counted(as: "awaiting-answer")
            expected.merge(story.refused.counted(as: "no-answer")) { $0 + $1 }
            #expect(tally.losses == expected, "\(story.asked) queries")
            #expect(story.asked > 1)
            #expect(tally.triangular == move.source.departures(from: story.learnt - move.delayAB, until: end))
        }
    }

    /// C07 (c): as (a), but packets wait at B.
    @Test("C07c the old NVE queues while it waits: max(0, W - Q) lost", arguments: Engine.allCases, MoveByHand.sets)
    func bufferAtOld(engine: Engine, move: MoveByHand) throws {
        let learnt = try move.answerAtOld
        let waiting = move.atOld(from: move.firstMiss, until: min(learnt - move.delayAB, move.corrected))
        for room in [1, waiting.times.count / 2, waiting.times.count - 1, waiting.times.count, 10_000] {
            var scenario = move.scenario()
            scenario.redirect.learn = .query
            scenario.redirect.buffer.at = .old
            scenario.redirect.buffer.limit = UInt32(room)
            let run = try engine.run(scenario)
            let tally = Tally(run.fates)
            #expect(tally.losses == waiting.dropFirst(room).counted(as: "buffer-overflow"))
            #expect(tally.triangular == move.misdirected - max(0, waiting.times.count - room))
            let buffered = run.fates.filter(\.buffered)
            #expect(buffered.map { $0.sentAt + move.delayAB } == Array(waiting.times.prefix(room)))
            #expect(buffered.allSatisfy { $0.endedAt == learnt + move.delayBC })
        }
    }

    @Test("C07d no answer ever loses all that A sends there", arguments: Engine.allCases, MoveByHand.sets)
    func unanswered(engine: Engine, move: MoveByHand) throws {
        var scenario = move.scenario()
        scenario.redirect.learn = .query
        scenario.nva.onDetach = .withdraw
        scenario.nva.unknown = .silent
        scenario.nve.query.timeout = .milliseconds(900)
        let tally = Tally(try engine.run(scenario).fates)
        #expect(
            tally.losses
                == move.atOld(from: move.firstMiss, until: move.corrected).counted(as: "awaiting-answer"))
        #expect(tally.triangular == 0)
    }

    @Test("C07d B learns from the push behind A's", arguments: Engine.allCases, MoveByHand.sets)
    func learnsFromPush(engine: Engine, move: MoveByHand) throws {
        var scenario = move.scenario()
        scenario.redirect.learn = .nvaPush
        let learnt = move.inForce + move.position * move.spacing + move.delayBN
        let tally = Tally(try engine.run(scenario).fates)
        let missed = move.atOld(from: move.firstMiss, until: min(learnt - move.delayAB, move.corrected))
        #expect(tally.losses == missed.counted(as: "stale-no-redirect"))
        #expect(tally.triangular == move.source.departures(from: learnt - move.delayAB, until: move.corrected))
    }

    /// C07 (e): B also invalidates, so that A asks too.
    @Test("C07e the whole rule, A drops while it waits", arguments: Engine.allCases, MoveByHand.sets)
    func wholeRuleDropping(engine: Engine, move: MoveByHand) throws {
        let (gone, right) = try move.askedByBoth
        let run = try engine.run(move.wholeRule)
        let tally = Tally(run.fates)
        var expected = move.atOld(from: move.firstMiss, until: gone).counted(as: "awaiting-answer")
        let atA = ArrivalsByHand(times: move.source.all(from: gone, until: right), attach: move.attach)
        expected.merge(atA.counted(as: "awaiting-answer")) { $0 + $1 }
        #expect(tally.losses == expected)
        #expect(tally.lost == move.source.departures(from: move.firstMiss, until: right))
        #expect(tally.triangular == 0)
        #expect(tally.misdirected == move.source.departures(from: move.firstMiss, until: gone))
        #expect(run.corrections(at: "A") == [right])
    }

    @Test("C07e the whole rule, A queues while it waits", arguments: Engine.allCases, MoveByHand.sets)
    func wholeRuleQueueing(engine: Engine, move: MoveByHand) throws {
        let (gone, right) = try move.askedByBoth
        var scenario = move.wholeRule
        scenario.nve.miss = .queryQueue
        scenario.nve.missQueue = 100_000
        let run = try engine.run(scenario)
        let tally = Tally(run.fates)
        #expect(tally.losses == move.atOld(from: move.firstMiss, until: gone).counted(as: "awaiting-answer"))
        #expect(tally.triangular == 0)
        let queued = run.fates.filter(\.buffered)
        #expect(queued.map(\.sentAt) == move.source.all(from: gone, until: right))
        #expect(queued.allSatisfy { $0.endedAt == right + move.delayAC })
        let longest = right - move.source.first(from: gone)
        #expect(run.longestWait(straight: move.delayAC, viaOld: 0) == longest)
    }

    // MARK: - Reordering

    /// What leaves A just before its mapping is right still goes by B; what leaves after it may be faster.
    @Test("DER-09 with delta = AB + BC - AC about rate x delta packets are overtaken", arguments: MoveByHand.detours)
    func reordering(move: MoveByHand) throws {
        let delta = move.delayAB + move.delayBC - move.delayAC
        let firstDirect = move.source.first(from: move.corrected)
        let expected = move.source.departures(
            from: max(move.firstMiss, move.firstViaOld, firstDirect - delta + 1), until: move.corrected)
        for engine in Engine.allCases {
            let delivered = try engine.run(move.scenario()).fates.filter { $0.end == "delivered" }
            let overtaken = delivered.filter { fate in
                delivered.contains { $0.serial > fate.serial && $0.endedAt < fate.endedAt }
            }
            #expect(overtaken.count == expected)
            let haveDetour = overtaken.filter(\.redirected).count
            #expect(haveDetour == expected)
        }
        let reported = try reorderedByTheTable(move.scenario())
        #expect(reported == expected)
        if delta <= 0 {
            #expect(expected == 0)
        } else {
            let about = Double(move.source.rate.microPackets) / 1e6 * Double(delta) / 1e12
            #expect(abs(Double(expected) - about) <= 1)
        }
    }
}

/// Arrivals at some place, told apart by where the VM was.
struct ArrivalsByHand {
    var times: [Int64]
    var attach: Int64

    func dropFirst(_ count: Int) -> ArrivalsByHand {
        ArrivalsByHand(times: Array(times.dropFirst(count)), attach: attach)
    }

    func counted(as cause: String) -> [String: Int] {
        let before = times.filter { $0 < attach }.count
        let counts = ["\(cause) nowhere": before, "\(cause) elsewhere": times.count - before]
        return counts.filter { $0.value > 0 }
    }
}

extension MoveByHand {
    /// Five moves with nothing in common: rate, phase, delays, service, announcement, place in the push train.
    static let sets: [MoveByHand] = {
        func set(
            _ microPackets: UInt64, _ phase: Int64, ab: Int64, bc: Int64, ac: Int64, cn: Int64, na: Int64, bn: Int64,
            down: Int64, _ change: (inout MoveByHand) -> Void = { _ in }
        ) -> MoveByHand {
            var move = MoveByHand(source: ConstantRate(rate: PacketRate(microPackets: microPackets), phase: phase))
            move.detach = milliseconds(61)
            move.downtime = down
            (move.delayAB, move.delayBC, move.delayAC) = (ab, bc, ac)
            (move.delayCN, move.delayNA, move.delayBN) = (cn, na, bn)
            change(&move)
            return move
        }
        let ms = milliseconds(1)
        return [
            set(
                1_000_000_000, microseconds(500), ab: 2 * ms, bc: 2 * ms, ac: 2 * ms, cn: 2 * ms, na: 2 * ms,
                bn: 2 * ms,
                down: 30 * ms),
            set(
                3_000_000_000, microseconds(300), ab: 3 * ms, bc: 7 * ms, ac: 4 * ms, cn: ms, na: 4 * ms, bn: 5 * ms,
                down: 33_333_333_333
            ) {
                $0.position = 3
                $0.spacing = 700_000_001
                $0.service = microseconds(500)
            },
            set(
                12_345_678_901, 777_777_777, ab: 9 * ms, bc: 1_001_000_000, ac: 1_000_000_003, cn: 5 * ms,
                na: 3 * ms + 7,
                bn: 2_500_000_001, down: 41 * ms
            ) { $0.service = 0 },
            set(
                700_000_000, 0, ab: 2 * ms, bc: 60 * ms, ac: 31 * ms, cn: 2 * ms, na: 12_345_678_912, bn: 12 * ms,
                down: 100 * ms
            ) {
                $0.position = 7
                $0.spacing = microseconds(20)
            },
            set(
                2_000_000_000, microseconds(999), ab: 4 * ms, bc: ms, ac: 6 * ms, cn: 5 * ms, na: ms, bn: 3 * ms,
                down: 50 * ms
            ) {
                $0.announcement = 12 * ms
                $0.position = 2
                $0.spacing = 3 * ms
            },
        ]
    }()

    /// Redirects with detours that are longer than the straight way, as long, and shorter.
    static let detours: [MoveByHand] = {
        let ways: [(ab: Int64, bc: Int64, ac: Int64)] = [
            (2, 2, 2), (3, 7, 4), (9, 20, 2), (5, 1, 2), (2, 2, 4), (2, 3, 9), (40, 45, 1),
        ]
        return ways.enumerated().map { index, way in
            var move = MoveByHand(lifetime: milliseconds(30_000))
            move.source = ConstantRate(
                rate: PacketRate(microPackets: [1_000_000_000, 2_345_678_901, 777_000_007][index % 3]),
                phase: microseconds(310) + Int64(index) * 7_654_321)
            (move.detach, move.downtime) = (milliseconds(61), milliseconds(5))
            (move.delayAB, move.delayBC) = (milliseconds(way.ab), milliseconds(way.bc) + 1_003)
            move.delayAC = milliseconds(way.ac) + (index == 4 ? 1_003 : 0)
            // Convergence so late that all that can be overtaken has found the VM.
            move.announcement = milliseconds(110)
            return move
        }
    }()

    /// Arrivals at B of what departs in an interval.
    func atOld(from start: Int64, until end: Int64) -> ArrivalsByHand {
        ArrivalsByHand(times: source.all(from: start, until: end).map { $0 + delayAB }, attach: attach)
    }

    /// x0: B asks with the first packet that it cannot deliver.
    private var asksAt: Int64 { source.first(from: firstMiss) + delayAB }

    /// t_f of C07 (a): B's query was dealt with, and the record is in force.
    var answerAtOld: Int64 {
        get throws {
            let queried = max(asksAt + delayBN, deregistered) + service
            // No message waits for another but a query for the deregistration: else the form would have to say how.
            try #require(queried < attach + announcement + delayCN)
            return max(inForce, queried) + delayBN
        }
    }

    /// C07 (e): when A's entry is gone, and when the answer makes it right (not later than the push).
    var askedByBoth: (gone: Int64, right: Int64) {
        get throws {
            let gone = detach + delayAB
            let queried = source.first(from: gone) + delayNA + 3 * service
            try #require(queried < attach + announcement + delayCN)
            try #require(source.first(from: firstMiss) < gone)
            return (gone, inForce + delayNA)
        }
    }

    var wholeRule: Scenario {
        var scenario = scenario()
        scenario.redirect.learn = .query
        scenario.invalidate.by = .oldNVE
        return scenario
    }

    /// C07 (b), query by query.
    func refusals(lifetime: Int64) -> (awaiting: ArrivalsByHand, refused: ArrivalsByHand, learnt: Int64, asked: Int) {
        var (awaiting, refused): ([Int64], [Int64]) = ([], [])
        var (ask, asked) = (asksAt, 0)
        var free = deregistered
        var isRegistered = false
        while true {
            asked += 1
            let registration = attach + announcement + delayCN
            if !isRegistered, registration <= ask + delayBN {
                free = max(free, registration) + service
                isRegistered = true
            }
            free = max(free, ask + delayBN) + service
            let answer = free + delayBN
            awaiting += atOld(from: ask - delayAB, until: answer - delayAB).times
            if isRegistered {
                return (
                    ArrivalsByHand(times: awaiting, attach: attach), ArrivalsByHand(times: refused, attach: attach),
                    answer, asked
                )
            }
            let next = source.first(from: answer + lifetime - delayAB)
            refused += atOld(from: answer - delayAB, until: next).times
            ask = next + delayAB
        }
    }
}

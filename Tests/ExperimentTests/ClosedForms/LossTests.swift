import Kernel
import Testing

/// One move, one flow, unlimited rates: every packet's fate follows from the master formula. No tolerances.
@Suite struct LossClosedForms {
    /// 30 s: longer than anything here waits for.
    static let long = milliseconds(30_000)

    @Test("REF-A BASE-NONE: 307 lost of 20 000, 300 while m is nowhere and 7 after", arguments: Engine.allCases)
    func baseNone(engine: Engine) throws {
        let run = try engine.run(MoveByHand().scenario(duration: milliseconds(20_000)))
        let tally = Tally(run.fates)
        #expect(tally.losses == ["stale-no-redirect nowhere": 300, "stale-no-redirect elsewhere": 7])
        #expect(tally.triangular == 0)
        #expect(tally.misdirected == 307)
        #expect(tally.sent == 20_000)
        let after = Tally(run.fates.filter { $0.sentAt >= milliseconds(10_305) })
        #expect(after.direct == 9_695)
        #expect(tally.direct - after.direct == 9_998)
        #expect(run.registrationsInForce == [milliseconds(10_303)])
        #expect(run.corrections(at: "A") == [milliseconds(10_305)])
        #expect(run.corrections(at: "B") == [milliseconds(10_305) + microseconds(100)])
        #expect(run.corrections(at: "D0") == [milliseconds(10_305) + microseconds(200)])
    }

    @Test("REF-A BASE-PRE: 298 lost early at C, 9 triangular", arguments: Engine.allCases)
    func basePreinstalled(engine: Engine) throws {
        let run = try engine.run(MoveByHand(lifetime: Self.long).scenario(duration: milliseconds(20_000)))
        let tally = Tally(run.fates)
        #expect(tally.losses == ["not-attached nowhere": 298])
        #expect(tally.triangular == 9)
        #expect(tally.early == 298)
        #expect(tally.misdirected == 307)
        #expect(tally.direct == 9_998 + 9_695)
        #expect(run.corrections(at: "A") == [milliseconds(10_305)])
    }

    @Test(
        "C01 pause in place: 251, 251, 250, 250, 250 lost in 250.3 ms, by the phase", arguments: Engine.allCases,
        [(0, 251), (100, 251), (300, 250), (500, 250), (900, 250)])
    func pauseInPlace(engine: Engine, phase: (microseconds: Int64, lost: Int)) throws {
        let losses = try lossesOfPause(engine, phase: microseconds(phase.microseconds), microseconds(250_300))
        #expect(losses == ["guest-paused paused": phase.lost])
    }

    @Test(
        "C01 pause of exactly 250 ms: 250 lost at every phase", arguments: Engine.allCases,
        [0, 1, 100_000_000, 500_000_000, 999_999_999])
    func pauseOfWholeIntervals(engine: Engine, phase: Int64) throws {
        #expect(try lossesOfPause(engine, phase: phase, milliseconds(250)) == ["guest-paused paused": 250])
    }

    private func lossesOfPause(_ engine: Engine, phase: Int64, _ downtime: Int64) throws -> [String: Int] {
        var move = MoveByHand(detach: milliseconds(50), downtime: downtime)
        move.source.phase = phase
        let run = try engine.run(move.scenario(to: "B"))
        #expect(run.mappingChanges.isEmpty)
        let expected = move.source.departures(
            from: move.detach - move.delayAB, until: move.attach - move.delayAB)
        let tally = Tally(run.fates)
        #expect(tally.lost == expected)
        #expect(tally.misdirected == 0)
        return tally.losses
    }

    @Test("C02 move without redirect", arguments: Engine.allCases, MoveByHand.family)
    func withoutRedirect(engine: Engine, move: MoveByHand) throws {
        #expect(move.triangular == 0)
        try expect(engine, move)
    }

    @Test("C03 redirect without a buffer", arguments: Engine.allCases, MoveByHand.family)
    func withRedirect(engine: Engine, move: MoveByHand) throws {
        var move = move
        move.lifetime = Self.long
        #expect(move.losses["redirect-expired elsewhere"] == nil)
        try expect(engine, move)
    }

    @Test("C03 a longer detour loses fewer: 293 lost and 15 triangular at 3, 7 and 4 ms", arguments: Engine.allCases)
    func longDetour(engine: Engine) throws {
        let move = MoveByHand(
            delayAB: milliseconds(3), delayBC: milliseconds(7), delayAC: milliseconds(4), lifetime: Self.long)
        #expect((move.lost, move.triangular) == (293, 15))
        try expect(engine, move)
    }

    @Test(
        "REQ-5-06 redirect timer: 306 ms loses 299, 307 ms loses 298, 200 ms loses all 307", arguments: Engine.allCases,
        [(306, 299, 8), (307, 298, 9), (200, 307, 0)])
    func redirectTimer(engine: Engine, timer: (milliseconds: Int64, lost: Int, triangular: Int)) throws {
        let move = MoveByHand(lifetime: milliseconds(timer.milliseconds))
        #expect((move.lost, move.triangular) == (timer.lost, timer.triangular))
        try expect(engine, move)
    }

    @Test("C05 timer shorter than convergence: 1300 lost and 702 triangular", arguments: Engine.allCases)
    func shortTimer(engine: Engine) throws {
        let move = MoveByHand(announcement: milliseconds(1_695), lifetime: milliseconds(1_000))
        #expect(move.corrected == milliseconds(12_000))
        #expect((move.lost, move.triangular) == (1_300, 702))
        try expect(engine, move)
    }

    @Test("C05 every timer around the downtime", arguments: Engine.allCases, MoveByHand.family)
    func anyTimer(engine: Engine, move: MoveByHand) throws {
        for lifetime in [1, move.downtime, move.downtime + move.delayBC, move.downtime + milliseconds(3)] {
            var move = move
            move.lifetime = max(1, lifetime)
            try expect(engine, move)
        }
    }

    /// All that the formulas say about one move.
    private func expect(_ engine: Engine, _ move: MoveByHand) throws {
        let run = try engine.run(move.scenario())
        let tally = Tally(run.fates)
        #expect(tally.losses == move.losses)
        #expect(tally.lost == move.lost)
        #expect(tally.triangular == move.triangular)
        #expect(tally.misdirected == move.misdirected)
        #expect(tally.sent == tally.lost + tally.triangular + tally.direct)
        #expect(run.corrections(at: "A") == [move.corrected])
        #expect(run.registrationsInForce == [move.inForce])
    }
}

extension MoveByHand: CustomTestStringConvertible {
    var testDescription: String {
        "\(source.rate.microPackets) millionths/s from \(source.phase) ps, down \(downtime), AB \(delayAB), "
            + "BC \(delayBC), AC \(delayAC), "
            + "CN \(delayCN), NA \(delayNA), position \(position) at \(spacing), p \(service)"
    }

    /// Moves that differ from REF-A in one or several respects, with a detach soon after the start.
    static let family: [MoveByHand] = {
        var family: [MoveByHand] = []
        for rate in [UInt64(1_000_000_000), 3_000_000_000, 12_345_678_901, 700_000_000] {
            for phase in [0, microseconds(300), 777_777_777] {
                family.append(MoveByHand(source: ConstantRate(rate: PacketRate(microPackets: rate), phase: phase)))
            }
        }
        for downtime in [1, milliseconds(1), microseconds(2_700), 33_333_333_333] {
            family.append(MoveByHand(downtime: downtime))
        }
        for position in [Int64(2), 3, 7] {
            family.append(MoveByHand(position: position))
            family.append(MoveByHand(spacing: 1_234_567_891, position: position))
        }
        family.append(MoveByHand(delayAB: milliseconds(3), delayBC: milliseconds(7), delayAC: milliseconds(4)))
        family.append(MoveByHand(delayAB: milliseconds(9), delayBC: microseconds(1_001), delayAC: 1_000_000_003))
        family.append(MoveByHand(delayAB: milliseconds(2), delayBC: milliseconds(60), delayAC: milliseconds(31)))
        family.append(MoveByHand(delayCN: milliseconds(5), delayNA: 12_345_678_912))
        family.append(MoveByHand(announcement: milliseconds(12), service: 0))
        return family.map { move in
            var move = move
            move.detach = milliseconds(61)
            if move.downtime == milliseconds(300) { move.downtime = milliseconds(30) }
            return move
        }
    }()
}

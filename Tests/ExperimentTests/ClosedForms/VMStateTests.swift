import Kernel
import Observe
import Testing

@testable import Experiment

/// `vm-states.csv` of moves and failures.
@Suite struct VMStateTests {
    private func changes(_ move: String, _ more: String = "") throws -> [String] {
        let text = ResultScenarios.reference
            .replacing("mode: hot, downtime: 300 ms", with: move)
            .replacing("{name: m, network: blue, at: B}", with: "{name: m, network: blue, at: B, memory: 1 MiB}")
        let rows = try FinishedRun(text + ResultScenarios.withoutRedirect + more).tables.vmStates
        return rows.filter { $0.vm == "m" }.map { row in
            "\(Duration(picoseconds: row.at.picoseconds)) \(row.host) \(row.to) (\(row.cause))"
        }
    }

    @Test("REQ-1-05: hot, it migrates and runs again")
    func hot() throws {
        #expect(
            try changes("mode: hot, transfer: {rate: 8388608 bps, scheme: stop-and-copy}")
                == ["10 s B migrating (m1)", "11 s C running (m1)"])
        #expect(try changes("mode: hot, downtime: 300 ms") == ["10 s B migrating (m1)", "10.3 s C running (m1)"])
    }

    @Test("REQ-1-05: cold, it shuts down and is prepared anew, or is suspended and resumes")
    func cold() throws {
        let steps = "stop: 1 s, package: 2 s, instantiate: 1 s, launch-delay: 2 s, start: 3 s"
        let transfer = "transfer: {rate: 8388608 bps}"
        #expect(
            try changes("mode: cold, \(transfer), cold: {from: stopped, \(steps)}")
                == [
                    "10 s B shutting-down (m1)", "11 s B shutdown (m1)", "16 s C preparing (m1)", "19 s C running (m1)",
                ])
        #expect(
            try changes("mode: cold, \(transfer), cold: {\(steps), resume: 1 s}")
                == ["10 s B suspending (m1)", "11 s B suspended (m1)", "17 s C resuming (m1)", "18 s C running (m1)"])
    }

    @Test("REQ-7-01: warm, it is shut down at the old place before the replica is prepared at the new one")
    func warm() throws {
        let move = "mode: warm, transfer: {rate: 1 Gbps}, warm: {interval: 3 s, stop: 1 s, start: 500 ms}"
        #expect(
            try changes(move)
                == [
                    "10 s B shutting-down (m1)", "11 s B shutdown (m1)", "11 s C preparing (m1)",
                    "11.5 s C running (m1)",
                ])
    }

    @Test("REQ-8-02: a VM that fails crashes, and is prepared when its server works again")
    func failure() throws {
        let failure = "failures: [{target: {server: B}, at: 2 s, repair: 3 s}]\n"
        #expect(
            try changes("mode: hot, downtime: 300 ms", failure)
                == [
                    "2 s B crashed (failure)", "5 s B preparing (repair)", "5 s B running (repair)",
                    "10 s B migrating (m1)", "10.3 s C running (m1)",
                ])
    }

    @Test("DER-10: a move that is given up leaves it running where it was, or crashed")
    func givenUp() throws {
        let move = "mode: hot, transfer: {rate: 1 Mbps, downtime-target: 1 us}"
        #expect(
            try changes(move, "failures: [{target: {server: C}, at: 12 s}]\n")
                == ["10 s B migrating (m1)", "12 s B running (m1)"])
        #expect(
            try changes(move, "failures: [{target: {server: B}, at: 12 s}]\n")
                == ["10 s B migrating (m1)", "12 s B crashed (failure)"])
    }

    @Test("REQ-7-01, REQ-7-04: at no instant does a warm or cold move have two running instances", arguments: 0..<30)
    func neverTwoInstances(_ seed: Int) throws {
        var dice = Dice(seed: UInt64(seed) + 5)
        func time() -> String { "\(dice.roll(0...400)) ms" }
        let steps = "stop: \(time()), start: \(time())"
        let move =
            dice.once(in: 2)
            ? "mode: warm, transfer: {rate: 10 Mbps}, warm: {interval: \(1 + dice.roll(0...3)) s, \(steps)}"
            : "mode: cold, transfer: {rate: 10 Mbps}, cold: {\(steps), from: \(dice.pick(["stopped", "suspended"]))}"
        let text = ResultScenarios.reference.replacing("mode: hot, downtime: 300 ms", with: move)
            .replacing("{name: m, network: blue, at: B}", with: "{name: m, network: blue, at: B, memory: 1 MiB}")
        let tables = try FinishedRun(text + ResultScenarios.withoutRedirect).tables
        let row = try #require(tables.migrations.first)
        let states = tables.vmStates
        #expect(states.first?.at == row.detached && states.first?.from == "running")
        #expect(states.last?.at == row.attached && states.last?.to == "running")
        #expect(states.dropLast().allSatisfy { $0.to != "running" })
    }
}

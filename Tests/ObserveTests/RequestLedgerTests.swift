import Kernel
import Observe
import Testing

/// Lost pings, the longest run of them, and the gap: three numbers of one sequence.
@Suite struct RequestLedgerTests {
    /// A letter a ping, one each 10 ms: `.` answered after 1 ms, `x` lost, `u` under way at the end, `s` answered
    /// slowly, after 25 ms.
    private func ledger(_ story: String) -> RequestLedger {
        var ledger = RequestLedger(arePings: [false, true])
        for (index, letter) in story.enumerated() {
            let place = ledger.sent(by: 1)
            let sent = Instant.zero + .milliseconds(Int64(10 * index))
            switch letter {
            case "x": ledger.failed(1)
            case "u": ledger.unfinished(1, place: place)
            default:
                let latency = Duration.milliseconds(letter == "s" ? 25 : 1)
                ledger.answered(1, place: place, after: latency, now: sent + latency)
            }
        }
        return ledger
    }

    @Test(
        arguments: [
            ("", 0, .notMeasured), ("....", 0, .notMeasured), ("..x..", 1, .after(.milliseconds(20))),
            ("..xxx.x.", 3, .after(.milliseconds(40))), (".x.xx..", 2, .after(.milliseconds(30))),
            ("..xx", 2, .notYet), (".x.xx", 2, .notYet), ("xx..", 2, .notMeasured),
            ("xx.x.", 2, .after(.milliseconds(20))),
            (".xxs.", 2, .after(.milliseconds(54))), (".suu", 0, .notMeasured), (".xu", 1, .notYet),
        ] as [(String, Int, Ending)])
    func outagesAreReadFromTheSequence(_ story: String, _ run: Int, _ gap: Ending) {
        let outage = ledger(story).outage(of: 1)
        #expect(outage?.longestRun == run && outage?.gap == gap)
        let lost = story.filter { $0 == "x" }.count
        #expect(ledger(story).accounts[1].failed == lost)
    }

    @Test func onlyPingsHaveOutages() {
        #expect(ledger("..x..").outage(of: 0) == nil)
    }

    @Test func lateAnswersAreNoFailures() {
        var ledger = RequestLedger(arePings: [false])
        for _ in 0..<3 { _ = ledger.sent(by: 0) }
        ledger.answered(0, place: 0, after: .milliseconds(7), now: .zero + .milliseconds(7))
        ledger.failed(0)
        ledger.failed(0)
        ledger.answeredLate(0)
        ledger.duplicated(0)
        let account = ledger.accounts[0]
        #expect(account.answered == 1 && account.failed == 1 && account.late == 1 && account.duplicate == 1)
        #expect(ledger.latency(.p99, of: 0) == .milliseconds(7), "late answers do not count")
    }
}

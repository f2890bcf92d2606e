import Kernel
import Testing

@testable import Overlay

/// What the NVA says when it is asked: present, leaving, absent, unknown (DEC-06, DER-05).
@Suite struct NVAQueryTests {
    /// A query of an NVE for VM 0, 1, 2 or one that does not exist.
    private func query(_ vm: Int = 0, from nve: Int) -> Message {
        var record = entry(VMID(vm), at: nve)
        record.vm = .none
        record.network = .unknown
        return .query(record)
    }

    private func left(_ vm: Int = 0, _ nve: Int = 2, sequence: UInt32 = 0) -> Message {
        .deregistration(entry(VMID(vm), at: nve, sequence: sequence))
    }

    private func registration(_ vm: Int = 0, at nve: Int, sequence: UInt32 = 1) -> Message {
        .registration(entry(VMID(vm), at: nve, sequence: sequence))
    }

    private func holding(_ onDetach: NVAConfiguration.OnDetach = .hold) -> Dialogue<NVA> {
        authority { $0.nva.onDetach = onDetach }
    }

    /// What it has said until 1 s.
    private func transcript(_ nva: inout Dialogue<NVA>) -> [String] {
        nva.pass(to: .seconds(1))
        return nva.said()
    }

    // MARK: - Present

    @Test("REQ-4.2-17: a query is answered at the end of its service")
    func presentVMIsAnswered() {
        var nva = authority { $0.nva.costs.query = .microseconds(50) }
        nva.hear(query(1, from: 4), at: .milliseconds(1))
        #expect(transcript(&nva) == ["1.05 ms: nva tells nve4 answer vm1@2#0"])
    }

    @Test func answerTravelsFromTheNVAsHost() {
        var nva = authority { $0.authority = .host(NodeID(9)) }
        nva.hear(query(from: 4))
        #expect(transcript(&nva) == ["20 us: 9 sends answer vm0@2#0 to 4"])
    }

    @Test("REQ-4.2-17: queries and registrations wait for one server, each at its own cost")
    func requestsAreServedInTheirOrder() {
        var nva = authority {
            $0.nva.costs.query = .microseconds(5)
            $0.nva.costs.reply = .microseconds(3)
            $0.nva.distribution = .none
        }
        nva.hear(query(0, from: 4))
        nva.hear(registration(0, at: 3))
        nva.hear(query(0, from: 5))
        #expect(
            transcript(&nva) == [
                "5 us: nva tells nve4 answer vm0@2#0", "25 us: in force vm0@3#1",
                "28 us: nva tells nve3 registration-reply vm0@3#1", "33 us: nva tells nve5 answer vm0@3#1",
            ])
    }

    @Test(
        "REQ-4.4-04: a VM that nobody knows is denied, or passed over in silence",
        arguments: NVAConfiguration.Unknown.allCases)
    func unknownVMIsRefused(_ unknown: NVAConfiguration.Unknown) {
        var nva = authority { $0.nva.unknown = unknown }
        nva.hear(query(50, from: 4))
        let answer = "20 us: nva tells nve4 negative endpoint100@4#0"
        #expect(transcript(&nva) == (unknown == .negative ? [answer] : []))
    }

    // MARK: - The asker itself

    @Test(
        "DEC-06: the recorded NVE is never told of itself",
        arguments: [(.hold, "pending"), (.withdraw, "negative"), (.keep, "negative")]
            as [(NVAConfiguration.OnDetach, String)])
    func recordedPlaceAsks(_ onDetach: NVAConfiguration.OnDetach, _ word: String) {
        var nva = holding(onDetach)
        nva.hear(query(from: 2))
        #expect(transcript(&nva) == ["20 us: nva tells nve2 \(word) endpoint0@2#0"])
    }

    /// What another NVE gets after the recorded one has asked.
    @Test(
        "DEC-06: such a query counts as a deregistration, unless the record is kept",
        arguments: [(.hold, "pending endpoint0@4#0"), (.withdraw, "negative endpoint0@4#0"), (.keep, "answer vm0@2#0")]
            as [(NVAConfiguration.OnDetach, String)])
    func queryOfTheRecordedPlaceCounts(_ onDetach: NVAConfiguration.OnDetach, _ words: String) {
        var nva = holding(onDetach)
        nva.hear(query(from: 2))
        nva.hear(query(from: 4))
        #expect(transcript(&nva).last == "40 us: nva tells nve4 \(words)")
    }

    @Test("DEC-06: with a silent NVA the recorded NVE gets nothing, but a held query is pending all the same")
    func silentAuthority() {
        for onDetach in NVAConfiguration.OnDetach.allCases {
            var nva = authority {
                $0.nva.onDetach = onDetach
                $0.nva.unknown = .silent
            }
            nva.hear(query(from: 2))
            #expect(transcript(&nva).isEmpty == (onDetach != .hold))
        }
    }

    // MARK: - Leaving

    @Test("DEC-06, DER-05: queries are held, and answered in their order before the reply and the pushes")
    func heldQueriesAreAnsweredFirst() {
        var nva = holding()
        nva.hear(left())
        nva.hear(query(from: 5))
        nva.hear(query(from: 1))
        nva.hear(query(from: 8))
        #expect(
            transcript(&nva) == [
                "40 us: nva tells nve5 pending endpoint0@5#0", "60 us: nva tells nve1 pending endpoint0@1#0",
                "80 us: nva tells nve8 pending endpoint0@8#0",
            ])
        nva.hear(registration(at: 3), at: .seconds(2))
        nva.pass(to: .seconds(100))
        #expect(
            nva.said() == [
                "2.00002 s: in force vm0@3#1",
                "2.00002 s: nva tells nve5 answer vm0@3#1", "2.00002 s: nva tells nve1 answer vm0@3#1",
                "2.00002 s: nva tells nve8 answer vm0@3#1",
                "2.00002 s: nva tells nve3 registration-reply vm0@3#1",
                "2.00002 s: nva tells nve1 push vm0@3#1", "2.000022 s: nva tells nve2 push vm0@3#1",
                "2.000024 s: nva tells nve5 push vm0@3#1",
            ])
        nva.hear(query(from: 8), at: .seconds(100))
        #expect(transcript(&nva, until: 101) == ["100.00002 s: nva tells nve8 answer vm0@3#1"])
    }

    private func transcript(_ nva: inout Dialogue<NVA>, until second: Int64) -> [String] {
        nva.pass(to: .seconds(second))
        return nva.said()
    }

    @Test("DEC-06: a busy push train does not delay answers")
    func answersDoNotWaitForPushes() {
        var nva = authority { $0.nva.costs.spacing = .seconds(1) }
        nva.hear(registration(1, at: 3))
        nva.hear(left())
        nva.hear(query(from: 5))
        nva.hear(registration(at: 3))
        #expect(transcript(&nva).contains("80 us: nva tells nve5 answer vm0@3#1"))
    }

    @Test("DEC-06: after the hold timeout the asker gets a negative answer, each at its own time")
    func heldQueryIsGivenUp() {
        var nva = authority { $0.nva.holdTimeout = .milliseconds(10) }
        nva.hear(left())
        nva.hear(query(from: 5), at: .milliseconds(1))
        nva.hear(query(from: 4), at: .milliseconds(3))
        nva.pass(to: .milliseconds(12))
        _ = nva.said()
        nva.hear(registration(at: 3), at: .milliseconds(12))
        let lines = transcript(&nva)
        #expect(lines.contains("12.02 ms: nva tells nve4 answer vm0@3#1"))
        #expect(!lines.contains { $0.contains("nve5 answer") || $0.contains("negative") })
    }

    @Test("DEC-06: the hold timeout counts from the end of the query's service")
    func holdTimeoutCountsFromTheService() {
        var nva = authority { $0.nva.holdTimeout = .milliseconds(10) }
        nva.hear(left())
        nva.hear(query(from: 5), at: .milliseconds(1))
        nva.hear(query(1, from: 2), at: .milliseconds(2))
        let lines = transcript(&nva).filter { $0.contains("negative") }
        #expect(
            lines == [
                "11.02 ms: nva tells nve5 negative endpoint0@5#0", "12.02 ms: nva tells nve2 negative endpoint2@2#0",
            ])
        #expect(nva.context.timers.pending == 0)
    }

    @Test("DEC-06: who was told to wait is told when it is in vain, also by an otherwise silent NVA")
    func silentAuthorityEndsTheWait() {
        var nva = authority {
            $0.nva.holdTimeout = .milliseconds(10)
            $0.nva.unknown = .silent
        }
        nva.hear(left())
        nva.hear(query(from: 5), at: .milliseconds(1))
        #expect(transcript(&nva).last == "11.02 ms: nva tells nve5 negative endpoint0@5#0")
    }

    @Test func vmOfAGivenUpQueryIsStillLeaving() {
        var nva = authority { $0.nva.holdTimeout = .milliseconds(10) }
        nva.hear(left())
        nva.hear(query(from: 5))
        nva.hear(query(from: 5), at: .milliseconds(50))
        #expect(transcript(&nva).contains("50.02 ms: nva tells nve5 pending endpoint0@5#0"))
    }

    @Test("DER-12: a query that is repeated while it is held is answered once")
    func repeatedQueryIsHeldOnce() {
        var nva = holding()
        nva.hear(left())
        for time in 1...3 as ClosedRange<Int64> { nva.hear(query(from: 5), at: .milliseconds(time)) }
        nva.hear(registration(at: 3), at: .milliseconds(9))
        let lines = transcript(&nva)
        #expect(lines.filter { $0.contains("pending") }.count == 3)
        #expect(lines.filter { $0.contains("nve5 answer") } == ["9.02 ms: nva tells nve5 answer vm0@3#1"])
    }

    @Test("DEC-06: the NVE at which the VM turns up needs no answer")
    func newPlaceGetsNoAnswer() {
        var nva = authority { $0.nva.distribution = .none }
        nva.hear(left())
        nva.hear(query(from: 3))
        _ = transcript(&nva)
        nva.hear(registration(at: 3), at: .seconds(2))
        nva.pass(to: .seconds(100))
        #expect(
            nva.said() == [
                "2.00002 s: in force vm0@3#1", "2.00002 s: nva tells nve3 registration-reply vm0@3#1",
            ])
    }

    @Test("DER-06: a registration from before the departure does not end the hold")
    func olderRegistrationDoesNotEndTheHold() {
        var nva = authority { $0.nva.distribution = .none }
        nva.hear(registration(at: 3, sequence: 4))
        nva.hear(left(0, 3, sequence: 4))
        nva.hear(query(from: 5))
        nva.hear(registration(at: 2, sequence: 2))
        nva.hear(query(from: 1))
        let lines = transcript(&nva)
        #expect(!lines.contains { $0.contains("answer") })
        #expect(lines.filter { $0.contains("pending") }.count == 2)
    }

    @Test("DER-05: a VM that comes back to its old place is present there again")
    func returnEndsTheHold() {
        var nva = holding()
        nva.hear(left())
        nva.hear(query(from: 5))
        nva.hear(registration(at: 2, sequence: 1))
        let lines = transcript(&nva)
        #expect(lines.contains("60 us: nva tells nve5 answer vm0@2#1"))
        #expect(!lines.contains { $0.contains("push") }, "its place is as before")
    }

    // MARK: - Deregistrations

    @Test("DEC-06: withdrawn, a VM is unknown until it is registered", arguments: NVAConfiguration.Unknown.allCases)
    func withdrawnVMIsUnknown(_ unknown: NVAConfiguration.Unknown) {
        var nva = authority {
            $0.nva.onDetach = .withdraw
            $0.nva.unknown = unknown
            $0.nva.distribution = .none
        }
        nva.hear(left())
        nva.hear(query(from: 5))
        #expect(transcript(&nva) == (unknown == .negative ? ["40 us: nva tells nve5 negative endpoint0@5#0"] : []))
        nva.hear(registration(at: 3), at: .seconds(2))
        nva.hear(query(from: 5), at: .seconds(3))
        nva.pass(to: .seconds(100))
        #expect(
            nva.said() == [
                "2.00002 s: in force vm0@3#1", "2.00002 s: nva tells nve3 registration-reply vm0@3#1",
                "3.00002 s: nva tells nve5 answer vm0@3#1",
            ])
    }

    @Test("DEC-06: a deregistration is served like a registration, and other VMs stay where they are")
    func deregistrationIsServed() {
        var nva = authority { $0.nva.costs.query = .microseconds(1) }
        nva.hear(left())
        nva.hear(query(1, from: 5))
        #expect(transcript(&nva) == ["21 us: nva tells nve5 answer vm1@2#0"])
    }

    /// The directory says NVE 3 by number 4. A deregistration says which place and number; is it believed?
    @Test(
        "DER-06: a deregistration of an older stay, or of another place, is ignored",
        arguments: [(3, 4, true), (3, 3, false), (2, 4, false), (2, 9, false), (3, 6, true)] as [(Int, UInt32, Bool)])
    func whichDeregistrationCounts(_ place: Int, _ sequence: UInt32, _ counts: Bool) {
        var nva = authority { $0.nva.distribution = .none }
        nva.hear(registration(at: 3, sequence: 4))
        nva.hear(left(0, place, sequence: sequence))
        nva.hear(query(from: 5))
        #expect(transcript(&nva).last?.contains(counts ? "pending" : "answer") == true)
    }

    @Test("DER-05: when the new place is registered before the old NVE has noticed, nothing is lost")
    func lateDeregistrationIsIgnored() {
        var nva = authority { $0.nva.distribution = .none }
        nva.hear(registration(at: 3))
        nva.hear(left())
        nva.hear(query(from: 5))
        #expect(transcript(&nva).last == "60 us: nva tells nve5 answer vm0@3#1")
    }

    // MARK: - What the VM manager asks

    @Test("OLD-5-01: a request to move goes straight to the VM's NVE")
    func moveRequestIsPassedOn() {
        var nva = authority { $0.authority = .outOfBand(.milliseconds(2)) }
        nva.hear(query(1, from: 4))
        nva.hear(.moveRequest(Departure(record: entry(VMID(0 as Int), at: 2), redirectTo: NodeID(3))))
        #expect(nva.said() == ["0 ps: nva tells nve2 move-request vm0@2#0 to 3 after 2 ms"], "no service time")
    }

    @Test(
        "REQ-4.2-24: invalidations for the VM manager leave one by one, whatever the server does",
        arguments: [(.all, [0, 1, 3, 4, 5, 6, 7, 8, 9]), (.members, [1, 3, 5]), (.communicating, [1, 7])]
            as [(NVAConfiguration.PushTargets, [Int])])
    func invalidationsLeave(_ choice: NVAConfiguration.PushTargets, _ targets: [Int]) {
        var nva = authority {
            $0.authority = .host(NodeID(9))
            $0.invalidate.by = .vmManager
            $0.invalidate.targets = choice
            $0.invalidate.spacing = .microseconds(10)
        }
        for node in [7, 1, 2] { nva.node.note(NodeID(node), of: VMID(0 as Int)) }
        nva.hear(query(1, from: 4), at: .milliseconds(1))
        nva.hear(.invalidationRequest(entry(VMID(0 as Int), at: 2)), at: .milliseconds(1))
        let sent = transcript(&nva).filter { $0.contains("invalidate") }
        let expected = targets.enumerated().map { index, target in
            "\(Duration.milliseconds(1) + .microseconds(10 * Int64(index))): 9 sends invalidate vm0@2#0 to \(target)"
        }
        #expect(sent == expected, "all but the place that the VM has left")
    }
}

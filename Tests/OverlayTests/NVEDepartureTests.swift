import Kernel
import Overlay
import Testing

/// How the old NVE learns where a VM went, and when it stops redirecting.
@Suite struct NVEDepartureTests {
    private let there = entry(web, at: 2, sequence: 1)
    private let asked = "nve1 tells nva query vm7@1#0"
    private static let justBefore = Duration(picoseconds: -1)

    /// The VM left NVE 1 at 1 ms; redirect entries live 10 ms.
    private func oldNVE(
        _ learn: RedirectConfiguration.Learn = .query, redirectTo nve: Int? = nil,
        _ change: (inout Rules) -> Void = { _ in }
    ) -> Dialogue<NVE> {
        var dialogue = edge {
            $0.nve.miss = .queryDrop
            $0.redirect.learn = learn
            change(&$0)
        }
        dialogue.hear(.attach(entry(web, at: 1)))
        dialogue.hear(.leave(web, redirectTo: nve), at: .milliseconds(1))
        return dialogue
    }

    /// Facts about packets apart.
    private func lines(_ nve: inout Dialogue<NVE>) -> [String] { nve.said().filter { !$0.contains("misdirected") } }

    // MARK: - Learn by query

    @Test("REQ-4.2-18: the first in-flight packet makes the old NVE ask; the answer is the redirect entry")
    func inFlightPacketAsks() {
        var nve = oldNVE()
        #expect(nve.receive(at: .milliseconds(2)) == .drop(.awaitingAnswer))
        #expect(nve.said() == ["2 ms: \(asked)", "2 ms: vm7 misdirected at 1 from 3, not relayed"])
        #expect(nve.receive(at: .milliseconds(3)) == .drop(.awaitingAnswer))
        #expect(lines(&nve) == [])
        nve.hear(.answer(there), at: .milliseconds(4))
        #expect(
            nve.said() == [
                "4 ms: 1 maps vm7@2#1, was unknown, by answer", "4 ms: 1 redirects vm7 to 2 until 14 ms",
            ])
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(4)) == .send(.underlay))
        #expect(packet.outerDestination == NodeID(2))
        #expect(packet.flags == [.misdirected, .redirected])
        #expect(nve.send(at: .milliseconds(4)) == .send(.underlay), "for its own VMs it is a mapping")
    }

    @Test("REQ-5-06: the timer runs from the installation, which comes after the detach")
    func timerRunsFromTheInstallation() {
        var nve = oldNVE()
        _ = nve.receive(at: .milliseconds(2))
        nve.hear(.answer(there), at: .milliseconds(4))
        #expect(nve.receive(at: .milliseconds(14) + Self.justBefore) == .send(.underlay))
        #expect(nve.receive(at: .milliseconds(14)) == .drop(.redirectExpired))
        #expect(nve.send(at: .milliseconds(14)) == .send(.underlay), "the mapping outlives it")
    }

    @Test("DER-07: what the new place itself sends is not sent back there")
    func packetFromTheNewPlaceIsNotSentBack() {
        var nve = oldNVE()
        _ = nve.receive(at: .milliseconds(2))
        nve.hear(.answer(there), at: .milliseconds(4))
        #expect(nve.receive(from: 2, at: .milliseconds(5)) == .drop(.staleNoRedirect))
    }

    @Test("REQ-4.4-04: without an answer about the new place the old NVE can only drop")
    func negativeAnswerLosesPackets() {
        var nve = oldNVE { $0.nva.negativeLifetime = .milliseconds(10) }
        _ = nve.receive(at: .milliseconds(2))
        nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(4))
        _ = nve.said()
        #expect(nve.receive(at: .milliseconds(5)) == .drop(.noAnswer))
        #expect(nve.send(at: .milliseconds(5)) == .drop(.noAnswer), "its own VMs' packets as well")
        #expect(lines(&nve) == [])
        #expect(nve.receive(at: .milliseconds(14)) == .drop(.awaitingAnswer))
        #expect(lines(&nve) == ["14 ms: \(asked)"])
    }

    @Test("REQ-4.4-04: a silent NVA is asked so many times")
    func silentAuthorityIsGivenUp() {
        var nve = oldNVE { $0.nve.query.retries = 2 }
        _ = nve.receive(at: .milliseconds(2))
        nve.pass(to: .seconds(1))
        #expect(lines(&nve) == ["2 ms", "102 ms", "202 ms"].map { "\($0): \(asked)" })
    }

    @Test func itsOwnVMsAndInFlightPacketsShareAQuery() {
        var nve = oldNVE()
        #expect(nve.send(at: .milliseconds(2)) == .drop(.awaitingAnswer))
        #expect(nve.receive(at: .milliseconds(3)) == .drop(.awaitingAnswer))
        #expect(lines(&nve) == ["2 ms: \(asked)"])
        nve.hear(.answer(there), at: .milliseconds(4))
        #expect(nve.receive(at: .milliseconds(5)) == .send(.underlay), "an answer is an answer")
    }

    @Test("DER-06: an answer older than the VM's stay installs nothing")
    func olderAnswerInstallsNothing() {
        var nve = edge { $0.redirect.learn = .query }
        nve.hear(.attach(entry(web, at: 1, sequence: 3)))
        nve.hear(.leave(web, sequence: 3), at: .milliseconds(1))
        _ = nve.receive(at: .milliseconds(2))
        _ = nve.said()
        nve.hear(.answer(entry(web, at: 5, sequence: 2)), at: .milliseconds(3))
        #expect(nve.said() == [])
        #expect(nve.receive(at: .milliseconds(4)) == .drop(.awaitingAnswer))
        nve.hear(.answer(entry(web, at: 6, sequence: 4)), at: .milliseconds(5))
        #expect(lines(&nve).last == "5 ms: 1 redirects vm7 to 6 until 15 ms")
    }

    @Test func returnForgetsTheQuery() {
        var nve = oldNVE()
        _ = nve.receive(at: .milliseconds(2))
        nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(3))
        _ = nve.said()
        nve.hear(.answer(there), at: .milliseconds(4))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [])
        #expect(nve.receive(at: .seconds(1)) == .deliver(web))
    }

    // MARK: - Other ways to learn

    @Test(
        "REQ-4.2-18: only with `query` an in-flight packet makes the old NVE ask",
        arguments: [.none, .preinstalled, .moveRequest, .nvaPush] as [RedirectConfiguration.Learn])
    func othersDoNotAsk(_ learn: RedirectConfiguration.Learn) {
        var nve = oldNVE(learn)
        #expect(nve.receive(at: .milliseconds(2)) == .drop(.staleNoRedirect))
        #expect(lines(&nve) == [])
    }

    @Test(
        "REQ-4.2-18: only with `nva-push` a push installs the redirect entry",
        arguments: RedirectConfiguration.Learn.allCases)
    func pushInstallsTheRedirect(_ learn: RedirectConfiguration.Learn) {
        var nve = oldNVE(learn)
        nve.hear(.push(there), at: .milliseconds(5))
        let installed = lines(&nve).contains("5 ms: 1 redirects vm7 to 2 until 15 ms")
        #expect(installed == (learn == .nvaPush))
        #expect((nve.receive(at: .milliseconds(6)) == .send(.underlay)) == (learn == .nvaPush))
    }

    @Test func olderPushInstallsNothing() {
        var nve = edge { $0.redirect.learn = .nvaPush }
        nve.hear(.attach(entry(web, at: 1, sequence: 3)))
        nve.hear(.leave(web, sequence: 3), at: .milliseconds(1))
        nve.hear(.push(entry(web, at: 5, sequence: 2)), at: .milliseconds(2))
        #expect(nve.said() == [])
        #expect(nve.receive(at: .milliseconds(3)) == .drop(.staleNoRedirect))
    }

    @Test func withPushesAnAnswerToItsOwnVMsInstallsItToo() {
        var nve = oldNVE(.nvaPush)
        #expect(nve.send(at: .milliseconds(2)) == .drop(.awaitingAnswer))
        nve.hear(.answer(there), at: .milliseconds(4))
        #expect(nve.receive(at: .milliseconds(5)) == .send(.underlay))
    }

    @Test("OLD-5-01: a request to move the VM is passed to the VM manager, who detaches it with the new place")
    func moveRequestIsPassedOn() {
        var nve = edge { $0.redirect.learn = .moveRequest }
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(
            .moveRequest(Departure(record: entry(web, at: 1), redirectTo: NodeID(2))), at: .milliseconds(1))
        #expect(nve.said() == ["1 ms: nve1 tells vm-manager move-request vm7@1#0 to 2"])
        #expect(nve.receive(at: .milliseconds(1)) == .deliver(web), "the request alone moves nothing")
        nve.hear(.leave(web, redirectTo: 2), at: .milliseconds(1))
        #expect(nve.said() == ["1 ms: 1 redirects vm7 to 2 until 11 ms"])
        #expect(nve.receive(at: .milliseconds(1)) == .send(.underlay), "no packet finds it without the entry")
    }

    // MARK: - When it stops

    /// Instants in milliseconds at which packets come; the entry is installed at 1 ms, timer 10 ms, idle 4 ms.
    @Test(
        "REQ-5-12, OLD-5-02: the entry ends by its timer, by silence, or by whichever comes first",
        arguments: [
            (.timer, [2, 3], 11), (.idle, [], 5), (.idle, [2], 6), (.idle, [4, 7, 10, 13], 17),
            (.firstOf, [2], 6), (.firstOf, [4, 7], 11), (.firstOf, [4, 7, 10], 11),
        ] as [(RedirectConfiguration.Stop, [Int64], Int64)])
    func entryEnds(_ stop: RedirectConfiguration.Stop, _ packets: [Int64], _ end: Int64) {
        var nve = oldNVE(.preinstalled, redirectTo: 2) {
            $0.redirect.stop = stop
            $0.redirect.idle = .milliseconds(4)
        }
        for time in packets { #expect(nve.receive(at: .milliseconds(time)) == .send(.underlay)) }
        nve.pass(to: .milliseconds(end) + Self.justBefore)
        _ = nve.said()
        nve.pass(to: .milliseconds(100))
        #expect(nve.said() == ["\(end) ms: 1 ends redirect of vm7, expired"])
        #expect(nve.receive(at: .milliseconds(100)) == .drop(.redirectExpired))
        #expect(nve.context.timers.pending == 0)
    }

    @Test("OLD-5-02: silence is half-open: a packet at its last instant comes too late")
    func silenceIsHalfOpen() {
        for early in [0, 1] as [Int64] {
            var nve = oldNVE(.preinstalled, redirectTo: 2) {
                $0.redirect.stop = .idle
                $0.redirect.idle = .milliseconds(4)
            }
            let outcome = nve.receive(at: .milliseconds(5) - Duration(picoseconds: early))
            #expect(outcome == (early == 1 ? .send(.underlay) : .drop(.redirectExpired)))
        }
    }

    @Test("OLD-5-02: a packet that is not relayed does not prolong the entry")
    func onlyRelayedPacketsCount() {
        var nve = oldNVE(.preinstalled, redirectTo: 2) {
            $0.redirect.stop = .idle
            $0.redirect.idle = .milliseconds(4)
        }
        #expect(nve.receive(from: 2, at: .milliseconds(4)) == .drop(.staleNoRedirect))
        #expect(nve.receive(at: .milliseconds(5)) == .drop(.redirectExpired))
    }

    @Test("OLD-5-02: the fact of the installation knows no end when only silence ends it")
    func idleEntryHasNoKnownEnd() {
        var nve = oldNVE(.preinstalled, redirectTo: 2) { $0.redirect.stop = .idle }
        #expect(nve.said() == ["1 ms: 1 redirects vm7 to 2 until never"])
    }

    // MARK: - After the end

    @Test(
        "REQ-5-07: after expiry the next packet may make the old NVE ask",
        arguments: [.query, .preinstalled, .nvaPush] as [RedirectConfiguration.Learn])
    func expiredEntryIsAskedFor(_ learn: RedirectConfiguration.Learn) {
        var nve = oldNVE(learn, redirectTo: 2) { $0.redirect.onExpiry = .requery }
        nve.pass(to: .milliseconds(50))
        #expect(nve.said().last == "11 ms: 1 ends redirect of vm7, expired", "by itself it asks nobody")
        #expect(nve.receive(at: .milliseconds(50)) == .drop(.awaitingAnswer))
        #expect(nve.receive(at: .milliseconds(51)) == .drop(.awaitingAnswer))
        #expect(lines(&nve) == ["50 ms: \(asked)"])
        nve.hear(.answer(there), at: .milliseconds(52))
        #expect(lines(&nve).last == "52 ms: 1 redirects vm7 to 2 until 62 ms")
        #expect(nve.receive(at: .milliseconds(62) + Self.justBefore) == .send(.underlay))
        #expect(nve.receive(at: .milliseconds(62)) == .drop(.awaitingAnswer), "and so on")
    }

    /// Mappings age and are asked for again all the time; that must not keep redirect entries alive for ever.
    @Test("REQ-5-07: only a packet out of a tunnel renews the entry, not what the NVE asks for its own VMs")
    func ownQueriesDoNotRenew() {
        var nve = oldNVE(.preinstalled, redirectTo: 2) {
            $0.redirect.onExpiry = .requery
            $0.nve.miss = .queryDrop
            $0.nve.cache.timeout = .milliseconds(15)
        }
        nve.pass(to: .milliseconds(40))
        nve.hear(.answer(entry(web, at: 2, sequence: 1)), at: .milliseconds(40))
        #expect(nve.said().filter { $0.contains("redirects") }.count == 1, "the first entry alone")
        #expect(nve.receive(at: .milliseconds(41)) == .drop(.awaitingAnswer))
        nve.hear(.answer(entry(web, at: 2, sequence: 1)), at: .milliseconds(42))
        #expect(nve.said().contains("42 ms: 1 redirects vm7 to 2 until 52 ms"))
        #expect(nve.receive(at: .milliseconds(43)) == .send(.underlay))
    }

    @Test func requeryMayBeRefused() {
        var nve = oldNVE(.preinstalled, redirectTo: 2) { $0.redirect.onExpiry = .requery }
        _ = nve.receive(at: .milliseconds(50))
        nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(52))
        #expect(nve.receive(at: .milliseconds(53)) == .drop(.noAnswer))
    }

    @Test func withoutRequeryAnAnswerDoesNotReviveTheEntry() {
        var nve = oldNVE(.query, redirectTo: 2)
        nve.hear(.invalidate(entry(web, at: 2, sequence: 1)), at: .milliseconds(20))
        #expect(nve.send(at: .milliseconds(20)) == .drop(.awaitingAnswer))
        nve.hear(.answer(there), at: .milliseconds(22))
        #expect(nve.receive(at: .milliseconds(23)) == .drop(.redirectExpired))
    }
}

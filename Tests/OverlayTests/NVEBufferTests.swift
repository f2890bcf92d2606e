import Kernel
import Overlay
import Testing

/// Packets that wait for a VM on its way: at the old NVE for the new place, at the new NVE for the VM.
@Suite struct NVEBufferTests {
    private let there = entry(web, at: 2, sequence: 1)

    /// The VM left NVE 1 at 1 ms; in-flight packets wait there.
    private func oldNVE(
        _ learn: RedirectConfiguration.Learn = .query, room: UInt32 = 1_000, lifetime: Duration? = nil,
        _ change: (inout Rules) -> Void = { _ in }
    ) -> Dialogue<NVE> {
        var nve = edge {
            $0.redirect.learn = learn
            $0.redirect.buffer.at = .old
            $0.redirect.buffer.limit = room
            $0.redirect.buffer.lifetime = lifetime
            change(&$0)
        }
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(.leave(web), at: .milliseconds(1))
        return nve
    }

    /// NVE 1 expects the VM from 1 ms on.
    private func newNVE(room: UInt32 = 1_000, lifetime: Duration? = nil) -> Dialogue<NVE> {
        var nve = edge {
            $0.nve.miss = .queryQueue
            $0.redirect.buffer.at = .new
            $0.redirect.buffer.limit = room
            $0.redirect.buffer.lifetime = lifetime
        }
        nve.hear(.expect(entry(web, at: 2)), at: .milliseconds(1))
        return nve
    }

    /// Releases only.
    private func releases(_ nve: inout Dialogue<NVE>) -> [String] { nve.said().filter { $0.contains("releases") } }

    // MARK: - At the old NVE

    @Test("REQ-5-03: in-flight packets wait until the old NVE knows the new place, and are relayed in order")
    func packetsWaitForTheRedirect() {
        var nve = oldNVE()
        var packets = [encapsulated(from: 3), encapsulated(from: 4)]
        #expect(nve.forward(&packets[0], from: .underlay, at: .milliseconds(2), handle: 6) == .held)
        #expect(nve.forward(&packets[1], from: .underlay, at: .milliseconds(3), handle: 5) == .held)
        #expect(packets.map(\.flags) == [[.misdirected, .buffered], [.misdirected, .buffered]])
        #expect(
            nve.said() == [
                "2 ms: nve1 tells nva query vm7@1#0", "2 ms: vm7 misdirected at 1 from 3, not relayed",
                "3 ms: vm7 misdirected at 1 from 4, not relayed",
            ])
        nve.hear(.answer(there), at: .milliseconds(4))
        #expect(
            nve.said() == [
                "4 ms: 1 maps vm7@2#1, was unknown, by answer", "4 ms: 1 redirects vm7 to 2 until 14 ms",
                "4 ms: 1 releases 6: forward", "4 ms: 1 releases 5: forward",
            ])
        for index in packets.indices {
            #expect(nve.forward(&packets[index], from: .buffer, at: .milliseconds(4)) == .send(.underlay))
            #expect(packets[index].outerDestination == NodeID(2))
            #expect(packets[index].relay == NodeID(1))
            #expect(packets[index].segments == 2)
            #expect(packets[index].flags == [.misdirected, .buffered, .redirected])
        }
        #expect(nve.said() == [], "they were counted as misdirected when they came")
    }

    @Test("DER-07: a waiting packet is not relayed to where it came from")
    func waitingPacketIsNotSentBack() {
        var nve = oldNVE()
        var packet = encapsulated(from: 2)
        _ = nve.forward(&packet, from: .underlay, at: .milliseconds(2))
        nve.hear(.answer(there), at: .milliseconds(4))
        #expect(nve.forward(&packet, from: .buffer, at: .milliseconds(4)) == .drop(.staleNoRedirect))
        #expect(packet.segments == 1)
    }

    @Test("REQ-5-03: the buffer has its limit")
    func bufferOverflows() {
        var nve = oldNVE(room: 2)
        let outcomes = (0..<4).map { nve.receive($0, at: .milliseconds(2)) }
        #expect(outcomes == [.held, .held, .drop(.bufferOverflow), .drop(.bufferOverflow)])
        nve.hear(.answer(there), at: .milliseconds(4))
        #expect(releases(&nve) == ["4 ms: 1 releases 0: forward", "4 ms: 1 releases 1: forward"])
    }

    @Test("REQ-5-03: packets for all VMs share the room of their NVE, and give it back")
    func theNVEHasItsLimit() {
        let db = VMID(8 as UInt32)
        var nve = oldNVE(room: 2) { $0.redirect.buffer.nveLimit = 3 }
        nve.hear(.attach(entry(db, at: 1)), at: .milliseconds(1))
        nve.hear(.leave(db), at: .milliseconds(1))
        #expect((0..<3).map { nve.receive($0, at: .milliseconds(2)) } == [.held, .held, .drop(.bufferOverflow)])
        var packets = (0..<2).map { _ in encapsulated(from: 3, destination: db) }
        #expect(nve.forward(&packets[0], from: .underlay, at: .milliseconds(2), handle: 3) == .held)
        #expect(nve.forward(&packets[1], from: .underlay, at: .milliseconds(2)) == .drop(.bufferOverflow))
        nve.hear(.answer(there), at: .milliseconds(3))
        #expect(nve.forward(&packets[1], from: .underlay, at: .milliseconds(4), handle: 4) == .held)
    }

    @Test func itsOwnVMsPacketsHaveAQueueOfTheirOwn() {
        var nve = oldNVE(room: 1) {
            $0.nve.miss = .queryQueue
            $0.nve.missQueue = 1
        }
        #expect(nve.receive(0, at: .milliseconds(2)) == .held)
        #expect(nve.send(1, at: .milliseconds(2)) == .held)
        #expect(nve.receive(2, at: .milliseconds(2)) == .drop(.bufferOverflow))
        #expect(nve.send(3, at: .milliseconds(2)) == .drop(.bufferOverflow))
        nve.hear(.answer(there), at: .milliseconds(4))
        #expect(Set(releases(&nve)) == ["4 ms: 1 releases 0: forward", "4 ms: 1 releases 1: forward"])
    }

    @Test("REQ-5-03: what waits goes on in the order in which it came, whoever sent it", arguments: [false, true])
    func bothKindsKeepTheirOrder(_ isPush: Bool) {
        var nve = oldNVE(isPush ? .nvaPush : .query) { $0.nve.miss = .queryQueue }
        for handle in 0..<4 as Range<UInt32> {
            let time = Duration.milliseconds(2 + Int64(handle))
            let outcome = handle % 2 == 0 ? nve.send(handle, at: time) : nve.receive(handle, at: time)
            #expect(outcome == .held)
        }
        nve.hear(isPush ? .push(there) : .answer(there), at: .milliseconds(9))
        #expect(releases(&nve) == (0..<4).map { "9 ms: 1 releases \($0): forward" })
    }

    @Test("REQ-5-03: a packet waits its lifetime at most, each for itself")
    func packetsExpire() {
        var nve = oldNVE(lifetime: .milliseconds(10))
        for (handle, time) in [(0, 2), (1, 2), (2, 5), (3, 9)] as [(UInt32, Int64)] {
            #expect(nve.receive(handle, at: .milliseconds(time)) == .held)
        }
        nve.hear(.pending(entry(web, at: 1)), at: .milliseconds(10))
        nve.pass(to: .milliseconds(17))
        #expect(
            releases(&nve) == [
                "12 ms: 1 releases 0: drop, buffer-expired", "12 ms: 1 releases 1: drop, buffer-expired",
                "15 ms: 1 releases 2: drop, buffer-expired",
            ])
        nve.hear(.answer(there), at: .milliseconds(18))
        #expect(releases(&nve) == ["18 ms: 1 releases 3: forward"])
        nve.pass(to: .milliseconds(100))
        #expect(releases(&nve) == [])
    }

    @Test func expiryMakesRoom() {
        var nve = oldNVE(room: 1, lifetime: .milliseconds(10))
        _ = nve.receive(0, at: .milliseconds(2))
        #expect(nve.receive(1, at: .milliseconds(12) - Duration(picoseconds: 1)) == .drop(.bufferOverflow))
        #expect(nve.receive(2, at: .milliseconds(12)) == .held)
        nve.pass(to: .milliseconds(30))
        #expect(releases(&nve).last == "22 ms: 1 releases 2: drop, buffer-expired")
    }

    @Test func lifetimeConcernsInFlightPacketsOnly() {
        var nve = oldNVE(lifetime: .milliseconds(10)) { $0.nve.miss = .queryQueue }
        #expect(nve.send(at: .milliseconds(2)) == .held)
        nve.pass(to: .milliseconds(90))
        #expect(releases(&nve) == [])
    }

    @Test("REQ-4.4-04: a negative answer, or none at all, loses what waits", arguments: [false, true])
    func packetsAreLostWithoutAnAnswer(_ isNegative: Bool) {
        var nve = oldNVE()
        _ = nve.receive(0, at: .milliseconds(2))
        if isNegative { nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(4)) }
        nve.pass(to: .seconds(1))
        #expect(releases(&nve) == ["\(isNegative ? 4 : 402) ms: 1 releases 0: drop, no-answer"])
    }

    @Test("DER-07: a return gives the VM what waited, before what comes later")
    func returnDeliversWhatWaits() {
        var nve = oldNVE(lifetime: .milliseconds(10))
        _ = nve.receive(0, at: .milliseconds(2))
        _ = nve.receive(1, at: .milliseconds(3))
        nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(5))
        #expect(releases(&nve) == ["5 ms: 1 releases 0: deliver to vm7", "5 ms: 1 releases 1: deliver to vm7"])
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [])
    }

    // MARK: - At the old NVE, waiting for a push

    @Test("REQ-5-03: with `nva-push` packets wait for the push, and nobody is asked")
    func packetsWaitForAPush() {
        var nve = oldNVE(.nvaPush)
        #expect(nve.receive(0, at: .milliseconds(2)) == .held)
        #expect(nve.said() == ["2 ms: vm7 misdirected at 1 from 3, not relayed"])
        nve.pass(to: .seconds(5))
        #expect(nve.said() == [])
        nve.hear(.push(there), at: .seconds(5))
        #expect(releases(&nve) == ["5 s: 1 releases 0: forward"])
    }

    /// The negative answer is about its own VMs' packets; a push may still come.
    @Test func packetsThatWaitForAPushSurviveANegativeAnswer() {
        var nve = oldNVE(.nvaPush) { $0.nve.miss = .queryQueue }
        _ = nve.receive(0, at: .milliseconds(2))
        _ = nve.send(1, at: .milliseconds(2))
        nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(3))
        #expect(releases(&nve) == ["3 ms: 1 releases 1: drop, no-answer"])
        nve.hear(.push(there), at: .milliseconds(4))
        #expect(releases(&nve) == ["4 ms: 1 releases 0: forward"])
    }

    @Test("REQ-5-07: what waits for a requery is lost with its negative answer, however the entry was learnt")
    func packetsThatWaitForARequeryDoNot() {
        for learn in [.query, .nvaPush] as [RedirectConfiguration.Learn] {
            var nve = oldNVE(learn) { $0.redirect.onExpiry = .requery }
            if learn == .query { _ = nve.receive(9, at: .milliseconds(2)) }
            nve.hear(learn == .query ? .answer(there) : .push(there), at: .milliseconds(3))
            nve.pass(to: .milliseconds(50))
            _ = nve.said()
            #expect(nve.receive(0, at: .milliseconds(50)) == .held)
            nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(52))
            #expect(releases(&nve) == ["52 ms: 1 releases 0: drop, no-answer"])
        }
    }

    /// A thousand packets take their time on a slow wire; the entry may end meanwhile.
    @Test("REQ-5-07: packets released too late for the entry fare like those that come too late")
    func entryMayEndWhileTheWireIsBusy() {
        for rule in RedirectConfiguration.OnExpiry.allCases {
            var nve = oldNVE { $0.redirect.onExpiry = rule }
            var packet = encapsulated(from: 3)
            _ = nve.forward(&packet, from: .underlay, at: .milliseconds(2))
            nve.hear(.answer(there), at: .milliseconds(4))
            let outcome = nve.forward(&packet, from: .buffer, at: .milliseconds(14))
            #expect(outcome == (rule == .drop ? .drop(.redirectExpired) : .held))
        }
    }

    @Test("REQ-5-03: a packet that was released and must wait again waits its lifetime anew")
    func lifetimeBeginsAnew() {
        var nve = oldNVE(lifetime: .milliseconds(13)) { $0.redirect.onExpiry = .requery }
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(2)) == .held)
        nve.hear(.answer(there), at: .milliseconds(4))
        #expect(nve.forward(&packet, from: .buffer, at: .milliseconds(14)) == .held, "the entry is over by then")
        _ = nve.said()
        nve.pass(to: .milliseconds(27) - Duration(picoseconds: 1))
        #expect(releases(&nve) == [])
        nve.pass(to: .milliseconds(27))
        #expect(releases(&nve) == ["27 ms: 1 releases 0: drop, buffer-expired"])
    }

    // MARK: - At the new NVE

    @Test("REQ-5-03: packets that come before the VM wait for it and reach it in order when it attaches")
    func packetsWaitForTheVM() {
        var nve = newNVE(room: 2)
        var marks: [PacketFlags] = []
        var outcomes: [Outcome] = []
        for handle in 0..<3 as Range<UInt32> {
            var packet = encapsulated(from: 3)
            outcomes.append(nve.forward(&packet, from: .underlay, at: .milliseconds(2), handle: handle))
            marks.append(packet.flags)
        }
        #expect(outcomes == [.held, .held, .drop(.bufferOverflow)])
        #expect(marks == [[.early, .buffered], [.early, .buffered], .early])
        #expect(nve.said() == [], "nobody is asked: the VM will come")
        nve.hear(.attach(there), at: .milliseconds(4))
        #expect(nve.said() == ["4 ms: 1 releases 0: deliver to vm7", "4 ms: 1 releases 1: deliver to vm7"])
        #expect(nve.receive(at: .milliseconds(4)) == .deliver(web))
    }

    @Test func packetsBeforeTheDetachDoNotWait() {
        var nve = edge { $0.redirect.buffer.at = .new }
        #expect(nve.receive() == .drop(.notAttached))
    }

    @Test("REQ-5-03: the lifetime holds at the new NVE too")
    func packetsExpireAtTheNewNVE() {
        var nve = newNVE(lifetime: .milliseconds(10))
        _ = nve.receive(0, at: .milliseconds(2))
        _ = nve.receive(1, at: .milliseconds(6))
        nve.hear(.attach(there), at: .milliseconds(14))
        #expect(nve.said() == ["12 ms: 1 releases 0: drop, buffer-expired", "14 ms: 1 releases 1: deliver to vm7"])
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [])
    }

    @Test func expectedPacketsSurviveANegativeAnswer() {
        var nve = newNVE()
        _ = nve.receive(0, at: .milliseconds(2))
        _ = nve.send(1, at: .milliseconds(2))
        nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(3))
        #expect(releases(&nve) == ["3 ms: 1 releases 1: drop, no-answer"])
        nve.hear(.attach(there), at: .milliseconds(4))
        #expect(releases(&nve) == ["4 ms: 1 releases 0: deliver to vm7"])
    }

    @Test("DER-07: where the VM has been before, what waits for its return is misdirected, and is not relayed")
    func packetsWaitForAReturn() {
        var nve = edge {
            $0.redirect.buffer.at = .new
            $0.redirect.timer = .seconds(1)
        }
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(.leave(web, redirectTo: 2), at: .milliseconds(1))
        nve.hear(.expect(entry(web, at: 2, sequence: 1)), at: .milliseconds(5))
        _ = nve.said()
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(6)) == .held)
        #expect(packet.flags == [.misdirected, .buffered])
        #expect(nve.said() == ["6 ms: vm7 misdirected at 1 from 3, not relayed"])
        nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(7))
        #expect(releases(&nve) == ["7 ms: 1 releases 0: deliver to vm7"])
    }

    /// Its own VMs make the NVE ask; what it hears must not send away what waits for the VM itself.
    @Test("DER-07: where the VM is about to return, news of its last place lets only the NVE's own packets go")
    func packetsForAReturnDoNotFollowNews() {
        for learn in [.preinstalled, .nvaPush, .query] as [RedirectConfiguration.Learn] {
            var nve = edge {
                $0.nve.miss = .queryQueue
                $0.redirect.learn = learn
                $0.redirect.buffer.at = .new
                $0.redirect.timer = .seconds(1)
            }
            nve.hear(.attach(entry(web, at: 1)))
            nve.hear(.leave(web, redirectTo: learn == .preinstalled ? 2 : nil), at: .milliseconds(1))
            nve.hear(.invalidate(entry(web, at: 1, sequence: 1)), at: .milliseconds(2))
            nve.hear(.expect(entry(web, at: 2, sequence: 1)), at: .milliseconds(5))
            #expect(nve.receive(0, at: .milliseconds(6)) == .held)
            #expect(nve.send(1, at: .milliseconds(6)) == .held)
            nve.hear(learn == .nvaPush ? .push(there) : .answer(there), at: .milliseconds(7))
            #expect(releases(&nve) == ["7 ms: 1 releases 1: forward"], "\(learn)")
            nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(8))
            #expect(releases(&nve) == ["8 ms: 1 releases 0: deliver to vm7"], "\(learn)")
        }
    }

    @Test func vmThatLeavesAgainIsExpectedNoMore() {
        var nve = newNVE()
        nve.hear(.attach(entry(web, at: 1, sequence: 1)), at: .milliseconds(2))
        nve.hear(.leave(web, sequence: 1), at: .milliseconds(3))
        #expect(nve.receive(at: .milliseconds(4)) == .drop(.staleNoRedirect))
    }
}

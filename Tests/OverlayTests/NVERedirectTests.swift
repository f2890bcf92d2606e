import Kernel
import Testing

@testable import Overlay

/// In-flight packets at the old NVE, which knows the new place (section 5 of the drafts).
@Suite struct NVERedirectTests {
    /// The VM was attached at 0, and left at 1 ms for NVE 2; redirect entries live 10 ms.
    private func oldNVE() -> Dialogue<NVE> {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(.leave(web, redirectTo: 2), at: .milliseconds(1))
        return nve
    }

    @Test("REQ-5-01, REQ-5-06, REQ-5-09: the old NVE relays to the new one in a tunnel of its own")
    func packetIsRelayed() {
        var nve = oldNVE()
        #expect(nve.said() == ["1 ms: 1 redirects vm7 to 2 until 11 ms"])
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(2)) == .send(.underlay))
        #expect(packet.outerSource == NodeID(1))
        #expect(packet.outerDestination == NodeID(2))
        #expect(packet.relay == NodeID(1))
        #expect(packet.segments == 2)
        #expect(packet.flags == [.misdirected, .redirected])
        #expect(packet.frameBytes == 1_064, "encapsulated anew, not once more")
        #expect(packet.innerBytes == 1_000)
        #expect(packet.entropy == 0xdead_beef, "the port comes from the inner headers")
        #expect(packet.links == 4, "links are the underlay's to count")
        #expect(nve.said() == ["2 ms: vm7 misdirected at 1 from 3, relayed"])
    }

    @Test func relayBeginsAtTheInstantOfTheDetach() {
        var nve = oldNVE()
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(1)) == .send(.underlay))
    }

    @Test("DER-07: a packet never goes back to the NVE that sent it")
    func packetFromTheNewPlaceIsNotSentBack() {
        var nve = oldNVE()
        var packet = encapsulated(from: 2)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(2)) == .drop(.staleNoRedirect))
        #expect(packet.flags == .misdirected)
        #expect(packet.segments == 1)
        #expect(packet.relay == .none)
        #expect(nve.said().last == "2 ms: vm7 misdirected at 1 from 2, not relayed")
    }

    @Test("DER-07: in a chain of moves each old NVE relays once more")
    func relayedPacketCanBeRelayedAgain() {
        var nve = oldNVE()
        var packet = encapsulated(from: 4)
        packet.relay = NodeID(4)
        packet.segments = 2
        packet.flags = [.misdirected, .redirected]
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(2)) == .send(.underlay))
        #expect(packet.relay == NodeID(1), "the last one that relayed it")
        #expect(packet.segments == 3)
        #expect(nve.said().last == "2 ms: vm7 misdirected at 1 from 4, relayed")
    }

    @Test("DEC-08: the entry runs out a timer after the detach, and not before")
    func redirectRunsOut() {
        var nve = oldNVE()
        var last = encapsulated(from: 3)
        let justBefore = Duration.milliseconds(11) - Duration(picoseconds: 1)
        #expect(nve.forward(&last, from: .underlay, at: justBefore) == .send(.underlay))
        _ = nve.said()
        nve.pass(to: .milliseconds(11))
        #expect(nve.said() == ["11 ms: 1 ends redirect of vm7, expired"])
        var late = encapsulated(from: 3)
        #expect(nve.forward(&late, from: .underlay, at: .milliseconds(11)) == .drop(.redirectExpired))
        #expect(late.flags == .misdirected)
        #expect(nve.said() == ["11 ms: vm7 misdirected at 1 from 3, not relayed"])
    }

    @Test func pushDoesNotChangeWhatIsRelayed() {
        var nve = oldNVE()
        nve.hear(.push(entry(web, at: 4, sequence: 2)), at: .milliseconds(2))
        var relayed = encapsulated(from: 3)
        #expect(nve.forward(&relayed, from: .underlay, at: .milliseconds(3)) == .send(.underlay))
        #expect(relayed.outerDestination == NodeID(2))
        var own = packet()
        #expect(nve.forward(&own, from: .tenant, at: .milliseconds(3)) == .send(.underlay))
        #expect(own.outerDestination == NodeID(4))
    }

    // MARK: - Coming back

    @Test("DER-07: a return ends the redirect entry and stops its timer")
    func returnEndsTheRedirect() {
        var nve = oldNVE()
        _ = nve.said()
        nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(4))
        #expect(nve.said() == ["4 ms: 1 ends redirect of vm7, not expired"])
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(4)) == .deliver(web))
        #expect(packet.flags == [])
        nve.pass(to: .milliseconds(100))
        #expect(nve.said() == [], "the timer of 11 ms is passed over")
        #expect(nve.context.timers.pending == 0)
    }

    @Test("DER-07: the timer of the first departure does not end the redirect of the second")
    func secondDepartureHasATimerOfItsOwn() {
        var nve = oldNVE()
        nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(3))
        nve.hear(.leave(web, sequence: 2, redirectTo: 5), at: .milliseconds(6))
        _ = nve.said()
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(12)) == .send(.underlay))
        #expect(packet.outerDestination == NodeID(5))
        _ = nve.said()
        nve.pass(to: .milliseconds(50))
        #expect(nve.said() == ["16 ms: 1 ends redirect of vm7, expired"])
    }

    @Test func returnAfterExpiryIsAnOrdinaryAttach() {
        var nve = oldNVE()
        nve.pass(to: .milliseconds(20))
        _ = nve.said()
        nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(20))
        #expect(nve.said() == [])
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(20)) == .deliver(web))
    }

    @Test func secondDepartureWithoutRedirectIsStale() {
        var nve = oldNVE()
        nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(3))
        nve.hear(.leave(web, sequence: 2), at: .milliseconds(6))
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(7)) == .drop(.staleNoRedirect))
    }

    @Test("DER-07: a VM that goes to and fro needs no more memory each time")
    func departuresOfOneVMTakeOnePlace() {
        var nve = edge()
        for round in 0..<500 as Range<Int64> {
            nve.hear(.attach(entry(web, at: 1, sequence: UInt32(2 * round))), at: .milliseconds(2 * round))
            nve.hear(.leave(web, sequence: UInt32(2 * round), redirectTo: 2), at: .milliseconds(2 * round + 1))
        }
        #expect(nve.node.states.count == 1)
        #expect(nve.node.mappings.count == 1)
        #expect(nve.context.timers.pending < 20, "places of timers that were stopped are used again")
    }

    @Test func departuresOfSeveralVMsDoNotMix() {
        var nve = edge()
        let vms = (0..<40).map { VMID($0 as Int) }
        for vm in vms { nve.hear(.attach(entry(vm, at: 1))) }
        for vm in vms where vm.index % 2 == 0 {
            nve.hear(.leave(vm, redirectTo: 100 + Int(vm.index)), at: .microseconds(Int64(vm.index)))
        }
        for vm in vms {
            var packet = encapsulated(from: 3, destination: vm)
            let outcome = nve.forward(&packet, from: .underlay, at: .milliseconds(1))
            #expect(outcome == (vm.index % 2 == 0 ? .send(.underlay) : .deliver(vm)))
            #expect(packet.outerDestination == NodeID(vm.index % 2 == 0 ? 100 + Int(vm.index) : 1))
        }
        _ = nve.said()
        nve.pass(to: .seconds(1))
        #expect(nve.said().count == 20)
    }
}

import Kernel
import Overlay
import Testing

/// What an NVE does with a tenant's packet that needs no redirect.
@Suite struct NVEForwardTests {
    // MARK: - From a VM of its own

    @Test("REQ-1-08, REQ-5-09: a packet for a VM elsewhere is encapsulated towards its NVE")
    func mappedPacketIsEncapsulated() {
        var nve = edge()
        nve.node.preload(entry(web, at: 2))
        var packet = packet()
        #expect(nve.forward(&packet, from: .tenant) == .send(.underlay))
        #expect(packet.outerSource == NodeID(1))
        #expect(packet.outerDestination == NodeID(2))
        #expect(packet.segments == 1)
        #expect(packet.frameBytes == 1_064)
        #expect(packet.innerBytes == 1_000)
        #expect(packet.entropy == 0xdead_beef)
        #expect(packet.flags == [])
        #expect(packet.relay == .none)
        #expect(nve.said() == [])
    }

    @Test func unmappedPacketIsLostForWantOfAMapping() {
        var nve = edge()
        nve.node.preload(entry(client, at: 1))
        var packet = packet()
        #expect(nve.forward(&packet, from: .tenant) == .drop(.noMapping))
        #expect(packet.segments == 0)
        #expect(packet.frameBytes == 1_014, "it never became a frame on the underlay")
        #expect(packet.flags == [])
    }

    @Test func packetForAVMOfItsOwnNeverLeavesTheHost() {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1)))
        var packet = packet()
        #expect(nve.forward(&packet, from: .tenant) == .deliver(web))
        #expect(packet.segments == 0)
        #expect(packet.outerDestination == .none)
    }

    @Test func packetForAPausedVMOfItsOwnIsLost() {
        var nve = edge()
        nve.node.preload(entry(web, at: 1))
        nve.hear(.pause(entry(web, at: 1)))
        var packet = packet()
        #expect(nve.forward(&packet, from: .tenant) == .drop(.guestPaused))
    }

    // MARK: - Out of a tunnel

    @Test func packetForAnAttachedVMIsDelivered() {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1, sequence: 4)))
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay) == .deliver(web))
        #expect(packet.segments == 1)
        #expect(packet.flags == [])
        #expect(nve.said() == [])
    }

    @Test func preloadedVMOfItsOwnIsAttached() {
        var nve = edge()
        nve.node.preload(entry(web, at: 1))
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay) == .deliver(web))
    }

    @Test("case C01: a VM paused in place loses what comes until it is resumed")
    func packetForAPausedVMIsLost() {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(.pause(entry(web, at: 1)), at: .milliseconds(1))
        var first = encapsulated(from: 3)
        #expect(nve.forward(&first, from: .underlay, at: .milliseconds(2)) == .drop(.guestPaused))
        #expect(first.flags == [], "neither misdirected nor early")
        nve.hear(.resume(entry(web, at: 1)), at: .milliseconds(3))
        var second = encapsulated(from: 3)
        #expect(nve.forward(&second, from: .underlay, at: .milliseconds(3)) == .deliver(web))
        #expect(nve.said() == [])
    }

    @Test func packetForAVMThatHasNotComeYetIsEarly() {
        var nve = edge()
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay) == .drop(.notAttached))
        #expect(packet.flags == .early)
        #expect(nve.said() == [])
    }

    /// The new NVE may know the VM's old place: that does not make it one that the VM has left, so it does not relay.
    @Test func packetIsEarlyAlsoWhereTheOldPlaceIsKnown() {
        var nve = edge()
        nve.node.preload(entry(web, at: 2))
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay) == .drop(.notAttached))
        #expect(packet.flags == .early)
        #expect(packet.outerDestination == NodeID(1))
    }

    @Test("REQ-2-07: a VM that has left without a redirect entry loses what still comes")
    func packetAfterDetachWithoutRedirectIsStale() {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(.leave(web), at: .milliseconds(1))
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay, at: .milliseconds(1)) == .drop(.staleNoRedirect))
        #expect(packet.flags == .misdirected)
        #expect(packet.segments == 1)
        #expect(nve.said() == ["1 ms: vm7 misdirected at 1 from 3, not relayed"])
    }

    @Test func vmThatWasThereFromTheStartCanLeaveToo() {
        var nve = edge()
        nve.node.preload(entry(web, at: 1))
        nve.hear(.leave(web))
        var packet = encapsulated(from: 3)
        #expect(nve.forward(&packet, from: .underlay) == .drop(.staleNoRedirect))
    }

    // MARK: - Its own VMs' packets after a departure

    @Test func departureWithoutRedirectLeavesNoMapping() {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(.leave(web))
        var packet = packet()
        #expect(nve.forward(&packet, from: .tenant) == .drop(.noMapping))
        #expect(packet.flags == [], "it was never sent to a wrong place")
    }

    @Test func pushGivesTheOldNVEAMappingButNoRedirect() {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(.leave(web))
        nve.hear(.push(entry(web, at: 2, sequence: 1)), at: .milliseconds(5))
        var own = packet()
        #expect(nve.forward(&own, from: .tenant, at: .milliseconds(5)) == .send(.underlay))
        #expect(own.outerDestination == NodeID(2))
        var late = encapsulated(from: 3)
        #expect(nve.forward(&late, from: .underlay, at: .milliseconds(6)) == .drop(.staleNoRedirect))
    }

    @Test func preinstalledPlaceServesTheOldNVEsOwnVMs() {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(.leave(web, redirectTo: 2))
        var first = packet()
        #expect(nve.forward(&first, from: .tenant) == .send(.underlay))
        #expect(first.outerDestination == NodeID(2))
        #expect(first.flags == [], "sent straight to the new place: no detour")
        var second = packet()
        #expect(nve.forward(&second, from: .tenant, at: .milliseconds(11)) == .send(.underlay))
        #expect(second.outerDestination == NodeID(2), "a mapping outlives the redirect entry")
    }
}

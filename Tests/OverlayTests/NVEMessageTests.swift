import Kernel
import Overlay
import Testing

/// What an NVE learns and what it says: announcements, registrations, pushes.
@Suite struct NVEMessageTests {
    /// Where NVE 1 sends a packet for the VM; nil when it does not.
    private func place(of vm: VMID, at nve: Dialogue<NVE>) -> NodeID? {
        var nve = nve
        var packet = packet(to: vm)
        return nve.forward(&packet, from: .tenant, at: .seconds(1)) == .send(.underlay) ? packet.outerDestination : nil
    }

    // MARK: - Announcements

    @Test("REQ-4.2-05, REQ-4.2-07: a gratuitous ARP becomes a registration at the NVA's host")
    func announcementIsRegisteredThroughTheUnderlay() {
        var nve = edge(authority: .host(NodeID(9)))
        let here = entry(web, at: 1, sequence: 1)
        nve.hear(.attach(here), at: .milliseconds(3))
        #expect(nve.said() == [], "the hypervisor's call alone tells nobody")
        nve.hear(.gratuitousARP(here), at: .milliseconds(4))
        #expect(nve.said() == ["4 ms: 1 sends registration vm7@1#1 to 9"])
    }

    @Test("REQ-4.2-07: out of band, a registration takes the channel's delay")
    func announcementIsRegisteredOutOfBand() {
        var nve = edge(authority: .outOfBand(.milliseconds(2)))
        let here = entry(web, at: 1, sequence: 1)
        nve.hear(.attach(here))
        nve.hear(.gratuitousARP(here), at: .milliseconds(4))
        #expect(nve.said() == ["4 ms: nve1 tells nva registration vm7@1#1 after 2 ms"])
    }

    @Test("REQ-4.2-06: the new NVE resolves the VM's address by itself")
    func newNVEHasANeighbourEntry() {
        var nve = edge()
        #expect(nve.node.neighbours.hardware(of: Endpoints.address(of: web)) == nil)
        nve.hear(.gratuitousARP(entry(web, at: 1, sequence: 1)))
        #expect(nve.node.neighbours.hardware(of: Endpoints.address(of: web)) == Endpoints.hardware(of: web))
    }

    @Test func everyAnnouncementIsRegistered() {
        var nve = edge()
        for time in 0..<3 {
            nve.hear(.gratuitousARP(entry(web, at: 1, sequence: 1)), at: .seconds(Int64(time)))
            nve.hear(.registrationReply(entry(web, at: 1, sequence: 1)), at: .seconds(Int64(time)))
        }
        #expect(nve.said().count == 3)
    }

    @Test func replyNeedsNoAnswer() {
        var nve = edge()
        nve.hear(.registrationReply(entry(web, at: 1, sequence: 1)))
        #expect(nve.said() == [])
    }

    // MARK: - Pushes

    @Test("REQ-4.2-03: a push corrects a stale mapping")
    func pushCorrectsAMapping() {
        var nve = edge()
        nve.node.preload(entry(web, at: 2))
        #expect(place(of: web, at: nve) == NodeID(2))
        nve.hear(.push(entry(web, at: 4, sequence: 1)), at: .milliseconds(5))
        #expect(nve.said() == ["5 ms: 1 maps vm7@4#1, was 2, by push"])
        #expect(place(of: web, at: nve) == NodeID(4))
    }

    @Test func pushMakesAMapping() {
        var nve = edge()
        nve.hear(.push(entry(web, at: 4, sequence: 1)))
        #expect(nve.said() == ["0 ps: 1 maps vm7@4#1, was unknown, by push"])
        #expect(place(of: web, at: nve) == NodeID(4))
        #expect(place(of: client, at: nve) == nil)
    }

    @Test("DER-06: an older push never overwrites a newer one")
    func olderPushIsIgnored() {
        var nve = edge()
        nve.hear(.push(entry(web, at: 4, sequence: 2)))
        _ = nve.said()
        nve.hear(.push(entry(web, at: 3, sequence: 1)), at: .milliseconds(1))
        #expect(nve.said() == [])
        #expect(place(of: web, at: nve) == NodeID(4))
        nve.hear(.push(entry(web, at: 5, sequence: 3)), at: .milliseconds(2))
        #expect(nve.said() == ["2 ms: 1 maps vm7@5#3, was 4, by push"])
    }

    /// The VM came with number 1 and came back with 3; what was pushed in between must not count after it left again.
    @Test("DER-06: a late push from before the last attachment is ignored after a departure")
    func pushOlderThanTheAttachmentIsIgnored() {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1, sequence: 3)))
        nve.hear(.leave(web, sequence: 3, redirectTo: 2), at: .milliseconds(1))
        nve.hear(.push(entry(web, at: 6, sequence: 2)), at: .milliseconds(2))
        #expect(place(of: web, at: nve) == NodeID(2))
        nve.hear(.push(entry(web, at: 8, sequence: 4)), at: .milliseconds(3))
        #expect(place(of: web, at: nve) == NodeID(8))
    }

    @Test("DER-06: an NVE believes its own VM, not a push", arguments: [false, true])
    func pushAboutItsOwnVMIsIgnored(_ isPaused: Bool) {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1, sequence: 1)))
        if isPaused { nve.hear(.pause(entry(web, at: 1, sequence: 1))) }
        nve.hear(.push(entry(web, at: 4, sequence: 9)), at: .milliseconds(1))
        #expect(nve.said() == [])
        var packet = encapsulated(from: 3)
        let outcome = nve.forward(&packet, from: .underlay, at: .milliseconds(1))
        #expect(outcome == (isPaused ? .drop(.guestPaused) : .deliver(web)))
    }

    @Test func attachReplacesTheMapping() {
        var nve = edge()
        nve.node.preload(entry(web, at: 2))
        nve.hear(.attach(entry(web, at: 1, sequence: 1)))
        var packet = packet()
        #expect(nve.forward(&packet, from: .tenant) == .deliver(web))
        nve.hear(.leave(web, sequence: 1))
        #expect(place(of: web, at: nve) == nil, "the mapping from before is gone")
    }

    // MARK: - Neighbours

    @Test("OLD-4.1-01, DEC-05: a hot move with an unchanged MAC leaves the neighbour entry right")
    func neighbourEntrySurvivesAMove() {
        var nve = edge()
        nve.node.preload(entry(web, at: 2))
        nve.hear(.push(entry(web, at: 4, sequence: 1)))
        #expect(nve.said() == ["0 ps: 1 maps vm7@4#1, was 2, by push"], "no fact about neighbours")
        #expect(nve.node.neighbours.hardware(of: Endpoints.address(of: web)) == Endpoints.hardware(of: web))
    }

    @Test("OLD-4.1-01: another MAC for an address changes the neighbour entry and is stated")
    func changedHardwareAddressIsAFact() {
        var nve = edge()
        nve.node.preload(entry(web, at: 2))
        var changed = entry(web, at: 2, sequence: 1)
        changed.hardware = EndpointID(500)
        nve.hear(.push(changed))
        #expect(nve.said().first == "0 ps: 1 resolves vm7 anew")
        #expect(nve.node.neighbours.hardware(of: Endpoints.address(of: web)) == EndpointID(500))
    }
}

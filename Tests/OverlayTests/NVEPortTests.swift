import Kernel
import Overlay
import Testing

/// An NVE in a switch: hosts 10, 11 and 12 are its ports, NVE 1 is the switch.
@Suite struct NVEPortTests {
    private func behind(_ host: Int, sequence: UInt32) -> MappingRecord {
        var record = entry(web, at: 1, sequence: sequence)
        record.port = NodeID(host)
        return record
    }

    private func leaving(_ host: Int, sequence: UInt32, to nve: Int? = nil) -> Departure {
        Departure(record: behind(host, sequence: sequence), redirectTo: nve.map { NodeID($0) } ?? .none)
    }

    private func port(_ nve: Dialogue<NVE>) -> Int { Int(nve.node.port(of: Endpoints.hardware(of: web)).index) }

    @Test("REQ-1-08: it knows behind which host a VM is, from the start and from an attach on")
    func portOfVM() {
        var nve = edge()
        nve.node.preload(behind(10, sequence: 0))
        #expect(port(nve) == 10)
        nve.hear(.detach(leaving(10, sequence: 0)), at: .milliseconds(1))
        #expect(nve.receive(at: .milliseconds(2)) == .drop(.staleNoRedirect))
        nve.hear(.attach(behind(12, sequence: 1)), at: .milliseconds(3))
        #expect(port(nve) == 12)
        #expect(nve.receive(at: .milliseconds(4)) == .deliver(web))
    }

    @Test("RFC 8394: associate and de-associate do what attach and detach do")
    func associates() {
        var nve = edge()
        nve.hear(.associate(behind(11, sequence: 4)))
        #expect(port(nve) == 11)
        #expect(nve.receive() == .deliver(web))
        nve.hear(.deassociate(leaving(11, sequence: 4, to: 3)))
        #expect(nve.receive(from: 2) == .send(.underlay))
    }

    @Test("A move to another of its ports is no redirect: packets find nobody until the attach")
    func ownRedirect() {
        var nve = edge()
        nve.hear(.attach(behind(10, sequence: 0)))
        nve.hear(.detach(leaving(10, sequence: 0, to: 1)))
        #expect(nve.said() == [])
        #expect(nve.receive(from: 2) == .drop(.staleNoRedirect))
        #expect(nve.send(to: web) == .drop(.noMapping))
        nve.hear(.attach(behind(11, sequence: 1)))
        #expect(nve.receive(from: 2) == .deliver(web) && nve.send(to: web) == .deliver(web))
    }

    @Test("DER-06: word of a detach that an attach at another port has overtaken is passed over")
    func lateDetach() {
        var nve = edge()
        nve.hear(.associate(behind(10, sequence: 0)))
        nve.hear(.associate(behind(11, sequence: 1)))
        nve.hear(.deassociate(leaving(10, sequence: 0)))
        #expect(port(nve) == 11)
        #expect(nve.receive() == .deliver(web))
    }

    @Test("DER-07: an announcement that was on its way when the VM left registers nothing")
    func lateAnnouncement() {
        var nve = edge()
        nve.hear(.attach(behind(10, sequence: 1)))
        nve.hear(.detach(leaving(10, sequence: 1)))
        nve.hear(.gratuitousARP(behind(10, sequence: 1)))
        #expect(nve.said() == [])
    }

    @Test("REQ-4.2-07: what it tells the NVA names the switch, not the host")
    func registersItself() {
        var nve = edge { $0.nva.onDetach = .hold }
        nve.hear(.attach(behind(10, sequence: 1)))
        nve.hear(.gratuitousARP(behind(10, sequence: 1)))
        nve.hear(.registrationReply(behind(10, sequence: 1)))
        nve.hear(.detach(leaving(10, sequence: 1)), at: .milliseconds(1))
        nve.pass(to: .milliseconds(2))
        #expect(
            nve.said() == [
                "0 ps: nve1 tells nva registration vm7@1#1", "1 ms: nve1 tells nva deregistration vm7@1#1",
            ])
    }

    @Test("REQ-5-03: packets held for a VM that comes to another port go there, in order")
    func heldForAnotherPort() {
        var nve = edge { $0.redirect.buffer.at = .new }
        nve.hear(.attach(behind(10, sequence: 0)))
        nve.hear(.detach(leaving(10, sequence: 0)))
        nve.hear(.expect(behind(10, sequence: 0)))
        #expect(nve.receive(8, from: 2) == .held && nve.receive(9, from: 2) == .held)
        _ = nve.said()
        nve.hear(.attach(behind(11, sequence: 1)))
        #expect(nve.said() == ["0 ps: 1 releases 8: deliver to vm7", "0 ps: 1 releases 9: deliver to vm7"])
        #expect(port(nve) == 11)
    }

    @Test("DER-07, C12: a packet goes back to the NVE of its sender, where the VM is now, but not to and fro")
    func backToTheSender() {
        for (placement, isRelayed) in [(NVEConfiguration.Placement.leaf, true), (.hypervisor, false)] {
            var nve = edge { $0.nve.placement = placement }
            nve.hear(.attach(behind(10, sequence: 0)))
            nve.hear(.detach(leaving(10, sequence: 0, to: 3)))
            #expect(nve.receive(from: 3) == (isRelayed ? .send(.underlay) : .drop(.staleNoRedirect)))
            #expect(nve.receive(from: 2) == .send(.underlay))
            var packet = encapsulated(from: 3)
            packet.flags.insert(.redirected)
            #expect(nve.forward(&packet, from: .underlay) == .drop(.staleNoRedirect))
        }
    }
}

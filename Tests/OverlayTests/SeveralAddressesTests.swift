import Kernel
import Overlay
import Testing

/// A VM with three addresses: what NVE and NVA say about it, all at once or one by one (REQ-3-02).
@Suite struct SeveralAddressesTests {
    /// The VM behind an NVE, its second and third address among the endpoints behind those of 50 VMs.
    private func record(at nve: Int, sequence: UInt32 = 1) -> MappingRecord {
        var record = entry(web, at: nve, sequence: sequence)
        (record.further, record.furtherCount) = (EndpointID(100 as UInt32), 2)
        return record
    }

    private var addresses: [EndpointID] { record(at: 1).addresses }

    /// The VM announces all its addresses, as after an attach to NVE 1 at the same instant.
    private func announce(_ nve: inout Dialogue<NVE>, at time: Duration = .zero) {
        let whole = record(at: 1)
        nve.hear(.attach(whole), at: time)
        nve.hear(.neighbourAdvertisement(whole), at: time)
        for address in addresses.dropFirst() { nve.hear(.neighbourAdvertisement(whole.alone(address)), at: time) }
    }

    @Test func recordKnowsItsAddresses() {
        #expect(addresses == [EndpointID(15 as UInt32), EndpointID(100 as UInt32), EndpointID(101 as UInt32)])
        #expect(record(at: 1).addressCount == 3 && entry(web, at: 1).addresses == [EndpointID(15 as UInt32)])
        let alone = record(at: 1).alone(EndpointID(101 as UInt32))
        #expect(alone.addresses == [EndpointID(101 as UInt32)] && alone.hardware == record(at: 1).hardware)
    }

    @Test("REQ-3-02: sizes of messages follow the number of addresses")
    func sizes() {
        let (one, three) = (entry(web, at: 1), record(at: 1))
        #expect(Message.push(one).payloadBytes == 80 && Message.push(three).payloadBytes == 16 + 3 * 64)
        for message in [Message.registration, Message.deregistration, Message.answer] {
            #expect(message(one).payloadBytes == 64 && message(three).payloadBytes == 3 * 64)
        }
        for message in [Message.registrationReply, Message.query, Message.negative, Message.invalidate] {
            #expect(message(three).payloadBytes == 32)
        }
    }

    @Test("REQ-3-02: the announcement of the first address registers all of them")
    func oneRegistration() {
        var nve = edge()
        announce(&nve)
        #expect(nve.said() == ["0 ps: nve1 tells nva registration vm7@1#1"])
        for address in addresses {
            #expect(nve.node.neighbours.hardware(of: address) == Endpoints.hardware(of: web))
        }
        nve.hear(.registrationReply(record(at: 1)), at: .milliseconds(1))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [])
    }

    @Test("REQ-3-02, DER-12: one by one, each is repeated until its own reply comes")
    func threeRegistrations() {
        var nve = edge { $0.nva.batch = false }
        announce(&nve)
        #expect(nve.said().count == 3)
        nve.hear(.registrationReply(record(at: 1).alone(addresses[1])), at: .milliseconds(1))
        nve.pass(to: .milliseconds(100))
        #expect(nve.said().count == 2, "the first and the third")
        for address in addresses { nve.hear(.registrationReply(record(at: 1).alone(address)), at: .milliseconds(101)) }
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [] && nve.context.timers.pending == 0)
    }

    @Test("DER-07: a VM that has left is registered no more, whatever its addresses")
    func departureEndsAll() {
        var nve = edge { $0.nva.batch = false }
        announce(&nve)
        _ = nve.said()
        nve.hear(.detach(Departure(record: record(at: 1), redirectTo: .none)), at: .milliseconds(50))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [])
    }

    @Test("OLD-4.1-01: a push of all addresses changes the mapping and no neighbour entry")
    func pushOfAll() {
        var nve = edge()
        nve.node.preload(record(at: 2, sequence: 0))
        nve.hear(.push(record(at: 3)))
        #expect(nve.said() == ["0 ps: 1 maps vm7@3#1, was 2, by push"])
    }

    /// An NVA with that VM behind NVE 2.
    private func authority(batch: Bool) -> Dialogue<NVA> {
        var rules = Rules()
        rules.nva.batch = batch
        var directory = ContiguousArray((0..<8).map { entry(VMID($0 as Int), at: 2) })
        directory[7] = record(at: 2, sequence: 0)
        let members = [[1, 2].map { NodeID($0 as Int) }]
        return Dialogue(
            NVA(
                settings: NVASettings(place: .outOfBand(.zero), nva: rules.nva, invalidate: rules.invalidate),
                directory: directory,
                audience: Audience(all: members[0], members: members, tracksVMs: 8, memory: nil)))
    }

    @Test("REQ-3-02: one registration is one service, one reply and one push to each NVE")
    func authorityAllAtOnce() {
        var nva = authority(batch: true)
        nva.hear(.registration(record(at: 3)))
        nva.pass(to: .seconds(1))
        #expect(
            nva.said() == [
                "20 us: in force vm7@3#1", "20 us: nva tells nve3 registration-reply vm7@3#1",
                "20 us: nva tells nve1 push vm7@3#1", "22 us: nva tells nve2 push vm7@3#1",
            ])
        #expect(nva.node.directory[7] == record(at: 3))
    }

    @Test("REQ-3-02: one by one, each takes its service and is pushed, once")
    func authorityOneByOne() {
        var nva = authority(batch: false)
        for address in addresses + addresses { nva.hear(.registration(record(at: 3).alone(address))) }
        nva.pass(to: .seconds(1))
        let said = nva.said()
        #expect(said.filter { $0.contains("in force") }.count == 6)
        #expect(said.filter { $0.contains("as before") }.count == 3, "the repetitions")
        #expect(said.filter { $0.contains("push") }.count == 3 * 2)
        #expect(said.filter { $0.contains("nve1 push") }.map { $0.prefix(5) } == ["20 us", "40 us", "60 us"])
        #expect(nva.node.directory[7] == record(at: 3), "it still knows all of them")
    }
}

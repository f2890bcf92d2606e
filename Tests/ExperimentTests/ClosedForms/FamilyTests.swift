import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay
import Testing
import Wire

@testable import Experiment

/// What differs between IPv4 and IPv6: bytes. And VMs with several addresses.
@Suite struct FamilyClosedForms {
    /// Runs a scenario to its end.
    private func finish(_ scenario: Scenario) throws -> World {
        var world = try WorldBuilder(scenario).build(keepingLogs: true)
        try world.run()
        world.finish()
        try world.checkConservation(names: { "flow \($0)" })
        return world
    }

    /// A move of 30 ms after 100 ms, so that there are packets of every sort.
    private var short: MoveByHand {
        var move = MoveByHand()
        (move.detach, move.downtime) = (milliseconds(100), milliseconds(30))
        return move
    }

    private func addresses(_ texts: [String]) throws -> [IPAddress] {
        try texts.map { try #require(IPAddress(text: $0)) }
    }

    // MARK: - Bytes

    @Test(
        "C21, REQ-5-08, REQ-5-09, REQ-5-10, REQ-5-11: frames of 1064 or 1084 bytes, byte·links of both ways",
        arguments: Families.all)
    func framesBetweenNVEs(families: Families) throws {
        var scenario = short.scenario()
        families.set(&scenario)
        scenario.redirect.learn = .preinstalled
        let world = try finish(scenario)
        let delivered = (world.packetLog ?? []).filter { $0.end == .delivered }.map(\.record)
        let byteLinks = { (relayed: Bool) in
            Set(
                delivered.filter { $0.flags.contains(.redirected) == relayed }
                    .map { $0.frameBytes * UInt32($0.links) })
        }
        #expect(Set(delivered.map(\.innerBytes)) == [1_000], "what the VM gets is what was sent")
        #expect(Set(delivered.map(\.frameBytes)) == [families.underlay == .ipv4 ? 1_064 : 1_084])
        #expect(byteLinks(false) == [families.underlay == .ipv4 ? 2_128 : 2_168])
        #expect(byteLinks(true) == [families.underlay == .ipv4 ? 4_256 : 4_336])
        // Without framing and with nothing else on it, A's link has carried just these frames.
        let uplink = world.fabric.links[0]
        #expect(uplink.bytes == UInt64(uplink.frames) * UInt64(1_000 + families.encapsulation))
    }

    @Test("REQ-1-13: control messages have UDP over the underlay's family", arguments: Families.all)
    func controlBytes(families: Families) throws {
        var scenario = short.scenario()
        families.set(&scenario)
        let world = try finish(scenario)
        let headers: Int64 = families.underlay == .ipv4 ? 14 + 20 + 8 : 14 + 40 + 8
        var bytes: [String: Set<Int64>] = [:]
        for (key, sum) in world.messageProbe.sums {
            bytes[key.kind.name, default: []].insert(sum.bytes / Int64(sum.messages))
        }
        #expect(bytes["registration"] == [headers + 64])
        #expect(bytes["registration-reply"] == [headers + 32])
        #expect(bytes["push"] == [headers + 16 + 64])
        #expect(bytes["gratuitous-arp"] == (families.guests == .ipv4 ? [42] : nil))
        #expect(bytes["neighbour-advertisement"] == (families.guests == .ipv6 ? [86] : nil))
    }

    @Test(
        "DER-15: 1500 bytes pass an underlay of 1550 or 1570 bytes, and not one of a byte less", arguments: Families.all
    )
    func largePackets(families: Families) throws {
        let needed: UInt32 = families.underlay == .ipv4 ? 1_550 : 1_570
        for (mtu, passes) in [(needed, true), (needed - 1, false), (1_500, false)] {
            var scenario = short.scenario()
            families.set(&scenario)
            scenario.moves = []
            scenario.traffic[0].size = 1_500
            scenario.underlay.hostLink.mtu = mtu
            let tally = Tally(try simulate(scenario).fates)
            #expect(tally.sent > 100)
            #expect(tally.losses == (passes ? [:] : ["mtu here": tally.sent]))
        }
    }

    @Test("REQ-1-13: transfers carry as much less data a packet as IPv6 headers are longer", arguments: Families.all)
    func transfers(families: Families) throws {
        var scenario = plainScenario(idealStar(["A", "B"]), duration: milliseconds(200))
        families.set(&scenario)
        scenario.vms = [machine("a", at: "A"), machine("b", at: "B")]
        var traffic = TrafficConfiguration()
        (traffic.name, traffic.kind, traffic.from, traffic.to) = ("t", .flows, "a", "b")
        traffic.sizes = .points([.init(bytes: 3 * 952, cumulative: Ratio(billionths: 1_000_000_000))])
        traffic.load = Ratio(billionths: 100_000_000)
        traffic.stop = .milliseconds(190)
        scenario.underlay.hostLink.rate = BitRate(bitsPerSecond: 100_000_000)
        scenario.traffic = [traffic]
        let world = try finish(scenario)
        let sizes = (world.packetLog ?? []).map(\.record.innerBytes)
        let count = sizes.count / 3
        #expect(count > 10 && sizes.count == 3 * count)
        // 952 bytes of data a packet, or 972 and what is left.
        let last: UInt32 = families.guests == .ipv6 ? 1_000 : 2_856 - 2 * 972 + 28
        #expect(sizes.reduce(0, +) == UInt32(count) * (2_000 + last))
    }

    // MARK: - Announcements

    @Test("REQ-4.2-20, REQ-4.2-22: three advertisements, a second apart, each registered 3 ms later")
    func advertisements() throws {
        var scenario = MoveByHand().scenario(duration: milliseconds(14_000))
        Families(guests: .ipv6, underlay: .ipv6).set(&scenario)
        scenario.announce.count = 3
        let run = try simulate(scenario)
        #expect(run.registrationsInForce == [10_303, 11_303, 12_303].map(milliseconds))
        let world = try finish(scenario)
        let sums = world.messageProbe.sums.filter { $0.key.kind == .neighbourAdvertisement }
        #expect(sums.map(\.key.sender) == [.vm(VMID(1))])
        #expect(sums.first?.value.messages == 3 && sums.first?.value.bytes == 3 * 86)
    }

    // MARK: - Several addresses

    @Test(
        "REQ-3-02: three addresses, three records updated, one registration; or three without `batch`",
        arguments: Families.all, [true, false])
    func threeAddresses(families: Families, batch: Bool) throws {
        var scenario = MoveByHand().scenario(duration: milliseconds(11_000))
        families.set(&scenario)
        scenario.nva.batch = batch
        let texts =
            families.guests == .ipv4
            ? ["10.0.0.9", "10.0.7.1", "10.0.3.3"] : ["2001:db8:1::9", "2001:db8:1::7:1", "2001:db8:1:0:9::"]
        scenario.vms[1].addresses = try addresses(texts)
        let world = try finish(scenario)
        let headers: Int64 = families.underlay == .ipv4 ? 42 : 62
        let sum = { (kind: MessageKind) in
            world.messageProbe.sums.filter { $0.key.kind == kind }.reduce(into: (messages: 0, bytes: Int64(0))) {
                $0.messages += $1.value.messages
                $0.bytes += $1.value.bytes
            }
        }
        let messages = batch ? 1 : 3
        #expect(sum(.registration) == (messages, Int64(messages) * headers + 3 * 64))
        #expect(sum(.registrationReply) == (messages, Int64(messages) * (headers + 32)))
        // A, B and D are pushed.
        #expect(sum(.push) == (3 * messages, 3 * (Int64(messages) * (headers + 16) + 3 * 64)))
        #expect(sum(families.guests == .ipv4 ? .gratuitousARP : .neighbourAdvertisement).messages == 3)
        let course = world.moveProbe.courses[0]
        #expect(course.recordsUpdated == 3 && course.neighbours.isEmpty)
        // All of the VM is reached again when its MAC is: with the first of the registrations.
        let run = try simulate(scenario)
        #expect(run.registrationsInForce == (batch ? [10_303] : [10_303, 10_304, 10_305]).map(milliseconds))
        #expect(run.corrections(at: "A") == [milliseconds(10_305)])
        #expect(Tally(run.fates).lost == 307)
    }

    @Test(
        "REQ-1-11, REQ-4.2-01, REQ-4.2-07, REQ-4.2-23: the record has the same addresses, and the new NVE's",
        arguments: Families.all)
    func recordAfterTheMove(families: Families) throws {
        var scenario = short.scenario()
        families.set(&scenario)
        let texts = families.guests == .ipv4 ? ["10.0.0.9", "10.0.7.1"] : ["2001:db8:1::9", "2001:db8:1::7:1"]
        scenario.vms[1].addresses = try addresses(texts)
        scenario.vms[1].mac = MACAddress(0x5254_0000_0001)
        let world = try finish(scenario)
        let record = world.nva.directory[1]
        #expect(record.addresses.map { world.endpoints.address(of: $0).description } == texts)
        #expect(world.endpoints.hardwareAddresses[1].description == "52:54:00:00:00:01")
        let nve = NVEAddresses(families.underlay).address(ofHost: Int(record.locator.index))
        #expect(record.locator == NodeID(2))
        #expect(nve.description == (families.underlay == .ipv4 ? "100.64.0.3" : "fd00::3"))
    }
}

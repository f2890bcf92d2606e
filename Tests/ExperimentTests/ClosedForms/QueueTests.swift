import Fabric
import Guest
import Kernel
import Observe
import Testing

@testable import Experiment

/// Links with a rate: wire time, drop-tail queue and MTU, for one flow over a star (two links a path).
@Suite struct QueueClosedForms {
    /// A flow that offers more than its first link carries.
    struct Overload: CustomTestStringConvertible {
        var size: UInt32 = 1_000
        /// Rate of both links, bit/s.
        var rate: UInt64
        var interval: Int64
        var framing = UnderlayConfiguration.Framing.none
        var queue: QueueLimit
        /// How many packets the queue holds.
        var room: Int
        let count = 200

        var testDescription: String { "\(size) B at \(rate) bit/s, \(framing), \(queue)" }

        /// VXLAN over IPv4 and two Ethernet headers: 64 bytes more than the IP packet.
        var wireTime: Int64 {
            let bytes = Int128(framing == .ethernet ? size + 64 + 24 : size + 64)
            return Int64((bytes * 8_000_000_000_000 + Int128(rate) - 1) / Int128(rate))
        }

        /// Once full, a queue lets in one packet for each that begins service: all that have left by the last
        /// arrival, one in service and a full queue.
        var accepted: Int { min(count, Int(Int64(count - 1) * interval / wireTime) + room + 1) }

        var scenario: Scenario {
            var star = idealStar(["A", "B"])
            star.hostLink.rate = BitRate(bitsPerSecond: rate)
            star.hostLink.queue = queue
            star.framing = framing
            var scenario = plainScenario(star, duration: Int64(count) * interval)
            scenario.vms = [machine("c", at: "A"), machine("m", at: "B")]
            let rate = PacketRate(microPackets: 1_000_000_000_000_000_000 / UInt64(interval))
            scenario.traffic = [constantRate("F1", from: "c", to: "m", ConstantRate(rate: rate, phase: 0))]
            scenario.traffic[0].size = size
            return scenario
        }
    }

    static let overloads = [
        Overload(rate: 100_000_000, interval: microseconds(50), queue: .packets(1), room: 1),
        Overload(rate: 100_000_000, interval: microseconds(80), queue: .packets(7), room: 7),
        Overload(rate: 99_999_999, interval: microseconds(40), framing: .ethernet, queue: .packets(3), room: 3),
        Overload(rate: 100_000_000, interval: microseconds(50), queue: .bytes(1_064), room: 1),
        Overload(rate: 100_000_000, interval: microseconds(50), queue: .bytes(2_127), room: 1),
        Overload(rate: 100_000_000, interval: microseconds(50), queue: .bytes(2_128), room: 2),
        Overload(rate: 100_000_000, interval: microseconds(40), framing: .ethernet, queue: .bytes(2_175), room: 1),
        Overload(rate: 100_000_000, interval: microseconds(40), framing: .ethernet, queue: .bytes(2_176), room: 2),
        Overload(size: 28, rate: 10_000_000, interval: microseconds(50), queue: .packets(10), room: 10),
        Overload(rate: 100_000_000, interval: microseconds(50), queue: .packets(190), room: 190),
        Overload(rate: 100_000_000, interval: microseconds(50), queue: .unlimited, room: 200),
    ]

    @Test("Drop-tail lets in floor((n - 1) T / w) + room + 1 packets", arguments: Engine.allCases, overloads)
    func dropTail(engine: Engine, overload: Overload) throws {
        let run = try engine.run(overload.scenario)
        let tally = Tally(run.fates)
        #expect(tally.sent == overload.count)
        #expect(tally.direct == overload.accepted)
        let lost = overload.count - overload.accepted
        #expect(tally.losses == (lost == 0 ? [:] : ["queue-full here": lost]))
        // Refused packets end where they began, on no link; the others are sent back to back.
        let way = 2 * overload.wireTime + milliseconds(2)
        let arrivals = run.fates.filter { $0.end == "delivered" }.map(\.endedAt)
        #expect(arrivals == (0..<overload.accepted).map { way + Int64($0) * overload.wireTime })
        let refused = run.fates.filter { $0.end == "lost" }
        #expect(refused.allSatisfy { $0.links == 0 && $0.segments == 1 && $0.endedAt == $0.sentAt })
    }

    /// Two packets come for each that leaves; the queue has no end.
    @Test("ECN: marked are those that find more than the threshold waiting", arguments: [0, 1_063, 1_064, 21_280])
    func marking(threshold: UInt64) throws {
        var overload = Overload(rate: 100_000_000, interval: 1, queue: .unlimited, room: 200)
        overload.interval = overload.wireTime / 2
        var scenario = overload.scenario
        scenario.underlay.hostLink.ecnThreshold = threshold
        var world = try WorldBuilder(scenario).build(keepingLogs: true)
        try world.run()
        let packets = world.packetLog?.map(\.record) ?? []
        #expect(packets.count == overload.count)
        for packet in packets {
            // Packet k comes at k / 2 services; those that began by then are no longer waiting.
            let waiting = packet.serial == 0 ? 0 : Int(packet.serial) - Int(packet.serial / 2) - 1
            #expect(packet.flags.contains(.marked) == (1_064 * waiting > Int(threshold)), "packet \(packet.serial)")
        }
        world.finish()
        #expect(world.ledger.accounts[0].rare.marked == packets.filter { $0.flags.contains(.marked) }.count)
    }

    @Test(
        "DER-15 MTU: 1500-byte packets need 1550, for the encapsulation's 50", arguments: Engine.allCases,
        [1_500, 1_549, 1_550])
    func largestPacket(engine: Engine, mtu: UInt32) throws {
        let flood = Overload(size: 1_500, rate: 0, interval: microseconds(50), queue: .unlimited, room: 0)
        var scenario = flood.scenario
        scenario.underlay.hostLink.mtu = mtu
        let tally = Tally(try engine.run(scenario).fates)
        #expect(tally.direct == (mtu < 1_550 ? 0 : flood.count))
        #expect(tally.losses == (mtu < 1_550 ? ["mtu here": flood.count] : [:]))
    }
}

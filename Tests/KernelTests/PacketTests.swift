import Kernel
import Testing

/// Packets as records, and the slots in which they live.
@Suite struct PacketTests {
    private func packet(_ serial: UInt32) -> PacketRecord {
        PacketRecord(
            sentAt: Instant(picoseconds: Int64(serial)), flow: FlowID(3 as UInt32), serial: serial,
            source: EndpointID(2 as UInt32), destination: EndpointID(4 as UInt32), innerBytes: 1_000, frameBytes: 1_014)
    }

    @Test func recordIsOneCacheLine() {
        #expect(MemoryLayout<PacketRecord>.size == 64)
        #expect(MemoryLayout<PacketRecord>.stride == 64)
    }

    @Test func outcomeFitsInARegister() {
        #expect(MemoryLayout<Outcome>.size <= 8)
    }

    @Test func newPacketIsNowhereAndHasDoneNothing() {
        let packet = packet(9)
        #expect(packet.outerSource == .none && packet.outerDestination == .none && packet.relay == .none)
        #expect(packet.link == .none)
        #expect(packet.links == 0 && packet.segments == 0)
        #expect(packet.hopLimit == 255)
        #expect(packet.flags == [])
    }

    @Test func flagsAreSeparateBits() {
        let all: [PacketFlags] = [
            .control, .transfer, .misdirected, .redirected, .early, .buffered, .copy, .injected, .hijacked,
            .marked,
        ]
        #expect(Set(all.map(\.rawValue)).count == all.count)
        #expect(all.allSatisfy { $0.rawValue.nonzeroBitCount == 1 })
        #expect(PacketFlags([.redirected, .misdirected]).isDisjoint(with: [.early, .control]))
    }

    @Test func slotsAreUsedAgain() {
        var pool = PacketPool()
        let handles = (0..<3).map { pool.insert(packet($0)) }
        #expect(Set(handles).count == 3)
        pool.remove(handles[1])
        #expect(pool.alive == 2)
        #expect(pool.insert(packet(7)) == handles[1])
        #expect(pool[handles[1]].serial == 7)
        #expect(pool[handles[0]].serial == 0 && pool[handles[2]].serial == 2, "others keep their contents")
        #expect(pool.alive == 3)
        #expect(pool.peak == 3)
    }

    @Test func poolGrowsToThePeakAndNoFurther() {
        var pool = PacketPool()
        for round in 0..<50 as Range<UInt32> {
            let handles = (0..<100).map { pool.insert(packet(round * 100 + $0)) }
            #expect(pool.alive == 100)
            for handle in handles { pool.remove(handle) }
        }
        #expect(pool.alive == 0)
        #expect(pool.peak == 100)
        #expect(pool.reservedBytes < 2 * 100 * (64 + 4) + 2_048)
    }

    @Test func recordsCanBeChangedInPlace() {
        var pool = PacketPool()
        let handle = pool.insert(packet(0))
        pool[handle].segments += 1
        pool[handle].flags.insert(.redirected)
        #expect(pool[handle].segments == 1)
        #expect(pool[handle].flags == .redirected)
    }

    @Test func packetsUnderWayAreVisitedOnce() {
        var pool = PacketPool()
        let handles = (0..<10).map { pool.insert(packet($0)) }
        for handle in handles where handle.index % 3 == 0 { pool.remove(handle) }
        var serials: [UInt32] = []
        pool.forEachAlive { serials.append($0.serial) }
        #expect(serials == [1, 2, 4, 5, 7, 8])
    }

    @Test("DER-03: every loss cause has a name of its own")
    func lossCausesHaveNames() {
        #expect(Set(LossCause.allCases.map(\.name)).count == LossCause.allCases.count)
        #expect(Whereabouts.allCases.map(\.name) == ["here", "paused", "nowhere", "elsewhere", "down"])
    }
}

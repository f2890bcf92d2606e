import Kernel
import Testing

@testable import Overlay

/// The mapping table: what goes in is found again, quickly and in little memory.
@Suite struct MappingTableTests {
    /// A set of endpoints as scenarios make them.
    struct Pattern: CustomTestStringConvertible {
        let testDescription: String
        let endpoint: @Sendable (Int) -> EndpointID
    }

    static let patterns = [
        Pattern(testDescription: "consecutive VMs") { EndpointID(2 * $0) },
        Pattern(testDescription: "every 16th VM") { EndpointID(32 * $0) },
        Pattern(testDescription: "from a high number on") { EndpointID(1_000_001 + 2 * $0) },
        Pattern(testDescription: "scattered") { EndpointID(UInt32(truncatingIfNeeded: StableHash.of("\($0)") >> 33)) },
    ]

    /// Slots looked at to find an endpoint.
    private func probes(_ endpoint: EndpointID, in table: MappingTable) -> Int {
        let distance = table.find(endpoint) - table.home(of: endpoint)
        return (distance + table.slots.count) % table.slots.count + 1
    }

    @Test(arguments: patterns, [0, 5_000])
    func everythingPutInIsFound(_ pattern: Pattern, _ capacity: Int) {
        var table = MappingTable(capacity: capacity)
        for index in 0..<5_000 {
            let endpoint = pattern.endpoint(index)
            #expect(table.find(endpoint) == -1)
            let slot = table.findOrInsert(endpoint)
            table[slot].sequence = UInt32(index)
            table[slot].locator = NodeID(index % 256)
            #expect(table.find(endpoint) == slot)
        }
        #expect(table.count == 5_000)
        for index in 0..<5_000 {
            let slot = table.find(pattern.endpoint(index))
            #expect(slot >= 0)
            #expect(table[slot].endpoint == pattern.endpoint(index))
            #expect(table[slot].sequence == UInt32(index), "contents survive growth")
            #expect(table[slot].locator == NodeID(index % 256))
            #expect(table.findOrInsert(pattern.endpoint(index)) == slot, "a second time it is the same entry")
        }
        #expect(table.count == 5_000)
    }

    @Test func newEntryKnowsNothing() {
        var table = MappingTable()
        let entry = table[table.findOrInsert(EndpointID(14))]
        #expect(entry.place == .unknown)
        #expect(entry.locator == .none)
        #expect(entry.state == 0)
        #expect(table.find(EndpointID(16)) == -1)
    }

    @Test func entryIsHalfACacheLine() {
        #expect(MemoryLayout<MappingEntry>.stride == 32)
    }

    /// Three quarters full, linear probing of random homes needs 2.5 on average; regular numbers should do as well.
    @Test(arguments: patterns)
    func searchesAreShort(_ pattern: Pattern) {
        for reserved in [0, 800] {
            var table = MappingTable(capacity: reserved)
            for index in 0..<800 { _ = table.findOrInsert(pattern.endpoint(index)) }
            let all = (0..<800).map { probes(pattern.endpoint($0), in: table) }
            let total = all.reduce(0, +)
            #expect(total < 3 * 800, "\(total) probes for 800 entries in \(table.slots.count) slots")
        }
    }

    /// What is not there must be missed quickly too: a packet for an unknown endpoint.
    @Test func absentEndpointsAreMissedSoon() {
        var table = MappingTable(capacity: 800)
        for index in 0..<800 { _ = table.findOrInsert(EndpointID(2 * index)) }
        var total = 0
        for index in 0..<800 {
            var slot = table.home(of: EndpointID(2 * index + 1))
            total += 1
            while table.slots[slot].endpoint != .none {
                slot = (slot + 1) % table.slots.count
                total += 1
            }
        }
        #expect(total < 10 * 800, "8.5 each with random homes")
    }
}

/// The neighbour table, by the same measures.
@Suite struct NeighbourTableTests {
    @Test func everythingPutInIsFound() {
        var table = NeighbourTable()
        for index in 0..<5_000 {
            let (address, hardware) = (EndpointID(2 * index + 1), EndpointID(2 * index))
            #expect(table.hardware(of: address) == nil)
            #expect(table.update(address, to: hardware) == nil)
        }
        #expect(table.count == 5_000)
        for index in 0..<5_000 { #expect(table.hardware(of: EndpointID(2 * index + 1)) == EndpointID(2 * index)) }
        #expect(table.hardware(of: EndpointID(20_001)) == nil)
    }

    @Test func updateAnswersWhatItReplaces() {
        var table = NeighbourTable()
        table.update(EndpointID(15), to: EndpointID(14))
        #expect(table.update(EndpointID(15), to: EndpointID(14)) == EndpointID(14))
        #expect(table.update(EndpointID(15), to: EndpointID(40)) == EndpointID(14))
        #expect(table.hardware(of: EndpointID(15)) == EndpointID(40))
        #expect(table.count == 1)
    }

    @Test(arguments: [(2, 1), (32, 1), (2, 1_000_001)])
    func searchesAreShort(_ step: Int, _ first: Int) {
        for reserved in [0, 800] {
            var table = NeighbourTable()
            table.reserve(reserved)
            for index in 0..<800 { table.update(EndpointID(first + step * index), to: EndpointID(0 as UInt32)) }
            var total = 0
            for index in 0..<800 {
                let address = EndpointID(first + step * index)
                let distance = table.place(of: address) - table.home(of: address)
                total += (distance + table.slotCount) % table.slotCount + 1
            }
            #expect(total < 3 * 800, "\(total) probes for 800 entries in \(table.slotCount) slots")
        }
    }
}

/// Both tables of an NVE together.
@Suite struct TableMemoryTests {
    @Test(arguments: [100, 1_000, 10_000])
    func reservedMappingTakesAtMostSixtyBytes(_ entries: Int) {
        var nve = edge().node
        nve.reserve(entries)
        let reserved = nve.mappings.reservedBytes + nve.neighbours.reservedBytes
        #expect(reserved <= 60 * entries, "\(reserved) bytes")
        for index in 0..<entries { nve.preload(entry(VMID(index), at: 2)) }
        #expect(nve.mappings.count == entries)
        #expect(nve.neighbours.count == entries)
        #expect(nve.mappings.reservedBytes + nve.neighbours.reservedBytes == reserved, "no growth: there was room")
    }

    @Test func roomIsMadeForMore() {
        var nve = edge().node
        for index in 0..<100 { nve.preload(entry(VMID(index), at: 2)) }
        nve.reserve(900)
        let reserved = nve.mappings.reservedBytes
        for index in 100..<1_000 { nve.preload(entry(VMID(index), at: 2)) }
        #expect(nve.mappings.reservedBytes == reserved)
        #expect(nve.mappings.find(Endpoints.hardware(of: VMID(50 as Int))) >= 0)
    }
}

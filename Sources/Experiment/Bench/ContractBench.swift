import Kernel
import Overlay
import Wire

/// What it costs to have an NVE behind the contract of a node (record `inout`, context beside it, small outcome
/// returned, another module) instead of the same look-ups and header work written out in the loop.
enum ContractBench {
    private static let nodes = 256
    private static let packets = 8_000_000

    static func run(_ repetitions: Int) throws -> [BenchFigure] {
        var contract: [Double] = []
        var inline: [Double] = []
        var isSame = true
        for round in 0...repetitions {
            let (first, firstSum) = throughContract()
            let (second, secondSum) = writtenOut()
            isSame = isSame && firstSum == secondSum
            if round == 0 { continue }
            contract.append(first)
            inline.append(second)
        }
        let extra = median(contract) - median(inline)
        let share = try extra / packetTime() * 100
        let remark = "inline + \(tenths(extra)) ns a call: \(tenths(share)) % of a whole run at 256 hosts"
        return [
            BenchFigure("contract/node", "ns/call", contract, remark: isSame ? remark : "RESULTS DIFFER"),
            BenchFigure("contract/inline", "ns/call", inline),
        ]
    }

    /// Nanoseconds of a whole run for each call of an NVE: two calls a packet, one where it enters the overlay and one
    /// where it leaves it.
    private static func packetTime() throws -> Double {
        var world = try SharedWorkload(hosts: 256, window: .milliseconds(40), hasOverlay: true).world()
        let clock = BenchClock()
        try world.run()
        return clock.seconds * 1e9 / Double(2 * WorkloadCounters(world).sent)
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    private static func record(_ vm: Int) -> MappingRecord {
        MappingRecord(
            network: NetworkID(0), vm: VMID(vm), hardware: EndpointID(2 * vm), address: EndpointID(2 * vm + 1),
            locator: NodeID(vm), sequence: 0, move: .none)
    }

    private static func packet(_ index: Int) -> PacketRecord {
        let source = index % nodes
        let destination = (source + 1 + index / nodes % 8 * 31) % nodes
        return PacketRecord(
            sentAt: .zero, flow: FlowID(index), serial: 0, source: EndpointID(2 * source),
            destination: EndpointID(2 * destination), innerBytes: 1_000, frameBytes: 1_014)
    }

    private static func throughContract() -> (nanoseconds: Double, checksum: UInt64) {
        let settings = NVESettings(
            encapsulation: .vxlan, authority: .outOfBand(.zero), nve: NVEConfiguration(),
            redirect: RedirectConfiguration(), invalidate: InvalidateConfiguration(), nva: NVAConfiguration(),
            invalidationTargets: [])
        var nves = ContiguousArray((0..<nodes).map { NVE(node: NodeID($0), settings: settings) })
        for node in 0..<nodes { for vm in 0..<nodes { nves[node].preload(record(vm)) } }
        var pool = PacketPool()
        let handles = (0..<2_048).map { pool.insert(packet($0)) }
        var context = Context(random: RandomSource(seed: 1, run: 1))
        var checksum: UInt64 = 0
        let clock = BenchClock()
        for index in 0..<packets / 2 {
            let handle = handles[index & 2_047]
            let node = index & 2_047 & (nodes - 1)
            checksum &+= count(
                nves[node].forward(&pool[handle], handle, from: .tenant, now: .zero, in: &context))
            let far = Int(pool[handle].outerDestination.index)
            checksum &+= count(
                nves[far].forward(&pool[handle], handle, from: .underlay, now: .zero, in: &context))
        }
        return (clock.seconds / Double(packets) * 1e9, checksum)
    }

    @inline(__always)
    private static func count(_ outcome: Outcome) -> UInt64 {
        switch outcome {
        case .send: 1
        case .deliver(let vm): UInt64(vm.index)
        case .drop, .held: 1_000_000
        }
    }

    private static func writtenOut() -> (nanoseconds: Double, checksum: UInt64) {
        var tables = ContiguousArray((0..<nodes).map { _ in MappingTable() })
        for node in 0..<nodes {
            for vm in 0..<nodes {
                let slot = tables[node].findOrInsert(EndpointID(2 * vm))
                tables[node][slot].vm = VMID(vm)
                tables[node][slot].locator = NodeID(vm)
                tables[node][slot].place = vm == node ? .attached : .remote
            }
        }
        var pool = PacketPool()
        let handles = (0..<2_048).map { pool.insert(packet($0)) }
        var checksum: UInt64 = 0
        let clock = BenchClock()
        for index in 0..<packets / 2 {
            let handle = handles[index & 2_047]
            let node = index & 2_047 & (nodes - 1)
            let slot = tables[node].find(pool[handle].destination)
            if slot >= 0, tables[node][slot].place == .remote {
                pool[handle].outerSource = NodeID(node)
                pool[handle].outerDestination = tables[node][slot].locator
                pool[handle].frameBytes = pool[handle].innerBytes &+ HeaderSize.ethernet &+ HeaderSize.vxlanOverIPv4
                pool[handle].segments &+= 1
                checksum &+= 1
            } else if slot >= 0, tables[node][slot].place == .attached {
                checksum &+= UInt64(tables[node][slot].vm.index)
            } else {
                checksum &+= 1_000_000
            }
            let far = Int(pool[handle].outerDestination.index)
            let local = tables[far].find(pool[handle].destination)
            let isHere = local >= 0 && tables[far][local].place == .attached
            checksum &+= isHere ? UInt64(tables[far][local].vm.index) : 1_000_000
        }
        return (clock.seconds / Double(packets) * 1e9, checksum)
    }
}

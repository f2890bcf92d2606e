import Kernel
import Mobility
import Testing

/// Room at servers, by itself.
@Suite struct ServerRoomTests {
    private static func room(exclusive: Set<UInt32> = [], inSwitch: Bool = false) -> ServerRoom {
        let capacity = ServerCapacity(cpu: 4, memory: 1_000, storage: 50)
        return ServerRoom(
            capacities: [capacity, capacity, ServerCapacity()],
            nves: inSwitch ? [NodeID(9), NodeID(9), NodeID(8)] : [NodeID(0), NodeID(1), NodeID(2)],
            exclusive: exclusive)
    }

    @Test("REQ-1-07: a server's processors, memory and storage are shared, and no VM gets more than is left")
    func sharedByAll() {
        var room = Self.room()
        let demand = VMDemand(cpu: 2, memory: 600, storage: 10)
        #expect(room.refusal(of: demand, at: NodeID(0)) == nil)
        room.take(demand, at: NodeID(0))
        #expect(room.refusal(of: demand, at: NodeID(0)) == .memory)
        #expect(room.refusal(of: VMDemand(cpu: 2, memory: 400), at: NodeID(0)) == nil, "what is left to the last byte")
        #expect(room.refusal(of: VMDemand(cpu: 3), at: NodeID(0)) == .cpu)
        #expect(room.refusal(of: VMDemand(storage: 41), at: NodeID(0)) == .storage)
        #expect(room.refusal(of: VMDemand(cpu: 100, memory: 1 << 60), at: NodeID(2)) == nil, "no limit there")
        room.give(back: demand, at: NodeID(0))
        #expect(room.refusal(of: VMDemand(cpu: 4, memory: 1_000, storage: 50), at: NodeID(0)) == nil)
    }

    @Test("REQ-10-12: a tenant that shares an NVE with nobody keeps others away, and stays away from them")
    func exclusiveTenants() {
        for inSwitch in [false, true] {
            var room = Self.room(exclusive: [7], inSwitch: inSwitch)
            room.take(VMDemand(tenant: 7), at: NodeID(0))
            #expect(room.refusal(of: VMDemand(tenant: 1), at: NodeID(0)) == .tenant)
            #expect(room.refusal(of: VMDemand(tenant: 7), at: NodeID(0)) == nil)
            // In a switch one NVE serves both hosts.
            #expect(room.refusal(of: VMDemand(tenant: 1), at: NodeID(1)) == (inSwitch ? .tenant : nil))
            room.take(VMDemand(tenant: 1), at: NodeID(2))
            #expect(room.refusal(of: VMDemand(tenant: 7), at: NodeID(2)) == .tenant)
            #expect(room.refusal(of: VMDemand(tenant: 2), at: NodeID(2)) == nil)
            // The last VM of a tenant that goes from one port of an NVE to another meets nobody.
            #expect(room.refusal(of: VMDemand(tenant: 7), at: NodeID(1), leaving: NodeID(0)) == nil)
        }
    }

    @Test("The roomiest server is that with the least memory taken, the first of several")
    func roomiest() {
        var room = Self.room()
        let hosts = [NodeID(0), NodeID(1)]
        #expect(room.roomiest(of: hosts, for: VMDemand(memory: 10)) == NodeID(0))
        room.take(VMDemand(memory: 10), at: NodeID(0))
        #expect(room.roomiest(of: hosts, for: VMDemand(memory: 10)) == NodeID(1))
        #expect(room.roomiest(of: hosts, for: VMDemand(memory: 1_001)) == nil)
    }
}

/// Limits on moves at one time, by themselves.
@Suite struct MoveSchedulerTests {
    private static func route(_ from: Int, _ to: Int) -> MoveScheduler.Route {
        MoveScheduler.Route(
            from: NodeID(from), to: NodeID(to), fromRack: NodeID(100 + from / 10), toRack: NodeID(100 + to / 10))
    }

    private static func scheduler(_ limits: ParallelLimits, moves: Int = 6) -> MoveScheduler {
        MoveScheduler(Array(repeating: (0, limits), count: moves))
    }

    private static func begins(_ scheduler: inout MoveScheduler, _ move: Int, _ from: Int, _ to: Int) -> Bool {
        scheduler.mayBegin(MoveID(move), route(from, to))
    }

    /// The moves that begin when one is over.
    private static func after(_ move: Int, _ scheduler: inout MoveScheduler) -> [Int] {
        scheduler.ended(MoveID(move)).map { Int($0.index) }
    }

    @Test("DER-16: so many at once, the others in their order", arguments: 1...4)
    func total(_ most: Int) {
        var scheduler = Self.scheduler(ParallelLimits(total: most))
        let begun = (0..<6).filter { scheduler.mayBegin(MoveID($0), Self.route($0, 10 + $0)) }
        #expect(begun == Array(0..<most))
        var order = begun
        for move in 0..<6 { order += scheduler.ended(MoveID(move)).map { Int($0.index) } }
        #expect(order == Array(0..<6))
    }

    @Test("DER-16: a move that waits for its host does not keep back those behind it")
    func perHost() {
        var scheduler = Self.scheduler(ParallelLimits(perHost: 1))
        #expect(Self.begins(&scheduler, 0, 1, 11))
        #expect(!Self.begins(&scheduler, 1, 1, 12), "from the same host")
        #expect(!Self.begins(&scheduler, 2, 2, 11), "to the same host")
        #expect(!Self.begins(&scheduler, 3, 11, 3), "from where another goes to")
        #expect(Self.begins(&scheduler, 4, 2, 12))
        #expect(Self.begins(&scheduler, 0, 1, 11), "asked again, it is under way")
        #expect(Self.after(0, &scheduler) == [3], "the others' hosts are taken by the fifth still")
        #expect(Self.after(4, &scheduler) == [1])
        #expect(Self.after(3, &scheduler) == [2])
    }

    @Test("DER-16: per rack both ends count, once where they are the same")
    func perRack() {
        var scheduler = Self.scheduler(ParallelLimits(perRack: 2))
        #expect(Self.begins(&scheduler, 0, 1, 2))
        #expect(Self.begins(&scheduler, 1, 3, 14))
        #expect(!Self.begins(&scheduler, 2, 24, 5))
        #expect(Self.begins(&scheduler, 3, 15, 25))
        #expect(Self.after(1, &scheduler) == [2])
    }

    @Test("Entries have limits of their own, and some have none")
    func entriesAreApart() {
        var scheduler = MoveScheduler([(0, ParallelLimits(total: 1)), (1, ParallelLimits(total: 1)), nil, nil])
        #expect((0..<4).allSatisfy { Self.begins(&scheduler, $0, 1, 2) })
        #expect(Self.after(2, &scheduler).isEmpty && Self.after(0, &scheduler).isEmpty)
    }
}

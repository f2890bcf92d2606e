import AllocationCounter
import Experiment
import Kernel
import Testing

/// What no machine changes about the hot path, on optimised code: events a packet-hop, allocations a packet, sizes.
struct ReleaseLaneHotPathTests {
    @Test(arguments: SharedWorkload.standard.map(\.hosts), [false, true])
    func workloadTakesAtMostThirteenEventsForTenHops(hosts: Int, hasOverlay: Bool) throws {
        let window = try #require(SharedWorkload.standard.first { $0.hosts == hosts }).window
        var world = try SharedWorkload(hosts: hosts, window: window, hasOverlay: hasOverlay).world()
        try world.run()
        let counters = WorkloadCounters(world)
        #expect(counters.events * 10 <= counters.packetHops * 13)
        // A packet that crosses n links is n arrivals and one emission; a flow ends with one emission that is not made.
        #expect(counters.events == counters.packetHops + counters.sent)
    }

    /// Counters on which ns-3, ns-2 and htsim agree.
    @Test(arguments: zip(SharedWorkload.standard.map(\.hosts), [464_000, 495_000, 506_250, 510_958] as [UInt64]))
    func countersEqualThePeers(hosts: Int, hops: UInt64) throws {
        let window = try #require(SharedWorkload.standard.first { $0.hosts == hosts }).window
        for hasOverlay in [false, true] {
            var world = try SharedWorkload(hosts: hosts, window: window, hasOverlay: hasOverlay).world()
            try world.run()
            let counters = WorkloadCounters(world)
            let sent: UInt64 = hosts == 4_096 ? 127_989 : 128_000
            #expect(counters.sent == sent)
            #expect(counters.delivered == sent)
            #expect(counters.lost == 0)
            #expect(counters.packetHops == hops)
        }
    }

    @Test func recordAndEventKeepTheirSizes() {
        #expect(MemoryLayout<PacketRecord>.size == 64)
        #expect(MemoryLayout<PacketRecord>.stride == 64)
        #expect(MemoryLayout<Event>.stride == 16)
        #expect(MemoryLayout<Outcome>.size <= 8)
    }

    // Code that is not optimised keeps temporary values of generic functions on the heap.
    #if !DEBUG
        /// Calls of malloc and its kin on this thread, after the pools have grown to what the workload needs.
        @Test(.enabled(if: allocation_counting_is_available()), arguments: [false, true])
        func steadyStateAllocatesNothing(hasOverlay: Bool) throws {
            let workload = SharedWorkload(hosts: 256, window: .milliseconds(20), hasOverlay: hasOverlay)
            var world = try workload.world()
            _ = try world.step(atMost: 600_000)
            let before = allocation_count()
            let isRunning = try world.step(atMost: 1_500_000)
            let counted = allocation_count() - before
            #expect(isRunning)
            #expect(counted == 0, "\(counted) allocations in 1 500 000 events")
        }
    #endif
}

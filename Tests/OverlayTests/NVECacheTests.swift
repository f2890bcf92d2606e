import Kernel
import Testing

@testable import Overlay

/// How mappings age, and which one makes room.
@Suite struct NVECacheTests {
    private let there = entry(web, at: 2)
    private let asked = "nve1 tells nva query vm7@1#0"
    private static let justBefore = Duration(picoseconds: -1)

    /// NVE 1 knows the VM from the start, for 60 ms unless the test says otherwise.
    private func ageing(_ age: Duration = .zero, _ change: (inout Rules) -> Void = { _ in }) -> Dialogue<NVE> {
        var nve = edge {
            $0.nve.miss = .queryDrop
            $0.nve.cache.timeout = .milliseconds(60)
            change(&$0)
        }
        nve.node.preload(there, age: age)
        nve.start()
        return nve
    }

    // MARK: - Expiry

    @Test("REQ-4.2-25: at the end of its life a mapping is asked for at once")
    func eagerRequery() {
        var nve = ageing()
        #expect(nve.send(at: .milliseconds(60) + Self.justBefore) == .send(.underlay))
        #expect(nve.said() == [])
        #expect(nve.send(at: .milliseconds(60)) == .drop(.awaitingAnswer), "its life is half-open")
        #expect(nve.said() == ["60 ms: 1 forgets vm7, expired", "60 ms: \(asked)"])
        #expect(nve.send(at: .milliseconds(61)) == .drop(.awaitingAnswer))
        #expect(nve.said() == [], "one query is enough")
        nve.hear(.answer(there), at: .milliseconds(65))
        #expect(nve.send(at: .milliseconds(125) + Self.justBefore) == .send(.underlay))
        _ = nve.said()
        nve.pass(to: .milliseconds(125))
        #expect(nve.said() == ["125 ms: 1 forgets vm7, expired", "125 ms: \(asked)"], "a life of its own")
    }

    @Test("REQ-4.2-25: or only when a packet needs it")
    func lazyRequery() {
        var nve = ageing { $0.nve.cache.requery = .lazy }
        nve.pass(to: .milliseconds(90))
        #expect(nve.said() == [])
        #expect(nve.context.timers.pending == 0)
        #expect(nve.send(at: .milliseconds(90)) == .drop(.awaitingAnswer))
        #expect(nve.said() == ["90 ms: 1 forgets vm7, expired", "90 ms: \(asked)"])
    }

    @Test func lazyLifeIsHalfOpenToo() {
        for early in [0, 1] as [Int64] {
            var nve = ageing { $0.nve.cache.requery = .lazy }
            let outcome = nve.send(at: .milliseconds(60) - Duration(picoseconds: early))
            #expect(outcome == (early == 1 ? .send(.underlay) : .drop(.awaitingAnswer)))
        }
    }

    @Test("REQ-4.2-25: with `drop` an expired mapping is no mapping")
    func expiredMappingWithoutQueries() {
        var nve = ageing {
            $0.nve.miss = .drop
            $0.nve.cache.requery = .lazy
        }
        #expect(nve.send(at: .milliseconds(60)) == .drop(.noMapping))
        #expect(nve.said() == ["60 ms: 1 forgets vm7, expired"])
    }

    @Test func mappingsNeverExpireByDefault() {
        var nve = edge()
        nve.node.preload(there)
        nve.start()
        #expect(nve.send(at: .seconds(1_000_000)) == .send(.underlay))
        #expect(nve.context.timers.pending == 0)
    }

    @Test("DEC-18: hard, a mapping ends however much it is used", arguments: CacheConfiguration.Requery.allCases)
    func useDoesNotProlongAHardTimeout(_ requery: CacheConfiguration.Requery) {
        var nve = ageing { $0.nve.cache.requery = requery }
        for time in 1..<60 as Range<Int64> { #expect(nve.send(at: .milliseconds(time)) == .send(.underlay)) }
        #expect(nve.send(at: .milliseconds(60)) == .drop(.awaitingAnswer))
    }

    @Test(
        "DEC-18: sliding, each packet begins its life anew; what comes for its VMs does not",
        arguments: CacheConfiguration.Requery.allCases)
    func useProlongsASlidingTimeout(_ requery: CacheConfiguration.Requery) {
        var nve = ageing {
            $0.nve.cache.kind = .sliding
            $0.nve.cache.requery = requery
        }
        for time in [50, 100, 150] as [Int64] { #expect(nve.send(at: .milliseconds(time)) == .send(.underlay)) }
        #expect(nve.receive(at: .milliseconds(180)) == .drop(.notAttached))
        #expect(nve.said() == [])
        #expect(nve.send(at: .milliseconds(210)) == .drop(.awaitingAnswer))
        #expect(nve.said() == ["210 ms: 1 forgets vm7, expired", "210 ms: \(asked)"])
    }

    @Test("DEC-18: sliding with steady traffic, a mapping never ends")
    func steadyTrafficKeepsASlidingMapping() {
        var nve = ageing { $0.nve.cache.kind = .sliding }
        for time in 1...400 as ClosedRange<Int64> {
            #expect(nve.send(at: .milliseconds(50 * time)) == .send(.underlay))
        }
        #expect(nve.context.timers.pending == 1)
    }

    @Test("REQ-4.2-25: what was learnt before the start ends as much sooner", arguments: [1, 20, 59] as [Int64])
    func preloadedMappingHasAnAge(_ age: Int64) {
        var nve = ageing(.milliseconds(age))
        nve.pass(to: .seconds(1) + Self.justBefore)
        #expect(nve.said().first == "\(60 - age) ms: 1 forgets vm7, expired")
    }

    @Test("REQ-4.2-25: a push begins the life of a mapping anew, also with the same place")
    func pushProlongsAMapping() {
        var nve = ageing()
        nve.hear(.push(there), at: .milliseconds(40))
        _ = nve.said()
        nve.pass(to: .milliseconds(150))
        #expect(nve.said().first == "100 ms: 1 forgets vm7, expired", "nothing at 60 ms")
    }

    @Test("DER-06: an older push does not")
    func olderPushDoesNotProlong() {
        var nve = ageing()
        nve.hear(.push(entry(web, at: 4, sequence: 5)), at: .milliseconds(10))
        nve.hear(.push(entry(web, at: 3, sequence: 4)), at: .milliseconds(40))
        _ = nve.said()
        nve.pass(to: .milliseconds(90))
        #expect(nve.said().first == "70 ms: 1 forgets vm7, expired")
    }

    @Test func vmThatCameHereDoesNotExpire() {
        var nve = ageing()
        nve.hear(.attach(entry(web, at: 1, sequence: 1)), at: .milliseconds(10))
        nve.pass(to: .milliseconds(200))
        #expect(nve.said() == [])
        #expect(nve.send(at: .milliseconds(200)) == .deliver(web))
    }

    @Test("REQ-5-06, REQ-4.2-25: a place that the VM manager installs ages like any other")
    func installedPlaceAges() {
        var nve = ageing()
        nve.hear(.attach(entry(web, at: 1, sequence: 1)), at: .milliseconds(10))
        nve.hear(.leave(web, sequence: 1, redirectTo: 2), at: .milliseconds(100))
        #expect(nve.send(at: .milliseconds(160) + Self.justBefore) == .send(.underlay))
        _ = nve.said()
        nve.pass(to: .milliseconds(160))
        #expect(nve.said() == ["160 ms: 1 forgets vm7, expired", "160 ms: \(asked)"])
    }

    @Test("REQ-4.4-04: a negative answer is refuted by news, so that expiry asks again")
    func newsRefuteANegativeAnswer() {
        var nve = ageing()
        nve.pass(to: .milliseconds(60))
        nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(65))
        nve.hear(.push(there), at: .milliseconds(70))
        _ = nve.said()
        nve.pass(to: .milliseconds(130))
        #expect(nve.said() == ["130 ms: 1 forgets vm7, expired", "130 ms: \(asked)"])
    }

    /// One timeout for all: they were learnt at one instant.
    @Test func mappingsThatExpireTogetherAreAskedForInTheOrderOfVMs() {
        var nve = edge { $0.nve.cache.timeout = .milliseconds(60) }
        for vm in (0..<30).reversed() { nve.node.preload(entry(VMID(vm), at: 2)) }
        nve.start()
        nve.pass(to: .milliseconds(60))
        #expect(nve.said().filter { $0.contains("forgets") } == (0..<30).map { "60 ms: 1 forgets vm\($0), expired" })
    }

    @Test func nobodyAsksWhenTheSourcesHaveStopped() {
        var nve = ageing { $0.ageingEnd = Instant.zero + .milliseconds(60) }
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [])
        #expect(nve.context.timers.pending == 0)
    }

    // MARK: - Capacity

    /// NVE 1 has room for so many mappings, and has learnt those of VMs 0, 1, …, in this order.
    private func full(_ capacity: Int) -> Dialogue<NVE> {
        var nve = edge {
            $0.nve.miss = .queryDrop
            $0.nve.cache.capacity = UInt32(capacity)
        }
        for vm in 0..<capacity { nve.hear(.push(entry(VMID(vm), at: 2))) }
        _ = nve.said()
        return nve
    }

    /// What NVE 1 forgets when it learns the mapping of a VM.
    private func evicted(_ nve: inout Dialogue<NVE>, by vm: Int, at time: Int64) -> [String] {
        nve.hear(.push(entry(VMID(vm), at: 2, sequence: 1)), at: .milliseconds(time))
        return nve.said().filter { $0.contains("forgets") }
    }

    @Test("OLD-4.2-01: the mapping that was learnt first makes room when none was used")
    func oldestMappingMakesRoom() {
        var nve = full(4)
        for vm in 4..<10 {
            #expect(evicted(&nve, by: vm, at: Int64(vm)) == ["\(vm) ms: 1 forgets vm\(vm - 4), evicted"])
        }
        #expect(nve.send(to: VMID(0 as Int), at: .milliseconds(10)) == .drop(.awaitingAnswer))
        #expect(nve.send(to: VMID(9 as Int), at: .milliseconds(10)) == .send(.underlay))
    }

    @Test("OLD-4.2-01: sending and learning anew count as use")
    func recentlyUsedMappingsStay() {
        var nve = full(3)
        _ = nve.send(to: VMID(0 as Int), at: .milliseconds(1))
        #expect(evicted(&nve, by: 1, at: 2) == [], "a correction needs no room")
        #expect(evicted(&nve, by: 7, at: 3) == ["3 ms: 1 forgets vm2, evicted"])
        #expect(evicted(&nve, by: 8, at: 4) == ["4 ms: 1 forgets vm0, evicted"])
        #expect(evicted(&nve, by: 9, at: 5) == ["5 ms: 1 forgets vm1, evicted"])
    }

    @Test("OLD-4.2-01: of preloaded mappings the first one goes first")
    func preloadedMappingsHaveAnOrder() {
        var nve = edge { $0.nve.cache.capacity = 3 }
        for vm in 0..<3 { nve.node.preload(entry(VMID(vm), at: 2)) }
        _ = nve.send(to: VMID(0 as Int))
        #expect(evicted(&nve, by: 4, at: 1) == ["1 ms: 1 forgets vm1, evicted"])
        #expect(evicted(&nve, by: 5, at: 2) == ["2 ms: 1 forgets vm2, evicted"])
        #expect(evicted(&nve, by: 6, at: 3) == ["3 ms: 1 forgets vm0, evicted"])
    }

    /// The table grows with every VM that is asked for; who was used when must not be forgotten over that.
    @Test("OLD-4.2-01: the order of use survives the growth of the table")
    func orderOfUseSurvivesGrowth() {
        var nve = full(20)
        let order = (0..<20).map { 7 * $0 % 20 }
        for vm in order { _ = nve.send(to: VMID(vm), at: .milliseconds(1)) }
        let slots = nve.node.mappings.slots.count
        for vm in 100..<1_000 { _ = nve.send(to: VMID(vm), at: .milliseconds(2)) }
        #expect(nve.node.mappings.slots.count > slots)
        _ = nve.said()
        for (index, vm) in order.enumerated() {
            let time = Int64(index) + 3
            #expect(evicted(&nve, by: 2_000 + index, at: time) == ["\(time) ms: 1 forgets vm\(vm), evicted"])
        }
    }

    @Test("OLD-4.2-01: more preloaded mappings than there is room for: the last ones stay")
    func capacityHoldsFromTheStart() {
        var nve = edge { $0.nve.cache.capacity = 3 }
        for vm in [0, 1, 2, 3, 1, 4] { nve.node.preload(entry(VMID(vm), at: 2)) }
        let known = (0..<5).filter { nve.send(to: VMID($0)) == .send(.underlay) }
        #expect(known == [1, 3, 4], "VM 1 was named twice")
    }

    /// VM 0 is valid until 100 ms, VM 1 until 60 ms only, but used last.
    @Test("OLD-4.2-01: an expired mapping needs no room")
    func expiredMappingNeedsNoRoom() {
        var nve = edge {
            $0.nve.cache.capacity = 2
            $0.nve.cache.timeout = .milliseconds(100)
            $0.nve.cache.requery = .lazy
        }
        nve.node.preload(entry(VMID(0 as Int), at: 2))
        nve.node.preload(entry(VMID(1 as Int), at: 2), age: .milliseconds(40))
        _ = nve.send(to: VMID(1 as Int), at: .milliseconds(59))
        #expect(evicted(&nve, by: 5, at: 60) == [])
        #expect(nve.send(to: VMID(0 as Int), at: .milliseconds(61)) == .send(.underlay))
        #expect(evicted(&nve, by: 6, at: 62) == ["62 ms: 1 forgets vm5, evicted"])
    }

    @Test func itsOwnVMsNeedNoRoom() {
        var nve = full(2)
        for vm in 10..<20 { nve.hear(.attach(entry(VMID(vm), at: 1))) }
        #expect(nve.said() == [])
        #expect(evicted(&nve, by: 5, at: 1) == ["1 ms: 1 forgets vm0, evicted"])
        #expect(nve.send(to: VMID(10 as Int), at: .milliseconds(1)) == .deliver(VMID(10 as Int)))
    }

    @Test("OLD-4.2-01: a place that the VM manager installs needs room like any other")
    func installedPlaceNeedsRoom() {
        var nve = full(2)
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(.leave(web, redirectTo: 2), at: .milliseconds(1))
        #expect(nve.said().first == "1 ms: 1 forgets vm0, evicted")
        #expect(evicted(&nve, by: 5, at: 2) == ["2 ms: 1 forgets vm1, evicted"], "it is the newest")
    }

    @Test("OLD-4.2-01: invalidated mappings leave their room")
    func invalidatedMappingLeavesRoom() {
        var nve = full(2)
        nve.hear(.invalidate(entry(VMID(1 as Int), at: 2)), at: .milliseconds(1))
        _ = nve.said()
        #expect(evicted(&nve, by: 5, at: 2) == [])
        #expect(evicted(&nve, by: 6, at: 3) == ["3 ms: 1 forgets vm0, evicted"])
    }

    @Test func evictedMappingIsNotAskedForAtItsExpiry() {
        var nve = edge {
            $0.nve.cache.capacity = 1
            $0.nve.cache.timeout = .milliseconds(60)
        }
        nve.hear(.push(there))
        nve.hear(.push(entry(client, at: 2)), at: .milliseconds(10))
        _ = nve.said()
        nve.pass(to: .milliseconds(69))
        #expect(nve.said() == [])
        nve.pass(to: .milliseconds(70))
        #expect(nve.said().first == "70 ms: 1 forgets vm3, expired")
    }
}

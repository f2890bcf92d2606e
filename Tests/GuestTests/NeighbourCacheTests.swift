import Guest
import Kernel
import Testing
import Wire

/// A guest in conversation with its NVE: when it asks, which packets wait, which are lost.
@Suite struct NeighbourCacheTests {
    private var context = Context(random: RandomSource(seed: 1, run: 0))
    private var guest = NeighbourCache(vm: VMID(3 as UInt32), family: .ipv4, settings: settings())
    private var now = Instant.zero
    private var armed: [(handle: TimerHandle, at: Instant)] = []
    private var lines: [String] = []
    /// The NVE of the VM; nil while it does not run.
    private var nve: NodeID? = NodeID(1)

    private static func settings(_ change: (inout GuestConfiguration) -> Void = { _ in }) -> NeighbourSettings {
        var guest = GuestConfiguration()
        guest.neighbours = .resolve
        change(&guest)
        return NeighbourSettings(guest)
    }

    private mutating func start(_ family: IPFamily = .ipv4, _ change: (inout GuestConfiguration) -> Void) {
        guest = NeighbourCache(vm: VMID(3 as UInt32), family: family, settings: Self.settings(change))
    }

    private mutating func said() -> [String] {
        defer { lines = [] }
        return lines
    }

    private mutating func note() {
        for effect in context.outbox[..<context.effectCount] {
            switch effect {
            case .arm(let handle, let at): armed.append((handle, at))
            case .tell(.nve(let node), let message, .vm(let vm), .zero):
                let address = message.record.address.index
                lines.append("\(now): vm\(vm.index) asks nve\(node.index): \(message.kind.name) \(address)")
            default: lines.append("unexpected: \(effect)")
            }
        }
        context.clear()
    }

    private mutating func pass(to time: Duration) {
        let end = Instant.zero + time
        while let next = armed.indices.filter({ armed[$0].at <= end }).min(by: { armed[$0].at < armed[$1].at }) {
            let timer = armed.remove(at: next)
            now = timer.at
            guard let key = context.timers.expire(timer.handle) else { continue }
            let lost = guest.timerRanOut(key.token, at: nve, now: now, in: &context)
            note()
            lines += lost.map { "\(now): \($0.index) lost" }
        }
        now = end
    }

    /// Whether a packet for an address goes at once.
    private mutating func send(_ packet: UInt32, to address: UInt32 = 15, at time: Duration = .zero) -> Bool {
        pass(to: time)
        let admission = guest.admit(
            PacketHandle(packet), to: EndpointID(address), of: VMID(address / 2), at: NodeID(1), now: now,
            in: &context)
        note()
        switch admission {
        case .goes: return true
        case .waits: break
        case .waitsInsteadOf(let oldest): lines.append("\(now): \(oldest.index) lost")
        case .findsNoRoom: lines.append("\(now): \(packet) lost")
        }
        return false
    }

    private mutating func answer(_ address: UInt32 = 15, at time: Duration) {
        pass(to: time)
        let waiting = guest.answered(EndpointID(address), now: now, in: &context)
        note()
        lines += waiting.map { "\(now): \($0.index) goes" }
    }

    // MARK: - First packets

    @Test(
        "DER-18: the first packet asks, and waits for the answer; the next ones go at once",
        arguments: IPFamily.allCases)
    mutating func firstPacketAsks(family: IPFamily) {
        start(family) { _ in }
        #expect(!send(1) && !send(2, at: .milliseconds(1)) && !guest.knows(EndpointID(15 as UInt32)))
        answer(at: .milliseconds(5))
        let kind = family == .ipv4 ? "arp-request" : "neighbour-solicitation"
        #expect(
            said() == ["0 ps: vm3 asks nve1: \(kind) 15", "5 ms: 1 goes", "5 ms: 2 goes"], "asked once, in order")
        #expect(send(3, at: .milliseconds(6)) && guest.knows(EndpointID(15 as UInt32)))
        pass(to: .seconds(100))
        #expect(said() == [] && context.timers.pending == 0)
    }

    @Test("RFC 4861 §7.2.2: the newest packets wait, older ones make room", arguments: [0, 1, 3] as [UInt32])
    mutating func queueKeepsTheNewest(_ queue: UInt32) {
        start { $0.queue = queue }
        for packet in 0..<5 as Range<UInt32> { #expect(!send(packet)) }
        answer(at: .milliseconds(5))
        let lost = said().filter { $0.contains("lost") }
        #expect(lost == (0..<5 - queue).map { "0 ps: \($0) lost" })
        pass(to: .seconds(9))
        #expect(context.timers.pending == 0)
    }

    @Test(
        "RFC 4861 §7.2.2: attempts at their distance, then all that waits is lost", arguments: [1, 3, 4] as [UInt32])
    mutating func attemptsEnd(_ attempts: UInt32) {
        start {
            $0.attempts = attempts
            $0.retransmit = .milliseconds(200)
        }
        #expect(!send(1) && !send(2, at: .milliseconds(10)))
        pass(to: .seconds(5))
        let end = "\(200 * attempts) ms"
        let asked = (0..<attempts).map { "\($0 == 0 ? "0 ps" : "\(200 * $0) ms"): vm3 asks nve1: arp-request 15" }
        #expect(said() == asked + ["\(end): 1 lost", "\(end): 2 lost"])
        #expect(context.timers.pending == 0)
        // The next packet begins anew.
        #expect(!send(3, at: .seconds(6)))
        answer(at: .seconds(6) + .milliseconds(1))
        #expect(said() == ["6 s: vm3 asks nve1: arp-request 15", "6.001 s: 3 goes"])
    }

    @Test mutating func neighboursAreApart() {
        for address in stride(from: 1, to: 201, by: 2) { #expect(!send(UInt32(address), to: UInt32(address))) }
        answer(77, at: .milliseconds(1))
        #expect(said().count == 101)
        for address in stride(from: 1, to: 201, by: 2) {
            #expect(guest.knows(EndpointID(UInt32(address))) == (address == 77))
        }
        #expect(send(0, to: 77, at: .milliseconds(2)) && !send(0, to: 79, at: .milliseconds(2)))
    }

    @Test("RFC 826, RFC 4861 §7.2.5: an answer that nobody asked for creates no entry")
    mutating func unaskedAnswerIsIgnored() {
        answer(at: .milliseconds(1))
        #expect(!guest.knows(EndpointID(15 as UInt32)))
        #expect(!send(1, at: .milliseconds(2)))
        #expect(said().count == 1)
    }

    // MARK: - Lifetime

    @Test("RFC 4861 §7.3: an entry past its lifetime is used while it is being confirmed")
    mutating func expiredEntryIsConfirmed() {
        start { $0.lifetime = .seconds(30) }
        #expect(!send(1))
        answer(at: .seconds(1))
        _ = said()
        #expect(send(2, at: .seconds(31) - .nanoseconds(1)))
        #expect(said() == [], "[1 s, 31 s)")
        #expect(send(3, at: .seconds(31)) && send(4, at: .seconds(31)))
        #expect(said() == ["31 s: vm3 asks nve1: arp-request 15"], "it asks, once, and goes on sending")
        answer(at: .milliseconds(31_005))
        #expect(send(5, at: .seconds(61)) && said() == [])
        #expect(send(6, at: .milliseconds(61_005)) && said().count == 1)
    }

    @Test("RFC 4861 §7.3.3: without confirmation the entry goes")
    mutating func unconfirmedEntryGoes() {
        start { $0.lifetime = .seconds(30) }
        #expect(!send(1))
        answer(at: .zero)
        _ = said()
        #expect(send(2, at: .seconds(40)) && send(3, at: .seconds(42)))
        pass(to: .seconds(43))
        #expect(said().count == 3 && !guest.knows(EndpointID(15 as UInt32)))
        #expect(!send(4, at: .seconds(44)))
    }

    // MARK: - A VM that stands still

    @Test("an attempt while the VM does not run is not counted")
    mutating func pausedGuestWaits() {
        #expect(!send(1))
        nve = nil
        pass(to: .seconds(10))
        #expect(said() == ["0 ps: vm3 asks nve1: arp-request 15"])
        nve = NodeID(2)
        pass(to: .seconds(11))
        #expect(said() == ["11 s: vm3 asks nve2: arp-request 15"], "at its new place")
        answer(at: .seconds(12))
        #expect(said().last == "12 s: 1 goes")
    }
}

public import Kernel
public import Wire

/// What all guests of a run share when they resolve their neighbours' addresses.
public struct NeighbourSettings: Hashable, Sendable {
    let queue: Int
    let retransmit: Duration
    let attempts: UInt32
    let lifetime: Duration?

    public init(_ guest: GuestConfiguration) {
        queue = Int(guest.queue)
        retransmit = guest.retransmit
        attempts = guest.attempts
        lifetime = guest.lifetime
    }
}

/// A guest's table of neighbours, IP address to MAC address: ARP (RFC 826) or IPv6 neighbour discovery (RFC 4861),
/// which work alike as far as packets are concerned.
///
/// The first packet to a neighbour waits while the guest asks its NVE, and a few more with it; a new one takes the
/// place of the oldest (RFC 4861, section 7.2.2). Without an answer to any attempt all of them are lost. An entry that
/// has reached the end of its lifetime is confirmed when the next packet uses it; packets go on meanwhile (section
/// 7.3.3, without its delay before the first probe).
///
/// It is a state machine like an NVE: a packet, a message or a timer in, an outcome and effects out.
public struct NeighbourCache: Sendable {
    private enum State: Sendable {
        /// Asked so many times without an answer; packets wait.
        case incomplete(times: UInt32, TimerHandle)
        case reachable(until: Instant)
        /// Asked again so many times to confirm an entry; packets go on.
        case probing(times: UInt32, TimerHandle)
        /// No answer came: the next packet begins anew.
        case unknown
    }

    private struct Entry: Sendable {
        let neighbour: MappingRecord
        var state = State.unknown
        var waiting: [PacketHandle] = []
    }

    private let vm: VMID
    private let family: IPFamily
    private let settings: NeighbourSettings
    private var entries: ContiguousArray<Entry> = []
    /// Places in `entries` by address: open addressing, at most half full; `.max` = free.
    private var slots: ContiguousArray<UInt32> = [.max, .max]

    public init(vm: VMID, family: IPFamily, settings: NeighbourSettings) {
        self.vm = vm
        self.family = family
        self.settings = settings
    }

    /// Whether the MAC address of a neighbour is known, be it under confirmation.
    public func knows(_ address: EndpointID) -> Bool {
        guard let index = index(of: address) else { return false }
        switch entries[index].state {
        case .reachable, .probing: return true
        case .incomplete, .unknown: return false
        }
    }

    /// What becomes of a packet that is to go to a neighbour.
    public enum Admission: Hashable, Sendable {
        case goes
        /// The guest keeps its handle.
        case waits
        /// The same; the one that has waited longest is lost for it.
        case waitsInsteadOf(PacketHandle)
        /// It is lost itself: the guest keeps none.
        case findsNoRoom
    }

    /// A packet is to go to a neighbour.
    ///
    /// - Parameters:
    ///   - address: the neighbour's IP endpoint.
    ///   - host: where the VM is at present.
    @inline(__always)
    public mutating func admit(
        _ handle: PacketHandle, to address: EndpointID, of neighbour: VMID, at host: NodeID, now: Instant,
        in context: inout Context
    ) -> Admission {
        let found = slots[slot(of: address)]
        if found != .max, case .reachable(let until) = entries[Int(found)].state, now < until { return .goes }
        return admitSlowly(handle, to: address, of: neighbour, at: host, now: now, in: &context)
    }

    @inline(never)
    private mutating func admitSlowly(
        _ handle: PacketHandle, to address: EndpointID, of neighbour: VMID, at host: NodeID, now: Instant,
        in context: inout Context
    ) -> Admission {
        let index = index(of: address) ?? insert(address, of: neighbour)
        switch entries[index].state {
        case .probing: return .goes
        case .reachable:
            entries[index].state = .probing(times: 1, ask(index, at: host, now, &context))
            return .goes
        case .incomplete: break
        case .unknown: entries[index].state = .incomplete(times: 1, ask(index, at: host, now, &context))
        }
        if settings.queue == 0 { return .findsNoRoom }
        let oldest = entries[index].waiting.count < settings.queue ? nil : entries[index].waiting.removeFirst()
        entries[index].waiting.append(handle)
        return oldest.map { .waitsInsteadOf($0) } ?? .waits
    }

    /// The NVE has told the neighbour's MAC address. Returns the packets that go now, in order. An answer without a
    /// question creates no entry (RFC 826; RFC 4861, section 7.2.5).
    public mutating func answered(
        _ address: EndpointID, now: Instant, in context: inout Context
    ) -> [PacketHandle] {
        guard let index = index(of: address) else { return [] }
        switch entries[index].state {
        case .incomplete(_, let timer), .probing(_, let timer): context.disarm(timer)
        case .reachable, .unknown: return []
        }
        entries[index].state = .reachable(until: settings.lifetime.map { now + $0 } ?? .never)
        return empty(index)
    }

    /// An attempt has stayed without an answer. Returns the packets that are lost when it was the last. `host` is nil
    /// while the VM does not run: then the attempt does not count.
    public mutating func timerRanOut(
        _ token: UInt32, at host: NodeID?, now: Instant, in context: inout Context
    ) -> [PacketHandle] {
        let index = Int(token)
        switch entries[index].state {
        case .incomplete(let times, _):
            if let next = next(times, index, at: host, now, &context) {
                entries[index].state = .incomplete(times: next.times, next.timer)
                return []
            }
        case .probing(let times, _):
            if let next = next(times, index, at: host, now, &context) {
                entries[index].state = .probing(times: next.times, next.timer)
                return []
            }
        case .reachable, .unknown: return []
        }
        entries[index].state = .unknown
        return empty(index)
    }

    /// The VM has failed: it knows nothing any more. Returns the packets that it had, to be lost.
    public mutating func fail(in context: inout Context) -> [PacketHandle] {
        for entry in entries {
            switch entry.state {
            case .incomplete(_, let timer), .probing(_, let timer): context.disarm(timer)
            case .reachable, .unknown: break
            }
        }
        defer { (entries, slots) = ([], [.max, .max]) }
        return entries.flatMap(\.waiting)
    }

    /// The next attempt; nil when there have been enough.
    private func next(
        _ times: UInt32, _ index: Int, at host: NodeID?, _ now: Instant, _ context: inout Context
    ) -> (times: UInt32, timer: TimerHandle)? {
        guard let host else { return (times, arm(index, now, &context)) }
        return times < settings.attempts ? (times + 1, ask(index, at: host, now, &context)) : nil
    }

    private mutating func empty(_ index: Int) -> [PacketHandle] {
        defer { entries[index].waiting = [] }
        return entries[index].waiting
    }

    private func ask(_ index: Int, at host: NodeID, _ now: Instant, _ context: inout Context) -> TimerHandle {
        var record = entries[index].neighbour
        record.port = host
        let question = family == .ipv4 ? Message.arpRequest(record) : .neighbourSolicitation(record)
        context.ask(.tell(.nve(host), question, from: .vm(vm), after: .zero))
        return arm(index, now, &context)
    }

    private func arm(_ index: Int, _ now: Instant, _ context: inout Context) -> TimerHandle {
        let key = TimerKey(owner: .vm(vm), purpose: .neighbourTimeout, token: UInt32(index))
        return context.arm(key, at: now + settings.retransmit)
    }

    // MARK: - The table

    private func index(of address: EndpointID) -> Int? {
        let place = slots[slot(of: address)]
        return place == .max ? nil : Int(place)
    }

    /// The slot that names an address's entry, or the free one where it belongs.
    @inline(__always)
    private func slot(of address: EndpointID) -> Int {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: (address.index &* 0x9e37_79b1) >> 8) & mask
        while slots[slot] != .max, entries[Int(slots[slot])].neighbour.address != address { slot = (slot &+ 1) & mask }
        return slot
    }

    private mutating func insert(_ address: EndpointID, of neighbour: VMID) -> Int {
        // The guest knows the IP address alone.
        entries.append(
            Entry(
                neighbour: MappingRecord(
                    network: .unknown, vm: neighbour, hardware: .none, address: address, locator: .none, sequence: 0,
                    move: .none)))
        if entries.count * 2 > slots.count {
            slots = ContiguousArray(repeating: .max, count: slots.count * 2)
            for index in entries.indices { slots[slot(of: entries[index].neighbour.address)] = UInt32(index) }
        } else {
            slots[slot(of: address)] = UInt32(entries.count - 1)
        }
        return entries.count - 1
    }
}

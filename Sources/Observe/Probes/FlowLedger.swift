public import Kernel

/// What is known of a flow's packets that have ended; only packets of the measured window count, except in `ended`.
public struct FlowAccount: Sendable {
    /// Packets that have ended, measured or not.
    public var ended: UInt64 = 0
    public var delivered: UInt64 = 0
    public var bytes: UInt64 = 0
    public var latencySum: UInt128 = 0
    public var latencyMin: Int64 = .max
    public var latencyMax: Int64 = 0
    public var links: UInt64 = 0
    public var segments: UInt64 = 0
    /// The largest serial number delivered, plus 1 (RFC 4737, NextExp).
    public var nextExpected: UInt32 = 0
    /// Where the histogram counted last.
    var latencyPage: UInt32 = 0
    public var linksMin: UInt8 = .max
    public var linksMax: UInt8 = 0
    public var segmentsMin: UInt8 = .max
    public var segmentsMax: UInt8 = 0
    public var rare = RareCounts()
    /// Packets still under way at the end: all, and those of the measured window.
    public var unfinishedAll: UInt64 = 0
    public var unfinished: UInt64 = 0
}

/// Counts that most packets leave alone.
public struct RareCounts: Hashable, Sendable {
    public var lost: UInt64 = 0
    public var reordered: UInt64 = 0
    public var misdirected: UInt64 = 0
    public var redirected: UInt64 = 0
    public var triangular: UInt64 = 0
    public var early: UInt64 = 0
    public var buffered: UInt64 = 0
    public var marked: UInt64 = 0
}

/// Losses are kept apart by these.
public struct LossKey: Hashable, Sendable {
    public var flow: FlowID
    public var move: MoveID
    public var period: MovePeriod
    public var cause: LossCause
    public var whereabouts: Whereabouts

    public init(flow: FlowID, move: MoveID, period: MovePeriod, cause: LossCause, whereabouts: Whereabouts) {
        self.flow = flow
        self.move = move
        self.period = period
        self.cause = cause
        self.whereabouts = whereabouts
    }
}

public struct LossSum: Hashable, Sendable {
    public var packets = 0
    public var first: Instant
    public var last: Instant
}

/// The account of all flows: folded once per packet, when its life ends. No fact is made for a delivery.
public struct FlowLedger: Sendable {
    public private(set) var accounts: ContiguousArray<FlowAccount>
    public private(set) var losses: [LossKey: LossSum] = [:]
    /// How every packet ended: (flow : serial, when, how).
    public private(set) var fates = Fingerprint()
    private var latencies: LatencyHistogram
    private let from: Instant
    private let until: Instant

    /// - Parameters:
    ///   - from, until: the measured window, by departure time.
    public init(flows: Int, from: Instant, until: Instant) {
        accounts = ContiguousArray(repeating: FlowAccount(), count: flows)
        latencies = LatencyHistogram(flows: flows)
        self.from = from
        self.until = until
    }

    @inline(__always)
    public func isMeasured(_ sentAt: Instant) -> Bool { sentAt >= from && sentAt < until }

    /// A packet reached its VM.
    public mutating func delivered(_ packet: PacketRecord, now: Instant) {
        let index = Int(packet.flow.index)
        let latency = (now - packet.sentAt).picoseconds
        fates.fold(Self.identity(packet), UInt64(bitPattern: now.picoseconds))
        accounts[index].ended &+= 1
        if !isMeasured(packet.sentAt) { return }
        latencies.record(index, latency, hint: &accounts[index].latencyPage)
        Self.add(packet, latency, to: &accounts[index])
    }

    @inline(__always)
    private static func add(_ packet: PacketRecord, _ latency: Int64, to account: inout FlowAccount) {
        account.delivered &+= 1
        account.bytes &+= UInt64(packet.innerBytes)
        account.latencySum &+= UInt128(latency)
        account.latencyMin = min(account.latencyMin, latency)
        account.latencyMax = max(account.latencyMax, latency)
        account.links &+= UInt64(packet.links)
        account.segments &+= UInt64(packet.segments)
        account.linksMin = min(account.linksMin, packet.links)
        account.linksMax = max(account.linksMax, packet.links)
        account.segmentsMin = min(account.segmentsMin, packet.segments)
        account.segmentsMax = max(account.segmentsMax, packet.segments)
        if packet.serial >= account.nextExpected {
            account.nextExpected = packet.serial &+ 1
        } else if !packet.flags.contains(.transfer) {
            account.rare.reordered &+= 1
        }
        if !packet.flags.isDisjoint(with: .noteworthy) { note(packet.flags, wasDelivered: true, &account.rare) }
    }

    /// A packet of a sized transfer was overtaken by a later one of the same transfer.
    public mutating func reordered(_ packet: PacketRecord) {
        if isMeasured(packet.sentAt) { accounts[Int(packet.flow.index)].rare.reordered += 1 }
    }

    /// A packet was lost.
    public mutating func lost(_ packet: PacketRecord, _ key: LossKey, now: Instant) {
        let index = Int(packet.flow.index)
        fates.fold(Self.identity(packet), UInt64(bitPattern: now.picoseconds) << 8 | UInt64(key.cause.rawValue) + 1)
        accounts[index].ended += 1
        if !isMeasured(packet.sentAt) { return }
        accounts[index].rare.lost += 1
        Self.note(packet.flags, wasDelivered: false, &accounts[index].rare)
        losses[key, default: LossSum(first: now, last: now)].packets += 1
        losses[key]?.last = now
    }

    /// A packet was still under way at the end of the run.
    public mutating func unfinished(_ packet: PacketRecord) {
        let index = Int(packet.flow.index)
        fates.fold(Self.identity(packet), .max)
        accounts[index].unfinishedAll += 1
        if !isMeasured(packet.sentAt) { return }
        accounts[index].unfinished += 1
        Self.note(packet.flags, wasDelivered: false, &accounts[index].rare)
    }

    private static func note(_ flags: PacketFlags, wasDelivered: Bool, _ rare: inout RareCounts) {
        if flags.contains(.misdirected) { rare.misdirected += 1 }
        if flags.contains(.early) { rare.early += 1 }
        if flags.contains(.buffered) { rare.buffered += 1 }
        if flags.contains(.marked) { rare.marked += 1 }
        if flags.contains(.redirected) {
            rare.redirected += 1
            if wasDelivered { rare.triangular += 1 }
        }
    }

    private static func identity(_ packet: PacketRecord) -> UInt64 {
        UInt64(packet.flow.index) << 32 | UInt64(packet.serial)
    }

    /// A quantile of a flow's one-way delay, nil when nothing was delivered.
    public func latency(_ quantile: Quantile, of flow: Int) -> Duration? {
        let account = accounts[flow]
        return latencies.quantile(
            flow, quantile, min: Duration(picoseconds: account.latencyMin),
            max: Duration(picoseconds: account.latencyMax))
    }

    public var reservedBytes: Int {
        accounts.capacity * MemoryLayout<FlowAccount>.stride + latencies.reservedBytes
    }
}

extension PacketFlags {
    /// Flags that have counts of their own.
    fileprivate static let noteworthy: PacketFlags = [.misdirected, .redirected, .early, .buffered, .marked]
}

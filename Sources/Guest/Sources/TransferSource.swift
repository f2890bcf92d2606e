public import Kernel

/// One VM of an entry `kind: flows`: begins transfers of random size to random VMs of its network, as a Poisson
/// process.
public struct TransferSource: Sendable {
    public let vm: VMID
    /// Which traffic entry it belongs to: place in the world's list of transfer entries.
    public let entry: Int
    /// VM numbers it may send to; it never sends to itself.
    private let peers: Range<UInt32>
    /// Mean picoseconds between two beginnings.
    private let meanGap: Double
    private let stop: Instant
    private var gaps: StreamCursor
    private var choices: StreamCursor

    public init(
        vm: VMID, entry: Int, peers: Range<UInt32>, meanGap: Double, stop: Instant, gaps: StreamCursor,
        choices: StreamCursor
    ) {
        self.vm = vm
        self.entry = entry
        self.peers = peers
        self.meanGap = meanGap
        self.stop = stop
        self.gaps = gaps
        self.choices = choices
    }

    /// When the next transfer begins, or `.never`.
    public mutating func next(after now: Instant, in context: inout Context) -> Instant {
        let due = now + context.random.exponentialGap(mean: meanGap, from: &gaps)
        return due < stop ? due : .never
    }

    /// Draws a size and a peer.
    public mutating func draw(
        sizes: SizeSampler, in context: inout Context
    ) -> (bytes: UInt64, peer: VMID, port: UInt32) {
        let bytes = sizes.draw(from: &choices, of: context.random)
        let others = UInt32(peers.count) - (peers.contains(vm.index) ? 1 : 0)
        var peer = peers.lowerBound + UInt32(context.random.uniformInteger(below: UInt64(others), from: &choices))
        if peers.contains(vm.index), peer >= vm.index { peer += 1 }
        let port = UInt32(truncatingIfNeeded: context.random.uniformInteger(below: 1 << 32, from: &choices))
        return (bytes, VMID(peer), port)
    }
}

/// A transfer under way: so many bytes from one VM to another, cut into packets that leave at a steady pace.
public struct Transfer: Sendable {
    public let vm: VMID
    public let peer: VMID
    /// The row of the flow table: its entry's size class.
    public let flow: FlowID
    public let start: Instant
    public private(set) var packets: UInt64
    /// Its sender has failed: the rest is never sent.
    public private(set) var isAborted = false
    /// Inner-header hash: a transfer has a source port of its own.
    public let entropy: UInt32
    /// Bytes of an IP packet: the usual one, and the last.
    public let packetBytes: UInt32
    public let lastPacketBytes: UInt32
    public let gap: Duration
    public let isMeasured: Bool
    /// What its packets are marked with.
    public let flags: PacketFlags
    public let priority: UInt8
    public private(set) var sent: UInt64 = 0
    public private(set) var delivered: UInt64 = 0
    public private(set) var lost: UInt64 = 0
    /// The largest serial number delivered, plus 1 (RFC 4737's NextExp within the transfer).
    public var nextExpected: UInt32 = 0

    /// - Parameters:
    ///   - dataBytes: what is to be moved; each packet carries `packetBytes - headerBytes` of it.
    ///   - isFollowed: one of the two VMs moves at some time.
    public init(
        vm: VMID, peer: VMID, flow: FlowID, start: Instant, dataBytes: UInt64, packetBytes: UInt32,
        headerBytes: UInt32, entropy: UInt32, gap: Duration, isMeasured: Bool, isFollowed: Bool = false,
        priority: UInt8 = 0
    ) {
        self.vm = vm
        self.peer = peer
        self.flow = flow
        self.start = start
        let payload = UInt64(packetBytes - headerBytes)
        let count = (dataBytes + payload - 1) / payload
        packets = count
        self.packetBytes = packetBytes
        lastPacketBytes = UInt32(dataBytes - (count - 1) * payload) + headerBytes
        self.entropy = entropy
        self.gap = gap
        self.isMeasured = isMeasured
        flags = isFollowed ? [.transfer, .followed] : .transfer
        self.priority = priority
    }

    public var isSent: Bool { sent == packets }
    /// Every packet has been sent and has ended.
    public var isOver: Bool { delivered + lost == packets }
    public var isComplete: Bool { delivered == packets && !isAborted }

    /// Bytes of the IP packet that leaves now.
    public mutating func sendNext() -> UInt32 {
        sent += 1
        return isSent ? lastPacketBytes : packetBytes
    }

    /// What has not been sent yet is not sent any more.
    public mutating func abort() {
        (packets, isAborted) = (sent, true)
    }

    public mutating func noteDelivered() { delivered += 1 }
    public mutating func noteLost() { lost += 1 }

    /// From start to the arrival of its last packet on an idle network, where that packet takes `lastDelay`.
    public func idleTime(lastDelay: Duration) -> Duration { gap * Int64(clamping: packets - 1) + lastDelay }
}

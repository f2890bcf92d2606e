public import Kernel
import Wire

/// One flow of single packets between two VMs: constant rate or Poisson.
///
/// While its VM does not run it is silent; a constant-rate clock goes on all the same, so that packets after the move
/// leave when they would have left without it.
public struct PacketSource: Sendable {
    public let vm: VMID
    public let flow: FlowID
    /// Whether an end of the flow moves, so that results about single windows and periods are kept for it.
    public var isWatched = false
    /// Poisson; else constant rate.
    private let isPoisson: Bool
    let destination: EndpointID
    let source: EndpointID
    private let entropy: UInt32
    private let innerBytes: UInt32
    let priority: UInt8
    /// Whole picoseconds between two packets, and the fraction beyond them.
    private let interval: Int64
    private let remainder: UInt64
    private let denominator: UInt64
    private var carried: UInt64 = 0
    private let stop: Instant
    /// Packets that it may still send.
    private var left: UInt64
    /// Packets sent so far.
    public private(set) var serial: UInt32 = 0
    private var gaps: StreamCursor

    /// - Parameters:
    ///   - entropy: hash of the inner headers.
    ///   - stop: packets leave before.
    ///   - limit: the most packets, or nil.
    ///   - gaps: the stream from which Poisson gaps are drawn.
    ///   - priority: of its packets, on scheduled links.
    public init(
        vm: VMID, flow: FlowID, source: EndpointID, destination: EndpointID, entropy: UInt32, innerBytes: UInt32,
        rate: PacketRate, isPoisson: Bool, stop: Instant, limit: UInt64?, gaps: StreamCursor,
        priority: UInt8 = 0
    ) {
        self.vm = vm
        self.flow = flow
        self.source = source
        self.destination = destination
        self.entropy = entropy
        self.innerBytes = innerBytes
        (interval, remainder) = rate.interval
        denominator = rate.microPackets
        self.isPoisson = isPoisson
        self.stop = stop
        left = limit ?? .max
        self.gaps = gaps
        self.priority = priority
    }

    /// Whether its limit is reached.
    var isExhausted: Bool { left == 0 }
    /// Whether a packet may leave then.
    func mayLeave(at instant: Instant) -> Bool { instant < stop }
    /// The next interval begins at a packet: no fraction of a picosecond is carried into it.
    mutating func restartClock() { carried = 0 }

    /// The packet that leaves now.
    @inline(__always)
    public mutating func makePacket(now: Instant) -> PacketRecord {
        left -= 1
        return makeCopy(now: now)
    }

    /// A further packet that does not count as one of the limit: a request that is sent again.
    @inline(__always)
    public mutating func makeCopy(now: Instant) -> PacketRecord {
        var packet = PacketRecord(
            sentAt: now, flow: flow, serial: serial, source: source, destination: destination,
            innerBytes: innerBytes, frameBytes: innerBytes &+ HeaderSize.ethernet, flags: isWatched ? .followed : [])
        packet.entropy = entropy
        packet.priority = priority
        serial &+= 1
        return packet
    }

    /// When to send next, or `.never`. Called once for each emission, made or missed.
    @inline(__always)
    public mutating func next(after now: Instant, in context: inout Context) -> Instant {
        if left == 0 { return .never }
        let due = isPoisson ? now + gap(&context) : tick(now)
        return due < stop ? due : .never
    }

    /// The first emission of a Poisson flow is a gap after its start; `.never` when that is too late.
    public mutating func first(at start: Instant, in context: inout Context) -> Instant {
        let due = isPoisson ? start + gap(&context) : start
        return due < stop && left > 0 ? due : .never
    }

    @inline(__always)
    mutating func tick(_ now: Instant) -> Instant {
        var due = now.picoseconds &+ interval
        carried &+= remainder
        if carried >= denominator {
            carried &-= denominator
            due &+= 1
        }
        return Instant(picoseconds: due)
    }

    private mutating func gap(_ context: inout Context) -> Duration {
        let mean = Double(interval) + Double(remainder) / Double(denominator)
        return context.random.exponentialGap(mean: mean, from: &gaps)
    }
}

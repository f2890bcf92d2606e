/// Rank of events at one instant: state changes come before the packets that would meet them (DER-02, DEC-17).
public enum EventClass: UInt64, Sendable {
    /// Life cycle, protocol timers, delivery of packets whose payload is control.
    case control = 0
    /// Emission and delivery of tenants' packets, transport timers.
    case traffic = 1
}

/// What an event does; the loop switches over it exhaustively.
public enum EventKind: UInt8, Sendable {
    /// A packet reaches the far end of a link. Handle: packet.
    case arrival
    /// A source sends its next packet. Handle: source.
    case emission
    /// A transfer of random size begins. Handle: source.
    case transferStart
    /// A transfer sends its next packet. Handle: transfer.
    case transferPacket
    /// A node may send the next packet that it held. Handle: node.
    case release
    /// A protocol timer runs out. Handle: place in the timer table, with its generation.
    case timer
    /// A message over an ideal channel arrives. Handle: control payload.
    case message
    /// A step of a move falls due. Handle: move.
    case move
    /// A link fails or is repaired, or switches learn of it. Handle: change.
    case link
    /// The run ends whatever is still pending. Handle: none.
    case sentinel
    /// A transmission on a scheduled link ends. Handle: link.
    case endOfService
    /// A packet reaches the far end of a scheduled link, unless that was put off. Handle: packet, with a generation.
    case scheduledArrival
    /// A source of bursts sends its next packet. Handle: burst source.
    case burst
    /// A client asks. Handle: request source.
    case request
    /// A server answers, its work done. Handle: request.
    case response
    /// A client has waited for an answer long enough. Handle: request.
    case requestTimeout
    /// Nodes or VMs fail or are repaired. Handle: change.
    case node
    /// Replicas of the NVA have waited for the one in charge. Handle: that one, with a generation.
    case authority
    /// State of a moving VM may be sent, or an answer is overdue. Handle: move.
    case state
    /// What a VM has sent gets out: its state then is safe elsewhere. Handle: packet, with the VM's generation.
    case output
    /// A VM that nobody has moved announces itself. Handle: announcer.
    case announcement
    /// A VM is asked for, or to be destroyed. Handle: VM, with 1 for the latter as generation.
    case creation
}

/// An entry of the queue: 16 bytes, plain data, so that it can be printed, hashed and compared.
public struct Event: Equatable, Sendable {
    /// `time * 2 + class`: earlier time first, control before traffic at one instant.
    public var key: UInt64
    /// Kind in bits 0-7, generation in bits 8-31, handle in bits 32-63.
    public var word: UInt64

    @inlinable
    public init(key: UInt64, word: UInt64) {
        self.key = key
        self.word = word
    }

    @inlinable
    public init(at time: Instant, rank: EventClass, kind: EventKind, generation: UInt32 = 0, handle: UInt32) {
        key = UInt64(bitPattern: time.picoseconds) << 1 | rank.rawValue
        word = UInt64(kind.rawValue) | UInt64(generation & 0xff_ffff) << 8 | UInt64(handle) << 32
    }

    @inlinable public var time: Instant { Instant(picoseconds: Int64(bitPattern: key >> 1)) }
    @inlinable public var rank: EventClass { EventClass(rawValue: key & 1).unsafelyUnwrapped }
    /// Words are made only from an `EventKind`, so every low byte is one.
    @inlinable public var kind: EventKind { EventKind(rawValue: UInt8(truncatingIfNeeded: word)).unsafelyUnwrapped }
    @inlinable public var generation: UInt32 { UInt32(truncatingIfNeeded: word >> 8) & 0xff_ffff }
    @inlinable public var handle: UInt32 { UInt32(truncatingIfNeeded: word >> 32) }
}

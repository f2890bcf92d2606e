/// One packet under way: plain old data, 64 bytes, in the final layout for every kind of packet.
///
/// Header bytes are not kept: they are produced on demand from these fields. What a result table needs of a packet
/// travels in the record and is folded into the tables once, when its life ends.
public struct PacketRecord: Sendable {
    /// When the packet left its sender.
    public var sentAt: Instant
    /// The row of the flow table it counts for.
    public var flow: FlowID
    /// Its number within the flow, from 0.
    public var serial: UInt32
    /// Inner addresses: the endpoints of sender and receiver.
    public var source: EndpointID
    public var destination: EndpointID
    /// Outer addresses: the NVEs (hosts) at the ends of the present overlay segment.
    public var outerSource: NodeID
    public var outerDestination: NodeID
    /// Hash of the outer five-tuple, by which switches choose among equal paths.
    public var entropy: UInt32
    /// The link that it is on.
    public var link: LinkID
    /// Length of the tenant's IP packet in bytes; of a control packet, its own.
    public var innerBytes: UInt32
    /// Length of the frame on the underlay in bytes, without FCS.
    public var frameBytes: UInt32
    public var flags: PacketFlags
    /// Underlay links entered so far.
    public var links: UInt8
    /// Overlay segments (NVE to NVE legs) entered so far.
    public var segments: UInt8
    /// The last NVE that redirected it: the old NVE, in a chain of moves.
    public var relay: NodeID
    /// Place in a side pool: control payload, transfer, transport options, quoted packet; which one, `flags` say.
    public var extensionIndex: UInt32
    /// Which frames it overtakes on scheduled links: 0 to 7, higher first. Outer headers carry the inner packet's.
    public var priority: UInt8
    /// Free.
    public var spare: UInt8
    /// Underlay hops that the packet may still take.
    public var hopLimit: UInt8
    /// Free for transport protocols.
    public var transport: UInt8

    /// A packet that has just been made; it is on no link and in no tunnel.
    @inlinable
    public init(
        sentAt: Instant, flow: FlowID, serial: UInt32, source: EndpointID, destination: EndpointID,
        innerBytes: UInt32, frameBytes: UInt32, flags: PacketFlags = []
    ) {
        self.sentAt = sentAt
        self.flow = flow
        self.serial = serial
        self.source = source
        self.destination = destination
        outerSource = .none
        outerDestination = .none
        entropy = 0
        link = .none
        self.innerBytes = innerBytes
        self.frameBytes = frameBytes
        self.flags = flags
        links = 0
        segments = 0
        relay = .none
        extensionIndex = 0
        priority = 0
        spare = 0
        hopLimit = 255
        transport = 0
    }
}

/// What has happened to a packet so far, and what it is.
public struct PacketFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt16
    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Carries a control payload; `extensionIndex` is its place, unless it is ``state``.
    @inlinable public static var control: PacketFlags { PacketFlags(rawValue: 1 << 0) }
    /// Belongs to a sized transfer; `extensionIndex` is its place.
    @inlinable public static var transfer: PacketFlags { PacketFlags(rawValue: 1 << 1) }
    /// Arrived at an NVE that is no longer the VM's place.
    @inlinable public static var misdirected: PacketFlags { PacketFlags(rawValue: 1 << 2) }
    /// Relayed by an old NVE.
    @inlinable public static var redirected: PacketFlags { PacketFlags(rawValue: 1 << 3) }
    /// Arrived at the new NVE before the VM attached.
    @inlinable public static var early: PacketFlags { PacketFlags(rawValue: 1 << 4) }
    /// Waited in a buffer for the VM.
    @inlinable public static var buffered: PacketFlags { PacketFlags(rawValue: 1 << 5) }
    /// A further copy made by the network.
    @inlinable public static var copy: PacketFlags { PacketFlags(rawValue: 1 << 6) }
    /// Put in by an attacker.
    @inlinable public static var injected: PacketFlags { PacketFlags(rawValue: 1 << 7) }
    /// Drawn to an attacker.
    @inlinable public static var hijacked: PacketFlags { PacketFlags(rawValue: 1 << 8) }
    /// Carries state of a moving VM between hosts; also a control packet. `extensionIndex` is the place of its train.
    @inlinable public static var state: PacketFlags { PacketFlags(rawValue: 1 << 9) }
    /// Stands for several frames back to back.
    @inlinable public static var train: PacketFlags { PacketFlags(rawValue: 1 << 10) }
    /// Belongs to a flow of which an end moves at some time: its course is followed closely.
    @inlinable public static var followed: PacketFlags { PacketFlags(rawValue: 1 << 13) }
    /// A request that its receiver answers; `extensionIndex` is its place among requests.
    @inlinable public static var request: PacketFlags { PacketFlags(rawValue: 1 << 14) }
    /// An answer; `extensionIndex` is the place of its request.
    @inlinable public static var response: PacketFlags { PacketFlags(rawValue: 1 << 15) }
    /// Somebody waits for its end: see what each of them says.
    @inlinable public static var awaited: PacketFlags { [.transfer, .request, .response] }
    /// Met a long queue: Congestion Experienced (RFC 3168).
    @inlinable public static var marked: PacketFlags { PacketFlags(rawValue: 1 << 12) }
}

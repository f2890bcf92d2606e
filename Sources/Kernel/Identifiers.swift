/// A node of the underlay: hosts first (0 ..< hosts), then leaves, then spines.
public struct NodeID: Hashable, Comparable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
    @inlinable public init(_ index: Int) { self.index = UInt32(index) }
    @inlinable public static func < (left: NodeID, right: NodeID) -> Bool { left.index < right.index }
    /// No node: a packet that has not been encapsulated, a VM that is nowhere.
    @inlinable public static var none: NodeID { NodeID(UInt32.max) }
}

/// A directed link of the underlay.
public struct LinkID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
    @inlinable public init(_ index: Int) { self.index = UInt32(index) }
    @inlinable public static var none: LinkID { LinkID(UInt32.max) }
    /// The packet was lost with the link that it was on; its arrival finds nothing to do.
    @inlinable public static var cut: LinkID { LinkID(UInt32.max - 1) }
}

/// A tenant's virtual machine (a Tenant End System).
public struct VMID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
    @inlinable public init(_ index: Int) { self.index = UInt32(index) }
    @inlinable public static var none: VMID { VMID(UInt32.max) }
}

/// An interned address inside one virtual network, (VNI, MAC) or (VNI, IP): what mappings are kept for.
///
/// Addresses are interned, not VMs, so that several addresses per VM, one address on two VMs, and forged addresses
/// all fit. Layer 2 forwards on the MAC's endpoint.
public struct EndpointID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
    @inlinable public init(_ index: Int) { self.index = UInt32(index) }
    @inlinable public static var none: EndpointID { EndpointID(UInt32.max) }
}

/// A virtual network: an index into the scenario's networks (its VNI is a property of it).
public struct NetworkID: Hashable, Sendable {
    public var index: UInt32
    /// In a query: the asker does not know.
    @inlinable public static var unknown: NetworkID { NetworkID(UInt32.max) }
    @inlinable public init(_ index: UInt32) { self.index = index }
    @inlinable public init(_ index: Int) { self.index = UInt32(index) }
}

/// A row of the flow table: traffic entry x source x destination, or one size class of a sized-flow entry.
public struct FlowID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
    @inlinable public init(_ index: Int) { self.index = UInt32(index) }
    /// Control traffic belongs to no flow.
    @inlinable public static var control: FlowID { FlowID(UInt32.max) }
}

/// One move of one VM, in the order of the scenario file.
public struct MoveID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
    @inlinable public init(_ index: Int) { self.index = UInt32(index) }
    @inlinable public static var none: MoveID { MoveID(UInt32.max) }
}

/// A place in the packet pool. Handles are reused; they appear in no result and in no fingerprint.
public struct PacketHandle: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
}

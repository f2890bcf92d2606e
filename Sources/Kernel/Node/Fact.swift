/// Why a mapping is gone.
public enum Removal: UInt8, Sendable {
    /// Its timeout is over.
    case expired
    /// It was used least recently, and another needed the place.
    case evicted
    /// A message said that it is wrong.
    case invalidated
    /// The node has failed and lost all that it knew.
    case nodeFailed
}

/// Something that happened and that a probe may want to know: stated once where it happens, measured elsewhere.
///
/// Nothing is stated per packet that takes its normal way; such accounts travel in the packet record.
public enum Fact: Sendable {
    /// The VM left the host `node`, which `nve` serves (or paused there, when `inPlace`).
    case detached(MoveID, VMID, node: NodeID, nve: NodeID, inPlace: Bool, sequence: UInt32)
    /// The VM runs at the host `node`, which `nve` serves, from now on.
    case attached(MoveID, VMID, node: NodeID, nve: NodeID, inPlace: Bool)
    /// The NVA's record for the VM is in force.
    case registered(MappingRecord, changed: Bool)
    /// An NVE's mapping for remote endpoint changed.
    case mappingChanged(nve: NodeID, record: MappingRecord, from: NodeID, by: MessageKind)
    /// An NVE has a mapping no longer.
    case mappingRemoved(nve: NodeID, VMID, why: Removal)
    /// An NVE's neighbour entry now gives another MAC than before.
    case neighbourChanged(nve: NodeID, record: MappingRecord)
    /// A tenant's packet came to an NVE that the VM has left; `ingress` is the NVE whose cache was stale.
    case misdirected(VMID, at: NodeID, ingress: NodeID, relayed: Bool)
    /// The old NVE holds a redirect entry, until `expiry` at the latest.
    case redirectInstalled(VMID, at: NodeID, to: NodeID, expiry: Instant)
    /// The redirect entry is gone: its timer ran out, or the VM is back.
    case redirectEnded(VMID, at: NodeID, expired: Bool)
    /// An NVE says a query or a registration again: the last one has stayed without an answer for its timeout.
    case repeated(MessageKind, MappingRecord, by: NodeID)
}

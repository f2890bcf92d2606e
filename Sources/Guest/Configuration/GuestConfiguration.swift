public import Kernel

/// Section `guest:` — what VMs know of their neighbours, and how they learn it.
public struct GuestConfiguration: Hashable, Sendable {
    public enum Neighbours: String, CaseIterable, Sendable {
        /// They know every MAC address of their network from the start.
        case preset
        /// They ask by ARP or neighbour solicitation before the first packet (DER-18).
        case resolve
    }

    public var neighbours = Neighbours.preset
    /// The most packets that wait in a VM for one neighbour's MAC address.
    public var queue: UInt32 = 3
    /// From one attempt to the next.
    public var retransmit = Duration.seconds(1)
    /// How often a VM asks before it gives up, 1 to 100.
    public var attempts: UInt32 = 3
    /// How long an answer is believed; nil = for ever.
    public var lifetime: Duration?

    public init() {}
}

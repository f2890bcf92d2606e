public import Kernel
public import Wire

/// What all NVEs of a run share: constants, in one place, so that they take no room in each NVE. An NVE keeps its own
/// copy of the few that it needs for every packet.
public final class NVESettings: Sendable {
    /// Where the NVA is reached.
    public enum Authority: Hashable, Sendable {
        case host(NodeID)
        /// Over an ideal channel with this delay.
        case outOfBand(Duration)
    }

    /// From the tenant's IP packet to the frame on the underlay: inner Ethernet and the tunnel's headers.
    public let encapsulatedExtraBytes: UInt32
    public let authority: Authority
    /// Hosts of the NVA's replicas, the first of which is `authority`; empty where there is one NVA.
    let replicas: [NodeID]
    public let miss: NVEConfiguration.Miss
    public let missQueue: UInt32
    public let cache: CacheConfiguration
    public let query: QueryConfiguration
    public let redirect: RedirectConfiguration
    public let invalidate: InvalidateConfiguration
    /// Whether the old NVE tells the NVA that a VM has left.
    public let deregisters: Bool
    public let negativeLifetime: Duration
    /// The addresses of a VM go in one registration.
    let batch: Bool
    /// Messages may be lost: a departure and what hypervisors say over links are confirmed and repeated, and the NVA is
    /// reminded of queries that it holds.
    public let confirms: Bool
    /// How long a query is held at most.
    public let holdTimeout: Duration
    /// By network: the NVEs that an old NVE sends invalidations to, in order.
    public let invalidationTargets: [[NodeID]]
    /// Mappings that expire from then on are not asked for again: nobody sends any more, and the run could not end.
    let ageingEnd: Instant
    /// Whether a packet may be redirected to the NVE that it came from, if no NVE has redirected it before: in a switch
    /// that NVE has many hosts, and the VM may well have gone to one of them.
    let returnsOnce: Bool
    /// Whether each use of a mapping must be noted.
    let tracksUse: Bool
    /// The life of a mapping from its last use; zero where mappings do not age so.
    let slidingLife: Duration

    public init(
        encapsulation: OverlayConfiguration.Encapsulation, authority: Authority, nve: NVEConfiguration,
        redirect: RedirectConfiguration, invalidate: InvalidateConfiguration, nva: NVAConfiguration,
        invalidationTargets: [[NodeID]], ageingEnd: Instant = .never, underlay: IPFamily = .ipv4,
        replicas: [NodeID] = [], confirms: Bool = false
    ) {
        self.confirms = confirms
        switch encapsulation {
        case .vxlan: encapsulatedExtraBytes = HeaderSize.ethernet + HeaderSize.vxlan(over: underlay)
        }
        batch = nva.batch
        self.authority = authority
        self.replicas = replicas
        miss = nve.miss
        missQueue = nve.missQueue
        returnsOnce = nve.placement != .hypervisor
        cache = nve.cache
        query = nve.query
        self.redirect = redirect
        self.invalidate = invalidate
        deregisters = nva.onDetach != .keep
        negativeLifetime = nva.negativeLifetime
        holdTimeout = nva.holdTimeout
        self.invalidationTargets = invalidationTargets
        self.ageingEnd = ageingEnd
        slidingLife = nve.cache.kind == .sliding ? nve.cache.timeout ?? .zero : .zero
        tracksUse = nve.cache.capacity != nil || slidingLife > .zero
    }

    /// Whether the old NVE itself tells other NVEs.
    var oldNVEInvalidates: Bool { invalidate.by == .oldNVE || invalidate.by == .both }
}

import Fabric
import Guest
public import Kernel
import Mobility
import Observe
import Overlay
import Wire

/// The whole state of a run: typed arrays, passed `inout` through one loop and one exhaustive switch.
///
/// It is not copyable because its queue owns memory; one run is one value, and nothing is shared between two.
public struct World: ~Copyable {
    // What is simulated.
    var queue = EventQueue()
    var pool = PacketPool()
    var fabric: Fabric
    var nves: ContiguousArray<NVE>
    var nva: NVA
    let endpoints: Endpoints
    var places: ContiguousArray<VMPlace>
    /// By VM: what its guest knows of its neighbours; empty where guests know all of them from the start.
    var guests: ContiguousArray<NeighbourCache>
    var sources: ContiguousArray<PacketSource>
    var transferSources: ContiguousArray<TransferSource>
    let transferEntries: [TransferEntry]
    var transfers = SlotTable<Transfer>()
    var burstSources: ContiguousArray<BurstSource> = []
    var requestSources: ContiguousArray<RequestSource> = []
    var requestTable = SlotTable<Request>()
    /// What clients put off until they run again, in the order in which it fell due.
    var parked: [Parked] = []
    var moves: [MoveProcedure]
    /// By move: the way of its state, where that crosses the underlay; empty where none does.
    var routes: ContiguousArray<StateRoute?> = []
    /// What packets with state carry.
    var stateCargo = SlotTable<(MoveID, StateRoute.Cargo)>()
    /// Where VMs must be when these moves begin.
    var expectedHosts: [MoveID: NodeID] = [:]
    /// Moves that the data centre cannot carry out.
    var impossibleMoves: Set<MoveID> = []
    /// What servers have left; nil where they have as much as anybody wants.
    var room: ServerRoom?
    /// By VM, what it takes; empty without ``room``.
    var demands: [VMDemand] = []
    /// Which moves may be under way at once; nil = all.
    var scheduler: MoveScheduler?
    /// Moves that are over and have given back what they took; kept only with ``room`` or ``scheduler``.
    var closed: Set<MoveID> = []
    /// VMs whose state is being moved.
    var underWay: Set<VMID> = []
    /// Failures and repairs to come, with what they are applied to.
    let linkChanges: [LinkChange]
    /// The same of nodes, VMs and the NVA.
    let nodeChanges: [NodeChange]
    var health = NodeHealth()
    var replicas: AuthorityReplicas
    /// How VMs make themselves known.
    let announcement: AnnounceConfiguration
    /// What VMs are doing, by RFC 7666.
    var lives = VMLifeCycles()
    /// VMs that are not there all the time.
    var creations = CreationTable()
    /// VMs that run again, or took over, and announce themselves.
    var announcers: [Announcer] = []
    var failovers = FailoverTable()
    var context: Context
    /// Payloads of control packets, and messages on ideal channels.
    var messages = SlotTable<MessageUnderWay>()
    var controlSerial: UInt32 = 0
    /// nil = messages between NVEs and the NVA are lost with links only.
    var controlLoss: ControlLoss?
    /// By node: packets that it held and that go on when the wire is free.
    var releases: [NodeID: ArraySlice<PacketHandle>] = [:]
    /// By switch: the link that the last of them took.
    var releaseLinks: [NodeID: LinkID] = [:]
    /// Nodes whose wire is free for the next such packet at this very instant.
    var dueReleases: [NodeID] = []

    // What is seen of it.
    var ledger: FlowLedger
    var sent: ContiguousArray<SentTotal>
    var moveProbe: MoveProbe
    var watchProbe: WatchProbe
    var messageProbe = MessageProbe()
    var nodeProbe = NodeProbe()
    var phaseProbe: PhaseProbe
    var completions: [TransferCompletions]
    var requestLedger = RequestLedger(arePings: [])
    var events = Fingerprint()
    /// Every packet as it ended; kept only when asked for.
    var packetLog: [EndedPacket]?
    /// Every fact; kept only when asked for.
    var factLog: [(at: Instant, fact: Fact)]?

    // Where it stands.
    public internal(set) var now = Instant.zero
    public internal(set) var eventCount: UInt64 = 0
    /// Packets transmitted on a link, each link counted.
    public internal(set) var packetHops: UInt64 = 0
    var guards: RunGuards

    /// By node: hash of its name, an ingredient of the event fingerprint.
    let nodeHashes: ContiguousArray<UInt64>
    /// Where frames are encapsulated.
    let edge: EdgePlace
    /// Nodes from this number on do nothing but send packets on.
    let firstRelay: UInt32
    /// From an IP packet to its frame on the underlay.
    let encapsulatedExtraBytes: UInt32
    /// What control messages between hosts travel in.
    let underlayFamily: IPFamily
    /// Of control packets, on scheduled links.
    let controlPriority: UInt8
    /// Packets leave their sources before this.
    let sourcesEnd: Instant
    /// What hypervisors wait for from NVEs in switches; nil where nothing that they say can get lost.
    var stations: AccessStations?
}

/// Where a VM is and whether it runs.
struct VMPlace: Sendable {
    enum State: UInt8, Sendable {
        case running
        /// Attached, but not running.
        case paused
        /// Detached from one NVE and not yet attached to another.
        case nowhere
        /// Attached, but it has failed, or its server has.
        case failed
    }

    /// Its host; while it is nowhere, the one that it left.
    var host: NodeID
    var state: State
    /// Counts its attachments: the version of its mapping.
    var sequence: UInt32 = 0
}

/// An entry `kind: flows` as the world needs it.
struct TransferEntry: Sendable {
    let sizes: SizeSampler
    /// The largest IP packet of a transfer.
    let packetBytes: UInt32
    /// Time between two full packets of a transfer.
    let gap: Duration
    /// Of its packets, on scheduled links.
    let priority: UInt8
    /// Flow of the smallest size class; the others follow it.
    let firstFlow: FlowID
}

/// Packets of one flow that have left their source.
struct SentTotal: Sendable {
    var all: UInt64 = 0
    /// Those of the measured window.
    var measured: UInt64 = 0
    var measuredBytes: UInt64 = 0
}

/// Transfers of one flow, as far as they began in the measured window.
struct TransferCompletions: Sendable {
    var started = 0
    /// Of completed ones: time from start to last arrival, and that time over the idle network's, in the same order.
    var times: [Duration] = []
    var slowdowns: [Double] = []
}

/// How one packet ended.
public struct EndedPacket: Sendable {
    public enum End: Hashable, Sendable {
        case delivered
        case lost(LossCause, Whereabouts)
        case unfinished
    }

    public var record: PacketRecord
    public var end: End
    public var at: Instant
}

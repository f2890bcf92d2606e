import Kernel

/// What is out of the ordinary about one endpoint at one NVE: it has left from here, it is expected here, it is being
/// asked for, packets wait for it. Most endpoints have no such state.
struct EndpointState: Sendable {
    /// What the old NVE does with packets for a VM that has left.
    enum Departure: Sendable {
        /// It has never been here, or is here again.
        case none
        /// It has left; the new place is not known.
        case left
        /// Packets go on to the new NVE until the timer runs out.
        case redirecting(to: NodeID, TimerHandle)
        /// The redirect entry is over.
        case expired
    }

    enum Query: Sendable {
        case idle
        /// Sent so many times, without an answer yet.
        case asked(times: UInt32, TimerHandle)
        /// The NVA holds it.
        case held(TimerHandle)
        /// The NVA knows nothing; not asked again before.
        case refused(until: Instant)
    }

    struct Waiting: Sendable {
        var handle: PacketHandle
        var since: Instant
        /// It came out of a tunnel (from another NVE), not from a VM of this one.
        var isInFlight: Bool
    }

    let endpoint: EndpointID
    var vm: VMID
    var departure = Departure.none
    /// Which attach it left from last.
    var leftWith: UInt32 = 0
    /// idle stop: when the last packet was redirected.
    var lastRedirect = Instant.zero
    /// When the redirect entry ends by its own timer.
    var redirectEnd = Instant.never
    var query = Query.idle
    /// The redirect entry is over, and since then a packet out of a tunnel has made the query under way.
    var seeksNewRedirect = false
    var waiting: [Waiting] = []
    /// VMs that have asked for this IP address and wait for the NVA's word.
    var questions: [(by: Party, question: Message)] = []
    var bufferTimer: TimerHandle?
    /// The VM manager has said that the VM will come here.
    var isExpected = false
    /// The VM is here, and has failed.
    var hasFailed = false
    /// The detach has not been noticed yet.
    var detection: (timer: TimerHandle, record: MappingRecord)?
    /// A registration without reply, how often it was sent, and its timer.
    var registration: (record: MappingRecord, times: UInt32, timer: TimerHandle)?
    /// A deregistration without reply, in the same way.
    var deregistration: (record: MappingRecord, times: UInt32, timer: TimerHandle)?
    var expiryTimer: TimerHandle?

    init(endpoint: EndpointID, vm: VMID) {
        self.endpoint = endpoint
        self.vm = vm
    }

    var hasLeft: Bool {
        if case .none = departure { return false }
        return true
    }
}

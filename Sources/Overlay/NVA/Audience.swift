public import Kernel

/// Which NVEs are told of a change, and in which order.
public struct Audience: Sendable {
    /// All NVEs, in the order of pushing.
    let all: [NodeID]
    /// By network: the NVEs that serve one of its VMs at some time, in the same order.
    private let members: [[NodeID]]
    /// By VM: NVEs that may hold its mapping, and when they were last told; kept only where it is needed (DEC-11).
    private var interested: ContiguousArray<[NodeID: Instant]>
    /// How long an NVE keeps what it was told; nil = it never forgets by itself.
    private let memory: Duration?

    /// - Parameters:
    ///   - tracksVMs: number of VMs whose communicating NVEs are kept track of; 0 = of none.
    public init(all: [NodeID], members: [[NodeID]], tracksVMs: Int, memory: Duration?) {
        self.all = all
        self.members = members
        interested = ContiguousArray(repeating: [:], count: tracksVMs)
        self.memory = memory
    }

    /// An NVE was told, or asked, where a VM is.
    public mutating func note(_ node: NodeID, of vm: VMID, at now: Instant) {
        if !interested.isEmpty { interested[Int(vm.index)][node] = now }
    }

    /// Nobody is known to hold a mapping any more.
    mutating func forget() { for vm in interested.indices { interested[vm] = [:] } }

    func targets(of record: MappingRecord, _ choice: NVAConfiguration.PushTargets, now: Instant) -> [NodeID] {
        switch choice {
        case .all: return all
        case .members: return members[Int(record.network.index)]
        case .communicating:
            let told = interested[Int(record.vm.index)]
            return all.filter { node in
                guard let last = told[node] else { return false }
                guard let memory else { return true }
                return now < last + memory
            }
        }
    }
}

/// What an NVA needs to know of its surroundings.
public struct NVASettings: Sendable {
    public let place: NVESettings.Authority
    let costs: NVACosts
    let distribution: NVAConfiguration.Distribution
    let pushTargets: NVAConfiguration.PushTargets
    let onDetach: NVAConfiguration.OnDetach
    let holdTimeout: Duration
    let unknown: NVAConfiguration.Unknown
    let invalidate: InvalidateConfiguration
    /// The addresses of a VM come in one registration.
    let batch: Bool
    /// Messages may be lost: deregistrations are answered.
    let confirms: Bool

    public init(
        place: NVESettings.Authority, nva: NVAConfiguration, invalidate: InvalidateConfiguration, confirms: Bool = false
    ) {
        self.confirms = confirms
        self.place = place
        costs = nva.costs
        distribution = nva.distribution
        pushTargets = nva.pushTargets
        onDetach = nva.onDetach
        holdTimeout = nva.holdTimeout
        unknown = nva.unknown
        batch = nva.batch
        self.invalidate = invalidate
    }
}

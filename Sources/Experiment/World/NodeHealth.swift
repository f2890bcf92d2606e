import Fabric
import Kernel

/// Something befalls a node, a VM, or the NVA.
struct NodeChange: Sendable {
    enum Kind: Sendable {
        case fail
        case repair
    }

    enum Target: Hashable, Sendable {
        case vm(VMID)
        case nve(NodeID)
        case server(NodeID)
        /// A switch.
        case relay(NodeID)
        /// The NVA's, from 0.
        case replica(Int)
    }

    var kind: Kind
    var at: Instant
    /// Place of the entry in `failures:`.
    let entry: Int
    let targets: [Target]
    /// Links that fail with it.
    let links: [LinkID]
    /// A planned restart.
    let keepsState: Bool
}

/// What does not work at present. Failures may overlap: something works again when all of them are repaired.
struct NodeHealth: Sendable {
    private var counts: [NodeChange.Target: Int] = [:]
    /// How often each VM has failed; no entry = never.
    private var failures: [VMID: UInt32] = [:]

    var isEmpty: Bool { counts.isEmpty }

    func isDown(_ target: NodeChange.Target) -> Bool { !counts.isEmpty && counts[target] != nil }

    /// Whether that is news.
    mutating func fail(_ target: NodeChange.Target) -> Bool {
        counts[target, default: 0] += 1
        return counts[target] == 1
    }

    /// Whether it works again.
    mutating func repair(_ target: NodeChange.Target) -> Bool {
        guard let count = counts[target] else { preconditionFailure("\(target) works already") }
        counts[target] = count == 1 ? nil : count - 1
        return count == 1
    }

    /// Which life of the VM this is: what it began in an earlier one is lost.
    func epoch(of vm: VMID) -> UInt32 { failures.isEmpty ? 0 : failures[vm] ?? 0 }

    mutating func endLife(of vm: VMID) { failures[vm, default: 0] += 1 }
}

/// Which replica of the NVA is in charge (DER-11). The directory is one, kept by all replicas that work: what one of
/// them has accepted the others have.
struct AuthorityReplicas: Sendable {
    /// Empty where the NVA is out of band.
    let hosts: [NodeID]
    let count: Int
    /// From the failure of the one in charge until another one is.
    let takeover: Duration
    /// The one in charge, or the last that was.
    private(set) var leader = 0
    /// Those with the directory: all but those that have failed and lost it.
    private var holders: Set<Int>

    init(hosts: [NodeID], count: Int, takeover: Duration) {
        self.hosts = hosts
        self.count = count
        self.takeover = takeover
        holders = Set(0..<count)
    }

    var leaderHost: NodeID? { hosts.isEmpty ? nil : hosts[leader] }

    func replica(at host: NodeID) -> Int? { hosts.firstIndex(of: host) }

    mutating func lost(_ replica: Int) { holders.remove(replica) }
    mutating func synchronised(_ replica: Int) { holders.insert(replica) }
    var isDirectoryKept: Bool { !holders.isEmpty }

    /// The next replica that works takes over; nil when none does.
    mutating func elect(where works: (Int) -> Bool) -> Int? {
        let order = (1...count).map { (leader + $0) % count }
        guard let next = order.first(where: works) else { return nil }
        leader = next
        return next
    }
}

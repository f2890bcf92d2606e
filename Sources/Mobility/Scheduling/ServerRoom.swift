public import Kernel

/// What a VM takes of its server.
public struct VMDemand: Hashable, Sendable {
    /// Processors.
    public var cpu: UInt32
    /// Bytes.
    public var memory: UInt64
    public var storage: UInt64
    /// Number of its tenant.
    public var tenant: UInt32

    public init(cpu: UInt32 = 0, memory: UInt64 = 0, storage: UInt64 = 0, tenant: UInt32 = 0) {
        self.cpu = cpu
        self.memory = memory
        self.storage = storage
        self.tenant = tenant
    }
}

/// What a server has; nil = as much as anybody wants.
public struct ServerCapacity: Hashable, Sendable {
    public var cpu: UInt32?
    public var memory: UInt64?
    public var storage: UInt64?

    public init(cpu: UInt32? = nil, memory: UInt64? = nil, storage: UInt64? = nil) {
        self.cpu = cpu
        self.memory = memory
        self.storage = storage
    }
}

/// Why a VM cannot go to a server, or not in the way that it should.
public enum Refusal: String, CaseIterable, Sendable {
    case cpu = "no-cpu"
    case memory = "no-memory"
    case storage = "no-storage"
    /// Its tenant, or one that is there, does not share an NVE with others (REQ-10-12).
    case tenant = "exclusive-tenant"
    /// It is not where it was said to be.
    case place = "not-there"
    /// The data centre cannot move VMs so (REQ-3-05).
    case capability = "no-capability"
    /// Nobody vouches for the request (OLD-8.1-02).
    case trust = "not-authorised"
}

/// How much of each server is taken, and by whom: several VMs share its processors, memory and storage (REQ-1-07), and
/// the NVE behind it is not shared by tenants who forbid that (REQ-10-12).
public struct ServerRoom: Sendable {
    private struct Use: Sendable {
        var cpu: UInt64 = 0
        var memory: UInt64 = 0
        var storage: UInt64 = 0
    }

    private let capacities: [ServerCapacity]
    /// By host: the NVE that serves it.
    private let nves: [NodeID]
    private let exclusive: Set<UInt32>
    private var uses: [Use]
    /// By NVE: how many VMs of each tenant are behind it.
    private var tenants: [NodeID: [UInt32: Int]] = [:]

    /// - Parameters:
    ///   - capacities: by host.
    ///   - nves: by host, the NVE that serves it.
    ///   - exclusive: tenants that share an NVE with nobody.
    public init(capacities: [ServerCapacity], nves: [NodeID], exclusive: Set<UInt32>) {
        precondition(capacities.count == nves.count, "a host without a capacity or an NVE")
        self.capacities = capacities
        self.nves = nves
        self.exclusive = exclusive
        uses = Array(repeating: Use(), count: capacities.count)
    }

    /// Why a VM finds no room at a host; nil = it does.
    ///
    /// - Parameter leaving: the host that it leaves; where that is behind the same NVE it is not its own neighbour.
    public func refusal(of demand: VMDemand, at host: NodeID, leaving: NodeID? = nil) -> Refusal? {
        let (capacity, use) = (capacities[Int(host.index)], uses[Int(host.index)])
        if let cpu = capacity.cpu, use.cpu + UInt64(demand.cpu) > UInt64(cpu) { return .cpu }
        if let memory = capacity.memory, use.memory + demand.memory > memory { return .memory }
        if let storage = capacity.storage, use.storage + demand.storage > storage { return .storage }
        let nve = nves[Int(host.index)]
        var present = tenants[nve] ?? [:]
        if let leaving, nves[Int(leaving.index)] == nve { present[demand.tenant, default: 0] -= 1 }
        let others = present.filter { $0.key != demand.tenant && $0.value > 0 }.keys
        if others.isEmpty { return nil }
        let isForbidden = exclusive.contains(demand.tenant) || others.contains { exclusive.contains($0) }
        return isForbidden ? .tenant : nil
    }

    /// The VM has its place at a host from now on, whether it fits or not.
    public mutating func take(_ demand: VMDemand, at host: NodeID) { change(demand, at: host, isTaken: true) }

    public mutating func give(back demand: VMDemand, at host: NodeID) { change(demand, at: host, isTaken: false) }

    private mutating func change(_ demand: VMDemand, at host: NodeID, isTaken: Bool) {
        let index = Int(host.index)
        if isTaken {
            uses[index].cpu += UInt64(demand.cpu)
            uses[index].memory += demand.memory
            uses[index].storage += demand.storage
        } else {
            uses[index].cpu -= UInt64(demand.cpu)
            uses[index].memory -= demand.memory
            uses[index].storage -= demand.storage
        }
        tenants[nves[index], default: [:]][demand.tenant, default: 0] += isTaken ? 1 : -1
    }

    /// Memory that is taken at a host, in bytes.
    public func memoryTaken(at host: NodeID) -> UInt64 { uses[Int(host.index)].memory }

    /// Of these hosts one where a VM finds room: with the least memory taken, the first of several; nil = nowhere.
    public func roomiest(of hosts: [NodeID], for demand: VMDemand) -> NodeID? {
        hosts.filter { refusal(of: demand, at: $0) == nil }
            .min { (memoryTaken(at: $0), $0.index) < (memoryTaken(at: $1), $1.index) }
    }
}

import Fabric
import Guest
import Kernel
import Mobility
import Overlay

/// What servers have and VMs take, from a scenario.
struct ServerPlan {
    private let scenario: Scenario
    private let roster: Roster
    private let tenantNumbers: [String: UInt32]

    init(_ scenario: Scenario, _ roster: Roster) {
        self.scenario = scenario
        self.roster = roster
        var numbers: [String: UInt32] = [:]
        for network in roster.networks where numbers[network.tenant] == nil {
            numbers[network.tenant] = UInt32(numbers.count)
        }
        tenantNumbers = numbers
    }

    /// Whether anything can be refused at all.
    var hasLimits: Bool { !scenario.servers.isEmpty || scenario.overlay.networks.contains(where: \.exclusive) }

    func demand(of vm: Int) -> VMDemand {
        let machine = roster.machines[vm]
        let entry = scenario.vms[Int(machine.group)]
        return VMDemand(
            cpu: UInt32(entry.cpu), memory: entry.memory ?? 0, storage: entry.disk ?? 0,
            tenant: tenantNumbers[roster.networks[Int(machine.network.index)].tenant] ?? 0)
    }

    /// The servers, empty.
    func emptyRoom() -> ServerRoom {
        var capacities = [ServerCapacity](repeating: ServerCapacity(), count: roster.hosts.count)
        for entry in scenario.servers {
            let hosts = entry.at == "all" ? Array(capacities.indices) : roster.hosts.numbers(in: entry.at)
            for host in hosts {
                capacities[host] = ServerCapacity(
                    cpu: entry.cpu.map { UInt32($0) }, memory: entry.memory, storage: entry.storage)
            }
        }
        let topology = scenario.nve.placement == .hypervisor ? nil : Topology(scenario.underlay)
        let nves = capacities.indices.map { topology?.homeSwitch(of: NodeID($0)) ?? NodeID($0) }
        return ServerRoom(capacities: capacities, nves: nves, exclusive: exclusiveTenants)
    }

    private var exclusiveTenants: Set<UInt32> {
        let names = scenario.overlay.networks.filter(\.exclusive).map { $0.tenant.isEmpty ? $0.name : $0.tenant }
        return Set(
            roster.networks.filter { network in names.contains { network.tenant == $0 } }.compactMap {
                tenantNumbers[$0.tenant]
            })
    }
}

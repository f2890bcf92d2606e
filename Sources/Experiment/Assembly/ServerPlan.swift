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

/// The moves that the entries of `moves:` stand for, one by one.
struct MoveExpansion {
    private let scenario: Scenario
    /// Those of the file, and those that overloads bring about.
    private let entries: [MoveConfiguration]

    init(_ scenario: Scenario) {
        self.scenario = scenario
        entries = scenario.moves + scenario.overloads.compactMap(\.move)
    }

    /// In the order of the file. A place that is drained sends each of its VMs to the server that has the most room by
    /// then, outside of that place.
    var moves: [MoveConfiguration] {
        if !entries.contains(where: { !$0.drain.isEmpty }) { return entries.flatMap(\.expanded) }
        let roster = Roster(scenario)
        let plan = ServerPlan(scenario, roster)
        var (room, places) = (plan.emptyRoom(), roster.machines.map(\.host))
        for vm in places.indices where places[vm] != .none { room.take(plan.demand(of: vm), at: places[vm]) }
        return entries.flatMap { move -> [MoveConfiguration] in
            if move.drain.isEmpty { return move.expanded }
            return drained(move, roster, plan, &room, &places)
        }
    }

    private func drained(
        _ move: MoveConfiguration, _ roster: Roster, _ plan: ServerPlan, _ room: inout ServerRoom,
        _ places: inout [NodeID]
    ) -> [MoveConfiguration] {
        let left = Set(roster.hosts.numbers(in: move.drain).map { NodeID($0) })
        let others = (0..<roster.hosts.count).map { NodeID($0) }.filter { !left.contains($0) }
        return leaving(left, move.order, places, plan).enumerated().map { number, vm in
            let demand = plan.demand(of: vm)
            let named = roster.hosts.number(of: move.to).map { NodeID($0) }
            let to = named ?? room.roomiest(of: others, for: demand) ?? others[0]
            room.give(back: demand, at: places[vm])
            room.take(demand, at: to)
            places[vm] = to
            var single = move
            (single.drain, single.order, single.vm) = ("", .listed, roster.name(of: vm))
            (single.name, single.to) = ("\(move.name)[\(number)]", roster.hosts.name(of: Int(to.index)))
            return single
        }
    }

    private func leaving(
        _ hosts: Set<NodeID>, _ order: MoveConfiguration.Order, _ places: [NodeID], _ plan: ServerPlan
    ) -> [Int] {
        let vms = places.indices.filter { hosts.contains(places[$0]) }
        switch order {
        case .listed: return vms
        case .smallestFirst: return vms.sorted { (plan.demand(of: $0).memory, $0) < (plan.demand(of: $1).memory, $1) }
        case .largestFirst:
            return vms.sorted { (plan.demand(of: $1).memory, $0) < (plan.demand(of: $0).memory, $1) }
        }
    }
}

import Fabric
import Kernel
import Mobility

/// The moves that the entries of `moves:` stand for, one by one.
struct MoveExpansion {
    private let scenario: Scenario
    /// Those of the file, and those that overloads bring about.
    private let entries: [MoveConfiguration]
    private let roster: Roster
    private let plan: ServerPlan
    /// How full servers are, and where each VM is, when the entries so far have been carried out.
    private var room: ServerRoom
    private var places: [NodeID]

    init(_ scenario: Scenario) {
        self.scenario = scenario
        entries = scenario.moves + scenario.overloads.compactMap(\.move)
        roster = Roster(scenario)
        plan = ServerPlan(scenario, roster)
        (room, places) = (plan.emptyRoom(), roster.machines.map(\.host))
        for vm in places.indices where places[vm] != .none { room.take(plan.demand(of: vm), at: places[vm]) }
    }

    /// In the order of the file.
    static func moves(of scenario: Scenario) -> [MoveConfiguration] {
        let isSimple = !scenario.moves.contains { $0.isPlan || !$0.swapWith.isEmpty }
        if isSimple { return (scenario.moves + scenario.overloads.compactMap(\.move)).flatMap(\.expanded) }
        var expansion = MoveExpansion(scenario)
        return expansion.entries.flatMap { expansion.expand($0) }
    }

    private mutating func expand(_ move: MoveConfiguration) -> [MoveConfiguration] {
        if !move.drain.isEmpty { return drained(move) }
        if !move.rebalance.isEmpty { return evenedOut(move) }
        if !move.swapWith.isEmpty { return swapped(move) }
        let target = roster.hosts.number(of: move.to).map { NodeID($0) }
        if let vm = roster.vms(named: move.vm)?.first, let target { settle(vm, at: target) }
        return move.expanded
    }

    /// Move number `number` of a plan.
    private mutating func single(
        _ move: MoveConfiguration, _ number: Int, of vm: Int, to target: NodeID
    ) -> MoveConfiguration {
        settle(vm, at: target)
        var single = move
        (single.drain, single.rebalance, single.swapWith, single.order) = ("", "", "", .listed)
        (single.name, single.vm) = ("\(move.name)[\(number)]", roster.name(of: vm))
        single.to = roster.hosts.name(of: Int(target.index))
        return single
    }

    private mutating func settle(_ vm: Int, at host: NodeID) {
        let demand = plan.demand(of: vm)
        if places[vm] != .none { room.give(back: demand, at: places[vm]) }
        room.take(demand, at: host)
        places[vm] = host
    }

    // MARK: - Plans

    /// A place that is drained sends each of its VMs to the server that has the most room by then, outside of that
    /// place.
    private mutating func drained(_ move: MoveConfiguration) -> [MoveConfiguration] {
        let left = Set(roster.hosts.numbers(in: move.drain).map { NodeID($0) })
        let others = (0..<roster.hosts.count).map { NodeID($0) }.filter { !left.contains($0) }
        let named = roster.hosts.number(of: move.to).map { NodeID($0) }
        var moves: [MoveConfiguration] = []
        for (number, vm) in leaving(left, move.order).enumerated() {
            let target = named ?? room.roomiest(of: others, for: plan.demand(of: vm)) ?? others[0]
            moves.append(single(move, number, of: vm, to: target))
        }
        return moves
    }

    private func leaving(_ hosts: Set<NodeID>, _ order: MoveConfiguration.Order) -> [Int] {
        let vms = places.indices.filter { hosts.contains(places[$0]) }
        switch order {
        case .listed: return vms
        case .smallestFirst: return vms.sorted { (plan.demand(of: $0).memory, $0) < (plan.demand(of: $1).memory, $1) }
        case .largestFirst:
            return vms.sorted { (plan.demand(of: $1).memory, $0) < (plan.demand(of: $0).memory, $1) }
        }
    }

    /// From the host with the most VMs its last one goes to the host with the fewest that has room for it, until none
    /// has two more than another.
    private mutating func evenedOut(_ move: MoveConfiguration) -> [MoveConfiguration] {
        let isAll = move.rebalance == MoveConfiguration.everywhere
        let numbers = isAll ? Array(0..<roster.hosts.count) : roster.hosts.numbers(in: move.rebalance)
        var moves: [MoveConfiguration] = []
        while let (vm, target) = nextToEvenOut(numbers.map { NodeID($0) }) {
            moves.append(single(move, moves.count, of: vm, to: target))
        }
        return moves
    }

    private func nextToEvenOut(_ hosts: [NodeID]) -> (vm: Int, to: NodeID)? {
        var vms: [NodeID: [Int]] = [:]
        for vm in places.indices { vms[places[vm], default: []].append(vm) }
        func count(_ host: NodeID) -> Int { vms[host]?.count ?? 0 }
        for source in hosts.sorted(by: { (count($1), $0.index) < (count($0), $1.index) }) {
            let targets = hosts.filter { count($0) + 1 < count(source) }
                .sorted { (count($0), $0.index) < (count($1), $1.index) }
            for vm in (vms[source] ?? []).reversed() {
                let demand = plan.demand(of: vm)
                if let target = targets.first(where: { room.refusal(of: demand, at: $0, leaving: source) == nil }) {
                    return (vm, target)
                }
            }
        }
        return nil
    }

    /// Two VMs go to each other's place at the same time.
    private mutating func swapped(_ move: MoveConfiguration) -> [MoveConfiguration] {
        guard let one = roster.vms(named: move.vm)?.first, let other = roster.vms(named: move.swapWith)?.first else {
            preconditionFailure("the loader let pass move \(move.name)")
        }
        let (here, there) = (places[one], places[other])
        return [single(move, 0, of: one, to: there), single(move, 1, of: other, to: here)]
    }
}

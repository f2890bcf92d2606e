import Fabric
import Guest
import Kernel
import Mobility
import Observe

/// Turns the accounts of a finished world into the rows of the result tables.
struct RowBuilder {
    let scenario: Scenario
    let roster: Roster
    let directory: FlowDirectory
    private let nodes: NodeNames
    /// Flow names, made once.
    let flowNames: [String]

    init(_ scenario: Scenario, _ roster: Roster, _ directory: FlowDirectory) {
        nodes = NodeNames(scenario.underlay)
        self.scenario = scenario
        self.roster = roster
        self.directory = directory
        flowNames = (0..<directory.count).map { directory.name(of: $0, roster) }
    }

    /// All tables of a finished run, in order.
    func tables(of world: borrowing World, run: RunKey) -> ResultTables {
        var tables = ResultTables(run: run)
        tables.flows = flows(world)
        tables.losses = losses(world)
        tables.disruptions = disruptions(world)
        tables.migrations = migrations(world)
        tables.convergence = convergence(world)
        tables.messages = messages(world)
        tables.paths = paths(world)
        tables.timeseries = timeSeries(world)
        tables.phases = phases(world)
        if scenario.measures(NodeRow.table.name) { tables.nodes = nodes(world) }
        if scenario.measures(LinkRow.table.name) { tables.links = links(world) }
        tables.requests = requests(world)
        tables.failovers = failovers(world)
        tables.vmStates = vmStates(world)
        tables.creations = creations(world)
        tables.finish(scenario: scenario.name, duration: scenario.duration, ended: world.now)
        if scenario.results.flows == .classes { tables.flows = byTrafficEntry(tables.flows) }
        return tables
    }

    func vmName(_ vm: VMID) -> String { vm == .none ? "" : roster.name(of: Int(vm.index)) }
    func hostName(_ node: NodeID) -> String { node == .none ? "" : roster.hosts.name(of: Int(node.index)) }

    func nodeName(_ node: NodeID) -> String { node == .none ? "" : nodes.name(of: Int(node.index)) }

    func moveName(_ move: MoveID) -> String {
        move == .none ? "" : moveName(at: Int(move.index))
    }

    func moveName(at index: Int) -> String {
        let name = scenario.moves[index].name
        return name.isEmpty ? "move\(index + 1)" : name
    }

    func failoverName(at index: Int) -> String {
        let name = scenario.failover[index].name
        return name.isEmpty ? "failover\(index + 1)" : name
    }

    // MARK: - Flows

    private func flows(_ world: borrowing World) -> [FlowRow] {
        var rows: [FlowRow] = []
        rows.reserveCapacity(directory.count)
        for flow in 0..<directory.count {
            var row = head(flow)
            fill(&row, world.ledger.accounts[flow], world.sent[flow])
            row.latencyP50 = world.ledger.latency(.p50, of: flow)
            row.latencyP99 = world.ledger.latency(.p99, of: flow)
            if directory.pair(of: flow) == nil { fill(&row, world.completions[flow]) }
            rows.append(row)
        }
        return rows
    }

    private func head(_ flow: Int) -> FlowRow {
        var row = FlowRow(flow: flowNames[flow])
        let entry = directory.entry(of: flow)
        let traffic = scenario.traffic[entry]
        row.traffic = traffic.name
        guard let pair = directory.pair(of: flow) else {
            row.flowClass = SizeClass.names[flow - directory.entries[entry].range.lowerBound]
            return row
        }
        row.flowClass = directory.isResponse(flow) ? "response" : traffic.kind.rawValue
        row.source = vmName(pair.source)
        row.destination = vmName(pair.destination)
        let network = roster.networks[Int(roster.machines[Int(pair.source.index)].network.index)]
        row.network = network.name
        row.tenant = network.tenant
        return row
    }

    private func fill(_ row: inout FlowRow, _ account: FlowAccount, _ sent: SentTotal) {
        row.sent = Int(sent.measured)
        row.bytesSent = Int64(sent.measuredBytes)
        row.delivered = Int(account.delivered)
        row.bytesDelivered = Int64(account.bytes)
        row.reordered = Int(account.rare.reordered)
        row.lost = Int(account.rare.lost)
        row.unfinished = Int(account.unfinished)
        row.misdirected = Int(account.rare.misdirected)
        row.triangular = Int(account.rare.triangular)
        row.redirected = Int(account.rare.redirected)
        row.early = Int(account.rare.early)
        row.buffered = Int(account.rare.buffered)
        row.ecnMarked = Int(account.rare.marked)
        if account.delivered == 0 { return }
        let packets = Int(account.delivered)
        row.segments = Spread(
            least: Int(account.segmentsMin), most: Int(account.segmentsMax), total: Int64(account.segments),
            packets: packets)
        row.links = Spread(
            least: Int(account.linksMin), most: Int(account.linksMax), total: Int64(account.links), packets: packets)
        let mean = (account.latencySum + UInt128(account.delivered / 2)) / UInt128(account.delivered)
        row.latencyMean = Duration(picoseconds: Int64(mean))
        row.latencyMax = Duration(picoseconds: account.latencyMax)
    }

    private func fill(_ row: inout FlowRow, _ transfers: TransferCompletions) {
        row.transfersStarted = transfers.started
        row.transfersCompleted = transfers.times.count
        if transfers.times.isEmpty { return }
        let times = transfers.times.sorted()
        let total = times.reduce(UInt128(0)) { $0 + UInt128($1.picoseconds) }
        row.completionMean = Duration(picoseconds: Int64(total / UInt128(times.count)))
        row.completionP50 = times[Quantile.p50.rank(of: times.count) - 1]
        row.completionP99 = times[Quantile.p99.rank(of: times.count) - 1]
        let slowdowns = transfers.slowdowns.sorted()
        if slowdowns.isEmpty { return }
        row.slowdownMean = slowdowns.reduce(0, +) / Double(slowdowns.count)
        row.slowdownP50 = slowdowns[Quantile.p50.rank(of: slowdowns.count) - 1]
        row.slowdownP99 = slowdowns[Quantile.p99.rank(of: slowdowns.count) - 1]
    }

    // MARK: - Losses, messages

    private func losses(_ world: borrowing World) -> [LossRow] {
        world.ledger.losses.map { key, sum in
            LossRow(
                flow: flowNames[Int(key.flow.index)], move: moveName(key.move),
                vm: key.move == .none ? "" : vmName(world.moveProbe.courses[Int(key.move.index)].vm),
                period: key.period, cause: key.cause, whereabouts: key.whereabouts, packets: sum.packets,
                first: sum.first, last: sum.last)
        }
    }

    private func messages(_ world: borrowing World) -> [MessageRow] {
        world.messageProbe.sums.map { key, sum in
            let (sender, kind) = party(key.sender)
            var row = MessageRow(
                kind: key.kind.name, sender: sender, senderKind: kind, receiverKind: key.receiver.rawValue,
                move: moveName(key.move))
            row.messages = sum.messages
            row.bytes = sum.bytes
            row.retries = sum.retries
            row.drops = sum.drops
            return row
        }
    }

    func party(_ party: Party) -> (name: String, kind: String) {
        switch party {
        case .nve(let node): (nodeName(node), "nve")
        case .hypervisor(let node): (nodeName(node), "hypervisor")
        case .nva: ("nva", "nva")
        case .vmManager: ("vm-manager", "vm-manager")
        case .vm(let vm): (vmName(vm), "vm")
        case .detector(let index): (failoverName(at: Int(index)), "detector")
        }
    }
}

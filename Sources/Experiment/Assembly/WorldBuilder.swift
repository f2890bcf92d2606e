import Fabric
import Guest
public import Kernel
import Mobility
import Observe
import Overlay
import Wire

/// Makes a world from a checked scenario: places VMs, fills caches, draws phases and pairs, schedules what comes first.
///
/// Everything random is drawn from streams named after the component it belongs to, so that entries do not disturb
/// one another.
public struct WorldBuilder {
    let scenario: Scenario
    let roster: Roster
    let directory: FlowDirectory
    let random: RandomSource
    let topology: Topology
    let names: NodeNames
    var streams = StreamRegistry()

    /// - Parameters:
    ///   - scenario: free of errors.
    ///   - replication: number of the run, from 1: with the same number every component draws the same.
    public init(_ scenario: Scenario, replication: UInt32 = 1) throws(StreamRegistry.Collision) {
        self.scenario = scenario
        roster = Roster(scenario)
        random = RandomSource(seed: scenario.seed, run: replication)
        topology = Topology(scenario.underlay)
        names = NodeNames(scenario.underlay)
        var streams = StreamRegistry()
        let pairs = try Self.pairs(scenario, roster, random, &streams)
        directory = FlowDirectory(scenario, roster, pairs)
        self.streams = streams
    }

    /// The world at time 0, its first events scheduled.
    ///
    /// - Parameters:
    ///   - keepingLogs: keeps a record of how every packet ended, and of every fact.
    ///   - hasOverlay: false lets hosts speak to each other directly, as the peers' workload has it.
    public consuming func build(
        keepingLogs: Bool = false, hasOverlay: Bool = true
    ) throws(StreamRegistry.Collision) -> World {
        let places = try place()
        let fabric = Fabric(
            scenario.underlay, accessTagBytes: accessTagBytes, countsWaiting: scenario.measures(LinkRow.table.name))
        let endpoints = internAddresses()
        let moves = try makeMoves(places)
        let end = Instant.zero + scenario.duration
        let plan = try FailurePlan(scenario.failures, until: end, random, &streams)
        let from = Instant.zero + scenario.measure.from
        let until = scenario.measure.until.map { Instant.zero + $0 } ?? end
        var world = World(
            fabric: fabric, nves: makeNVEs(places, moves), nva: makeNVA(places, endpoints, moves), endpoints: endpoints,
            places: places, guests: guests(), sources: [], transferSources: [],
            transferEntries: transferEntries(fabric), moves: moves,
            linkChanges: linkChanges(plan), nodeChanges: nodeChanges(plan), replicas: authorityReplicas,
            announcement: scenario.announce, context: Context(random: random),
            ledger: FlowLedger(flows: directory.count, from: from, until: until),
            sent: ContiguousArray(repeating: SentTotal(), count: directory.count),
            moveProbe: MoveProbe(
                moves: moves.map { ($0.handover.vm, $0.handover.to, $0.handover.nve, $0.at) }, vmCount: places.count),
            watchProbe: WatchProbe(flows: directory.count, width: scenario.results.window ?? defaultWindow),
            phaseProbe: PhaseProbe(moves: moves.count),
            completions: Array(repeating: TransferCompletions(), count: directory.count),
            packetLog: keepingLogs ? [] : nil, factLog: keepingLogs ? [] : nil, guards: RunGuards(scenario.limits),
            nodeHashes: nodeHashes(), edge: hasOverlay ? edge : .nowhere,
            firstRelay: hasOverlay && isEdgeInSwitch ? .max : fabric.topology.hosts,
            encapsulatedExtraBytes: settings.encapsulatedExtraBytes, underlayFamily: scenario.underlay.family,
            controlPriority: scenario.underlay.controlPriority, sourcesEnd: end,
            stations: confirms ? AccessStations(query: scenario.nve.query) : nil)
        try preload(&world, moves)
        watchMovingVMs(&world)
        try addSources(&world)
        try addTransferSources(&world)
        try addBurstSources(&world)
        try addRequestSources(&world)
        world.controlLoss = try ControlLoss(
            scenario.nva.controlLoss, nodes: NodeNames(scenario.underlay), &streams)
        try addFailovers(&world)
        world.routes = stateRoutes(world.moves)
        addLimits(&world)
        addCreations(&world)
        scheduleFirst(&world)
        return world
    }

    private var defaultWindow: Duration { Duration(picoseconds: max(1, scenario.duration.picoseconds / 100)) }

    // MARK: - Places and addresses

    private mutating func place() throws(StreamRegistry.Collision) -> ContiguousArray<VMPlace> {
        var hosts = Array(0..<UInt32(roster.hosts.count))
        if roster.machines.contains(where: \.isSpread) {
            var cursor = try streams.cursor(component: "vms", purpose: "spread")
            random.shuffle(&hosts, from: &cursor)
        }
        var next = 0
        return ContiguousArray(
            roster.machines.map { machine in
                let isThere = scenario.vms[Int(machine.group)].created == nil
                var place = VMPlace(host: machine.host, state: isThere ? .running : .nowhere)
                if !machine.isSpread { return place }
                place.host = NodeID(hosts[next % hosts.count])
                next += 1
                return place
            })
    }

    private func internAddresses() -> Endpoints {
        var endpoints = Endpoints(families: roster.networks.map(\.prefix.family))
        endpoints.reserve(vms: roster.machines.count)
        for (vm, machine) in roster.machines.enumerated() {
            let addresses = [machine.address] + roster.furtherAddresses(of: vm)
            endpoints.addVM(network: machine.network, hardware: machine.mac, addresses: addresses)
        }
        return endpoints
    }

    /// Hashes of the names, so that the fingerprint does not depend on how nodes are numbered.
    private func nodeHashes() -> ContiguousArray<UInt64> {
        ContiguousArray((0..<names.count).map { StableHash.of(names.name(of: $0)) })
    }

    // MARK: - Overlay

    private var authority: NVESettings.Authority {
        switch scenario.nva.at {
        case .outOfBand: return .outOfBand(scenario.nva.delay)
        case .host(let name):
            guard let host = roster.hosts.number(of: name) else {
                preconditionFailure("the loader let pass nva.at: \(name)")
            }
            return .host(NodeID(host))
        }
    }

    var settings: NVESettings {
        settings(invalidationTargets: [])
    }

    private func settings(invalidationTargets: [[NodeID]]) -> NVESettings {
        NVESettings(
            encapsulation: scenario.overlay.encapsulation, authority: authority, nve: scenario.nve,
            redirect: scenario.redirect, invalidate: scenario.invalidate, nva: scenario.nva,
            invalidationTargets: invalidationTargets, ageingEnd: Instant.zero + scenario.duration,
            underlay: scenario.underlay.family, replicas: replicaHosts, confirms: confirms)
    }

    /// Whether messages may be lost otherwise than for want of room in a queue.
    private var confirms: Bool {
        scenario.nva.controlLoss.billionths > 0 || !scenario.failures.isEmpty
    }

    private func makeNVEs(_ places: ContiguousArray<VMPlace>, _ moves: [MoveProcedure]) -> ContiguousArray<NVE> {
        var targets: [[NodeID]] = []
        if scenario.invalidate.by == .oldNVE || scenario.invalidate.by == .both {
            targets =
                scenario.invalidate.targets == .all
                ? Array(repeating: nodeOrder, count: roster.networks.count) : members(places, moves)
        }
        let settings = settings(invalidationTargets: targets)
        return ContiguousArray(nveNodes.map { NVE(node: NodeID($0), settings: settings) })
    }

    private func makeNVA(_ places: ContiguousArray<VMPlace>, _ endpoints: Endpoints, _ moves: [MoveProcedure]) -> NVA {
        let records = ContiguousArray(
            places.indices.map { vm in
                endpoints.record(
                    of: VMID(vm), at: places[vm].state == .nowhere ? .none : nve(serving: places[vm].host),
                    port: places[vm].host, sequence: 0, move: .none)
            })
        let tracks = usesCommunicating ? places.count : 0
        let hard = scenario.nve.cache.kind == .hard ? scenario.nve.cache.timeout : nil
        return NVA(
            settings: NVASettings(
                place: authority, nva: scenario.nva, invalidate: scenario.invalidate, confirms: confirms),
            directory: records,
            audience: Audience(
                all: nodeOrder, members: members(places, moves), tracksVMs: tracks, memory: hard))
    }

    var usesCommunicating: Bool {
        scenario.nva.pushTargets == .communicating
            || (scenario.invalidate.targets == .communicating && scenario.invalidate.by != .none)
    }

    /// All NVEs that serve hosts: those of `push-order` first, then the others by number.
    private var nodeOrder: [NodeID] {
        let first = scenario.nva.pushOrder.compactMap { roster.hosts.number(of: $0) }
        var seen = Set<NodeID>()
        let order =
            first.map { nve(serving: NodeID($0)) }
            + Set((0..<roster.hosts.count).map { nve(serving: NodeID($0)) }).sorted()
        return order.filter { seen.insert($0).inserted }
    }

    /// By network: NVEs that serve one of its VMs at some time, in the same order.
    private func members(_ places: ContiguousArray<VMPlace>, _ moves: [MoveProcedure]) -> [[NodeID]] {
        if moves.isEmpty, scenario.failover.isEmpty, scenario.failures.isEmpty {
            return Array(repeating: [], count: roster.networks.count)
        }
        var members = Array(repeating: Set<NodeID>(), count: roster.networks.count)
        for vm in places.indices {
            members[Int(roster.machines[vm].network.index)].insert(nve(serving: places[vm].host))
        }
        for move in moves.map(\.handover) {
            members[Int(roster.machines[Int(move.vm.index)].network.index)].insert(move.nve)
        }
        for entry in scenario.failover {
            guard let vm = roster.vms(named: entry.primary)?.first, let host = roster.hosts.number(of: entry.secondary)
            else { continue }
            members[Int(roster.machines[vm].network.index)].insert(nve(serving: NodeID(host)))
        }
        let order = nodeOrder
        return members.map { network in order.filter { network.contains($0) } }
    }

    // MARK: - Schedule

    private func scheduleFirst(_ world: inout World) {
        if case .time(let drain) = scenario.drain {
            world.schedule(.sentinel, .control, at: Instant.zero + scenario.duration + drain, handle: 0)
        }
        for (index, change) in world.linkChanges.enumerated() {
            world.schedule(.link, .control, at: change.at, handle: UInt32(index))
        }
        for (index, change) in world.nodeChanges.enumerated() {
            world.schedule(.node, .control, at: change.at, handle: UInt32(index))
        }
        for (index, move) in world.moves.enumerated() {
            world.schedule(.move, .control, at: move.at, handle: UInt32(index))
        }
        if !world.routes.isEmpty { for index in world.moves.indices { world.scheduleSnapshot(of: MoveID(index)) } }
    }
}

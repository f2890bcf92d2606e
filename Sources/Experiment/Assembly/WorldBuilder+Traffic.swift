import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay
import Wire

extension WorldBuilder {
    /// The pairs of each traffic entry; empty for `kind: flows`.
    static func pairs(
        _ scenario: Scenario, _ roster: Roster, _ random: RandomSource, _ streams: inout StreamRegistry
    ) throws(StreamRegistry.Collision) -> [[FlowDirectory.Pair]] {
        var all: [[FlowDirectory.Pair]] = []
        for traffic in scenario.traffic {
            if traffic.kind == .flows {
                all.append([])
            } else if traffic.pairs == .oneEach {
                all.append(try drawnPairs(traffic, roster, random, &streams))
            } else {
                all.append(
                    roster.pairs(of: traffic).map {
                        FlowDirectory.Pair(source: VMID($0.source), destination: VMID($0.destination))
                    })
            }
        }
        return all
    }

    /// Each source with one destination that is not itself, drawn from the source's own stream.
    private static func drawnPairs(
        _ traffic: TrafficConfiguration, _ roster: Roster, _ random: RandomSource, _ streams: inout StreamRegistry
    ) throws(StreamRegistry.Collision) -> [FlowDirectory.Pair] {
        var pairs: [FlowDirectory.Pair] = []
        for side in roster.sides(of: traffic) {
            for source in side.sources {
                let name = "\(traffic.name):\(roster.name(of: source))"
                var cursor = try streams.cursor(component: name, purpose: "destination")
                let excluded = side.destinations.contains(source)
                let others = side.destinations.count - (excluded ? 1 : 0)
                if others == 0 { continue }
                var chosen = side.destinations.lowerBound
                chosen += Int(random.uniformInteger(below: UInt64(others), from: &cursor))
                if excluded, chosen >= source { chosen += 1 }
                pairs.append(FlowDirectory.Pair(source: VMID(source), destination: VMID(chosen)))
            }
        }
        return pairs
    }

    /// Sources of single packets, and their first emissions.
    mutating func addSources(_ world: inout World) throws(StreamRegistry.Collision) {
        for (index, traffic) in scenario.traffic.enumerated() where traffic.kind == .cbr || traffic.kind == .poisson {
            guard let rate = traffic.rate else {
                preconditionFailure("the loader let pass \(traffic.name) without rate")
            }
            let stop = Instant.zero + min(traffic.stop ?? scenario.duration, scenario.duration)
            let entry = directory.entries[index]
            world.sources.reserveCapacity(world.sources.count + entry.range.count)
            for (flow, pair) in zip(entry.range, entry.pairs) {
                let name = directory.name(of: flow, roster)
                var source = PacketSource(
                    vm: pair.source, flow: FlowID(flow), source: Endpoints.hardware(of: pair.source),
                    destination: Endpoints.hardware(of: pair.destination), entropy: Self.entropy(name),
                    innerBytes: traffic.size, rate: rate, isPoisson: traffic.kind == .poisson, stop: stop,
                    limit: traffic.count, gaps: try streams.cursor(component: name, purpose: "gap"),
                    priority: traffic.priority)
                source.isWatched = world.watchProbe.isWatched(FlowID(flow))
                let begin = Instant.zero + traffic.start + (try phase(traffic, rate, name))
                let due = source.first(at: begin, in: &world.context)
                world.sources.append(source)
                if due == .never { continue }
                world.schedule(.emission, .traffic, at: due, handle: UInt32(world.sources.count - 1))
            }
        }
    }

    /// Stands for the hash of a flow's inner headers: the outer UDP source port (RFC 7348, section 5).
    static func entropy(_ flowName: String) -> UInt32 { UInt32(truncatingIfNeeded: StableHash.of(flowName)) }

    private mutating func phase(
        _ traffic: TrafficConfiguration, _ rate: PacketRate, _ name: String
    ) throws(StreamRegistry.Collision) -> Duration {
        if case .fixed(let phase) = traffic.phase { return phase }
        if traffic.kind == .poisson { return .zero }
        var cursor = try streams.cursor(component: name, purpose: "phase")
        let interval = UInt64(max(rate.interval.whole, 1))
        return Duration(picoseconds: Int64(random.uniformInteger(below: interval, from: &cursor)))
    }

    // MARK: - Sized transfers

    func transferEntries(_ fabric: Fabric) -> [TransferEntry] {
        scenario.traffic.enumerated().compactMap { index, traffic in
            guard traffic.kind == .flows else { return nil }
            let pace = traffic.pace ?? scenario.underlay.hostLink.rate
            precondition(!pace.isUnlimited, "the loader let pass \(traffic.name) without a pace")
            return TransferEntry(
                sizes: SizeSampler(traffic.sizes), packetBytes: traffic.size,
                gap: pace.wireTime(bytes: UInt64(traffic.size)), priority: traffic.priority,
                firstFlow: FlowID(directory.entries[index].range.lowerBound))
        }
    }

    mutating func addTransferSources(_ world: inout World) throws(StreamRegistry.Collision) {
        var entry = 0
        for traffic in scenario.traffic where traffic.kind == .flows {
            let sides = roster.sides(of: traffic)
            let meanGap = meanGap(traffic, sides)
            let stop = Instant.zero + min(traffic.stop ?? scenario.duration, scenario.duration)
            for side in sides {
                let peers = UInt32(side.destinations.lowerBound)..<UInt32(side.destinations.upperBound)
                for vm in side.sources where peers.count > (peers.contains(UInt32(vm)) ? 1 : 0) {
                    let name = "\(traffic.name):\(roster.name(of: vm))"
                    var source = TransferSource(
                        vm: VMID(vm), entry: entry, peers: peers, meanGap: meanGap, stop: stop,
                        gaps: try streams.cursor(component: name, purpose: "gap"),
                        choices: try streams.cursor(component: name, purpose: "transfer"))
                    let due = source.next(after: Instant.zero + traffic.start, in: &world.context)
                    world.transferSources.append(source)
                    if due == .never { continue }
                    world.schedule(
                        .transferStart, .traffic, at: due, handle: UInt32(world.transferSources.count - 1))
                }
            }
            entry += 1
        }
    }

    /// Mean picoseconds between two transfers of one VM: `load` is the share of all hosts' links that the transfers
    /// of the whole entry fill, in frames as they leave the host.
    private func meanGap(_ traffic: TrafficConfiguration, _ sides: [Roster.Sides]) -> Double {
        guard let load = traffic.load else { preconditionFailure("the loader let pass \(traffic.name) without load") }
        let profile = LinkProfile(scenario.underlay.hostLink, framing: scenario.underlay.framing)
        let frame = Double(profile.wireBytes(frame: traffic.size + hostLinkExtraBytes))
        guard let mean = SizeSampler(traffic.sizes).mean else {
            preconditionFailure("the loader let pass \(traffic.name) with sizes without a mean")
        }
        let bytes = IPFamily.allCases.reduce(0.0) { sum, family in
            let sources = sides.filter { roster.family(of: $0.network) == family }.reduce(0) { $0 + $1.sources.count }
            if sources == 0 { return sum }
            let payload = Double(traffic.size - SizeClass.headerBytes(family))
            return sum + mean * frame / payload * Double(sources)
        }
        let hosts = Double(roster.hosts.count)
        let bytesPerSecond = load.value * hosts * Double(scenario.underlay.hostLink.rate.bitsPerSecond) / 8
        return 1e12 * bytes / bytesPerSecond
    }

    // MARK: - Caches and watches

    /// Fills the caches of time 0: what an NVE serves, and with `start.caches: resolved` what its VMs will send to.
    mutating func preload(_ world: inout World, _ moves: [MoveProcedure]) throws(StreamRegistry.Collision) {
        for record in world.nva.directory where record.locator != .none {
            world.nves[world.nveIndex(of: record.locator)].preload(record)
        }
        if scenario.start.caches == .empty { return }
        let later = Dictionary(grouping: moves.map(\.handover), by: \.vm).mapValues { $0.map(\.nve) }
        for (index, traffic) in scenario.traffic.enumerated() {
            if traffic.kind == .flows {
                for side in roster.sides(of: traffic) { try preload(&world, side, later) }
            } else {
                for pair in directory.entries[index].pairs {
                    for node in nodes(of: pair.source, world.places, later) {
                        try preload(&world, Int(pair.destination.index), at: node)
                    }
                }
            }
        }
        for node in world.nves.indices {
            world.nves[node].fit()
            world.nves[node].startAgeing(in: &world.context)
        }
        world.applyEffects()
    }

    private mutating func preload(
        _ world: inout World, _ side: Roster.Sides, _ later: [VMID: [NodeID]]
    ) throws(StreamRegistry.Collision) {
        var senders = Set<NodeID>()
        for vm in side.sources { senders.formUnion(nodes(of: VMID(vm), world.places, later)) }
        for node in senders.sorted() {
            world.nves[world.nveIndex(of: node)].reserve(side.destinations.count)
            for vm in side.destinations { try preload(&world, vm, at: node) }
        }
    }

    /// Gives an NVE the mapping of a VM that it does not serve itself.
    private mutating func preload(
        _ world: inout World, _ vm: Int, at node: NodeID
    ) throws(StreamRegistry.Collision) {
        let record = world.nva.directory[vm]
        if record.locator == node || record.locator == .none { return }
        var age = Duration.zero
        if scenario.start.age == .random, let timeout = scenario.nve.cache.timeout {
            let name = "\(names.name(of: Int(node.index))):\(roster.name(of: vm))"
            var cursor = try streams.cursor(component: name, purpose: "age")
            let drawn = random.uniformInteger(below: UInt64(timeout.picoseconds), from: &cursor)
            age = Duration(picoseconds: Int64(drawn))
        }
        world.nves[world.nveIndex(of: node)].preload(record, age: age)
        world.nva.note(node, of: VMID(vm))
    }

    /// The NVEs that serve a VM: at the start, and where it goes.
    private func nodes(
        of vm: VMID, _ places: ContiguousArray<VMPlace>, _ later: [VMID: [NodeID]]
    ) -> [NodeID] {
        [nve(serving: places[Int(vm.index)].host)] + (later[vm] ?? [])
    }

    /// Flows of which an end moves are followed closely.
    func watchMovingVMs(_ world: inout World) {
        let moving = Set(world.moves.map(\.handover.vm))
        if moving.isEmpty { return }
        for entry in directory.entries {
            for (flow, pair) in zip(entry.range, entry.pairs)
            where moving.contains(pair.source) || moving.contains(pair.destination) {
                world.watchProbe.watch(FlowID(flow), source: pair.source, destination: pair.destination)
            }
        }
    }
}

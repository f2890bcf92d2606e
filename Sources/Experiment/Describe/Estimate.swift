import Fabric
import Guest
import Kernel
import Mobility

/// What a scenario will roughly cost, computed without running it: `validate` prints it.
public struct Estimate: Sendable {
    /// Packets that tenants will send.
    public var packets: Double = 0
    /// Events of the run: an emission and one event for each link, two for a scheduled one.
    public var events: Double = 0
    /// Peak memory in bytes, results included.
    public var memory: Double = 0
    public var flows: Double = 0

    /// Bytes that one of each takes at run time: orders of magnitude, not layouts.
    private enum Cost {
        static let packet = 192.0
        static let machine = 200.0
        static let mapping = 60.0
        static let flow = 400.0
        static let host = 1_024.0
        static let base = 16_000_000.0
    }

    public init(_ scenario: Scenario) {
        let roster = Roster(scenario)
        let links = Self.meanLinks(scenario.underlay)
        let perLink = scenario.underlay.hasScheduledLinks ? 2.0 : 1
        var perSecond = 0.0
        for traffic in scenario.traffic {
            let count = Self.flowCount(traffic, roster)
            let end = min(traffic.stop ?? scenario.duration, scenario.duration)
            let time = max((end - traffic.start).seconds, 0)
            var rate = Self.rate(traffic, flows: count, scenario, hosts: Double(roster.hosts.count))
            if let most = traffic.count, time > 0 {
                rate = min(rate, Double(most) * count * (traffic.isDialogue ? 2 : 1) / time)
            }
            flows += traffic.isDialogue ? 2 * count : count
            packets += rate * time
            perSecond += rate
        }
        let perMove = Double(min(roster.hosts.count, roster.machines.count)) + 3
        events = (packets + Double(scenario.moves.count) * perMove) * (1 + perLink * links)
        events += scenario.moves.reduce(0) { $0 + Self.stateEvents(of: $1, scenario, links: links) }
        let way = Self.meanDelay(scenario.underlay, links: links)
        memory =
            Cost.base + Cost.packet * max(min(perSecond * way, packets), 1) + Cost.machine
            * Double(roster.machines.count)
        memory += Cost.mapping * flows + Cost.flow * flows + Cost.host * Double(roster.hosts.count)
    }

    /// Of a move whose state crosses the underlay: each block and its answer take an event a link, and one to send it.
    private static func stateEvents(of move: MoveConfiguration, _ scenario: Scenario, links: Double) -> Double {
        guard let move = move.performed(with: scenario.capabilities), let transfer = move.transfer,
            transfer.over == .fabric,
            let vm = scenario.vms.first(where: { $0.name == move.vm || move.vm.hasPrefix($0.name + "[") })
        else { return 0 }
        let plan = TransferPlan(of: vm, transfer)
        let rate = transfer.limit ?? scenario.underlay.hostLink.rate
        // Rounds of pre-copy are a geometric series.
        let ratio = rate.isUnlimited ? 0 : min(0.9, Double(plan.dirtyRate) / Double(rate.bitsPerSecond))
        let bytes = (Double(plan.memory) / (1 - (move.mode == .hot ? ratio : 0)) + Double(plan.disk))
        let blocks = bytes * transfer.compression.value / Double(transfer.train)
        let packets = transfer.grain == .train ? 1 : Double(transfer.train) / 1_460
        return blocks * (links * (packets + 1) + 1)
    }

    /// One line for people.
    public var text: String {
        let flowCount = "\(Self.short(flows)) \(flows == 1 ? "flow" : "flows")"
        return "about \(Self.short(packets)) packets in \(flowCount), \(Self.short(events)) events, "
            + "\(Self.short(memory))B of memory"
    }

    /// Flows of an entry; a transfer kind counts its sources.
    static func flowCount(_ traffic: TrafficConfiguration, _ roster: Roster) -> Double {
        var count = 0.0
        for side in roster.sides(of: traffic) {
            let (sources, destinations) = (side.sources, side.destinations)
            switch (traffic.kind, traffic.pairs) {
            case (.flows, _), (_, .oneEach): count += Double(sources.count)
            case (_, .zip): count += Double(max(sources.count, destinations.count))
            case (_, .all):
                count +=
                    Double(sources.count) * Double(destinations.count)
                    - Double(sources.clamped(to: destinations).count)
            }
        }
        return count
    }

    /// Packets a second of an entry.
    private static func rate(
        _ traffic: TrafficConfiguration, flows: Double, _ scenario: Scenario, hosts: Double
    ) -> Double {
        switch traffic.kind {
        case .flows:
            guard let load = traffic.load else { return 0 }
            let capacity = hosts * Double(scenario.underlay.hostLink.rate.bitsPerSecond)
            return load.value * capacity / (8 * Double(traffic.size))
        case .cbr, .poisson, .onOff, .requestResponse, .ping:
            let packets = traffic.isDialogue ? 2.0 : 1.0
            return packets * flows * perFlow(traffic, scenario)
        }
    }

    /// Packets, or requests, of one flow in a second.
    private static func perFlow(_ traffic: TrafficConfiguration, _ scenario: Scenario) -> Double {
        let most = Double(Duration.longest.picoseconds)
        if let think = traffic.think {
            let way = meanDelay(scenario.underlay, links: meanLinks(scenario.underlay))
            return 1 / (2 * way + ((think.mean ?? most) + (traffic.service.mean ?? most)) / 1e12)
        }
        guard let rate = traffic.rate else { return 0 }
        let steady = Double(rate.microPackets) / 1e6
        guard traffic.kind == .onOff, let on = traffic.on, let off = traffic.off else { return steady }
        let (busy, idle) = (on.mean ?? most, off.mean ?? most)
        // Each period has a packet at its beginning.
        return max(busy / 1e12 * steady, 1) / max(busy + idle, 1) * 1e12
    }

    /// Links of a packet between two hosts drawn at random.
    private static func meanLinks(_ underlay: UnderlayConfiguration) -> Double {
        switch underlay.kind {
        case .star: 2
        case .graph: meanLinks(of: Topology(underlay))
        case .leafSpine: 4 - 2 / Double(underlay.leaves)
        case .sites: 7 - 3 / Double(underlay.sites) - 2 / Double(underlay.sites * underlay.leaves)
        case .fatTree: 6 - 2 / Double(underlay.k) - 4 / Double(underlay.k * underlay.k)
        }
    }

    /// Over at most some thousand pairs.
    private static func meanLinks(of topology: Topology) -> Double {
        let hosts = Int(topology.hosts)
        let step = max(1, hosts / 50)
        var (sum, pairs) = (0, 0)
        for from in stride(from: 0, to: hosts, by: step) {
            for to in stride(from: 0, to: hosts, by: step) where to != from {
                sum += topology.links(from: NodeID(from), to: NodeID(to))
                pairs += 1
            }
        }
        return pairs == 0 ? 0 : Double(sum) / Double(pairs)
    }

    private static func meanDelay(_ underlay: UnderlayConfiguration, links: Double) -> Double {
        if underlay.kind == .graph { return Double(underlay.longestPropagation) / 1e12 + 10e-6 }
        let wan = underlay.kind == .sites ? underlay.wan.delay.seconds : 0
        return links * max(underlay.hostLink.delay, underlay.fabricLink.delay).seconds + wan + 10e-6
    }

    /// `1.2 M`: two digits and a decimal prefix.
    static func short(_ value: Double) -> String {
        let steps: [(size: Double, name: String)] = [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        guard let step = steps.first(where: { value >= $0.size }) else { return "\(Int(value.rounded()))" }
        let scaled = value / step.size
        let rounded = scaled < 10 ? (scaled * 10).rounded() / 10 : scaled.rounded()
        let text = rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
        return "\(text) \(step.name)"
    }
}

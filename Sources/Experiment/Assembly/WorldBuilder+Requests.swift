import Guest
import Kernel
import Observe
import Overlay

/// Sources of bursts and of requests, and their first emissions.
extension WorldBuilder {
    mutating func addBurstSources(_ world: inout World) throws(StreamRegistry.Collision) {
        for (index, traffic) in scenario.traffic.enumerated() where traffic.kind == .onOff {
            guard let on = traffic.on, let off = traffic.off else {
                preconditionFailure("the loader let pass \(traffic.name) without periods")
            }
            let entry = directory.entries[index]
            for (flow, pair) in zip(entry.range, entry.pairs) {
                let name = directory.name(of: flow, roster)
                var packets = try packetSource(traffic, flow, pair, name)
                packets.isWatched = world.watchProbe.isWatched(FlowID(flow))
                var source = BurstSource(
                    packets: packets, on: on, off: off, periods: try streams.cursor(component: name, purpose: "on-off"))
                let cycle = (on.mean ?? 0) + (off.mean ?? 0)
                let due = source.first(at: try begin(traffic, name, within: cycle), in: &world.context)
                world.burstSources.append(source)
                if due == .never { continue }
                world.schedule(.burst, .traffic, at: due, handle: UInt32(world.burstSources.count - 1))
            }
        }
    }

    mutating func addRequestSources(_ world: inout World) throws(StreamRegistry.Collision) {
        var arePings: [Bool] = []
        for (index, traffic) in scenario.traffic.enumerated() where traffic.isDialogue {
            let entry = directory.entries[index]
            for (flow, pair) in zip(entry.range, entry.pairs).prefix(entry.requests) {
                arePings.append(traffic.kind == .ping)
                let name = directory.name(of: flow, roster)
                let answers = flow + entry.requests
                var requests = try packetSource(traffic, flow, pair, name)
                requests.isWatched = world.watchProbe.isWatched(FlowID(flow))
                var source = RequestSource(
                    requests: requests, server: pair.destination,
                    terms: RequestSource.Terms(traffic), responseFlow: FlowID(answers),
                    responseEntropy: Self.entropy(directory.name(of: answers, roster)),
                    services: try streams.cursor(component: name, purpose: "service"),
                    pauses: try streams.cursor(component: name, purpose: "think"))
                let begin = try begin(traffic, name, within: cycle(of: traffic))
                let due = source.first(at: begin, in: &world.context)
                world.requestSources.append(source)
                if due == .never { continue }
                world.schedule(.request, .traffic, at: due, handle: UInt32(world.requestSources.count - 1))
            }
        }
        world.requestLedger = RequestLedger(arePings: arePings)
    }

    private mutating func packetSource(
        _ traffic: TrafficConfiguration, _ flow: Int, _ pair: FlowDirectory.Pair, _ name: String
    ) throws(StreamRegistry.Collision) -> PacketSource {
        let isPoisson = traffic.kind == .requestResponse && traffic.arrivals == .poisson
        // A closed loop asks its clock nothing.
        let rate = traffic.rate ?? .perSecond(1)
        return PacketSource(
            vm: pair.source, flow: FlowID(flow), source: Endpoints.hardware(of: pair.source),
            destination: Endpoints.hardware(of: pair.destination), entropy: Self.entropy(name),
            innerBytes: traffic.size, rate: rate, isPoisson: isPoisson,
            stop: Instant.zero + min(traffic.stop ?? scenario.duration, scenario.duration), limit: traffic.count,
            gaps: try streams.cursor(component: name, purpose: "gap"), priority: traffic.priority)
    }

    /// Mean time between two requests of a client, as far as its clock alone says it, ps.
    private func cycle(of traffic: TrafficConfiguration) -> Double {
        if let think = traffic.think { return think.mean ?? 0 }
        return traffic.rate.map { Double($0.interval.whole) } ?? 0
    }

    /// Start and phase of a flow; a random phase is uniform in [0, `cycle`).
    private mutating func begin(
        _ traffic: TrafficConfiguration, _ name: String, within cycle: Double
    ) throws(StreamRegistry.Collision) -> Instant {
        let start = Instant.zero + traffic.start
        if case .fixed(let phase) = traffic.phase { return start + phase }
        var cursor = try streams.cursor(component: name, purpose: "phase")
        let width = UInt64(max(1, min(cycle, Double(Duration.longest.picoseconds))))
        return start + Duration(picoseconds: Int64(random.uniformInteger(below: width, from: &cursor)))
    }
}

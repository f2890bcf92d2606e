import Fabric
import Kernel
import Mobility
import Overlay
import Wire

/// The failovers of a run, each with its detector, if it has one that listens, and the clock of its hellos.
struct FailoverTable: Sendable {
    var entries: [Failover] = []
    /// By failover; nil = ideal.
    var detectors: [FailureDetector?] = []
    var senders: [HelloSender?] = []
    /// By failover: where hellos go; nil = out of band.
    var detectorHosts: [NodeID?] = []
    private var places: [VMID: Int] = [:]
    /// Whether some primary's packets wait for checkpoints.
    private(set) var holdsOutput = false

    mutating func append(
        _ entry: Failover, _ detector: FailureDetector?, _ sender: HelloSender?, at host: NodeID?
    ) {
        places[entry.vm] = entries.count
        if entry.configuration.sync.kind == .checkpoints { holdsOutput = true }
        entries.append(entry)
        detectors.append(detector)
        senders.append(sender)
        detectorHosts.append(host)
    }

    /// The failover that protects a VM.
    func place(of vm: VMID) -> Int? { places.isEmpty ? nil : places[vm] }
}

/// Failovers: hellos, detection, takeover, return (REQ-8-02 to REQ-8-12).
extension World {
    /// A timer of a failover has run out. Hellos end with the traffic, and so does the wait for them.
    mutating func runOut(_ key: TimerKey, of index: Int) {
        switch key.purpose {
        case .hello: sayHello(index)
        case .helloTimeout:
            failovers.detectors[index]?.timerRanOut()
            let isListening = failovers.detectors[index] != nil
            if isListening, now >= sourcesEnd { return }
            failovers.entries[index].detected(now: now, in: &context)
        case .takeover: takeOver(index)
        default: preconditionFailure("a failover has no timer \(key)")
        }
    }

    // MARK: - Checkpoints

    /// Whether a packet waits until the state in which its VM has sent it is safe: where a secondary stands by.
    mutating func holdsOutput(_ handle: PacketHandle) -> Bool {
        let vm = endpoints.vm(of: pool[handle].source)
        guard let index = failovers.place(of: vm) else { return false }
        let failover = failovers.entries[index]
        if failover.configuration.sync.kind != .checkpoints || failover.state != .guarded { return false }
        pool[handle].link = .none
        push(
            Event(
                at: failover.configuration.sync.release(of: now), rank: .traffic, kind: .output,
                generation: health.epoch(of: vm), handle: handle.index))
        return true
    }

    /// A packet gets out, unless its VM has failed since: then it was never sent as far as anybody knows.
    mutating func letOut(_ event: Event) {
        let handle = PacketHandle(event.handle)
        let vm = endpoints.vm(of: pool[handle].source)
        let host = places[Int(vm.index)].host
        events.fold(event.key, nodeHashes[Int(host.index)] ^ UInt64(pool[handle].serial) << 32)
        if event.generation == health.epoch(of: vm) & 0xff_ffff {
            leave(handle, from: host)
        } else {
            finishLost(handle, .nodeDown, at: host)
        }
    }

    // MARK: - Hellos

    /// The primary says hello if it runs; the next one falls due in any case.
    private mutating func sayHello(_ index: Int) {
        let vm = failovers.entries[index].vm
        if places[Int(vm.index)].state == .running { sendHello(index, of: vm) }
        guard let next = failovers.senders[index]?.next(after: now, in: &context), next < sourcesEnd else { return }
        armHello(index, at: next)
    }

    mutating func armHello(_ index: Int, at time: Instant) {
        context.arm(TimerKey(owner: .detector(UInt32(index)), purpose: .hello, token: 0), at: time)
    }

    private mutating func sendHello(_ index: Int, of vm: VMID) {
        let (message, sender, detector) = (Message.hello(record(of: vm)), Party.vm(vm), Party.detector(UInt32(index)))
        let host = places[Int(vm.index)].host
        guard let to = failovers.detectorHosts[index], to != host else {
            let delay =
                failovers.detectorHosts[index] == nil ? failovers.entries[index].configuration.detector.delay : .zero
            return post(message, from: sender, to: detector, after: delay)
        }
        let bytes = controlBytes(message)
        count(message, from: sender, to: detector, bytes: bytes + HeaderSize.ethernet)
        transmitControl(message, from: sender, to: detector, outer: (host, to), ipBytes: bytes)
    }

    /// A detector whose own server has failed notices nothing; it begins anew when hellos come again.
    mutating func silenceDetectors(at host: NodeID) {
        for index in failovers.detectors.indices where failovers.detectorHosts[index] == host {
            failovers.detectors[index]?.reset(in: &context)
        }
    }

    // MARK: - What befalls the instances

    mutating func noteFailure(of vm: VMID) {
        guard let index = failovers.place(of: vm) else { return }
        failovers.entries[index].primaryFailed(now: now, in: &context)
    }

    mutating func noteRecovery(of vm: VMID) {
        guard let index = failovers.place(of: vm) else { return }
        failovers.entries[index].primaryRecovered(now: now, in: &context)
    }

    /// A VM that its secondary is about to replace does not come back.
    func mayRestart(_ vm: VMID) -> Bool {
        failovers.place(of: vm).map { failovers.entries[$0].mayRestart } ?? true
    }

    mutating func failoverReturned(_ vm: VMID) {
        guard let index = failovers.place(of: vm) else { return }
        failovers.entries[index].returned(now: now)
    }

    mutating func failoversReturned(to host: NodeID) {
        for index in failovers.entries.indices where failovers.entries[index].present.primary == host {
            failovers.entries[index].returned(now: now)
        }
    }

    /// It is announced that something will fail: primaries on it are replaced before (DER-20).
    mutating func warn(of target: NodeChange.Target) {
        for index in failovers.entries.indices {
            let vm = failovers.entries[index].vm
            let host = places[Int(vm.index)].host
            let isConcerned =
                switch target {
                case .vm(let other): other == vm
                case .nve(let node): node == nve(serving: host)
                case .server(let node): node == host
                case .relay(let node): node == fabric.topology.homeSwitch(of: host)
                case .replica: false
                }
            if isConcerned { failovers.entries[index].detected(isAnnounced: true, now: now, in: &context) }
        }
    }

    /// The secondary runs from now on, and makes itself known.
    private mutating func takeOver(_ index: Int) {
        let failover = failovers.entries[index]
        let secondary = failover.present.secondary
        if health.isDown(.server(secondary)) { return failovers.entries[index].standbyIsDown(now: now) }
        let isRunning = places[Int(failover.vm.index)].state == .running
        let record = failovers.entries[index].takeOver(
            before: record(of: failover.vm), nve: nve(serving: secondary), isRunning: isRunning, now: now, in: &context)
        health.replace(failover.vm)
        // What a primary has sent since its last checkpoint never gets out, also when it is fenced while it runs.
        if isRunning, failover.configuration.sync.kind == .checkpoints { health.endLife(of: failover.vm) }
        startAnnouncing(record)
    }

    mutating func finishFailovers() {
        let end = min(now, sourcesEnd)
        for index in failovers.entries.indices { failovers.entries[index].finish(now: end) }
    }
}

extension WorldBuilder {
    /// Failovers, their detectors and the first hellos.
    mutating func addFailovers(_ world: inout World) throws(StreamRegistry.Collision) {
        for (index, entry) in scenario.failover.enumerated() {
            guard let vm = roster.vms(named: entry.primary)?.first, let host = roster.hosts.number(of: entry.secondary)
            else { preconditionFailure("the loader let pass failover \(entry.name)") }
            let place = world.places[vm].host
            let failover = Failover(
                index: UInt32(index), vm: VMID(vm), primary: place, secondary: NodeID(host), entry)
            let detector = entry.detector
            if detector.kind == .ideal {
                world.failovers.append(failover, nil, nil, at: nil)
                continue
            }
            var at: NodeID?
            if case .host(let name) = detector.at { at = roster.hosts.number(of: name).map { NodeID($0) } }
            let name = "failover:" + (entry.name.isEmpty ? "failover\(index + 1)" : entry.name)
            let sender = HelloSender(
                interval: detector.interval, multiplier: detector.multiplier, jitter: detector.jitter,
                cursor: try streams.cursor(component: name, purpose: "jitter"))
            let listener = FailureDetector(
                index: UInt32(index), interval: detector.interval, multiplier: detector.multiplier)
            world.failovers.append(failover, listener, sender, at: at)
            let first = Instant.zero + (try phase(of: detector, name))
            if first < Instant.zero + scenario.duration { world.armHello(index, at: first) }
        }
        world.applyEffects()
    }

    private mutating func phase(
        of detector: DetectorConfiguration, _ name: String
    ) throws(StreamRegistry.Collision) -> Duration {
        switch detector.phase {
        case .fixed(let time): return time
        case .random:
            var cursor = try streams.cursor(component: name, purpose: "phase")
            let place = random.uniformInteger(below: UInt64(detector.interval.picoseconds), from: &cursor)
            return Duration(picoseconds: Int64(place))
        }
    }
}

import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Wire

/// Small scenarios in which everything happens soon: each seed turns a random set of difficulties on.
///
/// All times are odd picosecond values, so that events that do not cause each other hardly ever fall together; what is
/// decided by the order of arrival at one instant has tests of its own.
struct RandomScenario {
    var dice: Dice
    var scenario = Scenario()
    var hosts: [String] = []
    /// Name and network of each VM, and its place after the moves made so far.
    var machines: [(name: String, network: String, host: String)] = []

    static let duration: Int64 = 2_000_000_000

    /// - Parameter hasEdges: whether caches age, misses ask, moves are invalidated and packets wait; else NVEs only
    ///   push, drop and redirect.
    ///   - isInSwitch: NVEs are in the leaves.
    ///   - variesTraffic: whether there are other kinds of traffic than constant rates.
    ///   - failsNodes: whether VMs, NVEs and servers fail, beside links.
    static func make(
        seed: UInt64, hasEdges: Bool = false, isInSwitch: Bool = false, variesTraffic: Bool = true,
        failsNodes: Bool = false
    ) -> Scenario {
        var maker = RandomScenario(seed: seed)
        if isInSwitch { maker.scenario.nve.placement = seed % 3 == 0 ? .leaf : .split }
        maker.makeUnderlay()
        maker.makeOverlay()
        maker.makeControl()
        if hasEdges { maker.makeEdges() } else { maker.makePlainRedirect() }
        maker.makeTraffic()
        if variesTraffic { maker.varyTraffic() }
        maker.vary(hasEdges: hasEdges)
        maker.makeMoves()
        maker.makeFailures()
        if failsNodes { maker.makeNodeFailures() }
        return maker.scenario
    }

    private init(seed: UInt64) {
        dice = Dice(seed: seed)
        scenario.name = "random-\(seed)"
        scenario.seed = seed
        scenario.limits.events = 300_000
        scenario.duration = dice.time(Self.duration...Self.duration + 999_999)
        scenario.start.caches = dice.once(in: 6) ? .empty : .resolved
        if dice.once(in: 5) { scenario.drain = .time(dice.time(1...50_000_000)) }
    }

    private mutating func makeUnderlay() {
        var underlay = UnderlayConfiguration()
        underlay.kind = dice.once(in: 2) && scenario.nve.placement == .hypervisor ? .star : .leafSpine
        underlay.framing = dice.once(in: 2) ? .ethernet : .none
        // The shortest ways let packets take all the hops that they may.
        let longest: Int64 = dice.pick([300_000, 9_000_000, 9_000_000, 9_000_000, 150_000_000, 150_000_000])
        underlay.hostLink = makeLink(longest)
        underlay.fabricLink = makeLink(longest)
        if underlay.kind == .star {
            hosts = (0..<dice.roll(2...8)).map { "h\($0)" }
            underlay.hosts = hosts
            for (index, from) in hosts.enumerated() {
                for to in hosts.dropFirst(index + 1) where dice.once(in: 2) {
                    let delay = underlay.hostLink.delay + dice.time(1...longest)
                    let ends = dice.once(in: 2) ? (from, to) : (to, from)
                    underlay.delays.append(
                        PairDelay(from: ends.0, to: ends.1, delay: delay))
                }
            }
        } else {
            (underlay.leaves, underlay.spines) = (dice.roll(1...4), dice.roll(1...3))
            underlay.hostsPerLeaf = dice.roll((underlay.leaves == 1 ? 2 : 1)...2)
            for leaf in 1...underlay.leaves {
                for host in 1...underlay.hostsPerLeaf { hosts.append("leaf\(leaf)/host\(host)") }
            }
        }
        scenario.underlay = underlay
    }

    /// Fast, slow or without limit; with a long, short or tiny queue; sometimes too narrow for the larger packets.
    private mutating func makeLink(_ longest: Int64) -> LinkConfiguration {
        let rates = [0, dice.roll(1_000_000_007...40_000_000_007), dice.roll(60_000_007...600_000_007)]
        var link = LinkConfiguration(rate: BitRate(bitsPerSecond: UInt64(dice.pick(rates))))
        link.delay = dice.time(1...longest)
        switch dice.roll(1...4) {
        case 1: link.queue = .packets(UInt32(dice.roll(0...3)))
        case 2: link.queue = .bytes(UInt64(dice.roll(0...4_000)))
        case 3: link.queue = .packets(50)
        default: link.queue = .unlimited
        }
        if dice.once(in: 8) { link.mtu = UInt32(dice.roll(80...1_300)) }
        return link
    }

    private mutating func makeOverlay() {
        let networks = (0..<dice.roll(1...3)).map { "net\($0)" }
        scenario.overlay.networks = networks.map { name in
            var network = NetworkConfiguration()
            network.name = name
            return network
        }
        for index in 0..<dice.roll(2...5) {
            let network = dice.once(in: 4) ? dice.pick(networks) : networks[0]
            let host = dice.once(in: 4) ? dice.pick(hosts) : hosts[index % hosts.count]
            var entry = machine("vm\(index)", at: host, network: network)
            entry.count = dice.once(in: 6) ? 2 : 1
            scenario.vms.append(entry)
            for copy in 0..<entry.count {
                let name = entry.count == 1 ? entry.name : "\(entry.name)[\(copy)]"
                machines.append((name, network, host))
            }
        }
        if networks.count > 1 && dice.once(in: 2) { repeatAddresses() }
    }

    /// VMs of the second network with the very addresses of some of the first.
    private mutating func repeatAddresses() {
        let alike = scenario.vms.indices.filter {
            scenario.vms[$0].network == .named("net0") && scenario.vms[$0].count == 1
        }
        for index in alike {
            scenario.vms[index].address = IPAddress(.ipv4, 0x0a00_0700 + UInt128(index))
            scenario.vms[index].mac = MACAddress(0x0200_0000_0700 + UInt64(index))
            let host = dice.pick(hosts)
            var entry = machine("copy\(index)", at: host, network: "net1")
            (entry.address, entry.mac) = (scenario.vms[index].address, scenario.vms[index].mac)
            scenario.vms.append(entry)
            machines.append((entry.name, "net1", host))
        }
    }

    private mutating func makeControl() {
        var nva = NVAConfiguration()
        if dice.once(in: 3) {
            nva.delay = dice.time(0...200_000_000)
        } else {
            nva.at = .host(dice.pick(hosts))
        }
        let slow: Int64 = dice.once(in: 3) ? 120_000_000 : 2_000_000
        nva.costs.registration = dice.time(0...slow)
        nva.costs.spacing = dice.time(0...slow)
        if dice.once(in: 3) { nva.costs.reply = dice.time(0...slow) }
        if dice.once(in: 3) { nva.costs.push = dice.time(0...slow) }
        nva.distribution = dice.once(in: 8) ? .none : .push
        nva.pushTargets = dice.once(in: 3) ? .all : .members
        for host in hosts where dice.once(in: 3) { nva.pushOrder.insert(host, at: dice.roll(0...nva.pushOrder.count)) }
        if scenario.nve.placement != .hypervisor { nva.pushOrder = [] }
        scenario.nva = nva
        if dice.once(in: 2) { scenario.announce.delay = dice.time(1...400_000_000) }
        if dice.once(in: 3) { scenario.announce.count = dice.roll(2...4) }
        scenario.announce.interval = dice.time(1...200_000_000)
        if dice.once(in: 12) { scenario.announce.kind = .none }
    }

    private mutating func makeTraffic() {
        let flows = dice.roll(1...5)
        for index in 0..<flows {
            let source = dice.pick(machines)
            let others = machines.filter { $0.network == source.network && $0.name != source.name }
            guard let first = others.first else { continue }
            let destination = dice.once(in: 2) ? first : dice.pick(others)
            // 60 to 240 packets in all; the odd millionths make intervals that are not whole picoseconds.
            let rate = PacketRate(microPackets: UInt64(dice.roll(30_000_000_000...120_000_000_000) / flows))
            let phase = dice.time(0...100_000_000).picoseconds
            var entry = constantRate(
                "f\(index)", from: source.name, to: destination.name, ConstantRate(rate: rate, phase: phase))
            entry.size = UInt32(dice.once(in: 5) ? dice.roll(28...60) : dice.roll(28...1_500))
            if dice.once(in: 5) { entry.start = dice.time(0...Self.duration / 2) }
            if dice.once(in: 6) { entry.stop = dice.time(Self.duration / 2...Self.duration) }
            if dice.once(in: 6) { entry.count = UInt64(dice.roll(1...30)) }
            widen(&entry)
            scenario.traffic.append(entry)
        }
    }

    /// Turns some entries into several flows: from or to a whole group, as zip or all.
    private mutating func widen(_ entry: inout TrafficConfiguration) {
        func group(_ name: String) -> String { name.split(separator: "[").first.map(String.init) ?? name }
        guard group(entry.from) != group(entry.to), dice.once(in: 2) else { return }
        entry.from = group(entry.from)
        entry.to = group(entry.to)
        entry.pairs = dice.once(in: 2) ? .all : .zip
    }
}

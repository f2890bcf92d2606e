import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Testing
import Wire

@Suite struct ResolvedFormTests {
    private func reload(_ scenario: Scenario, sourceLocation: SourceLocation = #_sourceLocation) throws -> Scenario {
        let text = ResolvedForm.encode(scenario)
        let result = ScenarioLoader.load(text: text, name: "resolved.json")
        let chance = "nothing in this scenario is random"
        #expect(result.diagnostics.allSatisfy { $0.message.hasPrefix(chance) }, sourceLocation: sourceLocation)
        return try #require(result.scenario, sourceLocation: sourceLocation)
    }

    @Test func theExampleComesBack() throws {
        let result = ScenarioLoader.load(text: LoaderTests.example, name: "example.yaml")
        let scenario = try #require(result.scenario)
        #expect(try reload(scenario) == scenario)
        #expect(ResolvedForm.encode(try reload(scenario)) == ResolvedForm.encode(scenario))
    }

    @Test func everyKeyIsThereInBaseUnits() {
        let text = ResolvedForm.encode(Scenario())
        let announce = #"{"announce":{"count":1,"delay":0,"interval":1000000000000,"kind":"auto"},"#
        #expect(text.hasPrefix(announce + #""capabilities":["hot","warm","cold"],"drain":"#))
        #expect(text.contains(#""resolved":1"#) && text.contains(#""schema":1"#))
        #expect(
            text.contains(
                #""host-link":{"delay":1000000,"ecn-threshold":null,"mtu":9000,"queue":"unlimited","rate":25000000000,"#
                    + #""rates":[],"service":"fifo"}"#))
        #expect(!text.contains(" ") && !text.contains("\n"))
    }

    @Test func resolvedValuesHaveRangesToo() {
        let text = ResolvedForm.encode(Scenario()).replacing(#""mtu":9000"#, with: #""mtu":90000"#)
        let result = ScenarioLoader.load(text: text, name: "r.json")
        #expect(result.scenario == nil && result.diagnostics.count == 3)
    }

    @Test(arguments: 0..<300)
    func anyScenarioComesBack(_ seed: Int) throws {
        var generator = ScenarioGenerator(seed: UInt64(seed))
        let scenario = generator.scenario()
        #expect(try reload(scenario) == scenario)
    }
}

/// Right scenarios of all kinds, the same for the same seed.
struct ScenarioGenerator {
    private var random: LoaderRandom
    /// Of all networks.
    private var family = IPFamily.ipv4

    init(seed: UInt64) { random = LoaderRandom(seed: seed) }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private mutating func chance() -> Bool { Bool.random(using: &random) }
    private mutating func time(_ most: Int64 = 1_000_000_000_000) -> Duration {
        Duration(picoseconds: Int64.random(in: 0...most, using: &random))
    }
    private mutating func one<Value: CaseIterable>(_ type: Value.Type) -> Value where Value.AllCases == [Value] {
        Value.allCases[number(0...Value.allCases.count - 1)]
    }

    mutating func scenario() -> Scenario {
        var scenario = Scenario()
        scenario.name = "s\(number(0...99))"
        scenario.duration = Duration(picoseconds: 2_000_000_000_000 + Int64(number(0...1_000_000)))
        scenario.seed = random.next()
        scenario.underlay = underlay()
        scenario.underlay.family = one(IPFamily.self)
        family = one(IPFamily.self)
        let hosts = HostNames(scenario.underlay)
        scenario.overlay.networks = [network("n0", count: 1), network("n1", count: number(1...4))]
        scenario.nva = nva(hosts)
        scenario.redirect.learn = one(RedirectConfiguration.Learn.self)
        scenario.redirect.timer = time()
        scenario.announce.kind = [.auto, .none, family == .ipv4 ? .garp : .na][number(0...2)]
        scenario.announce.count = number(1...(family == .ipv4 ? 100 : 3))
        scenario.announce.delay = time()
        scenario.guest.neighbours = one(GuestConfiguration.Neighbours.self)
        if scenario.guest.neighbours == .resolve {
            scenario.guest.queue = UInt32(number(0...9))
            scenario.guest.retransmit = time() + .nanoseconds(1)
            scenario.guest.attempts = UInt32(number(1...100))
            if chance() { scenario.guest.lifetime = time() + .nanoseconds(1) }
        }
        scenario.limits.events = random.next() >> 1 | 1
        scenario.start.caches = one(Start.Caches.self)
        scenario.measure.from = time()
        if chance() { scenario.measure.until = .seconds(2) }
        if chance() { scenario.drain = .time(time()) }
        scenario.results.flows = one(ResultsConfiguration.Flows.self)
        if chance() { scenario.results.window = time() + .nanoseconds(1) }
        if chance() { scenario.results.tables = ["links", "flows"] }
        if chance() { scenario.nva.controlLoss = Ratio(billionths: UInt64(number(1...1_000_000_000))) }
        scenario.vms = vms(hosts, each: chance())
        scenario.traffic = (0..<number(0...4)).map { traffic($0, sized: !scenario.underlay.hostLink.rate.isUnlimited) }
        if scenario.underlay.hasScheduledLinks {
            scenario.underlay.controlPriority = UInt8(number(0...7))
            for index in scenario.traffic.indices { scenario.traffic[index].priority = UInt8(number(0...7)) }
        }
        scenario.moves = (0..<number(0...3)).map { move($0, hosts) }
        if chance() { protect(&scenario, hosts) }
        scenario.failures = (0..<number(0...2)).map { failure($0, LinkNames(scenario.underlay), hosts.name(of: 0)) }
        scenario.expect = (0..<number(0...3)).map { _ in expectation() }
        return scenario
    }

    private mutating func link() -> LinkConfiguration {
        var link = LinkConfiguration(
            rate: chance() ? .unlimited : BitRate(bitsPerSecond: UInt64(number(1...1_000_000_000))))
        link.delay = time(1_000_000)
        link.queue =
            [.unlimited, .bytes(UInt64(number(0...9_999_999))), .packets(UInt32(number(0...999)))][number(0...2)]
        link.mtu = UInt32(number(65_100...65_535))
        if chance() { link.ecnThreshold = UInt64(number(0...9_999_999)) }
        if chance() {
            link.service = .scheduled
            link.rates = (0..<number(0...3)).map { index in
                let rate = BitRate(bitsPerSecond: chance() ? 0 : UInt64(number(1...1_000_000_000)))
                return RateChange(at: .milliseconds(Int64(index)) + time(1_000_000), rate: rate)
            }
        }
        return link
    }

    private mutating func underlay() -> UnderlayConfiguration {
        var underlay = UnderlayConfiguration()
        underlay.hostLink = link()
        underlay.fabricLink = link()
        underlay.framing = one(UnderlayConfiguration.Framing.self)
        underlay.reroute = one(UnderlayConfiguration.Reroute.self)
        if underlay.reroute == .ecmp { underlay.rerouteDelay = time() }
        if chance() {
            underlay.kind = .graph
            underlay.nodes = ["a", "b", "c"]
            underlay.hosts = (0..<number(2...6)).map { "H\($0)" }
            underlay.hostSwitches = underlay.hosts.map { _ in underlay.nodes[number(0...2)] }
            underlay.links = [GraphLink("a", "b", link()), GraphLink("c", "b", link())]
        } else if chance() {
            underlay.kind = .sites
            (underlay.sites, underlay.leaves, underlay.spines) = (number(2...4), number(1...4), number(1...3))
            underlay.wan = link()
        } else if chance() {
            underlay.kind = .fatTree
            underlay.k = 2 * number(1...5)
        } else if chance() {
            underlay.kind = .star
            underlay.hosts = (0..<number(2...6)).map { "H\($0)" }
            underlay.delays = [PairDelay(from: "H0", to: "H1", delay: .milliseconds(Int64(number(1...9))))]
        } else {
            underlay.spines = number(1...8)
            underlay.leaves = number(1...8)
            underlay.hostsPerLeaf = number(2...8)
        }
        return underlay
    }

    private mutating func network(_ name: String, count: Int) -> NetworkConfiguration {
        var network = NetworkConfiguration()
        network.name = name
        network.count = count
        network.tenant = chance() ? "" : "acme"
        if family == .ipv6 {
            network.subnet = IPPrefix(address: IPAddress(.ipv6, 0x2001_0db8 << 96), length: number(32...100))
        }
        network.vni = chance() ? nil : (name == "n0" ? 7 : 100)
        return network
    }

    private mutating func nva(_ hosts: HostNames) -> NVAConfiguration {
        var nva = NVAConfiguration()
        nva.at = chance() ? .outOfBand : .host(hosts.name(of: number(0...hosts.count - 1)))
        if nva.at == .outOfBand { nva.delay = time() }
        nva.costs.registration = time()
        nva.costs.reply = time()
        nva.distribution = one(NVAConfiguration.Distribution.self)
        nva.batch = chance()
        nva.pushTargets = one(NVAConfiguration.PushTargets.self)
        if chance() { nva.pushOrder = [hosts.name(of: 1), hosts.name(of: 0)] }
        return nva
    }

    /// `a` (many) and `b` (as many) in the first network or in each, and `web` alone in the first.
    private mutating func vms(_ hosts: HostNames, each: Bool) -> [VMConfiguration] {
        let count = number(2...9)
        return ["a", "b", "web"].map { name in
            var vm = VMConfiguration()
            vm.name = name
            vm.count = name == "web" ? 1 : count
            vm.network = each && name != "web" ? .each : .named("n0")
            vm.at = chance() ? .spread : .host(hosts.name(of: number(0...hosts.count - 1)))
            if name == "web", chance() { vm.address = address(number(1...20_000)) }
            if name == "web", vm.address == nil, chance() {
                vm.addresses = (0..<number(1...3)).map { address(20_000 * $0 + number(1...19_999)) }
            }
            if name == "web", chance() { vm.mac = MACAddress(0x5254_0000_0000 + UInt64(number(0...9_999))) }
            return vm
        }
    }

    /// The address at a place of every network's subnet.
    private func address(_ place: Int) -> IPAddress {
        IPAddress(family, (family == .ipv4 ? 0x0a00_0000 : 0x2001_0db8 << 96) + UInt128(place))
    }

    private mutating func traffic(_ index: Int, sized: Bool) -> TrafficConfiguration {
        var traffic = TrafficConfiguration()
        traffic.name = "t\(index)"
        traffic.kind = sized ? one(TrafficConfiguration.Kind.self) : .poisson
        (traffic.from, traffic.to) = chance() ? ("a", "b") : ("a[1]", "web")
        traffic.size = UInt32(number(49...65_000))
        traffic.start = time()
        if chance() { traffic.stop = .seconds(2) }
        if traffic.kind == .flows {
            traffic.load = Ratio(billionths: UInt64(number(1...1_000_000_000)))
            if chance() { traffic.pace = BitRate(bitsPerSecond: UInt64(number(1...1_000_000))) }
            if chance() {
                traffic.sizes = .points([
                    .init(bytes: 10, cumulative: Ratio(billionths: 5)),
                    .init(bytes: 20, cumulative: Ratio(billionths: 1_000_000_000)),
                ])
            } else if chance() {
                traffic.sizes = .drawn(.exponential(mean: ByteCount(UInt64(number(1...1_000_000)))))
            } else {
                traffic.sizes = .named(one(TrafficConfiguration.Sizes.Named.self))
            }
            return traffic
        }
        traffic.pairs = one(TrafficConfiguration.Pairs.self)
        switch traffic.kind {
        case .onOff: (traffic.on, traffic.off) = (law(), law())
        case .requestResponse: setRequests(&traffic)
        case .cbr, .poisson, .flows, .ping: break
        }
        if traffic.think == nil { traffic.rate = PacketRate(microPackets: UInt64(number(1...1_000_000_000_000))) }
        let hasPhase = ![.poisson, .requestResponse].contains(traffic.kind)
        if hasPhase { traffic.phase = chance() ? .random : .fixed(time()) }
        if chance() { traffic.count = UInt64(number(1...1_000_000)) }
        return traffic
    }

    private mutating func setRequests(_ traffic: inout TrafficConfiguration) {
        traffic.service = law()
        if chance() { traffic.responseSize = UInt32(number(28...8_000)) }
        if chance() { traffic.arrivals = .constant }
        var retry = RetryConfiguration()
        (retry.timeout, retry.attempts) = (time() + .nanoseconds(1), UInt32(number(1...9)))
        traffic.retry = retry
        if chance() { (traffic.think, traffic.arrivals) = (law(), .poisson) }
    }

    /// A distribution that has a mean.
    private mutating func law() -> Distribution<Duration> {
        let (least, more) = (time() + .nanoseconds(1), time() + .nanoseconds(1))
        switch number(0...5) {
        case 0: return .constant(least)
        case 1: return .exponential(mean: least)
        case 2: return .lognormal(median: least, p99: least + more)
        case 3: return .uniform(from: least, to: least + more)
        case 4:
            let shape = UInt64(number(1_000_001...9_000_000)) * 1_000
            return .pareto(least: least, shape: DecimalNumber(billionths: shape))
        default: return .choice([least, more], weights: [UInt64(number(1...9)), UInt64(number(1...9))])
        }
    }

    private mutating func move(_ index: Int, _ hosts: HostNames) -> MoveConfiguration {
        var move = MoveConfiguration()
        move.name = "m\(index)"
        move.vm = "web"
        move.to = hosts.name(of: number(0...hosts.count - 1))
        move.beginning = .milliseconds(Int64(100 + 300 * index)) + time(1_000_000)
        move.standstill = time(200_000_000_000)
        return move
    }

    private mutating func failure(_ index: Int, _ links: LinkNames, _ host: String) -> FailureConfiguration {
        var failure = FailureConfiguration()
        failure.name = "f\(index)"
        if chance() { return nodeFailure(failure, host) }
        failure.target.link = chance() ? links.example : links.example.replacing("-", with: "->")
        failure.at = time()
        if chance() { failure.repair = time() + .nanoseconds(1) }
        return failure
    }

    /// The first VM of a host gets a secondary, unless it moves.
    private mutating func protect(_ scenario: inout Scenario, _ hosts: HostNames) {
        guard let vm = scenario.vms.first(where: { $0.count == 1 && $0.network != .each && $0.at != .spread }),
            !scenario.moves.contains(where: { $0.vm == vm.name }),
            let host = (0..<hosts.count).map(hosts.name).first(where: { vm.at != .host($0) })
        else { return }
        var entry = FailoverConfiguration()
        (entry.name, entry.primary, entry.secondary) = ("guard", vm.name, host)
        entry.onReturn = one(FailoverConfiguration.OnReturn.self)
        entry.standby = one(FailoverConfiguration.Standby.self)
        if entry.standby != .hot {
            (entry.sync.kind, entry.sync.interval, entry.sync.size) = (.backups, time() + .nanoseconds(1), 77)
        } else if chance() {
            (entry.sync.kind, entry.sync.lag, entry.sync.rate) = (.lag, time(), BitRate(bitsPerSecond: 8_000))
        }
        if chance() { entry.detector.at = .host(host) } else { entry.detector.delay = time() }
        if chance() { (entry.detector.phase, entry.detector.multiplier) = (.fixed(time()), 7) }
        scenario.failover = [entry]
    }

    private mutating func nodeFailure(_ begun: FailureConfiguration, _ host: String) -> FailureConfiguration {
        var failure = begun
        if chance() { failure.target.nva = 0 } else { failure.target.server = host }
        if chance() { failure.state = .kept }
        failure.kind = .recurring
        failure.mtbf = .exponential(mean: time() + .milliseconds(1))
        if chance() { failure.mttr = .constant(time()) }
        return failure
    }

    private mutating func expectation() -> Experiment.Expectation {
        var expectation = Experiment.Expectation()
        let isConvergence = chance()
        expectation.metric = isConvergence ? "convergence.time" : "flows.lost"
        expectation.of = chance() ? [:] : isConvergence ? ["move": "m0"] : ["flow": "a \"quoted\" \\ text"]
        expectation.stat = chance() ? nil : "p99.9"
        expectation.line = number(1...99)
        let dimension: ExpectedValue.Dimension = isConvergence ? .time : chance() ? .packets : .number
        expectation.max = ExpectedValue(dimension: dimension, value: Int64(number(0...1_000_000)))
        if chance() { expectation.min = ExpectedValue(dimension: dimension, value: -Int64(number(0...1_000_000))) }
        if isConvergence, chance() { (expectation.view, expectation.since) = ("traffic", "detach") }
        return expectation
    }
}

/// SplitMix64: the same numbers in every run.
struct LoaderRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

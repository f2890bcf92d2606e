import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay

/// A scenario with one VN and nothing decided but what every closed form shares.
func plainScenario(_ underlay: UnderlayConfiguration, duration: Int64) -> Scenario {
    var scenario = Scenario()
    scenario.name = "by-hand"
    scenario.duration = Duration(picoseconds: duration)
    scenario.underlay = underlay
    var network = NetworkConfiguration()
    network.name = "blue"
    scenario.overlay.networks = [network]
    return scenario
}

func machine(_ name: String, at host: String, network: String = "blue") -> VMConfiguration {
    var machine = VMConfiguration()
    machine.name = name
    machine.network = .named(network)
    machine.at = .host(host)
    return machine
}

func constantRate(_ name: String, from: String, to: String, _ source: ConstantRate) -> TrafficConfiguration {
    var traffic = TrafficConfiguration()
    traffic.name = name
    traffic.from = from
    traffic.to = to
    traffic.rate = source.rate
    traffic.phase = .fixed(Duration(picoseconds: source.phase))
    return traffic
}

func hotMove(_ name: String, _ vm: String, to host: String, at: Int64, downtime: Int64) -> MoveConfiguration {
    var move = MoveConfiguration()
    move.name = name
    move.vm = vm
    move.to = host
    move.beginning = Duration(picoseconds: at)
    move.standstill = Duration(picoseconds: downtime)
    return move
}

/// A star without queues and wire time: host links of 1 ms, pairs 2 ms apart unless `delays` say otherwise.
func idealStar(_ hosts: [String], delays: [(String, String, Int64)] = []) -> UnderlayConfiguration {
    var star = UnderlayConfiguration()
    star.kind = .star
    star.hosts = hosts
    star.hostLink = LinkConfiguration(rate: .unlimited)
    star.hostLink.delay = .milliseconds(1)
    star.framing = .none
    star.delays = delays.map { PairDelay(from: $0.0, to: $0.1, delay: Duration(picoseconds: $0.2)) }
    return star
}

/// Hosts A and B at the ends of a row of switches, 10 us from each to the next.
func rowOfSwitches(_ count: Int) -> UnderlayConfiguration {
    var row = UnderlayConfiguration()
    row.kind = .graph
    row.nodes = (1...count).map { "s\($0)" }
    row.hosts = ["A", "B"]
    row.hostSwitches = ["s1", "s\(count)"]
    let link = LinkConfiguration(rate: BitRate(bitsPerSecond: 1_000_000_000), delay: .microseconds(10))
    row.hostLink = link
    row.links = (1..<count).map { GraphLink("s\($0)", "s\($0 + 1)", link) }
    return row
}

extension MoveByHand {
    /// The move as a scenario: A, B and C around a core, the NVA at a host of its own, and before A in the push train
    /// as many bystanders as its position asks for (at least D).
    func scenario(duration: Int64? = nil, to target: String = "C") -> Scenario {
        let bystanders = (0..<max(1, position - 1)).map { "D\($0)" }
        let delays = [
            ("A", "B", delayAB), ("B", "C", delayBC), ("A", "C", delayAC), ("C", "NVA", delayCN), ("NVA", "A", delayNA),
            ("B", "NVA", delayBN),
        ]
        let star = idealStar(["A", "B", "C"] + bystanders + ["NVA"], delays: delays)
        var scenario = plainScenario(star, duration: duration ?? corrected + milliseconds(20))
        scenario.nva.at = .host("NVA")
        scenario.nva.costs.registration = Duration(picoseconds: service)
        scenario.nva.costs.query = Duration(picoseconds: service)
        scenario.nva.costs.spacing = Duration(picoseconds: spacing)
        scenario.nva.pushOrder = (position > 1 ? bystanders : []) + ["A"]
        scenario.announce.delay = Duration(picoseconds: announcement)
        if let lifetime {
            scenario.redirect.learn = .preinstalled
            scenario.redirect.timer = Duration(picoseconds: lifetime)
        }
        scenario.vms = [machine("c", at: "A"), machine("m", at: "B")] + bystanders.map { machine("x\($0)", at: $0) }
        scenario.traffic = [constantRate("F1", from: "c", to: "m", source)]
        scenario.moves = [hotMove("m1", "m", to: target, at: detach, downtime: downtime)]
        return scenario
    }
}

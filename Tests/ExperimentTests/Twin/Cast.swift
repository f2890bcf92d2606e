import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Wire

/// Who takes part in a scenario with explicit placement, by number: read from the scenario without the product's help.
struct Cast {
    struct Machine {
        var name: String
        var network: String
        var home: Int
        /// Its IP addresses.
        var addresses = 1
        /// What one mapping of it takes in a message: 64 bytes for each address.
        var mapping: Int64 { Int64(addresses) * 64 }
    }

    struct Flow {
        var entry: TrafficConfiguration
        var source: Int
        var destination: Int
        /// Length of the IP packet.
        var bytes: Int64
        /// Of questions: the flow of their answers.
        var answer: Int?
        /// It is made of answers.
        var isAnswer = false
    }

    let scenario: Scenario
    var hosts: [String] = []
    var leaves: [String] = []
    /// Hosts, then leaves.
    var nodes: [String] { hosts + leaves }
    /// NVEs are in the leaves, not in the hosts.
    var isInSwitch: Bool { scenario.nve.placement != .hypervisor }
    /// The nodes with an NVE.
    var nves: Range<Int> { isInSwitch ? hosts.count..<nodes.count : 0..<hosts.count }
    /// In file order; an entry with a count makes `name[0]`, `name[1]`, ….
    var machines: [Machine] = []
    /// By traffic entry, then source, then destination.
    var flows: [Flow] = []

    init(_ scenario: Scenario) {
        self.scenario = scenario
        if scenario.underlay.kind == .star {
            hosts = scenario.underlay.hosts
        } else {
            hosts = Self.leafHosts(scenario)
            leaves = (1...scenario.underlay.leaves).map { "leaf\($0)" }
        }
        for entry in scenario.vms {
            guard case .host(let host) = entry.at, case .named(let network) = entry.network else {
                preconditionFailure("\(entry.name) has no place or network of its own")
            }
            for index in 0..<entry.count {
                let name = entry.count == 1 ? entry.name : "\(entry.name)[\(index)]"
                let addresses = max(1, entry.addresses.count)
                machines.append(Machine(name: name, network: network, home: number(host), addresses: addresses))
            }
        }
        for entry in scenario.traffic {
            let (from, to) = (vms(entry.from), vms(entry.to))
            if entry.pairs == .all {
                for source in from {
                    for target in to where target != source { add(entry, source, target) }
                }
            } else {
                for index in 0..<max(from.count, to.count) {
                    add(entry, from[from.count == 1 ? 0 : index], to[to.count == 1 ? 0 : index])
                }
            }
            if entry.isDialogue { addAnswers(to: entry) }
        }
    }

    func number(_ host: String) -> Int {
        guard let number = hosts.firstIndex(of: host) else { preconditionFailure("no host \(host)") }
        return number
    }

    /// The node of the NVE that serves a host.
    func nve(of host: Int) -> Int {
        isInSwitch ? hosts.count + host / scenario.underlay.hostsPerLeaf : host
    }

    /// Whether a VM has IPv6 addresses.
    func isIPv6(_ vm: Int) -> Bool {
        scenario.overlay.networks.first { $0.name == machines[vm].network }?.subnet.family == .ipv6
    }

    /// VMs that a name or the name of a group stands for.
    func vms(_ name: String) -> [Int] {
        machines.indices.filter { machines[$0].name == name || machines[$0].name.hasPrefix(name + "[") }
    }

    /// NVEs that serve the VM at the start or after some move.
    func places(_ vm: Int) -> [Int] {
        ([machines[vm].home] + scenario.moves.filter { $0.vm == machines[vm].name }.map { number($0.to) }).map(nve)
    }

    /// One-way delay between two hosts of a star.
    func starDelay(_ from: Int, _ to: Int) -> Int64 {
        let pairs = scenario.underlay.delays
        let forth = pairs.first { $0.from == hosts[from] && $0.to == hosts[to] }
        let back = pairs.first { $0.from == hosts[to] && $0.to == hosts[from] }
        return ((forth ?? back)?.delay ?? scenario.underlay.hostLink.delay * 2).picoseconds
    }

    private mutating func add(_ entry: TrafficConfiguration, _ source: Int, _ destination: Int) {
        flows.append(Flow(entry: entry, source: source, destination: destination, bytes: Int64(entry.size)))
    }

    /// Behind all questions of an entry, in the same order.
    private mutating func addAnswers(to entry: TrafficConfiguration) {
        let questions = flows.indices.filter { flows[$0].entry.name == entry.name }
        for question in questions {
            var answer = flows[question]
            (answer.source, answer.destination, answer.isAnswer) = (answer.destination, answer.source, true)
            answer.bytes = Int64(entry.kind == .ping ? entry.size : entry.responseSize ?? entry.size)
            flows[question].answer = flows.count
            flows.append(answer)
        }
    }

    private static func leafHosts(_ scenario: Scenario) -> [String] {
        (1...scenario.underlay.leaves).flatMap { leaf in
            (1...scenario.underlay.hostsPerLeaf).map { "leaf\(leaf)/host\($0)" }
        }
    }
}

extension PacketFate {
    /// A packet that has just left its VM.
    init(flow: Int, serial: Int, sentAt: Int64) {
        self.init(
            flow: flow, serial: serial, sentAt: sentAt, end: "unfinished", cause: "", whereabouts: "", endedAt: 0,
            segments: 0, links: 0, redirected: false, misdirected: false, early: false,
            buffered: false)
    }
}

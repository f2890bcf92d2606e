import Fabric
import Guest
import Kernel
import Mobility
import Overlay

/// The shared workload's network under the load that this simulator is for: two virtual networks with a VM each on
/// every host, mappings that age from their last use, and one VM that moves every millisecond.
struct MobilityWorkload {
    let hosts: Int
    let window: Duration
    /// From one move to the next.
    static let moveInterval = Duration.milliseconds(1)
    /// As long as a move lasts.
    static let downtime = Duration.microseconds(200)

    var scenario: Scenario {
        var scenario = SharedWorkload(hosts: hosts, window: window, hasOverlay: true).scenario
        scenario.name = "mobility-workload"
        scenario.nve.cache.timeout = .milliseconds(100)
        scenario.nve.cache.kind = .sliding
        scenario.nve.cache.requery = .lazy
        scenario.redirect.learn = .preinstalled
        scenario.overlay.networks = ["red", "blue"].map { name in
            var network = NetworkConfiguration()
            network.name = name
            return network
        }
        addVMs(&scenario)
        addTraffic(&scenario)
        addMoves(&scenario)
        return scenario
    }

    private func addVMs(_ scenario: inout Scenario) {
        let names = HostNames(scenario.underlay)
        scenario.vms = scenario.overlay.networks.flatMap { network in
            (0..<hosts).map { host in
                var vm = VMConfiguration()
                vm.name = "\(network.name)\(host)"
                vm.network = .named(network.name)
                vm.at = .host(names.name(of: host))
                return vm
            }
        }
    }

    /// As many packets as in the shared workload: twice the flows, each of half the rate.
    private func addTraffic(_ scenario: inout Scenario) {
        let shared = scenario.traffic
        scenario.traffic = scenario.overlay.networks.flatMap { network in
            shared.map { flow in
                var flow = flow
                flow.name = "\(network.name)-\(flow.name)"
                flow.from = network.name + flow.from.dropFirst(2)
                flow.to = network.name + flow.to.dropFirst(2)
                flow.rate = .perSecond(50_000)
                return flow
            }
        }
    }

    /// Every millisecond another VM goes to the host that is half the network away.
    private func addMoves(_ scenario: inout Scenario) {
        let names = HostNames(scenario.underlay)
        let count = Int(window.picoseconds / Self.moveInterval.picoseconds)
        scenario.moves = (0..<count).map { number in
            let host = number * 37 % hosts
            var move = MoveConfiguration()
            move.name = "m\(number)"
            move.vm = "red\(host)"
            move.to = names.name(of: (host + hosts / 2) % hosts)
            move.beginning = Self.moveInterval * Int64(number) + .microseconds(100)
            move.standstill = Self.downtime
            return move
        }
    }
}

import Fabric
import Guest
import Kernel
import Overlay

/// Time and memory of assembling large worlds.
enum ScaleBench {
    static func run(_ repetitions: Int) throws -> [BenchFigure] {
        try [(hosts: 4_096, vms: 4_096), (hosts: 10_240, vms: 100_000)].map { hosts, vms in
            let scenario = scenario(hosts: hosts, vms: vms)
            var times: [Double] = []
            var remark = ""
            for round in 0...repetitions {
                let clock = BenchClock()
                let world = try WorldBuilder(scenario).build()
                if round > 0 { times.append(clock.seconds * 1e3) }
                remark = self.remark(world, hosts: hosts, vms: vms)
            }
            return BenchFigure("scale/\(hosts)-hosts/\(vms)-vms", "ms set-up", times, remark: remark)
        }
    }

    /// One network a thousand VMs, one constant-rate flow a VM, one move.
    private static func scenario(hosts: Int, vms: Int) -> Scenario {
        var scenario = Scenario()
        scenario.name = "scale"
        scenario.underlay.leaves = hosts / 16
        var network = NetworkConfiguration()
        network.name = "net"
        network.count = max(1, vms / 1_000)
        scenario.overlay.networks = [network]
        var group = VMConfiguration()
        group.name = "vm"
        group.network = .each
        group.count = vms / network.count
        scenario.vms = [group]
        var traffic = TrafficConfiguration()
        traffic.name = "all"
        traffic.from = "vm"
        traffic.to = "vm"
        traffic.pairs = .oneEach
        traffic.rate = .perSecond(1_000)
        traffic.phase = .random
        scenario.traffic = [traffic]
        return scenario
    }

    private static func remark(_ world: borrowing World, hosts: Int, vms: Int) -> String {
        let memory = world.memory
        let perMapping = memory.mappings == 0 ? 0 : memory.mappingBytes / memory.mappings
        return "\(memory.hostBytes / hosts) B a host, \(memory.vmBytes / vms) B a VM, "
            + "\(perMapping) B a cached mapping (\(memory.mappings))"
    }
}

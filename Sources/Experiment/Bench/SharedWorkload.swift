import Fabric
import Guest
public import Kernel
import Observe
import Overlay

/// The workload on which packet-level simulators are compared: a leaf-spine network, as many constant-rate flows as
/// hosts, drawn by SplitMix64. Simulators that model it right agree on its counters to the packet.
public struct SharedWorkload: Sendable {
    public let hosts: Int
    /// Time in which packets are sent.
    public let window: Duration
    /// Whether frames are encapsulated by NVEs; the peers have only the underlay.
    public let hasOverlay: Bool

    public init(hosts: Int, window: Duration, hasOverlay: Bool) {
        self.hosts = hosts
        self.window = window
        self.hasOverlay = hasOverlay
    }

    /// The sizes at which peers were measured: 128 000 packets or as near as the phases allow.
    public static let standard: [(hosts: Int, window: Duration)] = [
        (64, .microseconds(20_000)), (256, .microseconds(5_000)), (1_024, .microseconds(1_250)),
        (4_096, .nanoseconds(312_500)),
    ]

    /// The same experiment as a scenario: one VM a host, one traffic entry a flow.
    public var scenario: Scenario {
        var scenario = Scenario()
        scenario.name = "shared-workload"
        scenario.duration = window
        scenario.underlay.leaves = hosts / 16
        scenario.underlay.framing = .none
        scenario.underlay.hostLink = Self.link(gigabits: 25)
        scenario.underlay.fabricLink = Self.link(gigabits: 100)
        var network = NetworkConfiguration()
        network.name = "net"
        scenario.overlay.networks = [network]
        let names = HostNames(scenario.underlay)
        scenario.vms = (0..<hosts).map { host in
            var vm = VMConfiguration()
            vm.name = "vm\(host)"
            vm.network = .named("net")
            vm.at = .host(names.name(of: host))
            return vm
        }
        scenario.traffic = flows
        return scenario
    }

    private static func link(gigabits: UInt64) -> LinkConfiguration {
        var link = LinkConfiguration(rate: BitRate(bitsPerSecond: gigabits * 1_000_000_000))
        link.queue = .packets(100)
        return link
    }

    /// Per flow in order: source, destination (drawn again while it equals the source), phase in nanoseconds.
    private var flows: [TrafficConfiguration] {
        var random = SplitMix64(state: 1)
        return (0..<hosts).map { flow in
            let source = random.next() % UInt64(hosts)
            var destination = random.next() % UInt64(hosts)
            while destination == source { destination = random.next() % UInt64(hosts) }
            var traffic = TrafficConfiguration()
            traffic.name = "f\(flow)"
            traffic.from = "vm\(source)"
            traffic.to = "vm\(destination)"
            traffic.rate = .perSecond(100_000)
            // 1030 bytes on the wire: 1000 of payload, UDP, IPv4 and a 2-byte link header, which is 14 bytes here.
            traffic.size = 1_016
            traffic.phase = .fixed(.nanoseconds(Int64(random.next() % 10_000)))
            return traffic
        }
    }

    /// Builds the world of the workload with the code that every run uses.
    public func world() throws -> World {
        try WorldBuilder(scenario).build(hasOverlay: hasOverlay)
    }
}

/// The generator by which the workload's flows are defined (Steele, Lea and Flood, 2014).
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}

/// Counters of a finished workload.
public struct WorkloadCounters: Hashable, Sendable {
    public var sent: UInt64
    public var delivered: UInt64
    public var lost: UInt64
    public var packetHops: UInt64
    public var events: UInt64

    public init(_ world: borrowing World) {
        sent = world.sent.reduce(0) { $0 + $1.all }
        delivered = world.ledger.accounts.reduce(0) { $0 + $1.delivered }
        lost = world.ledger.accounts.reduce(0) { $0 + $1.rare.lost }
        packetHops = world.packetHops
        events = world.eventCount
    }
}

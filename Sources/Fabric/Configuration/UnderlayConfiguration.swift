public import Kernel
public import Wire

/// Section `underlay:` — what carries the packets.
public struct UnderlayConfiguration: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Two tiers: every leaf switch is joined to every spine switch; hosts hang off the leaves.
        case leafSpine = "leaf-spine"
        /// Three tiers of switches with k ports each (Al-Fares et al. 2008).
        case fatTree = "fat-tree"
        /// Several leaf-spine networks of the same size, their border routers joined by WAN links.
        case sites
        /// Switches and links as the scenario lists them.
        case graph
        /// Hosts around one core router, with a delay for each pair: for closed-form cases.
        case star
    }

    public enum Framing: String, CaseIterable, Sendable {
        /// 24 bytes of preamble, FCS and gap for each frame, at least 84 bytes on the wire.
        case ethernet
        /// The frame alone.
        case none
    }

    /// What switches do when a link fails.
    public enum Reroute: String, CaseIterable, Sendable {
        /// Nothing: what they send that way is lost.
        case none
        /// They choose among the equal paths that have no link which failed.
        case ecmp
    }

    public var kind = Kind.leafSpine
    /// sites: number of sites, 2 to 64; spines, leaves and hosts are counted per site.
    public var sites = 2
    /// leaf-spine, sites: number of spine switches, 1 to 1024.
    public var spines = 4
    /// leaf-spine, sites: number of leaf switches, 1 to 16 384.
    public var leaves = 16
    /// leaf-spine, sites: hosts at each leaf, 1 to 1024.
    public var hostsPerLeaf = 16
    /// fat-tree: ports of each switch, an even number from 2 to 64; k pods, k³/4 hosts.
    public var k = 8
    /// graph: names of the switches, at most 2048.
    public var nodes: [String] = []
    /// star, graph: names of the hosts. (`hosts: 4` in a file stands for `host1 … host4`.)
    public var hosts: [String] = []
    /// graph: the switch of each host, in the order of ``hosts``. (In a file: `hosts: [{name: A, at: switch1}]`.)
    public var hostSwitches: [String] = []
    /// graph: links between switches.
    public var links: [GraphLink] = []
    /// Each host's link, both directions. In a star two of them make a path, so a pair is 2 x delay apart.
    public var hostLink = LinkConfiguration(rate: BitRate(bitsPerSecond: 25_000_000_000))
    /// leaf-spine, fat-tree, sites: links between switches of one place, both directions.
    public var fabricLink = LinkConfiguration(rate: BitRate(bitsPerSecond: 100_000_000_000))
    /// sites: links between the border routers of any two sites, both directions.
    public var wan = LinkConfiguration(rate: BitRate(bitsPerSecond: 100_000_000_000), delay: .milliseconds(5))
    /// star: one-way delays of single pairs, where they differ from 2 x host-link delay.
    public var delays: [PairDelay] = []
    public var framing = Framing.ethernet
    /// What the outer headers of tenants' packets and the headers of control messages are.
    public var family = IPFamily.ipv4
    public var reroute = Reroute.ecmp
    /// From a failure, or a repair, until switches take note of it.
    public var rerouteDelay = Duration.zero
    /// Priority of NVE-NVA messages on scheduled links, 0 to 7, higher first. With 0, and tenants' packets at their
    /// default, a scheduled link serves in the order of arrival.
    public var controlPriority: UInt8 = 0

    public init() {}
}

/// `host-link:`, `fabric-link:`, `wan:` — a directed link: a server with a queue in front and a delay behind.
public struct LinkConfiguration: Hashable, Sendable {
    /// How a link takes frames from its queue.
    public enum Service: String, CaseIterable, Sendable {
        /// In the order in which they came.
        case fifo
        /// By strict priority, in the order in which they came within one; at rates that may change.
        case scheduled
    }

    public var service = Service.fifo
    /// The rate at the start. Shares of load and delays of the idle network go by it.
    public var rate = BitRate.unlimited
    /// scheduled: other rates from later instants on, in order.
    public var rates: [RateChange] = []
    /// Propagation delay, one way.
    public var delay = Duration.microseconds(1)
    /// What may wait for the wire; the frame in service does not count.
    public var queue = QueueLimit.unlimited
    /// Packets that find more than so many bytes waiting are marked (Congestion Experienced); nil = none are.
    public var ecnThreshold: UInt64?
    /// The largest IP packet that the link carries, in bytes; larger ones are lost with cause `mtu`.
    public var mtu: UInt32 = 9_000

    public init() {}
    public init(rate: BitRate, delay: Duration = .microseconds(1)) {
        self.rate = rate
        self.delay = delay
    }
}

/// An entry of `rates:` — `{at: 100 ms, rate: 1 Gbps}`.
public struct RateChange: Hashable, Sendable {
    public var at = Duration.zero
    public var rate = BitRate.unlimited

    public init() {}
    public init(at: Duration, rate: BitRate) {
        self.at = at
        self.rate = rate
    }
}

/// `queue:` — `1 MB`, `100 packets` or `unlimited`.
public enum QueueLimit: Hashable, Sendable {
    case unlimited
    /// Sum of the waiting frames' wire bytes.
    case bytes(UInt64)
    case packets(UInt32)
}

/// An entry of `delays:` in a star: `{from: A, to: B, delay: 3 ms}`; both directions unless the reverse is given too.
public struct PairDelay: Hashable, Sendable {
    public var from = ""
    public var to = ""
    public var delay = Duration.zero

    public init() {}
    public init(from: String, to: String, delay: Duration) {
        self.from = from
        self.to = to
        self.delay = delay
    }
}

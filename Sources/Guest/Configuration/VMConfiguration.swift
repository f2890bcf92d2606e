public import Kernel
public import Wire

/// An entry of `vms:` — one virtual machine, or `count` alike.
public struct VMConfiguration: Hashable, Sendable {
    public enum Network: Hashable, Sendable {
        case named(String)
        /// `each`: `count` VMs in every network.
        case each
    }

    public enum Placement: Hashable, Sendable {
        case host(String)
        /// Over all hosts by a random permutation of them, one after another.
        case spread
    }

    /// A single VM has this name; of several, `name[0]`, `name[1]`, ….
    public var name = ""
    public var count = 1
    public var network = Network.named("")
    public var at = Placement.spread
    /// Given only for a single VM; else the next free one of the subnet.
    public var address: IPv4Address?
    /// Given only for a single VM; else a locally administered one derived from network and address.
    public var mac: MACAddress?

    public init() {}
}

/// An entry of `traffic:` — a set of flows between VMs.
public struct TrafficConfiguration: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Constant rate: packet k leaves at `start + phase + k / rate`.
        case cbr
        /// Poisson: independent exponential gaps with mean 1 / rate.
        case poisson
        /// Transfers of random size between random pairs, at a mean load.
        case flows
    }

    public enum Pairs: String, CaseIterable, Sendable {
        /// n-th source with n-th destination (a single one on either side is repeated).
        case zip
        /// Every source with every destination but itself.
        case all
        /// Each source with one random destination that is not itself.
        case oneEach = "one-each"
    }

    public enum Phase: Hashable, Sendable {
        case fixed(Duration)
        /// Uniform in [0, 1 / rate), drawn for each flow.
        case random
    }

    public enum Sizes: Hashable, Sendable {
        /// A distribution that the program carries.
        case named(Named)
        /// Given points.
        case points([Point])

        public enum Named: String, CaseIterable, Sendable {
            /// Web search (DCTCP, SIGCOMM 2010): mean 1 711 250 B.
            case websearch
        }

        /// A point of a cumulative distribution, joined by straight lines.
        public struct Point: Hashable, Sendable {
            public var bytes: UInt64
            public var cumulative: Ratio
            public init(bytes: UInt64, cumulative: Ratio) {
                self.bytes = bytes
                self.cumulative = cumulative
            }
        }
    }

    public var name = ""
    public var kind = Kind.cbr
    /// A VM, or a group of VMs by the name of its `vms:` entry.
    public var from = ""
    public var to = ""
    /// cbr, poisson: default `zip` where one side is a single VM or both are equally many.
    public var pairs = Pairs.zip
    /// cbr, poisson: required.
    public var rate: PacketRate?
    /// The IP packet's length in bytes, 28 to 65 000. For `flows` the largest packet of a transfer.
    public var size: UInt32 = 1_000
    /// On scheduled links: 0 to 7, higher first.
    public var priority: UInt8 = 0
    public var phase = Phase.fixed(.zero)
    /// flows: sizes in bytes of data (packets carry size - 28 of them).
    public var sizes = Sizes.named(.websearch)
    /// flows: mean share of the host links' rate that all transfers of this entry offer, headers included.
    public var load: Ratio?
    /// flows: the rate at which a transfer is sent, counted in IP packets; nil = the host link's.
    public var pace: BitRate?
    /// First instant at which packets may leave.
    public var start = Duration.zero
    /// Packets leave before this; nil = the scenario's duration.
    public var stop: Duration?
    /// cbr, poisson: the most packets of each flow; nil = no limit.
    public var count: UInt64?

    public init() {}
}

public import Kernel

/// An entry of `traffic:` — a set of flows between VMs.
public struct TrafficConfiguration: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Constant rate: packet k leaves at `start + phase + k / rate`.
        case cbr
        /// Poisson: independent exponential gaps with mean 1 / rate.
        case poisson
        /// Constant rate in bursts: `on` with packets, `off` without, in turn.
        case onOff = "on-off"
        /// Transfers of random size between random pairs, at a mean load.
        case flows
        /// Each source asks, its destination answers after `service`.
        case requestResponse = "request-response"
        /// Echo requests at a constant rate, answered at once by the destination's network stack.
        case ping
    }

    /// How requests of an open loop follow one another.
    public enum Arrivals: String, CaseIterable, Sendable {
        /// Independent exponential gaps with mean 1 / rate.
        case poisson
        /// Request k at `start + phase + k / rate`.
        case constant
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
        /// Drawn for each flow: uniform in [0, 1 / rate); of `on-off` in [0, mean of `on` + mean of `off`), of a
        /// closed loop in [0, mean of `think`).
        case random
    }

    public enum Sizes: Hashable, Sendable {
        /// A distribution that the program carries.
        case named(Named)
        /// Given points.
        case points([Point])
        /// A distribution of bytes.
        case drawn(Distribution<ByteCount>)

        public enum Named: String, CaseIterable, Sendable {
            /// Web search (DCTCP, SIGCOMM 2010): mean 1 711 250 B.
            case websearch
            /// Hadoop at Facebook (SIGCOMM 2015): mean 120 421 B.
            case facebookHadoop = "facebook-hadoop"
            /// Block storage at Alibaba (2019): mean 40 870 B.
            case alibabaStorage = "alibaba-storage"
            /// Data mining (VL2, SIGCOMM 2009): mean 12.66 MB.
            case dataMining = "vl2-data-mining"
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
    /// All but flows: default `zip` where one side is a single VM or both are equally many.
    public var pairs = Pairs.zip
    /// Packets, or requests, a second; of `on-off` while it is on. A `request-response` entry has it or `think`.
    public var rate: PacketRate?
    /// on-off: how long packets leave, and how long none does; drawn anew for each period.
    public var on: Distribution<Duration>?
    public var off: Distribution<Duration>?
    /// request-response with a rate.
    public var arrivals = Arrivals.poisson
    /// request-response: the closed loop's pause between an answer and the next request.
    public var think: Distribution<Duration>?
    /// request-response: how long the server works on a request.
    public var service = Distribution<Duration>.constant(.zero)
    /// The IP packet's length in bytes, 28 to 65 000. For `flows` the largest packet of a transfer, of requests the
    /// request.
    public var size: UInt32 = 1_000
    /// On scheduled links: 0 to 7, higher first.
    public var priority: UInt8 = 0
    /// request-response: the answer's length; nil = as long as the request. Echo replies always are.
    public var responseSize: UInt32?
    /// request-response: what the client does without an answer; nil = nothing.
    public var retry: RetryConfiguration?
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
    /// All but flows: the most packets (requests, each counted once) of each flow; nil = no limit.
    public var count: UInt64?

    public init() {}

    /// Its packets ask for answers.
    public var isDialogue: Bool { kind == .requestResponse || kind == .ping }
}

/// `retry:` — a client asks again when no answer has come for `timeout`, and gives up a `timeout` after the last try.
public struct RetryConfiguration: Hashable, Sendable {
    public var timeout = Duration.seconds(1)
    /// Tries altogether, the first included.
    public var attempts: UInt32 = 3

    public init() {}
}

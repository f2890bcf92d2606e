public import Fabric
public import Guest
public import Kernel
public import Mobility
import Observe
public import Overlay

/// A whole experiment as the loader hands it on: typed, checked, all defaults filled in.
///
/// It is the only input of a run besides nothing: the seed is part of it. Its canonical form (see `ResolvedForm`) is
/// what hashes, plans and baselines refer to.
public struct Scenario: Hashable, Sendable {
    public enum Profile: String, CaseIterable, Sendable {
        case draft15
    }

    public var name = ""
    /// Traffic is emitted in [0, duration).
    public var duration = Duration.seconds(1)
    public var seed: UInt64 = 1
    public var profile = Profile.draft15
    public var limits = Limits()
    public var start = Start()
    public var measure = Measure()
    public var drain = Drain.untilEmpty
    public var results = ResultsConfiguration()
    public var underlay = UnderlayConfiguration()
    public var overlay = OverlayConfiguration()
    public var nva = NVAConfiguration()
    public var nve = NVEConfiguration()
    public var invalidate = InvalidateConfiguration()
    public var redirect = RedirectConfiguration()
    public var announce = AnnounceConfiguration()
    public var guest = GuestConfiguration()
    public var servers: [ServerConfiguration] = []
    public var vms: [VMConfiguration] = []
    public var traffic: [TrafficConfiguration] = []
    public var moves: [MoveConfiguration] = []
    /// The ways in which this data centre can move VMs (REQ-3-05).
    public var capabilities = MoveConfiguration.Mode.allCases
    public var onboarding = OnboardingConfiguration()
    public var failover: [FailoverConfiguration] = []
    public var failures: [FailureConfiguration] = []
    public var overloads: [OverloadConfiguration] = []
    public var expect: [Expectation] = []

    public init() {}
}

/// Section `limits:` — guards against runs without an end.
public struct Limits: Hashable, Sendable {
    /// Events of the run.
    public var events: UInt64 = 100_000_000_000
    /// Events at one instant: more is a livelock.
    public var eventsAtOneInstant: UInt64 = 10_000_000
    /// Packets under way at once.
    public var packetsAlive: UInt64 = 100_000_000

    public init() {}
}

/// Section `start:` — what caches hold at time 0.
public struct Start: Hashable, Sendable {
    public enum Caches: String, CaseIterable, Sendable {
        /// Each NVE holds the mapping of every VM to which its own VMs send, age 0.
        case resolved
        /// Only what the NVE itself serves.
        case empty
    }

    /// How long ago entries of time 0 were learnt, where they age.
    public enum Age: String, CaseIterable, Sendable {
        case zero = "0"
        /// Uniform in [0, timeout), drawn for each entry.
        case random
    }

    public var caches = Caches.resolved
    public var age = Age.zero
    public init() {}
}

/// Section `measure:` — the window that result tables describe, by departure time: [from, until).
public struct Measure: Hashable, Sendable {
    public var from = Duration.zero
    /// nil = the scenario's duration.
    public var until: Duration?
    public init() {}
}

/// `drain:` — how long a run goes on after `duration`, without new packets.
public enum Drain: Hashable, Sendable {
    case untilEmpty
    case time(Duration)
}

/// Section `results:` — how much detail the tables carry.
public struct ResultsConfiguration: Hashable, Sendable {
    public enum Flows: String, CaseIterable, Sendable {
        /// One row a flow.
        case all
        /// One row a traffic entry.
        case classes
    }

    public var flows = Flows.all
    /// Width of a row of `timeseries.csv`; nil = a hundredth of the duration.
    public var window: Duration?
    /// Names of the tables that are written; `runs` always is.
    public var tables = TableInfo.all.map(\.name)
    public init() {}
}

extension Scenario {
    /// Whether anybody will see a table's rows: it is written, or something is expected of it.
    func measures(_ table: String) -> Bool {
        results.tables.contains(table) || expect.contains { $0.metric.hasPrefix(table + ".") }
    }

    /// Whether packets may wait at an NVE.
    var hasBuffers: Bool {
        nve.miss == .queryQueue || (redirect.learn != .none && redirect.buffer.at != .none)
    }
}

/// An entry of `expect:` — a bound on a metric that `run` checks.
public struct Expectation: Hashable, Sendable {
    /// `<table>.<column without its unit>`.
    public var metric = ""
    /// Key columns that rows must match.
    public var of: [String: String] = [:]
    /// `sum`, `mean`, `min`, `max`, `p50`, `p99`, …; nil is allowed where one row matches.
    public var stat: String?
    /// In the column's unit; nil = unbounded.
    public var min: ExpectedValue?
    public var max: ExpectedValue?
    /// convergence: `table` (default) or `traffic`.
    public var view = "table"
    /// convergence: `attach` (default), `detach` or `registration`.
    public var since = "attach"
    /// Line of the `expect:` entry in its file, for messages; not part of the resolved form.
    @MessageOnly public var line = 0

    public init() {}
}

/// Something that is only said in messages: values that differ in nothing else are equal.
@propertyWrapper
public struct MessageOnly<Value: Sendable>: Hashable, Sendable {
    public var wrappedValue: Value

    public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
    public static func == (left: MessageOnly, right: MessageOnly) -> Bool { true }
    public func hash(into hasher: inout Hasher) {}
}

/// A bound with its dimension, as written: `5 ms`, `2000 packets`, `0.1 %`, `3`.
public struct ExpectedValue: Hashable, Sendable {
    public enum Dimension: String, CaseIterable, Sendable { case time, bytes, packets, ratio, rate, number }
    public var dimension: Dimension
    /// In base units: ps, bytes, packets, parts per billion, bit/s; for `number` billionths.
    public var value: Int64

    public init(dimension: Dimension, value: Int64) {
        self.dimension = dimension
        self.value = value
    }
}

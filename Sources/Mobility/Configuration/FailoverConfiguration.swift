public import Kernel

/// An entry of `failover:` — a VM that a second one on another host stands by for (draft-15, section 8).
public struct FailoverConfiguration: Hashable, Sendable {
    /// How the secondary takes the primary's place.
    public enum Method: String, CaseIterable, Sendable {
        /// Its NVE registers the VM's addresses (REQ-8-10); nothing is asked of the failed side (REQ-8-11).
        case mapping
    }

    /// What the secondary is until it takes over.
    public enum Standby: String, CaseIterable, Sendable {
        /// Not running, with a backup now and then (OLD-7-04).
        case cold
        /// Not running, with backups more often (OLD-7-05).
        case warm
        /// Running, and kept in step (REQ-8-03, OLD-7-06).
        case hot
    }

    /// What becomes of the failed primary when its server is there again.
    public enum OnReturn: String, CaseIterable, Sendable {
        /// It stays away.
        case fence
        /// It becomes the secondary.
        case rejoin
    }

    /// Empty = `failover1`, `failover2`, … by place in the file.
    public var name = ""
    /// One VM.
    public var primary = ""
    /// The host of the one that stands by for it.
    public var secondary = ""
    public var method = Method.mapping
    public var standby = Standby.hot
    public var sync = SyncConfiguration()
    public var detector = DetectorConfiguration()
    /// From detection until the secondary runs: that of a cold one includes its start.
    public var takeover = Duration.zero
    public var onReturn = OnReturn.rejoin

    public init() {}
}

/// `sync:` — how the secondary gets the primary's state.
public struct SyncConfiguration: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// All changes at once.
        case ideal
        /// All changes, each of them `lag` later.
        case lag
        /// A backup at each multiple of `interval`.
        case backups
        /// The state at each multiple of `interval`, and nothing that the primary sends after it gets out before it is
        /// acknowledged: after a failure nobody has seen what the secondary does not know.
        case checkpoints
    }

    public var kind = Kind.ideal
    /// lag: 0 s to 30 d.
    public var lag = Duration.zero
    /// ideal, lag: how fast the state changes; unlimited stands for "not stated", no bytes are counted then.
    public var rate = BitRate.unlimited
    /// backups: 1 ps to 30 d.
    public var interval: Duration?
    /// backups, checkpoints: bytes of one.
    public var size: UInt64 = 0
    /// checkpoints: from a multiple of the interval until the secondary has it, and the primary knows.
    public var acknowledgement = Duration.zero

    public init() {}
}

/// `detector:` — who notices that the primary is dead, and how.
public struct DetectorConfiguration: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// It hears nothing from the primary any more (RFC 5880).
        case hello
        /// It knows `delay` after the failure.
        case ideal
    }

    public enum Place: Hashable, Sendable {
        /// Hellos travel to this host as packets.
        case host(String)
        /// They take the fixed time `delay`.
        case outOfBand
    }

    public enum Phase: Hashable, Sendable {
        /// Uniform in [0, interval).
        case random
        case fixed(Duration)
    }

    public var kind = Kind.hello
    public var at = Place.outOfBand
    public var delay = Duration.zero
    /// Longest time between two hellos.
    public var interval = Duration.milliseconds(300)
    /// So many intervals without a hello are a failure; 1 to 255.
    public var multiplier: UInt32 = 3
    /// Each interval is shorter by a random share up to this one; 0 to 25 % (RFC 5880, section 6.8.7).
    public var jitter = Ratio(billionths: 250_000_000)
    /// When the first hello leaves.
    public var phase = Phase.random

    public init() {}
}

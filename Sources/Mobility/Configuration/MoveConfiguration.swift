public import Kernel
public import Wire

/// An entry of `moves:` — one VM goes from where it is to another host.
public struct MoveConfiguration: Hashable, Sendable {
    public enum Mode: String, CaseIterable, Sendable {
        /// In running state, paused only for the downtime (REQ-2-02).
        case hot
        /// From a mirror of its state that is kept at its future place (REQ-2-03).
        case warm
        /// Stopped or suspended, its state sent while it does not run (REQ-2-05).
        case cold
    }

    /// In which order VMs leave a place.
    public enum Order: String, CaseIterable, Sendable {
        /// As the file lists them.
        case listed
        /// By their memory.
        case smallestFirst = "smallest-first"
        case largestFirst = "largest-first"
    }

    /// Empty = `move1`, `move2`, … by place in the file.
    public var name = ""
    /// The VM that moves; empty where a place is drained or evened out.
    public var vm = ""
    /// The VM with which it changes places, each a move of its own; empty = it goes ``to`` a host.
    public var swapWith = ""
    /// A rack whose hosts are to have the same number of VMs, or all hosts by ``everywhere``; empty = ``vm`` moves.
    public var rebalance = ""
    /// A host or a rack that all its VMs leave; empty = ``vm`` moves.
    public var drain = ""
    /// The host where it must be by then, or the move is refused; empty = wherever it is.
    public var from = ""
    public var order = Order.listed
    public var parallel = ParallelConfiguration()
    /// The host it goes to, or `any`. The host where it already is makes a pause in place: the VM never detaches.
    public var to = ""
    /// When it begins: it detaches (or pauses), or its state begins to be sent.
    public var at = Distribution.constant(Duration.zero)
    /// So many moves, one after another.
    public var count = 1
    /// From one of them to the next.
    public var every: Duration?
    public var mode = Mode.hot
    /// How it moves where the data centre cannot move it as ``mode`` says (REQ-3-05); nil = then it is refused.
    public var fallback: Mode?
    /// Time between detach and attach; nil = it follows from ``transfer``.
    public var downtime: Distribution<Duration>?
    public var transfer: TransferConfiguration?
    public var warm = WarmConfiguration()
    public var cold = ColdConfiguration()

    public init() {}

    /// Of ``to``: each move to another host that is drawn.
    public static let anyHost = "any"
    /// Of ``rebalance``: all hosts.
    public static let everywhere = "all"

    /// Whether it stands for moves of VMs that the VM manager chooses.
    public var isPlan: Bool { !drain.isEmpty || !rebalance.isEmpty }

    /// ``at``, where it is not drawn; else its middle.
    public var beginning: Duration {
        get { Self.middle(of: at) }
        set { at = .constant(newValue) }
    }

    /// ``downtime``, where it is not drawn; else its middle.
    public var standstill: Duration? {
        get { downtime.map(Self.middle) }
        set { downtime = newValue.map { .constant($0) } }
    }

    private static func middle(of distribution: Distribution<Duration>) -> Duration {
        switch distribution {
        case .constant(let value): value
        case .lognormal(let median, _): median
        case .uniform(let from, let to): Duration(picoseconds: (from.picoseconds + to.picoseconds) / 2)
        case .exponential, .pareto, .choice:
            Duration(picoseconds: Int64(min(distribution.mean ?? 0, Double(Duration.longest.picoseconds))))
        }
    }

    /// The move as a data centre with these capabilities carries it out: as asked, by its ``fallback``, or, nil, not at
    /// all (REQ-3-05).
    public func performed(with capabilities: [Mode]) -> MoveConfiguration? {
        guard let mode = [mode, fallback].compactMap({ $0 }).first(where: capabilities.contains) else { return nil }
        var move = self
        move.mode = mode
        return move
    }

    /// The name of the entry that it was made from.
    public var entry: String { name.last == "]" ? String(name.prefix { $0 != "[" }) : name }

    /// The single moves that it stands for, where no place is drained.
    public var expanded: [MoveConfiguration] {
        if count == 1 { return [self] }
        return (0..<count).map { number in
            var move = self
            (move.count, move.every) = (1, nil)
            move.name = "\(name)[\(number)]"
            move.at = Self.shifted(at, by: (every ?? .zero) * Int64(number))
            return move
        }
    }

    private static func shifted(_ time: Distribution<Duration>, by more: Duration) -> Distribution<Duration> {
        switch time {
        case .constant(let value): .constant(value + more)
        case .uniform(let from, let to): .uniform(from: from + more, to: to + more)
        case .lognormal, .exponential, .pareto, .choice: time
        }
    }
}

/// Section `announce:` — how a VM makes itself known at its new place.
public struct AnnounceConfiguration: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// What suits the VM's addresses: `garp` for IPv4, `na` for IPv6.
        case auto
        /// Gratuitous ARP request (RFC 5227; REQ-4.2-05), seen by the new NVE.
        case garp
        /// Unsolicited neighbour advertisement (RFC 4861, section 7.2.6; REQ-4.2-20), seen by the new NVE.
        case na
        case none

        /// The kind for a VM of a family, `auto` decided.
        public func decided(for family: IPFamily) -> Kind {
            if self != .auto { return self }
            return family == .ipv4 ? .garp : .na
        }
    }

    public var kind = Kind.auto
    /// From attach to the first announcement.
    public var delay = Duration.zero
    /// Announcements of each move, 1 to 100.
    public var count = 1
    /// Between two of them.
    public var interval = Duration.seconds(1)

    /// RFC 4861, section 10: MAX_NEIGHBOR_ADVERTISEMENT and RETRANS_TIMER bound what is advertised unasked.
    public static let mostAdvertisements = 3
    public static let leastAdvertisementInterval = Duration.seconds(1)

    public init() {}
}

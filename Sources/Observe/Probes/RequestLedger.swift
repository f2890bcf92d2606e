public import Kernel

/// What became of one client's requests of the measured window.
public struct RequestAccount: Sendable {
    public var sent = 0
    /// Answered while the client waited.
    public var answered = 0
    /// Answered after the client had given up.
    public var late = 0
    /// Further answers.
    public var duplicate = 0
    /// Requests sent again.
    public var retried = 0
    /// Never answered.
    public var failed = 0
    /// Answers that fell due while the server did not run.
    public var unserved = 0
    /// Neither answered nor given up at the end of the run.
    public var unfinished = 0
    public var latencyMin = Duration.longest
    public var latencyMax = Duration.zero
    /// Page of the histogram that it used last.
    fileprivate var latencyPage: UInt32 = 0
    /// Of a client that pings: what became of each echo request.
    fileprivate var echoes: ContiguousArray<Echo>?

    fileprivate enum Echo: Hashable, Sendable {
        case none
        case underWay
        case reply(Instant)
    }
}

/// The account of all clients.
public struct RequestLedger: Sendable {
    /// How replies failed to come: what was lost in a row, and how long no reply came.
    public struct Outage: Hashable, Sendable {
        public var longestRun = 0
        public var gap = Ending.notMeasured
    }

    public private(set) var accounts: ContiguousArray<RequestAccount>
    private var latencies: LatencyHistogram

    /// - Parameter arePings: by client.
    public init(arePings: [Bool]) {
        accounts = ContiguousArray(
            arePings.map { isPing in
                var account = RequestAccount()
                account.echoes = isPing ? [] : nil
                return account
            })
        latencies = LatencyHistogram(flows: arePings.count)
    }

    /// Counts a request; returns its number among those of its client, from 0.
    public mutating func sent(by client: Int) -> Int {
        accounts[client].sent += 1
        accounts[client].echoes?.append(.none)
        return accounts[client].sent - 1
    }

    /// The first answer to a request has come.
    public mutating func answered(_ client: Int, place: Int, after latency: Duration, now: Instant) {
        accounts[client].answered += 1
        accounts[client].latencyMin = min(accounts[client].latencyMin, latency)
        accounts[client].latencyMax = max(accounts[client].latencyMax, latency)
        accounts[client].echoes?[place] = .reply(now)
        latencies.record(client, latency.picoseconds, hint: &accounts[client].latencyPage)
    }

    /// The first answer has come to a request that was given up.
    public mutating func answeredLate(_ client: Int) {
        accounts[client].failed -= 1
        accounts[client].late += 1
    }

    public mutating func duplicated(_ client: Int) { accounts[client].duplicate += 1 }
    public mutating func retried(_ client: Int) { accounts[client].retried += 1 }
    public mutating func failed(_ client: Int) { accounts[client].failed += 1 }
    public mutating func notServed(_ client: Int) { accounts[client].unserved += 1 }

    public mutating func unfinished(_ client: Int, place: Int) {
        accounts[client].unfinished += 1
        accounts[client].echoes?[place] = .underWay
    }

    /// A quantile of the time from request to answer; nil when nothing was answered in time.
    public func latency(_ quantile: Quantile, of client: Int) -> Duration? {
        let account = accounts[client]
        return latencies.quantile(client, quantile, min: account.latencyMin, max: account.latencyMax)
    }

    /// The longest outage of a client that pings, nil for others. A gap lasts from the last reply before a loss to the
    /// first after it, by the order in which echo requests left; without one after, it has no end, without one before,
    /// it is not measured.
    public func outage(of client: Int) -> Outage? {
        guard let echoes = accounts[client].echoes else { return nil }
        var outage = Outage()
        var run = 0
        var last: Instant?
        for echo in echoes {
            switch echo {
            case .none:
                run += 1
                outage.longestRun = max(outage.longestRun, run)
            case .underWay: break
            case .reply(let now):
                if run > 0, let last { outage.gap = outage.gap.longest(.after(now - last)) }
                (run, last) = (0, now)
            }
        }
        if run > 0, last != nil { outage.gap = .notYet }
        return outage
    }
}

public import Kernel
import Wire

/// A client that asks one server: `kind: request-response` and `kind: ping`.
///
/// The service time of a request is drawn when the request falls due, made or missed, and the pause before the next
/// one with it: request k of a flow has the same of both in every run of a seed, whatever became of those before it.
/// In an open loop requests also fall due at the same instants with and without a move, and those that fall due while
/// the client does not run are not made. A closed loop has no instants of its own: a move delays all that comes later,
/// and what falls due while the client does not run is made when it runs again.
public struct RequestSource: Sendable {
    /// What makes the request packets, and the clock of an open loop.
    public var requests: PacketSource
    public let server: VMID
    public let responseFlow: FlowID
    /// Length of the answer's IP packet.
    public let responseBytes: UInt32
    /// Answers come from the server's network stack: every request has one, at once.
    public let isPing: Bool
    public let retry: RetryConfiguration?
    private let responseEntropy: UInt32
    private let service: Distribution<Duration>
    /// nil = an open loop.
    private let think: Distribution<Duration>?
    private var services: StreamCursor
    private var pauses: StreamCursor
    private var responses: UInt32 = 0

    /// What a client asks for beside its packets.
    public struct Terms: Sendable {
        public var isPing: Bool
        public var responseBytes: UInt32
        public var service: Distribution<Duration>
        public var think: Distribution<Duration>?
        public var retry: RetryConfiguration?

        public init(_ traffic: TrafficConfiguration) {
            isPing = traffic.kind == .ping
            responseBytes = isPing ? traffic.size : traffic.responseSize ?? traffic.size
            service = traffic.service
            think = traffic.think
            retry = traffic.retry
        }
    }

    /// - Parameters:
    ///   - responseEntropy: hash of the answers' inner headers.
    ///   - services, pauses: streams of service times and of pauses.
    public init(
        requests: PacketSource, server: VMID, terms: Terms, responseFlow: FlowID, responseEntropy: UInt32,
        services: StreamCursor, pauses: StreamCursor
    ) {
        self.requests = requests
        self.server = server
        self.responseFlow = responseFlow
        self.responseEntropy = responseEntropy
        isPing = terms.isPing
        responseBytes = terms.responseBytes
        service = terms.service
        think = terms.think
        retry = terms.retry
        self.services = services
        self.pauses = pauses
    }

    public var isClosedLoop: Bool { think != nil }

    /// When the first request falls due, or `.never`.
    public mutating func first(at start: Instant, in context: inout Context) -> Instant {
        isClosedLoop ? due(start) : requests.first(at: start, in: &context)
    }

    /// When the next request of an open loop falls due, or `.never`.
    public mutating func next(after now: Instant, in context: inout Context) -> Instant {
        isClosedLoop ? .never : requests.next(after: now, in: &context)
    }

    /// When the next request of a closed loop falls due after one that came to an end, or `.never`.
    public func next(after now: Instant, pause: Duration) -> Instant { due(now + pause) }

    private func due(_ instant: Instant) -> Instant {
        requests.mayLeave(at: instant) && !requests.isExhausted ? instant : .never
    }

    /// Service time, and pause of a closed loop, of the request that falls due.
    public mutating func drawTimes(in context: inout Context) -> (service: Duration, pause: Duration) {
        let pause = think?.draw(from: &pauses, of: context.random) ?? .zero
        return (service.draw(from: &services, of: context.random), pause)
    }

    /// The answer to a request, from its destination back.
    ///
    /// - Parameter request: its place among all requests.
    public mutating func makeResponse(to request: UInt32, now: Instant) -> PacketRecord {
        var packet = PacketRecord(
            sentAt: now, flow: responseFlow, serial: responses, source: requests.destination,
            destination: requests.source, innerBytes: responseBytes,
            frameBytes: responseBytes &+ HeaderSize.ethernet,
            flags: requests.isWatched ? [.response, .followed] : .response)
        packet.entropy = responseEntropy
        packet.priority = requests.priority
        packet.extensionIndex = request
        responses &+= 1
        return packet
    }
}

/// One request and what has become of it so far.
public struct Request: Sendable {
    public enum State: UInt8, Sendable {
        case waiting
        case answered
        /// The client waits no longer.
        case failed
    }

    /// Place of its client among all ``RequestSource``s.
    public let client: UInt32
    /// When it was first sent.
    public let sentAt: Instant
    public let service: Duration
    /// Of a closed loop: from its end to the next request.
    public let pause: Duration
    /// Its number among the measured ones of its flow, from 0; nil = it left outside the measured window.
    public let place: Int?
    public var state = State.waiting
    /// Times that it was sent.
    public var attempts: UInt32 = 0
    /// Packets, services and timers under way that belong to it. Without any, nothing more can happen to it.
    public var pending: UInt32 = 0

    public init(client: UInt32, sentAt: Instant, service: Duration, pause: Duration, place: Int?) {
        self.client = client
        self.sentAt = sentAt
        self.service = service
        self.pause = pause
        self.place = place
    }
}

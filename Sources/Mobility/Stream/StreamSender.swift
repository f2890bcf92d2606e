public import Kernel

/// The sending end of a stream of state (OLD-6-01): which block leaves when, and what is sent again.
///
/// A window of blocks is under way; an acknowledgement makes room for the next one. A block leaves its host when the
/// one before has left it, so that only one waits at the host's link and streams of one host take turns. Segments that
/// did not come are sent again and the window is halved, at most once for each window; it grows again by a block for
/// each window that is acknowledged, after a timeout faster up to half of what it was.
public struct StreamSender: Sendable {
    public enum Step: Hashable, Sendable {
        /// Send it now and say with ``departed(at:)`` when it leaves the host.
        case send(StreamBlock)
        /// Ask again then.
        case wait(Instant)
        /// Nothing can be sent before an acknowledgement comes.
        case idle
    }

    private struct UnderWay {
        let block: StreamBlock
        let bytes: UInt64
        let sent: Instant
    }

    public let settings: StreamSettings
    /// State of the present stage in bytes.
    public private(set) var total: UInt64 = 0
    public private(set) var stage: UInt32 = 0
    /// State sent again so far, over all stages.
    public private(set) var bytesResent: UInt64 = 0
    /// Times that nothing was heard for too long.
    public private(set) var timeouts = 0
    private var number: UInt32 = 0
    /// Segments from here on have not been sent yet.
    private var unsent = 0
    private var segments = 0
    /// Segments that must be sent again.
    private var lost: [Range<Int>] = []
    private var underWay: [UnderWay] = []
    private var bytesUnderWay: UInt64 = 0
    private var window: UInt64
    /// Above it the window grows slowly.
    private var threshold: UInt64
    /// Losses of blocks up to this one have had their effect on the window.
    private var halvedAt: UInt32 = 0
    /// When the next block may leave: the one before has left, and the limit is kept.
    private var free = Instant.zero
    private var timer = RetransmissionTimer()
    private var due = Instant.never

    public init(_ settings: StreamSettings) {
        self.settings = settings
        window = settings.window
        threshold = settings.window
    }

    /// From a block to its acknowledgement, smoothed; zero before the first.
    public var roundTrip: Duration { timer.smoothed ?? .zero }

    /// Everything of the stage has been acknowledged.
    public var isAcknowledged: Bool { unsent == segments && lost.isEmpty && underWay.isEmpty }

    /// When ``expire(now:)`` is to be called, `never` if nothing is awaited.
    public var timeoutDue: Instant { due }

    /// A stage begins. What is left of the one before is forgotten.
    public mutating func begin(_ bytes: UInt64, now: Instant) {
        stage += 1
        total = bytes
        (segments, unsent) = (settings.segments(of: bytes), 0)
        forget()
        free = max(free, now)
    }

    /// Nothing more is sent: the move has ended.
    public mutating func cancel() {
        (segments, unsent) = (0, 0)
        forget()
    }

    private mutating func forget() {
        lost = []
        underWay = []
        (bytesUnderWay, due) = (0, .never)
    }

    /// What may be done now.
    public mutating func next(now: Instant) -> Step {
        guard let segments = nextSegments else { return .idle }
        let bytes = settings.bytes(of: segments, total: total)
        if !underWay.isEmpty, bytesUnderWay + bytes > window { return .idle }
        if free > now { return .wait(free) }
        take(segments)
        let block = StreamBlock(stage: stage, number: number, segments: segments)
        number += 1
        if underWay.isEmpty { due = now + timer.timeout }
        underWay.append(UnderWay(block: block, bytes: bytes, sent: now))
        bytesUnderWay += bytes
        if let limit = settings.limit { free = now + limit.wireTime(bytes: bytes) }
        return .send(block)
    }

    /// The block that was sent last leaves its host then.
    public mutating func departed(at time: Instant) { free = max(free, time) }

    private var nextSegments: Range<Int>? {
        if let first = lost.first {
            return first.lowerBound..<min(first.upperBound, first.lowerBound + settings.blockSegments)
        }
        return unsent < segments ? unsent..<min(segments, unsent + settings.blockSegments) : nil
    }

    private mutating func take(_ segments: Range<Int>) {
        guard let first = lost.first else {
            unsent = segments.upperBound
            return
        }
        bytesResent += settings.bytes(of: segments, total: total)
        if segments == first {
            lost.removeFirst()
        } else {
            lost[0] = segments.upperBound..<first.upperBound
        }
    }

    /// The receiver has a block, or what came of it. Blocks sent before it are lost if nothing has been heard of them:
    /// the way of a stream keeps their order.
    public mutating func acknowledged(_ answer: StreamAcknowledgement, now: Instant) {
        guard answer.stage == stage, let place = underWay.firstIndex(where: { $0.block.number == answer.number })
        else { return }
        let unheard = underWay[..<place].map(\.block.segments)
        let bytes = underWay[...place].reduce(0) { $0 + $1.bytes }
        timer.measured(now - underWay[place].sent)
        underWay.removeFirst(place + 1)
        bytesUnderWay -= bytes
        due = underWay.isEmpty ? .never : now + timer.timeout
        let missing = unheard + answer.missing
        if missing.isEmpty { return grow(by: bytes) }
        lost = Self.merged(lost + missing)
        if answer.number >= halvedAt {
            threshold = max(window / 2, leastWindow)
            (window, halvedAt) = (threshold, number)
        }
    }

    /// Nothing was heard for too long: all that is under way counts as lost.
    public mutating func expire(now: Instant) {
        if due > now || underWay.isEmpty { return }
        timeouts += 1
        timer.expired()
        lost = Self.merged(lost + underWay.map(\.block.segments))
        threshold = max(window / 2, leastWindow)
        (window, halvedAt) = (leastWindow, number)
        underWay = []
        (bytesUnderWay, due) = (0, .never)
    }

    private var leastWindow: UInt64 { min(settings.window, UInt64(settings.blockSegments) * settings.segmentBytes) }

    private mutating func grow(by bytes: UInt64) {
        let step = window < threshold ? bytes : leastWindow * bytes / max(window, 1)
        window = min(window + step, settings.window)
    }

    /// Ranges in order, those that touch as one.
    private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }
}

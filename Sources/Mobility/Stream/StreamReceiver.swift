/// The receiving end of a stream of state: what has come, and what is said about it.
public struct StreamReceiver: Sendable {
    private var stage: UInt32 = 0
    private var segments = 0
    /// Segments of the stage that have come, in order, none touching the next.
    private var received: [Range<Int>] = []
    /// The block that came last, if its last segment has not.
    private var open: StreamBlock?

    public init() {}

    /// A stage of so many segments begins.
    public mutating func begin(stage: UInt32, segments: Int) {
        (self.stage, self.segments) = (stage, segments)
        received = []
        open = nil
    }

    /// All of the stage is here.
    public var isComplete: Bool { segments == 0 || received.first == 0..<segments }

    /// Part of a block has come: segments at its beginning, or one of them. A block is answered with its last segment,
    /// or when a later one comes without it: the way of a stream keeps the order.
    ///
    /// - Parameter closes: nothing more of the block follows.
    /// - Returns: what to say to the sender, in this order.
    public mutating func receive(
        _ part: Range<Int>, of block: StreamBlock, closes: Bool
    ) -> [StreamAcknowledgement] {
        if block.stage != stage { return [] }
        var answers: [StreamAcknowledgement] = []
        if let before = open, before.number < block.number { answers.append(answer(to: before)) }
        insert(part)
        open = closes ? nil : block
        if closes { answers.append(answer(to: block)) }
        return answers
    }

    private func answer(to block: StreamBlock) -> StreamAcknowledgement {
        StreamAcknowledgement(stage: stage, number: block.number, missing: missing(in: block.segments))
    }

    private mutating func insert(_ part: Range<Int>) {
        if part.isEmpty { return }
        if let last = received.last, last.upperBound == part.lowerBound {
            received[received.count - 1] = last.lowerBound..<part.upperBound
            return
        }
        let first = received.firstIndex { $0.upperBound >= part.lowerBound } ?? received.count
        let end = received[first...].firstIndex { $0.lowerBound > part.upperBound } ?? received.count
        var whole = part
        for range in received[first..<end] {
            whole = min(whole.lowerBound, range.lowerBound)..<max(whole.upperBound, range.upperBound)
        }
        received.replaceSubrange(first..<end, with: [whole])
    }

    private func missing(in block: Range<Int>) -> [Range<Int>] {
        var gaps: [Range<Int>] = []
        var next = block.lowerBound
        for range in received where range.upperBound > next && range.lowerBound < block.upperBound {
            if range.lowerBound > next { gaps.append(next..<range.lowerBound) }
            next = range.upperBound
        }
        if next < block.upperBound { gaps.append(next..<block.upperBound) }
        return gaps
    }
}

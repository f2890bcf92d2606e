/// Part of a stage's state: so many segments, sent back to back.
public struct StreamBlock: Hashable, Sendable {
    /// Counts the transfers of one stream: what belongs to an earlier one is not looked at.
    public var stage: UInt32
    /// Counts blocks in the order in which they were sent.
    public var number: UInt32
    /// Which segments of the stage, from 0.
    public var segments: Range<Int>

    public init(stage: UInt32, number: UInt32, segments: Range<Int>) {
        self.stage = stage
        self.number = number
        self.segments = segments
    }
}

/// What the receiver says of a block whose last segment has come.
public struct StreamAcknowledgement: Hashable, Sendable {
    public var stage: UInt32
    public var number: UInt32
    /// Those of its segments that have not come.
    public var missing: [Range<Int>]

    public init(stage: UInt32, number: UInt32, missing: [Range<Int>] = []) {
        self.stage = stage
        self.number = number
        self.missing = missing
    }
}

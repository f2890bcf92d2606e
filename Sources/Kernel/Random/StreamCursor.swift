/// Where a component stands in one of its random streams: all that it has to keep between two draws.
///
/// A stream belongs to a component (`client[17]`) and a purpose (`gap`). Adding a VM never shifts another's draws, and
/// a VM keeps its streams when its group grows; hot, warm and cold runs of one seed see the same traffic.
public struct StreamCursor: Hashable, Sendable {
    /// Hash of component and purpose: the upper two words of the counter.
    public let stream: UInt64
    /// Numbers drawn so far; four of them make a block.
    public fileprivate(set) var position: UInt32 = 0

    public init(component: String, purpose: String) {
        stream = Self.stream(component: component, purpose: purpose)
    }

    /// The hash by which a stream is known. Two different pairs of names must not share one: see ``StreamRegistry``.
    public static func stream(component: String, purpose: String) -> UInt64 {
        StableHash.of(component + "\u{0}" + purpose)
    }

    mutating func moveOn(to newPosition: UInt32) { position = newPosition }
}

/// Remembers every stream of a run and refuses two names with one hash.
public struct StreamRegistry {
    /// Two streams that would draw the same numbers.
    public struct Collision: Error, Equatable {
        public let first: String
        public let second: String
    }

    private var names: [UInt64: String] = [:]

    public init() {}

    /// A cursor at the beginning of a stream. The same name may be registered again: it is the same stream.
    public mutating func cursor(component: String, purpose: String) throws(Collision) -> StreamCursor {
        let cursor = StreamCursor(component: component, purpose: purpose)
        try enter("\(component) (\(purpose))", as: cursor.stream)
        return cursor
    }

    /// Takes a name in under its hash.
    mutating func enter(_ name: String, as stream: UInt64) throws(Collision) {
        if let present = names[stream], present != name { throw Collision(first: present, second: name) }
        names[stream] = name
    }
}

public import CGSL

/// The random numbers of one run: one scratch generator, loaded from a component's cursor for each draw.
///
/// The generator is a GSL type of our own around ``Philox``, so that every GSL distribution works on it
/// (``draw(from:_:)``). Counter words: block, run, and the stream's hash; key: the root seed. Output words have
/// 32 bits, hence uniform numbers a resolution of 2^-32.
public final class RandomSource: Sendable {
    /// Owned by this object alone; a run, and with it its source, is used by one task at a time.
    private nonisolated(unsafe) let generator: UnsafeMutablePointer<gsl_rng>

    /// - Parameters:
    ///   - seed: root seed of the experiment.
    ///   - run: number of the replication.
    public init(seed: UInt64, run: UInt32) {
        guard let generator = gsl_rng_alloc(PhiloxGenerator.type) else {
            preconditionFailure("the GSL could not make a generator")
        }
        self.generator = generator
        state.pointee.key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        state.pointee.run = run
    }

    deinit { gsl_rng_free(generator) }

    private var state: UnsafeMutablePointer<PhiloxState> {
        generator.pointee.state.assumingMemoryBound(to: PhiloxState.self)
    }

    /// Draws with a GSL function from a stream and moves its cursor on.
    @inline(__always)
    public func draw<Value>(
        from cursor: inout StreamCursor, _ body: (UnsafeMutablePointer<gsl_rng>) -> Value
    ) -> Value {
        state.pointee.load(cursor)
        let value = body(generator)
        cursor.moveOn(to: state.pointee.position)
        return value
    }

    /// Uniform in [0, 1).
    public func uniform(from cursor: inout StreamCursor) -> Double { draw(from: &cursor) { gsl_rng_uniform($0) } }

    /// Uniform in 0 ..< bound, without bias. `bound` is greater than 0.
    public func uniformInteger(below bound: UInt64, from cursor: inout StreamCursor) -> UInt64 {
        precondition(bound > 0)
        return draw(from: &cursor) { generator in
            let rest = (UInt64.max % bound + 1) % bound
            while true {
                let high = UInt64(gsl_rng_get(generator))
                let word = high << 32 | UInt64(gsl_rng_get(generator))
                if word <= UInt64.max - rest { return word % bound }
            }
        }
    }

    /// An exponential gap in whole picoseconds, rounded down. `mean` is in picoseconds.
    ///
    /// A gap beyond ``longestGap`` is cut to it: no run lasts as long, and `now` plus it still fits.
    public func exponentialGap(mean: Double, from cursor: inout StreamCursor) -> Duration {
        let gap = draw(from: &cursor) { gsl_ran_exponential($0, mean) }
        return gap < Double(Self.longestGap.picoseconds) ? Duration(picoseconds: Int64(gap)) : Self.longestGap
    }

    /// Twice the longest duration that a scenario may state.
    public static let longestGap = Duration.longest * 2

    /// A random permutation of `elements` (Fisher-Yates).
    @inlinable
    public func shuffle<Element>(_ elements: inout [Element], from cursor: inout StreamCursor) {
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, Int(uniformInteger(below: UInt64(last + 1), from: &cursor)))
        }
    }
}

/// State of the generator as the GSL keeps it for us.
private struct PhiloxState {
    var key: (UInt32, UInt32) = (0, 0)
    var run: UInt32 = 0
    var stream: UInt64 = 0
    /// Numbers taken from the stream.
    var position: UInt32 = 0
    var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

    @inline(__always)
    mutating func load(_ cursor: StreamCursor) {
        stream = cursor.stream
        position = cursor.position
        if position & 3 != 0 { fill() }
    }

    @inline(__always)
    mutating func fill() {
        let counter = (
            position >> 2, run, UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)
        )
        words = Philox.block(counter: counter, key: key)
    }

    @inline(__always)
    mutating func next() -> UInt32 {
        if position & 3 == 0 { fill() }
        let place = position & 3
        precondition(position < .max, "a random stream is used up")
        position += 1
        return switch place {
        case 0: words.0
        case 1: words.1
        case 2: words.2
        default: words.3
        }
    }
}

/// The GSL's description of our generator: made once, never changed.
private enum PhiloxGenerator {
    nonisolated(unsafe) static let type: UnsafePointer<gsl_rng_type> = {
        // The handler is global to the process, and by default it aborts: switched off here, where it happens once.
        gsl_set_error_handler_off()
        let name = UnsafeMutablePointer<CChar>.allocate(capacity: 16)
        for (index, byte) in "philox4x32-10\u{0}".utf8.enumerated() { name[index] = CChar(byte) }
        let type = UnsafeMutablePointer<gsl_rng_type>.allocate(capacity: 1)
        type.initialize(
            to: gsl_rng_type(
                name: UnsafePointer(name), max: UInt(UInt32.max), min: 0, size: MemoryLayout<PhiloxState>.size,
                set: { state, seed in
                    guard let state else { return }
                    state.initializeMemory(as: PhiloxState.self, to: PhiloxState())
                    state.assumingMemoryBound(to: PhiloxState.self).pointee.key.0 = UInt32(truncatingIfNeeded: seed)
                },
                get: { state in
                    guard let state else { return 0 }
                    return UInt(state.assumingMemoryBound(to: PhiloxState.self).pointee.next())
                },
                get_double: { state in
                    guard let state else { return 0 }
                    return Double(state.assumingMemoryBound(to: PhiloxState.self).pointee.next()) / 4_294_967_296
                }))
        return UnsafePointer(type)
    }()
}

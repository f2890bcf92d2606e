public import Kernel

/// Looks at a run between its slices and may end it: how progress is shown and how an interrupt comes in.
///
/// A run is the same whoever watches it. One that is ended is *partial*: its result files describe it up to the instant
/// that it had reached.
public struct RunWatch {
    /// Events between two looks: few milliseconds in a release build, and too many for the looks to cost anything.
    public static let usualSlice: UInt64 = 1 << 16

    let slice: UInt64
    let goesOn: (_ now: Instant, _ events: UInt64) -> Bool

    /// - Parameter goesOn: is asked between two slices; false ends the run.
    public init(slice: UInt64 = usualSlice, goesOn: @escaping (_ now: Instant, _ events: UInt64) -> Bool) {
        precondition(slice > 0, "a slice of no events never ends")
        self.slice = slice
        self.goesOn = goesOn
    }
}

extension World {
    /// Runs to the end, or until the watch ends it: then false.
    mutating func run(watchedBy watch: RunWatch?) throws(RunFailure) -> Bool {
        guard let watch else {
            try run()
            return true
        }
        while try step(atMost: watch.slice) {
            if !watch.goesOn(now, eventCount) { return false }
        }
        return true
    }
}

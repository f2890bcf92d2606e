import Foundation

/// What a run cost on the machine that did it: `timing.json`, the only file in which equal runs may differ.
public struct Timing: Hashable, Sendable {
    public struct Phase: Hashable, Sendable {
        /// `load`, `set-up`, `simulate`, `write`, ….
        public var name: String
        public var seconds: Double
        public init(name: String, seconds: Double) {
            self.name = name
            self.seconds = seconds
        }
    }

    /// In the order in which they happened.
    public var phases: [Phase] = []
    public var events: UInt64 = 0
    public var peakMemoryBytes: Int64 = 0
    public var host = ""
    public var cores = 0
    /// `release` or `debug`.
    public var buildMode = ""
    /// Runs at the same time in this process.
    public var jobs = 1

    public init() {}

    /// Peak memory of this process, host and cores, as they are now.
    public static func ofThisProcess() -> Timing {
        var timing = Timing()
        var usage = rusage()
        if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
            timing.peakMemoryBytes = Int64(usage.ru_maxrss) * 1024
        }
        var name = [CChar](repeating: 0, count: 256)
        if gethostname(&name, name.count - 1) == 0 {
            timing.host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        timing.cores = ProcessInfo.processInfo.activeProcessorCount
        #if DEBUG
            timing.buildMode = "debug"
        #else
            timing.buildMode = "release"
        #endif
        return timing
    }

    /// Wall time of all phases.
    public var seconds: Double { phases.reduce(0) { $0 + $1.seconds } }

    /// The file.
    public var document: String {
        JSONValue.object([
            "phases": .array(
                phases.map { .object(["name": .string($0.name), "wall-s": .real($0.seconds)]) }),
            "wall-s": .real(seconds),
            "events": .unsigned(events),
            "peak-memory-bytes": .integer(peakMemoryBytes),
            "host": .string(host),
            "cores": .integer(Int64(cores)),
            "jobs": .integer(Int64(jobs)),
            "build-mode": .string(buildMode),
        ]).document
    }
}

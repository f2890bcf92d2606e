import Foundation

/// CPU time of this process: what other programs do at the same time hardly counts in it.
struct BenchClock {
    private let start = Self.now()

    var seconds: Double { Self.now() - start }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// One measured figure of a benchmark.
public struct BenchFigure: Sendable {
    /// What was measured: `queue/radix/1000`.
    public let name: String
    public let unit: String
    /// Median, least and largest of the repetitions.
    public let median: Double
    public let least: Double
    public let most: Double
    /// What stands beside it: counters that must come out, ratios.
    public let remark: String

    init(_ name: String, _ unit: String, _ values: [Double], remark: String = "") {
        let sorted = values.sorted()
        self.name = name
        self.unit = unit
        median = sorted[sorted.count / 2]
        least = sorted[0]
        most = sorted[sorted.count - 1]
        self.remark = remark
    }
}

/// The program's own benchmarks, by group.
public enum BenchGroup: String, CaseIterable, Sendable {
    /// The event queue under the hold model.
    case queue
    /// An NVE behind the contract of a node against the same work written inline.
    case contract
    /// The workload on which packet-level simulators are compared.
    case workload
    /// The same network with two virtual networks, ageing mappings and one move a millisecond.
    case mobility
    /// Memory and time of assembling a world.
    case scale

    /// Runs the group. Each figure is measured `repetitions` times after a first time that does not count.
    public func run(repetitions: Int) throws -> [BenchFigure] {
        switch self {
        case .queue: QueueBench.run(repetitions)
        case .contract: try ContractBench.run(repetitions)
        case .workload: try WorkloadBench.run(repetitions)
        case .mobility: try MobilityBench.run(repetitions)
        case .scale: try ScaleBench.run(repetitions)
        }
    }
}

import Kernel
import Mobility

extension Description {
    /// Who stands by for whom.
    var failovers: [String] {
        var table = TextTable(["name", "VM", "secondary", "standby", "detected by", "takeover"])
        for (index, entry) in scenario.failover.enumerated() {
            let detector = entry.detector
            let how =
                detector.kind == .ideal
                ? "itself, \(Self.time(detector.delay)) later" : "\(detector.multiplier) hellos of \(detector.interval)"
            table.add([
                entry.name.isEmpty ? "failover\(index + 1)" : entry.name, entry.primary, entry.secondary,
                entry.standby.rawValue, how, Self.time(entry.takeover),
            ])
        }
        return scenario.failover.isEmpty ? [] : table.lines
    }

    var failures: [String] {
        var table = TextTable(["name", "target", "at", "repaired at"])
        for failure in scenario.failures {
            let target = failure.target.given.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            table.add([failure.name, target] + times(of: failure))
        }
        return scenario.failures.isEmpty ? [] : table.lines
    }

    /// When it fails and works again.
    private func times(of failure: FailureConfiguration) -> [String] {
        let codec = ValueCodec<Distribution<Duration>>.distribution()
        if failure.kind == .recurring {
            return [failure.mtbf, failure.mttr].map { time in
                time.map { "\(codec.show($0)) later, again and again" } ?? "never"
            }
        }
        return [Self.time(failure.at), failure.repair.map { (failure.at + $0).description } ?? "never"]
    }
}

import Fabric
import Kernel

extension ScenarioChecks {
    mutating func checkFailures() {
        let failures = scenario.failures
        _ = unique(failures.map(\.name), in: "failures", noun: "failure")
        if failures.isEmpty { return }
        let links = knowsLinks ? LinkNames(scenario.underlay) : nil
        for (index, failure) in failures.enumerated() {
            let path = "failures[\(index)]"
            checkFailureTimes(failure, path)
            guard let links, !decoding.isBroken("\(path).target") else { continue }
            if links.links(named: failure.target.link).isEmpty {
                fail(
                    "\(path).target.link", "there is no link `\(failure.target.link)`",
                    hint: "name the nodes at its ends: `\(links.example)`; one direction is "
                        + "`\(links.example.replacing("-", with: "->", maxReplacements: 1))`")
            }
        }
    }

    private mutating func checkFailureTimes(_ failure: FailureConfiguration, _ path: String) {
        if decoding.isBroken("duration") || decoding.isBroken("\(path).at") { return }
        if failure.at >= scenario.duration {
            fail("\(path).at", "the failure begins after the end, at \(failure.at) of \(scenario.duration)")
        } else if let repair = failure.repair, failure.at + repair > scenario.duration {
            fail(
                "\(path).repair", "the repair comes after the scenario's duration, \(scenario.duration)",
                hint: "leave `repair` out: then it never works again")
        }
    }

    /// Nothing was reported that decides which links there are.
    private var knowsLinks: Bool {
        knowsHosts && canExpand && !["spines", "nodes", "links"].contains { decoding.isBroken("underlay." + $0) }
    }
}

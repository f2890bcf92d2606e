import Fabric
import Guest
import Kernel

/// Keys of links that are about one another.
extension ScenarioChecks {
    mutating func checkLinks() {
        let underlay = scenario.underlay
        if decoding.isBroken("underlay.kind") { return }
        let paths =
            ["underlay.host-link"]
            + (underlay.kind == .graph
                ? underlay.links.indices.map { "underlay.links[\($0)]" } : ["underlay.fabric-link", "underlay.wan"])
        for (path, kind) in zip(paths, underlay.linkKinds) { checkRates(kind.rates, at: "\(path).rates") }
        checkPriorities()
    }

    /// Changes come in order, within the run.
    private mutating func checkRates(_ rates: [RateChange], at path: String) {
        for (index, change) in rates.enumerated() {
            let place = "\(path)[\(index)]"
            if decoding.isBroken(place) { continue }
            if index > 0, !decoding.isBroken("\(path)[\(index - 1)]"), change.at <= rates[index - 1].at {
                fail(
                    "\(place).at", "the rate has changed at \(rates[index - 1].at) already: this is not later",
                    hint: "put the changes in order, one at an instant")
            } else if change.at >= scenario.duration, !decoding.isBroken("duration") {
                fail("\(place).at", "the rate changes after the end, at \(change.at) of \(scenario.duration)")
            }
        }
    }

    /// Priorities mean something only where some link goes by them.
    private mutating func checkPriorities() {
        let underlay = scenario.underlay
        if underlay.hasScheduledLinks || decoding.isBroken("underlay") { return }
        let hint = "say `service: scheduled` where packets are to overtake others, for example in `host-link:`"
        let message = "no link serves by priority: all are `service: fifo`"
        if underlay.controlPriority > 0 { fail("underlay.control-priority", message, hint: hint) }
        for (index, traffic) in scenario.traffic.enumerated() where traffic.priority > 0 {
            fail("traffic[\(index)].priority", message, hint: hint)
        }
    }
}

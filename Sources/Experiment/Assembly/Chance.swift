import Guest
import Kernel
import Overlay

/// What is random in a scenario: the one place that knows all draws of a run besides the code that makes them.
/// A new draw belongs in here.
enum Chance {
    /// What a run draws, each in a few words, in the order of the file; empty = all replications are the same.
    static func drawn(in scenario: Scenario) -> [String] {
        var draws: [String] = []
        if scenario.nva.controlLoss.billionths > 0 { draws.append("loss of control messages") }
        let ages = scenario.nve.cache.timeout != nil && scenario.start.caches == .resolved
        if ages, scenario.start.age == .random { draws.append("ages of mappings") }
        if scenario.vms.contains(where: { $0.at == .spread }) { draws.append("places of VMs") }
        for traffic in scenario.traffic {
            draws += drawn(by: traffic).map { "\($0) of \(traffic.name)" }
        }
        for failure in scenario.failures where failure.kind == .recurring {
            if failure.mtbf?.isRandom == true || failure.mttr?.isRandom == true {
                draws.append("times of \(failure.name)")
            }
        }
        return draws
    }

    private static func drawn(by traffic: TrafficConfiguration) -> [String] {
        var draws: [String] = []
        switch traffic.kind {
        case .cbr, .ping: if traffic.phase == .random { draws.append("phases") }
        case .poisson: draws.append("gaps")
        case .flows: return ["starts, sizes and ends"]
        case .onOff:
            if traffic.phase == .random { draws.append("phases") }
            if traffic.on?.isRandom == true || traffic.off?.isRandom == true { draws.append("periods") }
        case .requestResponse: draws += drawnByRequests(traffic)
        }
        if traffic.pairs == .oneEach { draws.append("destinations") }
        return draws
    }

    private static func drawnByRequests(_ traffic: TrafficConfiguration) -> [String] {
        var draws: [String] = []
        if traffic.rate != nil, traffic.arrivals == .poisson { draws.append("gaps") }
        if traffic.phase == .random { draws.append("phases") }
        if traffic.service.isRandom { draws.append("service times") }
        if traffic.think?.isRandom == true { draws.append("pauses") }
        return draws
    }
}

import Guest
import Kernel

/// What bursts, requests and drawn sizes must fit together.
extension ScenarioChecks {
    mutating func checkDrawnTraffic(_ traffic: TrafficConfiguration, _ path: String) {
        if decoding.isBroken("\(path).kind") { return }
        switch traffic.kind {
        case .onOff: checkBursts(traffic, path)
        case .requestResponse: checkRequests(traffic, path)
        case .flows: checkMean(traffic, path)
        case .cbr, .poisson, .ping: break
        }
    }

    private mutating func checkBursts(_ traffic: TrafficConfiguration, _ path: String) {
        if traffic.on?.most == .zero {
            fail("\(path).on", "it never sends: an on period lasts no time", hint: "give `on` more than 0 s")
        }
        if traffic.phase != .random { return }
        for (name, period) in [("on", traffic.on), ("off", traffic.off)] {
            if let period, period.mean == nil { failWithoutMean("\(path).\(name)", "`phase: random` needs one") }
        }
    }

    private mutating func checkRequests(_ traffic: TrafficConfiguration, _ path: String) {
        guard !decoding.isBroken("\(path).rate"), !decoding.isBroken("\(path).think") else { return }
        guard let think = traffic.think else { return checkOpenLoop(traffic, path) }
        if traffic.rate != nil {
            fail(
                "\(path).think", "a closed loop has no `rate`: the next request leaves `think` after an answer",
                hint: "leave out `rate` or `think`")
            return
        }
        if isWritten("\(path).arrivals") {
            fail("\(path).arrivals", "`arrivals` is for requests with a `rate`, not for a closed loop")
        }
        if traffic.retry == nil {
            fail(
                "\(path).think", "a lost request would stop the closed loop for good: it needs `retry`",
                hint: "for example `retry: {timeout: 1 s, attempts: 3}`")
        }
        if traffic.phase == .random, think.mean == nil {
            failWithoutMean("\(path).think", "`phase: random` needs one")
        }
    }

    private mutating func checkOpenLoop(_ traffic: TrafficConfiguration, _ path: String) {
        if traffic.rate == nil {
            fail(
                path, "`\(path)` says neither how many requests leave in a second nor when the next one does",
                hint: "give `rate`, or `think` for a closed loop")
        }
        if traffic.arrivals == .poisson, isWritten("\(path).phase") {
            fail(
                "\(path).phase", "`phase` is for `arrivals: constant`, not for `arrivals: poisson`",
                hint: "requests of a Poisson process begin a random gap after `start`")
        }
    }

    /// Whether someone wrote the key: a resolved form has all of them.
    private func isWritten(_ path: String) -> Bool { !decoding.isResolved && decoding.isGiven(path) }

    private mutating func checkMean(_ traffic: TrafficConfiguration, _ path: String) {
        if SizeSampler(traffic.sizes).mean == nil { failWithoutMean("\(path).sizes", "`load` needs one") }
    }

    private mutating func failWithoutMean(_ path: String, _ reason: String) {
        fail(
            path, "a Pareto distribution of a shape up to 1 has no mean, and \(reason)",
            hint: "give a `shape` above 1")
    }
}

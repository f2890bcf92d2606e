import Guest
import Kernel
import Mobility

extension ScenarioChecks {
    mutating func checkFailovers() {
        _ = unique(scenario.failover.map(\.name), in: "failover", noun: "failover")
        var protected: [String: Int] = [:]
        for (index, entry) in scenario.failover.enumerated() {
            let path = "failover[\(index)]"
            checkVM(entry.primary, at: "\(path).primary", single: true)
            checkHost(entry.secondary, at: "\(path).secondary")
            checkStandby(entry, path)
            checkDetector(entry.detector, "\(path).detector")
            if decoding.isBroken("\(path).primary") { continue }
            if let first = protected.updateValue(index, forKey: entry.primary) {
                fail("\(path).primary", "`\(entry.primary)` is protected by entry \(first + 1) already")
            }
            checkPlaces(entry, path)
        }
    }

    /// A secondary beside the primary would fail with it; a VM that is moved has no fixed place to fail over from.
    private mutating func checkPlaces(_ entry: FailoverConfiguration, _ path: String) {
        let vm = vmIndices[entry.primary].map { scenario.vms[$0] }
        if let vm, vm.at == .host(entry.secondary) {
            fail("\(path).secondary", "`\(entry.primary)` itself is at `\(entry.secondary)`", hint: "name another host")
        }
        if let vm, vm.at == .spread {
            fail(
                "\(path).primary", "`\(entry.primary)` is placed at random, maybe where its secondary is",
                hint: "give it a host by `at`")
        }
        if let move = scenario.moves.first(where: { $0.vm == entry.primary }) {
            fail(
                "\(path).primary", "`\(entry.primary)` has a move, `\(move.name)`, too",
                hint: "a VM either moves or fails over")
        }
    }

    private mutating func checkStandby(_ entry: FailoverConfiguration, _ path: String) {
        let isBackup = entry.sync.kind == .backups
        if decoding.isBroken("\(path).sync") || decoding.isBroken("\(path).standby") { return }
        if entry.standby == .hot, isBackup {
            fail("\(path).sync.kind", "a hot standby has all changes, not backups", hint: "`warm` and `cold` have")
        } else if entry.standby != .hot, entry.sync.kind == .ideal || entry.sync.kind == .lag {
            let place = decoding.isGiven("\(path).sync.kind") ? "\(path).sync.kind" : "\(path).standby"
            fail(
                place, "a \(entry.standby.rawValue) standby has backups",
                hint: "for example `sync: {kind: backups, interval: 60 s, size: 4 GB}`")
        }
    }

    private mutating func checkDetector(_ detector: DetectorConfiguration, _ path: String) {
        if detector.jitter.billionths > 250_000_000 {
            fail("\(path).jitter", "hellos may be early by 25 % at most (RFC 5880)")
        }
        let time = Int128(detector.interval.picoseconds) * Int128(detector.multiplier)
        if time > Int128(Duration.longest.picoseconds) {
            fail("\(path).multiplier", "that would be more than 30 days without a hello")
        }
        guard detector.kind == .hello, case .host(let name) = detector.at else { return }
        checkHost(name, at: "\(path).at")
        if detector.delay != .zero {
            fail("\(path).delay", "hellos to a host take as long as the way there", hint: "leave `delay` out")
        }
    }
}

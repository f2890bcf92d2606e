import Fabric
import Kernel
import Overlay

extension ScenarioChecks {
    mutating func checkFailures() {
        let failures = scenario.failures
        _ = unique(failures.map(\.name), in: "failures", noun: "failure")
        if failures.isEmpty { return }
        let links = knowsLinks ? LinkNames(scenario.underlay) : nil
        for (index, failure) in failures.enumerated() {
            let path = "failures[\(index)]"
            if failure.kind == .once { checkFailureTimes(failure, path) } else { checkRecurrence(failure, path) }
            if !decoding.isBroken("\(path).target") { checkTarget(failure, path, links) }
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

    /// A run must not consist of failures.
    private mutating func checkRecurrence(_ failure: FailureConfiguration, _ path: String) {
        guard let mtbf = failure.mtbf, !decoding.isBroken(path), !decoding.isBroken("duration") else { return }
        let mean = mtbf.mean ?? Double(Duration.longest.picoseconds)
        if Double(scenario.duration.picoseconds) / max(1, mean) <= Double(FailurePlan.mostFailures) { return }
        fail(
            "\(path).mtbf", "that would be more than \(FailurePlan.mostFailures) failures in \(scenario.duration)",
            hint: "state the time between two failures, not their rate")
    }

    private mutating func checkTarget(_ failure: FailureConfiguration, _ path: String, _ links: LinkNames?) {
        let given = failure.target.given
        guard let (key, name) = given.first, given.count == 1 else {
            let keys = FailureTarget.keys.names.map { "`\($0)`" }.joined(separator: ", ")
            let found = given.isEmpty ? "nothing" : given.map { "`\($0.key)`" }.joined(separator: " and ")
            return fail("\(path).target", "a failure has one target, not \(found)", hint: "one of \(keys)")
        }
        let place = "\(path).target.\(key)"
        switch key {
        case "link": checkFailingLink(name, links, place)
        case "vm": checkVM(name, at: place, single: false)
        case "server": checkHost(name, at: place)
        case "nve": checkFailingNVE(name, place)
        case "switch": checkSwitch(name, place)
        default: checkReplica(failure.target.nva ?? 0, place)
        }
        if failure.state == .kept, !failure.target.hasState {
            fail("\(path).state", "a \(key == "vm" ? "VM" : key) that fails keeps nothing", hint: "leave `state` out")
        }
    }

    private mutating func checkFailingLink(_ name: String, _ links: LinkNames?, _ path: String) {
        guard let links, links.links(named: name).isEmpty else { return }
        fail(
            path, "there is no link `\(name)`",
            hint: "name the nodes at its ends: `\(links.example)`; one direction is "
                + "`\(links.example.replacing("-", with: "->", maxReplacements: 1))`")
    }

    /// Of NVEs in hypervisors any host has one; of those in switches, each switch that has hosts.
    private mutating func checkFailingNVE(_ name: String, _ path: String) {
        if scenario.nve.placement == .hypervisor { return checkHost(name, at: path) }
        if decoding.isBroken("nve.placement") || !knowsLinks { return }
        let (names, topology) = (NodeNames(scenario.underlay), Topology(scenario.underlay))
        let first = names.hosts.count
        let edges = first..<first + Int(topology.edgeSwitches)
        if let node = names.number(of: name), edges.contains(node) { return }
        fail(
            path, "there is no NVE in `\(name)`",
            hint: "NVEs are in switches: `\(names.name(of: first))` to `\(names.name(of: edges.upperBound - 1))`")
    }

    private mutating func checkSwitch(_ name: String, _ path: String) {
        if !knowsLinks { return }
        let names = NodeNames(scenario.underlay)
        if let node = names.number(of: name), node >= names.hosts.count { return }
        let (first, last) = (names.name(of: names.hosts.count), names.name(of: names.count - 1))
        fail(path, "there is no switch `\(name)`", hint: "switches are `\(first)` to `\(last)`")
    }

    private mutating func checkReplica(_ number: UInt32, _ path: String) {
        let count = scenario.nva.replicaCount
        if number <= count || decoding.isBroken("nva.replicas") { return }
        let hint = count == 1 ? "there is one NVA: say `all`" : "replicas are 1 to \(count)"
        fail(path, "the NVA has no replica \(number)", hint: hint)
    }

    mutating func checkReplicas() {
        let (nva, path) = (scenario.nva, "nva.replicas")
        if decoding.isBroken(path) || decoding.isBroken("nva.at") { return }
        guard case .host(let first) = nva.at else {
            if !nva.replicas.places.isEmpty {
                fail("\(path).places", "the NVA is out of band: it has no place", hint: "say `count` instead")
            }
            return
        }
        if nva.replicas.count != 1 {
            fail("\(path).count", "the NVA is at a host: say where its other replicas are", hint: "see `places`")
        }
        var seen: Set = [first]
        for (index, name) in nva.replicas.places.enumerated() {
            checkHost(name, at: "\(path).places[\(index)]")
            if seen.insert(name).inserted { continue }
            fail("\(path).places[\(index)]", "the NVA has a replica at `\(name)` already")
        }
    }

    /// Nothing was reported that decides which links there are.
    private var knowsLinks: Bool {
        knowsHosts && canExpand && !["spines", "nodes", "links"].contains { decoding.isBroken("underlay." + $0) }
    }
}

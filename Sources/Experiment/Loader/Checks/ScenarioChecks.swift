import Fabric
import Guest
import Kernel
import Overlay

/// What the key table cannot see: names that must exist, values that must fit together.
///
/// A value that has been reported already is passed over, so that one mistake makes one message.
struct ScenarioChecks {
    let scenario: Scenario
    let hosts: HostNames
    /// Entries of `vms:` by name, the first of each.
    let vmIndices: [String: Int]
    /// The names of all VMs, or of all networks, are known: none was reported.
    let knowsVMs: Bool
    let knowsNetworks: Bool
    var decoding: Decoding
    /// Networks, VMs and underlay are so far sound that they can be expanded.
    var canExpand = true

    init(scenario: Scenario, decoding: Decoding) {
        self.scenario = scenario
        self.decoding = decoding
        hosts = HostNames(scenario.underlay)
        let (vms, networks) = (scenario.vms, scenario.overlay.networks)
        knowsVMs = !(vms.isEmpty && decoding.isBroken("vms")) && !vms.contains { $0.name.isEmpty }
        knowsNetworks =
            !(networks.isEmpty && decoding.isBroken("overlay")) && !networks.contains { $0.name.isEmpty }
        vmIndices = Dictionary(zip(scenario.vms.map(\.name), 0...), uniquingKeysWith: { first, _ in first })
    }

    mutating func run() {
        checkTimes()
        checkUnderlay()
        checkLinks()
        checkNetworks()
        checkNVA()
        checkMisses()
        checkVMs()
        canExpand = canExpand && knowsNetworks && knowsVMs && knowsHosts && hasSoundGroups
        let roster = canExpand ? Roster(scenario) : nil
        if let roster {
            checkAddresses(roster)
            checkAnnouncements(roster)
        }
        checkTraffic(roster)
        checkServers(roster)
        checkMoves(roster)
        checkCreations()
        checkFailovers()
        checkOverloads()
        checkFailures()
        checkEffects()
        checkResults()
        checkExpectations()
    }

    /// A gateway that does not exist delivers nothing.
    private mutating func checkMisses() {
        if scenario.nve.miss != .viaGateway { return }
        warn(
            "nve.miss", "there is no gateway: every packet without a mapping will be lost (`no-gateway`)",
            hint: "`query-queue` asks the NVA instead")
    }

    /// Reports a problem of the value at `path`, unless that value has been reported already.
    mutating func fail(_ path: String, _ message: String, hint: String? = nil) {
        if decoding.isBroken(path) { return }
        report(path, message, hint: hint, as: .error)
    }

    mutating func warn(_ path: String, _ message: String, hint: String? = nil) {
        report(path, message, hint: hint, as: .warning)
    }

    private mutating func report(_ path: String, _ message: String, hint: String?, as severity: Diagnostic.Severity) {
        let nowhere = SourcePosition(file: scenario.name, line: 0, column: 0)
        decoding.report(message, at: decoding.position(of: path) ?? nowhere, hint: hint, as: severity)
    }

    /// Names of a list must differ. Returns the index of each.
    mutating func unique(_ names: [String], in list: String, key: String = "name", noun: String) -> [String: Int] {
        var indices: [String: Int] = [:]
        for (index, name) in names.enumerated() where !name.isEmpty {
            guard let first = indices[name] else {
                indices[name] = index
                continue
            }
            let place = decoding.position(of: "\(list)[\(first)]").map { " at \($0)" } ?? ""
            fail("\(list)[\(index)].\(key)", "there is a \(noun) `\(name)` already\(place)")
        }
        return indices
    }

    /// The hosts are known: no key that makes them was reported.
    var knowsHosts: Bool {
        !["kind", "leaves", "hosts-per-leaf", "k", "sites", "hosts"].contains { decoding.isBroken("underlay." + $0) }
    }

    /// Nothing was reported that decides how many networks and VMs there are, and where.
    private var hasSoundGroups: Bool {
        let vms = scenario.vms.indices.contains { index in
            ["network", "count", "at"].contains { decoding.isBroken("vms[\(index)].\($0)") }
        }
        let networks = scenario.overlay.networks.indices.contains { index in
            ["vni", "subnet", "count"].contains { decoding.isBroken("overlay.networks[\(index)].\($0)") }
        }
        return !vms && !networks
    }

    /// A host must exist in the underlay.
    mutating func checkHost(_ name: String, at path: String) {
        if decoding.isBroken(path) || !knowsHosts || hosts.number(of: name) != nil { return }
        canExpand = false
        switch scenario.underlay.kind {
        case .leafSpine, .fatTree, .sites:
            let (first, last) = (hosts.name(of: 0), hosts.name(of: hosts.count - 1))
            fail(path, "there is no host `\(name)`", hint: "hosts are `\(first)` to `\(last)`")
        case .star, .graph:
            let hint = Spelling.hint(for: name, among: scenario.underlay.hosts, listing: "hosts")
            fail(path, "there is no host `\(name)`", hint: hint)
        }
    }
}

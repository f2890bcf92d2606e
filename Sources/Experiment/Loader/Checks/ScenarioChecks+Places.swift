import Fabric
import Guest
import Kernel
import Overlay
import Wire

extension ScenarioChecks {
    mutating func checkUnderlay() {
        let underlay = scenario.underlay
        checkMTU()
        guard underlay.kind == .star || underlay.kind == .graph, !decoding.isBroken("underlay.kind") else { return }
        if underlay.hosts.isEmpty { fail("underlay.hosts", "a \(underlay.kind.rawValue) needs at least one host") }
        var seen = Set<String>()
        for (index, name) in underlay.hosts.enumerated() where !seen.insert(name).inserted {
            fail("underlay.hosts[\(index)]", "there is a host `\(name)` already")
        }
        if underlay.kind == .graph { return checkGraph() }
        for (index, at) in underlay.hostSwitches.enumerated() where !at.isEmpty {
            fail("underlay.hosts[\(index)].at", "hosts of a star are all at its core", hint: "write the name alone")
        }
        var pairs: [String: Int] = [:]
        for (index, pair) in underlay.delays.enumerated() {
            let path = "underlay.delays[\(index)]"
            checkStarHost(pair.from, at: "\(path).from")
            checkStarHost(pair.to, at: "\(path).to")
            if pair.from == pair.to { fail("\(path).to", "a pair needs two hosts") }
            if pair.delay < underlay.hostLink.delay, !decoding.isBroken("underlay.host-link") {
                fail(
                    "\(path).delay", "shorter than the host link alone, \(underlay.hostLink.delay)",
                    hint: "a pair's delay is that of the whole way")
            }
            if let first = pairs.updateValue(index, forKey: "\(pair.from) \(pair.to)") {
                fail(path, "the delay from `\(pair.from)` to `\(pair.to)` is given by entry \(first + 1) already")
            }
        }
    }

    /// RFC 8200, section 5: what carries IPv6 carries packets of 1280 bytes.
    private mutating func checkMTU() {
        let underlay = scenario.underlay
        if underlay.family == .ipv4 || underlay.smallestMTU >= 1_280 || decoding.isBroken("underlay") { return }
        let keys = ["host-link.mtu", "fabric-link.mtu", "wan.mtu"].map { "underlay.\($0)" }
        let given = keys.first { decoding.isGiven($0) } ?? "underlay"
        fail(
            given, "an MTU of \(underlay.smallestMTU) B is too small for `family: ipv6`",
            hint: "links that carry IPv6 take packets of at least 1280 B")
    }

    private mutating func checkStarHost(_ name: String, at path: String) {
        if decoding.isBroken(path) || !knowsHosts || hosts.number(of: name) != nil { return }
        let hint = Spelling.hint(for: name, among: scenario.underlay.hosts, listing: "hosts")
        fail(path, "there is no host `\(name)`", hint: hint)
    }

    mutating func checkNVA() {
        if case .host(let name) = scenario.nva.at { checkHost(name, at: "nva.at") }
        var seen = Set<String>()
        for (index, name) in scenario.nva.pushOrder.enumerated() {
            checkHost(name, at: "nva.push-order[\(index)]")
            if !seen.insert(name).inserted { fail("nva.push-order[\(index)]", "`\(name)` is in the list already") }
        }
        checkReplicas()
        checkPlacement()
    }

    mutating func checkNetworks() {
        let networks = scenario.overlay.networks
        _ = unique(networks.map(\.name), in: "overlay.networks", noun: "network")
        var total = 0
        var intervals: [(range: ClosedRange<UInt32>, index: Int)] = []
        for (index, network) in networks.enumerated() {
            let path = "overlay.networks[\(index)]"
            total += network.count
            if network.subnet.hostCount == 0, !decoding.isBroken("\(path).subnet") {
                canExpand = false
                let longest = network.subnet.family == .ipv4 ? 30 : 127
                fail(
                    "\(path).subnet", "`\(network.subnet)` has no addresses for VMs",
                    hint: "a length up to \(longest) has")
            } else if network.subnet.address.isMulticast {
                fail("\(path).subnet", "`\(network.subnet)` are addresses of groups, not of single VMs")
            }
            guard let vni = network.vni, !decoding.isBroken(path) else { continue }
            let last = UInt64(vni) + UInt64(network.count) - 1
            if last > 16_777_215 {
                canExpand = false
                fail("\(path).count", "the last network's VNI would be \(last), more than 16777215")
            } else {
                intervals.append((vni...UInt32(last), index))
            }
        }
        checkDisjoint(intervals)
        if total > 1_000_000 {
            canExpand = false
            fail("overlay.networks", "\(total) networks are more than the 1000000 that are allowed")
        }
    }

    private mutating func checkDisjoint(_ intervals: [(range: ClosedRange<UInt32>, index: Int)]) {
        let sorted = intervals.sorted { ($0.range.lowerBound, $0.index) < ($1.range.lowerBound, $1.index) }
        for (first, second) in zip(sorted, sorted.dropFirst()) where second.range.lowerBound <= first.range.upperBound {
            let later = max(first.index, second.index)
            let other = scenario.overlay.networks[min(first.index, second.index)].name
            fail(
                "overlay.networks[\(later)].vni", "VNI \(second.range.lowerBound) belongs to network `\(other)` already"
            )
        }
    }

    mutating func checkVMs() {
        let networks = scenario.overlay.networks
        var counts: [String: Int] = [:]
        for network in networks { counts[network.name] = network.count }
        _ = unique(scenario.vms.map(\.name), in: "vms", noun: "VM or group")
        let networkCount = networks.reduce(0) { $0 + $1.count }
        var total = 0
        for (index, vm) in scenario.vms.enumerated() {
            let path = "vms[\(index)]"
            if case .host(let name) = vm.at { checkHost(name, at: "\(path).at") }
            if case .rack(let name) = vm.at { checkPlace(name, at: "\(path).at") }
            switch vm.network {
            case .named(let name):
                total += vm.count
                checkNetwork(name, at: "\(path).network", counts: counts)
            case .each:
                total += vm.count * networkCount
                checkEach(vm, path: path, networkCount: networkCount)
            }
        }
        if total > 10_000_000 {
            canExpand = false
            fail("vms", "\(total) VMs are more than the 10000000 that are allowed")
        }
    }

    private mutating func checkNetwork(_ name: String, at path: String, counts: [String: Int]) {
        if decoding.isBroken(path) || !knowsNetworks { return }
        if counts[name] == 1 { return }
        if let (stem, position) = Roster.split(name), let count = counts[stem], count > 1, position < count { return }
        canExpand = false
        if let count = counts[name] {
            fail(
                path, "`\(name)` is \(count) networks",
                hint: "say which one, `\(name)[0]` to `\(name)[\(count - 1)]`, or `each`")
            return
        }
        let names = scenario.overlay.networks.map(\.name)
        let hint = names.isEmpty ? "declare it under `overlay: networks:`" : nil
        fail(
            path, "there is no network `\(name)`",
            hint: hint ?? Spelling.hint(for: name, among: names + ["each"], listing: "networks"))
    }

    private mutating func checkEach(_ vm: VMConfiguration, path: String, networkCount: Int) {
        if !knowsNetworks { return }
        if networkCount == 0 { fail("\(path).network", "there are no networks", hint: "see `overlay: networks:`") }
        guard networkCount > 1 else { return }
        if vm.address != nil { fail("\(path).address", "\(networkCount) VMs cannot have one address") }
        if !vm.addresses.isEmpty { fail("\(path).addresses", "\(networkCount) VMs cannot have the same addresses") }
        if vm.mac != nil { fail("\(path).mac", "\(networkCount) VMs cannot have one MAC address") }
    }
}

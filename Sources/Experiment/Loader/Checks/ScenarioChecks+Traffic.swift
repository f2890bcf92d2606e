import Fabric
import Guest
import Kernel
import Overlay
import Wire

extension ScenarioChecks {
    mutating func checkTraffic(_ roster: Roster?) {
        _ = unique(scenario.traffic.map(\.name), in: "traffic", noun: "traffic entry")
        for (index, traffic) in scenario.traffic.enumerated() {
            let path = "traffic[\(index)]"
            checkVM(traffic.from, at: "\(path).from", single: false)
            checkVM(traffic.to, at: "\(path).to", single: false)
            checkTrafficTimes(traffic, path)
            checkSize(traffic.size, "\(path).size", path)
            if let size = traffic.responseSize { checkSize(size, "\(path).response-size", path) }
            checkDrawnTraffic(traffic, path)
            if traffic.kind == .flows { checkLoad(traffic, path) }
            if let roster {
                checkPairs(traffic, path, roster)
                checkLeastSizes(traffic, path, roster)
            }
        }
    }

    /// A reference to a VM or, unless `single`, to a group.
    mutating func checkVM(_ reference: String, at path: String, single: Bool) {
        if decoding.isBroken(path) || !knowsVMs { return }
        let (stem, position) = Roster.split(reference).map { ($0.name, Int?.some($0.position)) } ?? (reference, nil)
        guard let vm = vmIndices[stem].map({ scenario.vms[$0] }) else {
            let names = scenario.vms.map(\.name)
            let hint = names.isEmpty ? "declare it under `vms:`" : nil
            fail(
                path, "there is no VM `\(reference)`",
                hint: hint ?? Spelling.hint(for: stem, among: names, listing: "VMs"))
            return
        }
        let networks = scenario.overlay.networks.reduce(0) { $0 + $1.count }
        if vm.network == .each, !knowsNetworks { return }
        let count = vm.network == .each ? vm.count * networks : vm.count
        if let position, count == 1 || position >= count {
            let hint = count == 1 ? "it is one VM: write `\(stem)`" : "they are `\(stem)[0]` to `\(stem)[\(count - 1)]`"
            fail(path, "there is no VM `\(reference)`", hint: hint)
        } else if single, position == nil, count > 1 {
            fail(
                path, "`\(reference)` is \(count) VMs",
                hint: "name one of them: `\(stem)[0]` to `\(stem)[\(count - 1)]`")
        }
    }

    private mutating func checkTrafficTimes(_ traffic: TrafficConfiguration, _ path: String) {
        if decoding.isBroken("duration") || decoding.isBroken("\(path).start") { return }
        if traffic.start >= scenario.duration {
            fail("\(path).start", "it never sends: the scenario ends at \(scenario.duration)")
        } else if let stop = traffic.stop, stop <= traffic.start {
            fail("\(path).stop", "it never sends: it starts at \(traffic.start)")
        }
    }

    /// Packets that are too large for a link once they are encapsulated.
    private mutating func checkSize(_ size: UInt32, _ key: String, _ path: String) {
        if decoding.isBroken(key) || decoding.isBroken("underlay") { return }
        let outer = size + HeaderSize.vxlan(over: scenario.underlay.family)
        let mtu = encapsulatedMTU
        let most = mtu - min(mtu, outer - size)
        let from = decoding.isGiven(key) ? key : path
        let native = scenario.underlay.hostLink.mtu
        if hasEdgeInSwitch, size > native {
            return warn(
                from, "packets of \(size) B are more than the \(native) B of the host links",
                hint: "they are lost with cause `mtu`; use at most \(min(native, most)) B")
        }
        guard outer > mtu else { return }
        warn(
            from, "packets of \(size) B are \(outer) B with their encapsulation, more than the links' \(mtu) B",
            hint: "packets between hosts are lost with cause `mtu`; use at most \(most) B")
    }

    /// Packets have the headers of their network's family, and those of transfers carry data.
    private mutating func checkLeastSizes(_ traffic: TrafficConfiguration, _ path: String, _ roster: Roster) {
        let families = Set(roster.sides(of: traffic).map { roster.family(of: $0.network) })
        guard let family = families.max(by: { HeaderSize.ip($0) < HeaderSize.ip($1) }) else { return }
        let headers = SizeClass.headerBytes(family)
        for (key, size) in [("size", traffic.size), ("response-size", traffic.responseSize ?? headers)]
        where size < headers {
            fail("\(path).\(key)", "packets of \(family.name) have at least \(headers) B of headers")
        }
        if traffic.size == headers, traffic.kind == .flows {
            fail(
                "\(path).size", "packets of \(headers) B carry no data: a transfer would never end",
                hint: "at least \(headers + 1) B")
        }
    }

    private mutating func checkLoad(_ traffic: TrafficConfiguration, _ path: String) {
        let rate = "underlay.host-link.rate"
        guard scenario.underlay.hostLink.rate.isUnlimited, !decoding.isBroken(rate) else { return }
        fail("\(path).load", "a share of an unlimited rate means nothing", hint: "give `underlay.host-link.rate`")
    }

    private mutating func checkPairs(_ traffic: TrafficConfiguration, _ path: String, _ roster: Roster) {
        guard !decoding.isBroken("\(path).from"), !decoding.isBroken("\(path).to"),
            let sources = roster.vms(named: traffic.from), let destinations = roster.vms(named: traffic.to)
        else { return }
        let sides = roster.sides(of: traffic)
        let paired = sides.reduce(0) { $0 + $1.sources.count }
        let reached = sides.reduce(0) { $0 + $1.destinations.count }
        if paired < sources.count || reached < destinations.count {
            let (here, there) = (networks(of: sources, roster), networks(of: destinations, roster))
            fail(
                "\(path).to", "`\(traffic.from)` and `\(traffic.to)` are not in the same network",
                hint: "`\(traffic.from)` is in \(here), `\(traffic.to)` in \(there)")
            return
        }
        for side in sides { if checkSides(side, traffic, path, roster) { return } }
        checkFlowCount(sides, traffic, path)
    }

    /// One network's ends of an entry; true when something is wrong with them.
    private mutating func checkSides(
        _ side: Roster.Sides, _ traffic: TrafficConfiguration, _ path: String, _ roster: Roster
    ) -> Bool {
        let (sources, destinations) = (side.sources, side.destinations)
        if sources.count == 1, sources == destinations {
            fail("\(path).to", "`\(roster.name(of: sources.lowerBound))` would send to itself")
            return true
        }
        guard traffic.kind != .flows, traffic.pairs == .zip, !decoding.isBroken("\(path).pairs") else { return false }
        if sources.count != destinations.count, sources.count > 1, destinations.count > 1 {
            fail(
                decoding.isGiven("\(path).pairs") ? "\(path).pairs" : path,
                "\(sources.count) sources and \(destinations.count) destinations cannot be paired one by one",
                hint: "make both equally many, or say `pairs: all` or `pairs: one-each`")
            return true
        }
        let overlap = sources.clamped(to: destinations)
        if sources == destinations || (!overlap.isEmpty && (sources.count == 1 || destinations.count == 1)) {
            fail(
                "\(path).to", "`\(roster.name(of: overlap.lowerBound))` would send to itself",
                hint: "`pairs: all` and `pairs: one-each` leave such pairs out")
            return true
        }
        return false
    }

    private mutating func checkFlowCount(_ sides: [Roster.Sides], _ traffic: TrafficConfiguration, _ path: String) {
        guard traffic.kind != .flows, traffic.pairs == .all else { return }
        let flows = sides.reduce(Int128(0)) { $0 + Int128($1.sources.count) * Int128($1.destinations.count) }
        let most: Int128 = 20_000_000
        if flows > most {
            fail(
                "\(path).pairs", "\(flows) flows are more than the \(most) that an entry may have",
                hint: "`pairs: one-each`")
        }
    }

    private func networks(of range: Range<Int>, _ roster: Roster) -> String {
        let group = roster.groups[Int(roster.machines[range.lowerBound].group)]
        if range.count == 1 { return "`\(roster.networks[Int(roster.machines[range.lowerBound].network.index)].name)`" }
        let first = roster.networks[group.networks.lowerBound].name
        return group.networks.count == 1 ? "`\(first)`" : "\(group.networks.count) networks"
    }
}

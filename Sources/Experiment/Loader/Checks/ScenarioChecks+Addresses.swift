import Guest
import Kernel
import Overlay
import Wire

extension ScenarioChecks {
    /// Addresses and MACs within each network, and whether there are enough of them.
    mutating func checkAddresses(_ roster: Roster) {
        checkCapacity(roster)
        var addresses: [Int: [UInt128: Int]] = [:]
        var macs: [Int: [MACAddress: Int]] = [:]
        for (index, (entry, group)) in zip(scenario.vms, roster.groups).enumerated() {
            guard let network = group.networks.first else { continue }
            let path = "vms[\(index)]"
            if entry.address != nil, !entry.addresses.isEmpty {
                fail("\(path).addresses", "there is an `address` too", hint: "put all addresses into `addresses`")
            }
            for (place, address) in given(entry, path) {
                checkAddress(address, in: roster.networks[network], at: place)
                guard address.family == roster.networks[network].prefix.family else { continue }
                if let other = addresses[network, default: [:]].updateValue(index, forKey: address.value) {
                    fail(place, "`\(address)` is the address of `\(scenario.vms[other].name)` already")
                }
            }
            if let mac = entry.mac, let other = macs[network, default: [:]].updateValue(index, forKey: mac) {
                fail("\(path).mac", "`\(mac)` is the MAC address of `\(scenario.vms[other].name)` already")
            }
        }
        if !macs.isEmpty { checkDerivedMACs(roster, macs) }
    }

    /// The addresses that an entry gives, with their places.
    private func given(_ entry: VMConfiguration, _ path: String) -> [(place: String, address: IPAddress)] {
        let single = entry.address.map { [("\(path).address", $0)] } ?? []
        return single + entry.addresses.enumerated().map { ("\(path).addresses[\($0)]", $1) }
    }

    private mutating func checkCapacity(_ roster: Roster) {
        var used = [UInt64](repeating: 0, count: roster.networks.count)
        var full = Set<Int>()
        for (index, group) in roster.groups.enumerated() {
            for network in group.networks {
                used[network] += UInt64(group.perNetwork) * UInt64(max(1, scenario.vms[index].addresses.count))
                let prefix = roster.networks[network].prefix
                guard used[network] > prefix.hostCount, full.isEmpty else { continue }
                full.insert(network)
                fail(
                    "vms[\(index)]", "network `\(roster.networks[network].name)` has too few addresses",
                    hint: "`\(prefix)` has \(prefix.hostCount), \(used[network]) are needed so far")
            }
        }
    }

    private mutating func checkAddress(_ address: IPAddress, in network: Roster.Network, at path: String) {
        let prefix = network.prefix
        guard address.family == prefix.family else {
            fail(
                path, "`\(address)` is \(address.family.name), network `\(network.name)` is \(prefix.family.name)",
                hint: "a network has one subnet, and all addresses of its VMs are of it: `\(prefix)`")
            return
        }
        guard prefix.contains(address) else {
            fail(path, "`\(address)` is not in `\(prefix)`, the subnet of network `\(network.name)`")
            return
        }
        let position = address.value - prefix.address.value
        if position == 0 {
            let owner = prefix.family == .ipv4 ? "the subnet `\(prefix)` itself" : "any router of `\(prefix)`"
            fail(path, "`\(address)` is the address of \(owner)")
        }
        let last = UInt128(prefix.hostCount) + 1
        if prefix.family == .ipv4, position == last {
            fail(path, "`\(address)` is the broadcast address of `\(prefix)`")
        }
    }

    /// A MAC that the scenario gives must not be one that another VM of the network gets by derivation.
    private mutating func checkDerivedMACs(_ roster: Roster, _ macs: [Int: [MACAddress: Int]]) {
        for (vm, machine) in roster.machines.enumerated() {
            let group = Int(machine.group)
            guard scenario.vms[group].mac == nil, let other = macs[Int(machine.network.index)]?[machine.mac]
            else { continue }
            fail("vms[\(other)].mac", "`\(machine.mac)` is the MAC address of `\(roster.name(of: vm))` already")
        }
    }
}

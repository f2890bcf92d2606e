import Guest
import Kernel
import Overlay
import Wire

extension ScenarioChecks {
    /// Addresses and MACs within each network, and whether there are enough of them.
    mutating func checkAddresses(_ roster: Roster) {
        checkCapacity(roster)
        var addresses: [Int: [IPv4Address: Int]] = [:]
        var macs: [Int: [MACAddress: Int]] = [:]
        for (index, (entry, group)) in zip(scenario.vms, roster.groups).enumerated() {
            guard entry.address != nil || entry.mac != nil, let network = group.networks.first else { continue }
            let path = "vms[\(index)]"
            if let address = entry.address {
                checkAddress(address, in: roster.networks[network], at: "\(path).address")
                if let other = addresses[network, default: [:]].updateValue(index, forKey: address) {
                    fail("\(path).address", "`\(address)` is the address of `\(scenario.vms[other].name)` already")
                }
            }
            if let mac = entry.mac, let other = macs[network, default: [:]].updateValue(index, forKey: mac) {
                fail("\(path).mac", "`\(mac)` is the MAC address of `\(scenario.vms[other].name)` already")
            }
        }
        if !macs.isEmpty { checkDerivedMACs(roster, macs) }
    }

    private mutating func checkCapacity(_ roster: Roster) {
        var used = [UInt64](repeating: 0, count: roster.networks.count)
        var full = Set<Int>()
        for (index, group) in roster.groups.enumerated() {
            for network in group.networks {
                used[network] += UInt64(group.perNetwork)
                let prefix = roster.networks[network].prefix
                guard used[network] > prefix.hostCount, full.isEmpty else { continue }
                full.insert(network)
                fail(
                    "vms[\(index)]", "network `\(roster.networks[network].name)` has too few addresses",
                    hint: "`\(prefix)` has \(prefix.hostCount), \(used[network]) are needed so far")
            }
        }
    }

    private mutating func checkAddress(_ address: IPv4Address, in network: Roster.Network, at path: String) {
        let prefix = network.prefix
        guard prefix.contains(address) else {
            fail(path, "`\(address)` is not in `\(prefix)`, the subnet of network `\(network.name)`")
            return
        }
        let position = UInt64(address.value - prefix.address.value)
        if position == 0 { fail(path, "`\(address)` is the address of the subnet `\(prefix)` itself") }
        if position == prefix.hostCount + 1 { fail(path, "`\(address)` is the broadcast address of `\(prefix)`") }
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

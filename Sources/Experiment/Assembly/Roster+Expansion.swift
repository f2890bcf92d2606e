import Fabric
import Guest
import Kernel
import Overlay
import Wire

extension Roster {
    /// The first VNI that `auto` gives.
    static let firstAutomaticVNI: UInt32 = 5_001

    /// All networks, and the range of them that each `networks:` entry stands for.
    static func expand(
        networks entries: [NetworkConfiguration]
    ) -> (networks: [Network], ranges: [(name: String, range: Range<Int>)]) {
        var taken = Set<UInt32>()
        for entry in entries {
            guard let vni = entry.vni else { continue }
            for offset in 0..<UInt32(entry.count) { taken.insert(vni + offset) }
        }
        var networks: [Network] = []
        var ranges: [(name: String, range: Range<Int>)] = []
        var automatic = firstAutomaticVNI
        for entry in entries {
            let start = networks.count
            for position in 0..<entry.count {
                let name = entry.count == 1 ? entry.name : "\(entry.name)[\(position)]"
                while entry.vni == nil, taken.contains(automatic) { automatic += 1 }
                let vni = entry.vni.map { $0 + UInt32(position) } ?? automatic
                if entry.vni == nil { automatic += 1 }
                let tenant = entry.tenant.isEmpty ? name : entry.tenant
                networks.append(Network(name: name, tenant: tenant, vni: vni, prefix: entry.subnet))
            }
            ranges.append((entry.name, start..<networks.count))
        }
        return (networks, ranges)
    }

    /// Ranges of VM indices, one for each `vms:` entry.
    static func expand(
        groups entries: [VMConfiguration], networks: [(name: String, range: Range<Int>)], networkCount: Int
    ) -> [Group] {
        var byName: [String: Range<Int>] = [:]
        for (name, range) in networks { byName[name] = range }
        var next = 0
        return entries.map { entry in
            let networks = self.networks(of: entry.network, byName: byName, count: networkCount)
            let range = next..<next + entry.count * networks.count
            next = range.upperBound
            return Group(name: entry.name, range: range, perNetwork: entry.count, networks: networks)
        }
    }

    /// Networks that a VM's `network:` stands for: `each` is all of them, a reference exactly one.
    private static func networks(
        of reference: VMConfiguration.Network, byName: [String: Range<Int>], count: Int
    ) -> Range<Int> {
        switch reference {
        case .each: return 0..<count
        case .named(let name):
            if let range = byName[name] { return range }
            guard let (stem, position) = split(name), let range = byName[stem], position < range.count
            else { preconditionFailure("no network \(name): the loader lets no such scenario through") }
            return range.lowerBound + position..<range.lowerBound + position + 1
        }
    }

    static func expand(
        vms entries: [VMConfiguration], groups: [Group], networks: [Network], hosts: HostNames
    ) -> [Machine] {
        var pools = networks.map { AddressPool(prefix: $0.prefix) }
        for (entry, group) in zip(entries, groups) {
            for address in entry.givenAddresses {
                for network in group.networks { pools[network].reserve(address.value) }
            }
        }
        var machines: [Machine] = []
        machines.reserveCapacity(groups.last?.range.upperBound ?? 0)
        for (index, (entry, group)) in zip(entries, groups).enumerated() {
            let places = numbers(of: entry.at, hosts: hosts)
            var next = 0
            for network in group.networks {
                for _ in 0..<group.perNetwork {
                    let address = entry.givenAddresses.first?.value ?? pools[network].next()
                    let number =
                        networks[network].prefix.family == .ipv4
                        ? UInt32(truncatingIfNeeded: address) : UInt32(machines.count + 1)
                    machines.append(
                        Machine(
                            address: address, mac: entry.mac ?? derivedMAC(network: network, number: number),
                            network: NetworkID(network), group: Int32(index), host: places[next % places.count]))
                    next += 1
                }
            }
        }
        return machines
    }

    /// Where the VMs of an entry are, one after another and again from the first.
    private static func numbers(of placement: VMConfiguration.Placement, hosts: HostNames) -> [NodeID] {
        let places: [Int]
        switch placement {
        case .spread: return [.none]
        case .host(let name): places = hosts.number(of: name).map { [$0] } ?? []
        case .rack(let name): places = hosts.numbers(in: name)
        }
        if places.isEmpty { preconditionFailure("no place \(placement): the loader lets no such scenario through") }
        return places.map { NodeID($0) }
    }

    /// A locally administered unicast address: `02`, the low eight bits of the network's index, and 32 bits that are
    /// unique in the network: the IPv4 address, or where addresses are IPv6 and too long, the VM's number from 1 on.
    static func derivedMAC(network: Int, number: UInt32) -> MACAddress {
        MACAddress(0x02 << 40 | UInt64(network & 0xff) << 32 | UInt64(number))
    }
}

/// Hands out a subnet's host addresses in rising order, leaving out those that the scenario gives to a VM.
private struct AddressPool {
    private let prefix: IPPrefix
    private var cursor: UInt128 = 1
    private var reserved = Set<UInt128>()

    init(prefix: IPPrefix) { self.prefix = prefix }

    mutating func reserve(_ address: UInt128) { reserved.insert(address) }

    /// The next free address. Past the end of the subnet it goes on counting: the loader refuses such scenarios.
    mutating func next() -> UInt128 {
        var address = prefix.address.value &+ cursor
        cursor &+= 1
        while !reserved.isEmpty, reserved.contains(address) {
            address = prefix.address.value &+ cursor
            cursor &+= 1
        }
        return address
    }
}

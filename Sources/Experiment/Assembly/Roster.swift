public import Fabric
public import Guest
public import Kernel
import Overlay
public import Wire

/// Who takes part: a scenario's networks and VMs with generators expanded, in file order, addresses filled in.
///
/// Loader, `describe` and the assembly of the world share it, so that all three mean the same VM by `client[3]`.
/// It takes a scenario whose networks and VM references are right (the loader checks them first); building it is
/// linear in the number of VMs.
public struct Roster: Sendable {
    /// One virtual network.
    public struct Network: Sendable {
        public var name: String
        public var tenant: String
        /// VXLAN network identifier.
        public var vni: UInt32
        public var prefix: IPPrefix
    }

    /// One virtual machine. Its name is computed: ``Roster/name(of:)``.
    public struct Machine: Sendable {
        /// Its first address, as the network's family has it; see ``Roster/addresses(of:)``.
        public var address: UInt128
        public var mac: MACAddress
        public var network: NetworkID
        /// Index of its entry in `vms:`.
        public var group: Int32
        /// The host that the scenario names; ``Kernel/NodeID/none`` when the VM is placed by `spread`.
        public var host: NodeID
        public var isSpread: Bool { host == .none }
    }

    /// One `vms:` entry: its VMs have consecutive indices, network by network.
    public struct Group: Sendable {
        public var name: String
        public var range: Range<Int>
        /// VMs in each of ``networks``: the entry's `count`.
        public var perNetwork: Int
        public var networks: Range<Int>
    }

    /// The two ends of a traffic entry inside one network, as ranges of VM indices.
    public struct Sides: Sendable {
        public var network: NetworkID
        public var sources: Range<Int>
        public var destinations: Range<Int>
    }

    public let networks: [Network]
    public let machines: [Machine]
    public let groups: [Group]
    public let hosts: HostNames
    private let groupIndex: [String: Int]
    /// Of VMs with several addresses: those beyond the first.
    private let further: [Int: [UInt128]]

    public init(_ scenario: Scenario) {
        hosts = HostNames(scenario.underlay)
        let (networks, ranges) = Self.expand(networks: scenario.overlay.networks)
        self.networks = networks
        groups = Self.expand(groups: scenario.vms, networks: ranges, networkCount: networks.count)
        groupIndex = Dictionary(zip(groups.map(\.name), 0...), uniquingKeysWith: { first, _ in first })
        machines = Self.expand(vms: scenario.vms, groups: groups, networks: networks, hosts: hosts)
        var further: [Int: [UInt128]] = [:]
        for (entry, group) in zip(scenario.vms, groups) where entry.addresses.count > 1 {
            further[group.range.lowerBound] = entry.addresses.dropFirst().map(\.value)
        }
        self.further = further
    }

    /// A VM's name in files: the entry's name, with `[n]` when the entry makes more than one.
    public func name(of vm: Int) -> String {
        let group = groups[Int(machines[vm].group)]
        return group.range.count == 1 ? group.name : "\(group.name)[\(vm - group.range.lowerBound)]"
    }

    public func family(of network: NetworkID) -> IPFamily { networks[Int(network.index)].prefix.family }

    /// All addresses of a VM.
    public func addresses(of vm: Int) -> [IPAddress] {
        let family = family(of: machines[vm].network)
        return ([machines[vm].address] + furtherAddresses(of: vm)).map { IPAddress(family, $0) }
    }

    /// Those beyond the first.
    func furtherAddresses(of vm: Int) -> [UInt128] { further[vm] ?? [] }

    /// VM indices that `client`, or `client[3]`, stands for; nil when there is no such VM.
    public func vms(named reference: String) -> Range<Int>? {
        if let index = groupIndex[reference] { return groups[index].range }
        guard let (name, position) = Self.split(reference), let index = groupIndex[name] else { return nil }
        let range = groups[index].range
        guard range.count > 1, position < range.count else { return nil }
        return range.lowerBound + position..<range.lowerBound + position + 1
    }

    /// Both ends of a traffic entry, network by network; a network that only one end has is left out.
    public func sides(of traffic: TrafficConfiguration) -> [Sides] {
        guard let from = vms(named: traffic.from), let to = vms(named: traffic.to) else { return [] }
        let destinations = blocks(of: to)
        var next = destinations.startIndex
        return blocks(of: from).compactMap { block in
            while next < destinations.endIndex, destinations[next].network.index < block.network.index { next += 1 }
            guard next < destinations.endIndex, destinations[next].network == block.network else { return nil }
            return Sides(network: block.network, sources: block.range, destinations: destinations[next].range)
        }
    }

    /// The pairs that a traffic entry with `pairs: zip` or `pairs: all` makes, in order. Pairs that chance decides
    /// (`one-each`, `flows`) are drawn by the assembly from ``sides(of:)``.
    public func pairs(of traffic: TrafficConfiguration) -> [(source: Int, destination: Int)] {
        var pairs: [(source: Int, destination: Int)] = []
        for side in sides(of: traffic) {
            switch traffic.pairs {
            case .zip:
                let count = max(side.sources.count, side.destinations.count)
                for position in 0..<count {
                    pairs.append((Self.member(side.sources, position), Self.member(side.destinations, position)))
                }
            case .all:
                for source in side.sources {
                    for destination in side.destinations where destination != source {
                        pairs.append((source, destination))
                    }
                }
            case .oneEach: break
            }
        }
        return pairs
    }

    /// Maximal runs of one network in a range of VM indices.
    private func blocks(of range: Range<Int>) -> [(network: NetworkID, range: Range<Int>)] {
        guard let first = range.first else { return [] }
        let group = groups[Int(machines[first].group)]
        if range.count == 1 || group.networks.count == 1 { return [(machines[first].network, range)] }
        return group.networks.enumerated().map { position, network in
            let start = group.range.lowerBound + position * group.perNetwork
            return (NetworkID(network), start..<start + group.perNetwork)
        }
    }

    private static func member(_ range: Range<Int>, _ position: Int) -> Int {
        range.lowerBound + (range.count == 1 ? 0 : position)
    }

    /// `client[3]` in two; nil when the text has no such form.
    static func split(_ reference: String) -> (name: String, position: Int)? {
        guard reference.hasSuffix("]"), let bracket = reference.lastIndex(of: "[") else { return nil }
        let digits = reference[reference.index(after: bracket)...].dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            digits.utf8.count == 1 || digits.first != "0", let position = Int(digits)
        else { return nil }
        return (String(reference[..<bracket]), position)
    }
}

import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Wire

/// Variants of a random scenario, drawn apart from the rest: which families of addresses it has, what becomes of
/// misses, and how much an NVE keeps.
extension RandomScenario {
    /// - Parameter hasEdges: as in ``make(seed:hasEdges:)``.
    mutating func vary(hasEdges: Bool) {
        var dice = Dice(seed: ~scenario.seed)
        if dice.once(in: 3) { makeOuterIPv6() }
        if dice.once(in: 3) { makeGuestsIPv6(&dice) }
        if dice.once(in: 10) { scenario.nve.miss = .viaGateway }
        giveAddresses(&dice)
        if dice.once(in: 4) { makeGuests(&dice) }
        scenario.nva.batch = scenario.seed % 4 != 1
        if hasEdges && dice.once(in: 5) {
            scenario.nva.controlLoss = Ratio(billionths: UInt64(dice.roll(20_000_000...500_000_000)))
        }
        if hasEdges && scenario.redirect.buffer.at != .none && dice.once(in: 2) {
            scenario.redirect.buffer.nveLimit = UInt32(dice.pick([1, 2, 3, 8]))
        }
    }

    /// Guests ask for their neighbours.
    private mutating func makeGuests(_ dice: inout Dice) {
        scenario.guest.neighbours = .resolve
        scenario.guest.queue = UInt32(dice.roll(0...4))
        scenario.guest.retransmit = dice.time(1...dice.pick([5_000_000, 100_000_000, 600_000_000]))
        scenario.guest.attempts = UInt32(dice.roll(1...4))
        if dice.once(in: 2) { scenario.guest.lifetime = dice.time(1...dice.pick([10_000_000, 500_000_000])) }
    }

    /// Some VMs have several addresses; those that share theirs with another network's have one.
    private mutating func giveAddresses(_ dice: inout Dice) {
        if scenario.vms.contains(where: { $0.address != nil }) { return }
        for index in scenario.vms.indices where scenario.vms[index].count == 1 && dice.once(in: 3) {
            guard case .named(let name) = scenario.vms[index].network,
                let network = scenario.overlay.networks.first(where: { $0.name == name })
            else { continue }
            let subnet = network.subnet
            scenario.vms[index].addresses = (0..<dice.roll(2...4)).map {
                IPAddress(subnet.family, subnet.address.value | UInt128(0x9000 + 16 * index + $0))
            }
        }
    }

    /// Links of IPv6 carry 1 280 bytes at least; too narrow for the larger packets they still may be.
    private mutating func makeOuterIPv6() {
        scenario.underlay.family = .ipv6
        func widen(_ link: inout LinkConfiguration) {
            if link.mtu < 1_280 { link.mtu = 1_280 + link.mtu % 256 }
        }
        widen(&scenario.underlay.hostLink)
        widen(&scenario.underlay.fabricLink)
    }

    private mutating func makeGuestsIPv6(_ dice: inout Dice) {
        // Two VMs of one address are in networks of one family.
        let isOneFamily = dice.once(in: 2) || scenario.vms.contains { $0.address != nil }
        let local = UInt128(0xfd00) << 112
        for index in scenario.overlay.networks.indices where isOneFamily || dice.once(in: 2) {
            scenario.overlay.networks[index].subnet = IPPrefix(address: IPAddress(.ipv6, local), length: 64)
        }
        for index in scenario.vms.indices {
            guard let address = scenario.vms[index].address else { continue }
            scenario.vms[index].address = IPAddress(.ipv6, local | address.value & 0xffff)
        }
        for index in scenario.traffic.indices { scenario.traffic[index].size = max(scenario.traffic[index].size, 48) }
        // Neighbour advertisements are at least a second apart: there is time for one.
        scenario.announce.count = 1
    }
}

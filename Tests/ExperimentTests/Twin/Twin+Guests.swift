import Experiment
import Guest
import Kernel
import Overlay

/// Guests that ask for their neighbours' MAC addresses, and NVEs that answer in the neighbours' place.
extension Twin {
    /// What a guest knows of one neighbour.
    final class Acquaintance {
        enum State { case unknown, asking, confirming, known(until: Int64) }
        var state = State.unknown
        var times = 0
        /// The wait for an answer that counts.
        var wait = 0
        var packets: [Packet] = []
    }

    /// What an NVE knows of the owner of one IP address.
    final class Owner {
        var isKnown = false
        let query = Belief()
        /// VMs that wait for its word, in order.
        var askers: [Int] = []
    }

    private func acquaintance(_ vm: Int, _ neighbour: Int) -> Acquaintance {
        let key = [vm, neighbour]
        if acquaintances[key] == nil { acquaintances[key] = Acquaintance() }
        return acquaintances[key]!
    }

    func owner(_ here: Int, _ vm: Int) -> Owner {
        let key = [here, vm]
        if owners[key] == nil { owners[key] = Owner() }
        return owners[key]!
    }

    /// A packet leaves its VM if the guest knows where to send it.
    func depart(_ packet: Packet, from vm: Int) {
        let host = machines[vm].host!
        if scenario.guest.neighbours == .preset { return emerge(packet, host) }
        let known = acquaintance(vm, packet.destination)
        switch known.state {
        case .confirming: return emerge(packet, host)
        case .known(let until):
            if now >= until {
                note("neighbour confirmed")
                (known.state, known.times) = (.confirming, 1)
                // The question goes before the packet.
                solicit(packet.destination, by: vm)
                awaitNeighbour(vm, packet.destination)
            }
            return emerge(packet, host)
        case .unknown:
            (known.state, known.times) = (.asking, 1)
            askNeighbour(vm, packet.destination)
        case .asking: break
        }
        let room = Int(scenario.guest.queue)
        if room == 0 { return lose(packet, "neighbour-unresolved", cast.nve(of: host)) }
        let oldest = known.packets.count < room ? nil : known.packets.removeFirst()
        known.packets.append(packet)
        if let oldest { lose(oldest, "neighbour-unresolved", cast.nve(of: host)) }
    }

    /// A packet leaves its guest for the NVE, or for the link of its host.
    private func emerge(_ packet: Packet, _ host: Int) {
        packet.from = host
        if cast.isInSwitch { cross(packet, from: host, to: cast.nve(of: host)) } else { leave(packet, host) }
    }

    private func askNeighbour(_ vm: Int, _ neighbour: Int) {
        say(after: .zero) { [self] in solicit(neighbour, by: vm) }
        awaitNeighbour(vm, neighbour)
    }

    /// A guest's question, to the NVE of its host or in a frame of its own.
    private func solicit(_ neighbour: Int, by vm: Int) {
        let host = machines[vm].host!
        let here = cast.nve(of: host)
        note("question for a neighbour")
        if !cast.isInSwitch { return solicited(here, neighbour, by: vm) }
        frame(addressFrame(of: vm), from: host, to: here) { [self] in solicited(here, neighbour, by: vm) }
    }

    private func awaitNeighbour(_ vm: Int, _ neighbour: Int) {
        let (known, number) = (acquaintance(vm, neighbour), fresh())
        known.wait = number
        at(now + scenario.guest.retransmit.picoseconds, 0) { [self] in
            if known.wait != number { return }
            // While the VM does not run the attempt does not count.
            if !runs(vm) { return awaitNeighbour(vm, neighbour) }
            if known.times < scenario.guest.attempts {
                known.times += 1
                return askNeighbour(vm, neighbour)
            }
            note("neighbour not found")
            let lost = known.packets
            (known.state, known.packets, known.wait) = (.unknown, [], 0)
            for packet in lost { lose(packet, "neighbour-unresolved", cast.nve(of: machines[vm].lastHost)) }
        }
    }

    /// The NVE at `here` is asked by a VM of its own.
    private func solicited(_ here: Int, _ vm: Int, by asker: Int) {
        if down.contains(here) { return }
        let owner = owner(here, vm)
        if owner.isKnown { return tell(asker, of: vm, from: here) }
        if scenario.nve.miss == .drop || scenario.nve.miss == .viaGateway { return }
        if owner.query.asking == nil && now < owner.query.negativeUntil { return }
        if owner.query.asking == nil { query(Asked(here: here, vm: vm, forGuest: true), attempt: 0) }
        if !owner.askers.contains(asker) { owner.askers.append(asker) }
    }

    private func tell(_ asker: Int, of vm: Int, from here: Int) {
        say(after: .zero) { [self] in
            if !cast.isInSwitch { return told(asker, of: vm, from: here) }
            frame(addressFrame(of: asker), from: here, to: machines[asker].lastHost) { [self] in
                told(asker, of: vm, from: here)
            }
        }
    }

    /// The answer is where the asker is, or was.
    private func told(_ asker: Int, of vm: Int, from here: Int) {
        guard let host = machines[asker].host, cast.nve(of: host) == here, runs(asker) else {
            return note("answer to nobody")
        }
        let known = acquaintance(asker, vm)
        switch known.state {
        case .unknown, .known: return
        case .asking, .confirming: break
        }
        known.wait = 0
        known.state = .known(until: scenario.guest.lifetime.map { now + $0.picoseconds } ?? .max)
        let packets = known.packets
        known.packets = []
        for packet in packets { emerge(packet, host) }
    }

    /// The NVE at `here` has heard of a VM's addresses: what it was asked for it can tell now.
    func answerAskers(_ here: Int, _ vm: Int) {
        let owner = owner(here, vm)
        owner.query.asking = nil
        for asker in owner.askers {
            note("question answered later")
            tell(asker, of: vm, from: here)
        }
        owner.askers = []
    }
}

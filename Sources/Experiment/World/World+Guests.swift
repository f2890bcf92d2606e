import Guest
import Kernel
import Overlay

/// Guests that ask for their neighbours' MAC addresses before they send (DER-18).
extension World {
    /// Whether the guest of a packet's sender knows where to send it on its network; else it keeps the packet.
    mutating func isResolved(_ handle: PacketHandle, from host: NodeID) -> Bool {
        let vm = endpoints.vm(of: pool[handle].source)
        let neighbour = endpoints.vm(of: pool[handle].destination)
        let admission = guests[Int(vm.index)].admit(
            handle, to: Endpoints.address(of: neighbour), of: neighbour, at: host, now: now, in: &context)
        if admission == .goes {
            if context.effectCount > 0 { applyEffects() }
            return true
        }
        pool[handle].link = .none
        switch admission {
        case .goes, .waits: break
        case .waitsInsteadOf(let oldest): finishLost(oldest, .neighbourUnresolved, at: nve(serving: host))
        case .findsNoRoom: finishLost(handle, .neighbourUnresolved, at: nve(serving: host))
        }
        applyEffects()
        return false
    }

    /// Something is said to a VM; one that is not there, or does not run, hears nothing.
    mutating func hear(_ message: Message, from party: Party, at vm: VMID) {
        let place = places[Int(vm.index)]
        guard !guests.isEmpty, place.state == .running, party == .nve(nve(serving: place.host)) else { return }
        let waiting = guests[Int(vm.index)].answered(message.record.address, now: now, in: &context)
        for handle in waiting { leaveGuest(handle, from: place.host) }
    }

    /// A packet that has waited goes out to the NVE, or to the link of its host. What the NVE asks for is applied with
    /// the other effects of the answer.
    private mutating func leaveGuest(_ handle: PacketHandle, from host: NodeID) {
        if isEdgeInSwitch { return sendNatively(handle, from: host) }
        let outcome = nves[nveIndex(of: host)].forward(&pool[handle], handle, from: .tenant, now: now, in: &context)
        perform(outcome, handle, at: host)
    }

    /// A guest's question has stayed without an answer.
    mutating func askAgain(_ key: TimerKey, of vm: VMID) {
        let place = places[Int(vm.index)]
        let host = place.state == .running ? place.host : nil
        let lost = guests[Int(vm.index)].timerRanOut(key.token, at: host, now: now, in: &context)
        for handle in lost { finishLost(handle, .neighbourUnresolved, at: nve(serving: place.host)) }
    }
}

extension WorldBuilder {
    /// The guests' tables, where they have any.
    func guests() -> ContiguousArray<NeighbourCache> {
        if scenario.guest.neighbours == .preset { return [] }
        let settings = NeighbourSettings(scenario.guest)
        return ContiguousArray(
            roster.machines.indices.map { vm in
                NeighbourCache(
                    vm: VMID(vm), family: roster.family(of: roster.machines[vm].network), settings: settings)
            })
    }
}

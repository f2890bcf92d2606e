import Experiment
import Kernel
import Mobility
import Overlay

/// What is known at the start, and the moves: detach, absence, attach, announcements.
extension Twin {
    func preload() {
        isPreloading = true
        for flow in cast.flows {
            let home = cast.machines[flow.destination].home
            for host in cast.places(flow.source) where host != home {
                set(host, flow.destination, home)
                records[flow.destination].interest[host] = 0
            }
        }
        isPreloading = false
        // What expires at one instant does so in the order of NVEs, then VMs.
        for host in cast.hosts.indices { for vm in machines.indices { watch(host, vm) } }
    }

    func plan(_ move: MoveConfiguration) {
        let (vm, target) = (cast.vms(move.vm)[0], cast.number(move.to))
        at(move.beginning.picoseconds, 0) { [self] in
            guard scenario.redirect.learn == .moveRequest, let old = machines[vm].host, old != target else {
                return begin(move, vm, target)
            }
            let sequence = machines[vm].sequence
            if machines[vm].paused { return }
            // The NVA asks the old NVE; a request that is lost or comes too late moves nothing.
            control(from: nil, to: old, payload: 48) { [self] in
                let isThere = machines[vm].host == old && machines[vm].sequence == sequence
                if isThere && !machines[vm].paused { begin(move, vm, target) } else { note("request to move too late") }
            }
        }
    }

    /// A VM that an earlier move has not brought back yet cannot move.
    private func begin(_ move: MoveConfiguration, _ vm: Int, _ target: Int) {
        guard let old = machines[vm].host, !machines[vm].paused, let downtime = move.standstill else { return }
        machines[vm].paused = old == target
        if old != target { detach(vm, old, to: target) }
        settle()
        at(now + downtime.picoseconds, 0) { [self] in
            machines[vm].paused = false
            if machines[vm].host == nil { attach(vm, target) } else { wake(vm) }
            announce(vm, target)
        }
    }

    private func detach(_ vm: Int, _ old: Int, to target: Int) {
        let (belief, learn, sequence) = (beliefs[old][vm], scenario.redirect.learn, machines[vm].sequence)
        let (by, delay, number) = (scenario.invalidate.by, scenario.invalidate.detectDelay, fresh())
        machines[vm].host = nil
        (belief.hasLeft, belief.registering, belief.departure) = (true, nil, number)
        beliefs[target][vm].isExpected = true
        if by == .vmManager || by == .both {
            say(after: delay) { [self] in invalidateOthers(vm, left: old, sequence, from: nil) }
        }
        if learn == .preinstalled || learn == .moveRequest {
            set(old, vm, target)
            install(old, vm, target)
        }
        // Not noticed when the VM is back, or gone again, by then.
        at(now + delay.picoseconds, 0) { [self] in
            if belief.departure != number { return }
            if scenario.nva.onDetach != .keep { deregister(vm, old, sequence) }
            if by == .oldNVE || by == .both { invalidateOthers(vm, left: old, sequence, from: old) }
        }
    }

    /// One message after another, at least the spacing apart, also when several VMs leave.
    private func invalidateOthers(_ vm: Int, left old: Int, _ sequence: Int, from: Int?) {
        for target in targets(scenario.invalidate.targets, vm, except: old) {
            let time = max(now, freeToInvalidate[from] ?? 0)
            freeToInvalidate[from] = time + scenario.invalidate.spacing.picoseconds
            once(time) { [self] in
                control(from: from, to: target, payload: 32) { [self] in invalidate(target, vm, sequence) }
            }
        }
    }

    /// What has waited at the new host for the VM or for news of it, is delivered.
    private func attach(_ vm: Int, _ host: Int) {
        let belief = beliefs[host][vm]
        let packets = belief.waiting + belief.buffer
        machines[vm].host = host
        machines[vm].sequence += 1
        owner(host, vm).isKnown = true
        belief.sequence = machines[vm].sequence
        (belief.hasLeft, belief.isExpected, belief.negativeUntil) = (false, false, Int64.min)
        (belief.place, belief.redirect, belief.asking, belief.departure) = (nil, nil, nil, nil)
        belief.deregistering = nil
        (belief.waiting, belief.buffer, belief.isSought) = ([], [], false)
        wake(vm)
        for packet in packets { deliver(packet, host) }
    }

    /// The new NVE registers the VM each time that it hears it; a VM that is gone or paused then is not heard.
    private func announce(_ vm: Int, _ host: Int) {
        let (sequence, announce) = (machines[vm].sequence, scenario.announce)
        for repetition in 0..<(announce.kind == .none ? 0 : announce.count) {
            at((announce.delay + announce.interval * Int64(repetition)).picoseconds + now, 0) { [self] in
                let isThere = machines[vm].host == host && machines[vm].sequence == sequence && !machines[vm].paused
                if isThere { register(vm, host, sequence) }
            }
        }
    }
}

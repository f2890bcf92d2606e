import Experiment
import Kernel
import Mobility
import Overlay

/// What is known at the start, and the moves: detach, absence, attach, announcements.
extension Twin {
    func preload() {
        isPreloading = true
        for flow in cast.flows {
            let home = cast.nve(of: cast.machines[flow.destination].home)
            for nve in cast.places(flow.source) where nve != home {
                set(nve, flow.destination, home)
                records[flow.destination].interest[nve] = 0
            }
        }
        isPreloading = false
        // What expires at one instant does so in the order of NVEs, then VMs.
        for host in cast.nves { for vm in machines.indices { watch(host, vm) } }
    }

    func plan(_ move: MoveConfiguration) {
        let (vm, target) = (cast.vms(move.vm)[0], cast.number(move.to))
        at(move.beginning.picoseconds, 0) { [self] in
            guard scenario.redirect.learn == .moveRequest, let old = machines[vm].host, old != target else {
                return begin(move, vm, target)
            }
            let sequence = machines[vm].sequence
            if !runs(vm) { return }
            // The NVA asks the old NVE; a request that is lost or comes too late moves nothing.
            control(from: nil, to: cast.nve(of: old), payload: 48) { [self] in
                let isThere = machines[vm].host == old && machines[vm].sequence == sequence
                if isThere && runs(vm) { begin(move, vm, target) } else { note("request to move too late") }
            }
        }
    }

    /// A VM that an earlier move has not brought back yet cannot move.
    private func begin(_ move: MoveConfiguration, _ vm: Int, _ target: Int) {
        guard let old = machines[vm].host, runs(vm), let downtime = move.standstill else { return }
        machines[vm].paused = old == target
        if old != target { detach(vm, old, to: target) }
        settle()
        at(now + downtime.picoseconds, 0) { [self] in
            machines[vm].paused = false
            if machines[vm].host == nil { attach(vm, target) } else { wake(vm) }
            announce(vm, target)
        }
    }

    private func detach(_ vm: Int, _ host: Int, to target: Int) {
        let (old, new, sequence) = (cast.nve(of: host), cast.nve(of: target), machines[vm].sequence)
        let learn = scenario.redirect.learn
        machines[vm].host = nil
        if scenario.invalidate.by == .vmManager || scenario.invalidate.by == .both {
            say(after: scenario.invalidate.detectDelay) { [self] in invalidateOthers(vm, left: old, sequence, from: nil)
            }
        }
        // To another host of the same switch is nowhere yet.
        let isKnown = (learn == .preinstalled || learn == .moveRequest) && new != old
        associate(vm, host, isLeaving: true) { [self] in leaves(vm, old, sequence, to: isKnown ? new : nil) }
        if old != new || scenario.redirect.buffer.at == .new {
            if !down.contains(new) { beliefs[new][vm].isExpected = true }
        }
    }

    /// The old NVE is told that the VM has gone.
    private func leaves(_ vm: Int, _ old: Int, _ sequence: Int, to target: Int?) {
        let (belief, by, number) = (beliefs[old][vm], scenario.invalidate.by, fresh())
        if down.contains(old) { return }
        if belief.port != nil && belief.sequence > sequence { return note("word of a departure too late") }
        if belief.hasLeft && belief.leftWith == sequence { return note("word of a departure repeated") }
        belief.leftWith = sequence
        (belief.port, belief.place, belief.redirect) = (nil, nil, nil)
        (belief.hasLeft, belief.registering, belief.departure) = (true, [:], number)
        if let target {
            set(old, vm, target)
            install(old, vm, target)
        }
        // Not noticed when the VM is back, or gone again, by then.
        at(now + scenario.invalidate.detectDelay.picoseconds, 0) { [self] in
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
            let epoch = from.map { epochs[$0, default: 0] }
            once(time) { [self] in
                if from.map({ epochs[$0, default: 0] }) != epoch { return }
                control(from: from, to: target, payload: 32) { [self] in invalidate(target, vm, sequence) }
            }
        }
    }

    private func attach(_ vm: Int, _ host: Int) {
        machines[vm].host = host
        machines[vm].sequence += 1
        if isDown(vm, at: host) { halt(vm, at: host) } else { wake(vm) }
        let sequence = machines[vm].sequence
        associate(vm, host, isLeaving: false) { [self] in comes(vm, host, sequence) }
    }

    /// The new NVE is told that the VM is there: what has waited for it, or for news of it, is delivered.
    func comes(_ vm: Int, _ host: Int, _ sequence: Int) {
        let here = cast.nve(of: host)
        if down.contains(here) { return }
        let belief = beliefs[here][vm]
        let packets = (belief.waiting + belief.buffer).sorted { $0.held < $1.held }
        owner(here, vm).isKnown = true
        (belief.port, belief.sequence) = (host, sequence)
        (belief.hasLeft, belief.isExpected, belief.negativeUntil) = (false, false, Int64.min)
        (belief.place, belief.redirect, belief.asking, belief.departure) = (nil, nil, nil, nil)
        belief.deregistering = nil
        (belief.waiting, belief.buffer, belief.isSought) = ([], [], false)
        for packet in packets { deliver(packet, here) }
    }

    /// The new NVE registers the VM each time that it hears it; a VM that is gone or paused then is not heard.
    func announce(_ vm: Int, _ host: Int) {
        let (sequence, announce) = (machines[vm].sequence, scenario.announce)
        for repetition in 0..<(announce.kind == .none ? 0 : announce.count) {
            at((announce.delay + announce.interval * Int64(repetition)).picoseconds + now, 0) { [self] in
                let isThere = machines[vm].host == host && machines[vm].sequence == sequence && runs(vm)
                if isThere { announceOnce(vm, host, sequence) }
            }
        }
    }

    /// Over a link each address takes a frame; the first brings the VM's registration.
    private func announceOnce(_ vm: Int, _ host: Int, _ sequence: Int) {
        let here = cast.nve(of: host)
        for address in 0..<cast.machines[vm].addresses {
            if !cast.isInSwitch {
                hear(vm, here, sequence, address)
            } else {
                frame(addressFrame(of: vm), from: host, to: here) { [self] in hear(vm, here, sequence, address) }
            }
        }
    }

    /// The first address stands for all of them, or each for itself.
    private func hear(_ vm: Int, _ here: Int, _ sequence: Int, _ address: Int) {
        if down.contains(here) { return }
        if address == 0 { owner(here, vm).isKnown = true }
        if address > 0 && scenario.nva.batch { return }
        if beliefs[here][vm].hasLeft { return note("announcement of a VM that has left") }
        register(vm, here, sequence, address: scenario.nva.batch ? nil : address)
    }
}

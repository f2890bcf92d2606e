import Experiment
import Kernel
import Mobility
import Overlay

/// VMs and NVEs that fail and are repaired. What a failed one had is lost with it; a repaired one begins anew.
extension Twin {
    func runs(_ vm: Int) -> Bool { machines[vm].host != nil && !machines[vm].paused && !machines[vm].failed }

    func planNode(_ failure: FailureConfiguration) {
        let (begin, target) = (failure.at.picoseconds, failure.target)
        let end = failure.repair.map { begin + $0.picoseconds }
        if !target.vm.isEmpty {
            let vm = cast.vms(target.vm)[0]
            at(begin, 0) { [self] in fail(vm: vm) }
            if let end { at(end, 0) { [self] in repair(vm: vm) } }
        } else {
            let node = cast.number(target.nve)
            at(begin, 0) { [self] in fail(nve: node) }
            if let end { at(end, 0) { [self] in repair(nve: node) } }
        }
    }

    // MARK: - VMs

    private func fail(vm: Int) {
        vmFailures[vm, default: 0] += 1
        if vmFailures[vm] != 1 || machines[vm].failed { return }
        note("VM failed")
        if let host = machines[vm].host { halt(vm, at: host) }
        machines[vm].life += 1
        let here = cast.nve(of: machines[vm].lastHost)
        for neighbour in machines.indices {
            guard let known = acquaintances.removeValue(forKey: [vm, neighbour]) else { continue }
            known.wait = 0
            for packet in known.packets { lose(packet, "node-down", here) }
        }
        failQuestions(of: vm)
    }

    /// The VM is where it is and does not run.
    func halt(_ vm: Int, at host: Int) {
        (machines[vm].failed, machines[vm].paused) = (true, false)
    }

    private func repair(vm: Int) {
        vmFailures[vm]! -= 1
        guard vmFailures[vm] == 0, machines[vm].failed, let host = machines[vm].host else { return }
        machines[vm].failed = false
        machines[vm].sequence += 1
        wake(vm)
        comes(vm, host, machines[vm].sequence)
        if scenario.announce.kind == .none, !down.contains(host) { registerAll(vm, host) }
        announce(vm, host)
    }

    // MARK: - NVEs

    private func fail(nve node: Int) {
        nveFailures[node, default: 0] += 1
        if nveFailures[node] != 1 { return }
        note("NVE failed")
        down.insert(node)
        epochs[node, default: 0] += 1
        freeToInvalidate[node] = nil
        for vm in machines.indices {
            let belief = beliefs[node][vm]
            beliefs[node][vm] = Belief()
            for packet in (belief.waiting + belief.buffer).sorted(by: { $0.held < $1.held }) {
                lose(packet, "node-down", node)
            }
            owners.removeValue(forKey: [node, vm])?.query.forgetAll()
            belief.forgetAll()
        }
        for packet in lines[node] { lose(packet, "node-down", node) }
        lines[node] = []
    }

    /// The hypervisor names the VMs that are here, and the NVE registers them.
    private func repair(nve node: Int) {
        nveFailures[node]! -= 1
        if nveFailures[node] != 0 { return }
        down.remove(node)
        for vm in machines.indices where machines[vm].host == node && !machines[vm].failed {
            comes(vm, node, machines[vm].sequence)
            registerAll(vm, node)
        }
    }

    /// All addresses of a VM, in one registration or one by one.
    private func registerAll(_ vm: Int, _ host: Int) {
        let sequence = machines[vm].sequence
        if scenario.nva.batch { return register(vm, host, sequence) }
        for address in 0..<cast.machines[vm].addresses { register(vm, host, sequence, address: address) }
    }
}

extension Belief {
    /// Nothing that waits for it means anything any more.
    fileprivate func forgetAll() {
        (asking, departure, deregistering, place, watch) = (nil, nil, nil, nil, 0)
        (registering, waiting, buffer) = ([:], [], [])
    }
}

import Experiment
import Fabric
import Kernel
import Mobility
import Overlay

/// VMs, NVEs and servers that fail and are repaired. What a failed one had is lost with it; a repaired one begins anew.
extension Twin {
    func runs(_ vm: Int) -> Bool { machines[vm].host != nil && !machines[vm].paused && !machines[vm].failed }

    func planNode(_ failure: FailureConfiguration) {
        let (begin, target) = (failure.at.picoseconds, failure.target)
        let end = failure.repair.map { begin + $0.picoseconds }
        if !target.vm.isEmpty {
            let vm = cast.vms(target.vm)[0]
            at(begin, 0) { [self] in fail(vm: vm) }
            if let end { at(end, 0) { [self] in repair(vm: vm) } }
        } else if !target.server.isEmpty {
            let host = cast.number(target.server)
            at(begin, 0) { [self] in fail(server: host) }
            if let end { at(end, 0) { [self] in repair(server: host) } }
            if scenario.underlay.reroute == .none { return }
            // Switches hear of its link as of any other.
            let lag = scenario.underlay.rerouteDelay.picoseconds
            at(begin + lag, 0) { [self] in for link in links(of: host) { withdrawals[link, default: 0] += 1 } }
            if let end { at(end + lag, 0) { [self] in for link in links(of: host) { withdrawals[link]! -= 1 } } }
        } else {
            let node = cast.number(target.nve)
            at(begin, 0) { [self] in fail(nve: node) }
            if let end { at(end, 0) { [self] in repair(nve: node) } }
        }
    }

    // MARK: - VMs

    private func fail(vm: Int) {
        vmFailures[vm, default: 0] += 1
        if vmFailures[vm] == 1 { stop(vm) }
    }

    private func stop(_ vm: Int) {
        if machines[vm].failed { return }
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
        if vmFailures[vm] == 0 { start(vm) }
    }

    /// Whether the VM cannot run at a host.
    func isDown(_ vm: Int, at host: Int) -> Bool {
        vmFailures[vm, default: 0] > 0 || serverFailures[host, default: 0] > 0
    }

    private func start(_ vm: Int) {
        guard machines[vm].failed, let host = machines[vm].host, !isDown(vm, at: host) else { return }
        machines[vm].failed = false
        machines[vm].sequence += 1
        wake(vm)
        comes(vm, host, machines[vm].sequence)
        if scenario.announce.kind == .none, !down.contains(host) { registerAll(vm, host) }
        announce(vm, host)
    }

    // MARK: - Servers

    /// Its VMs, its NVE, and its link in both directions fail with it.
    private func fail(server host: Int) {
        serverFailures[host, default: 0] += 1
        if serverFailures[host] == 1 {
            note("server failed")
            for vm in machines.indices where machines[vm].lastHost == host { stop(vm) }
            fail(nve: host)
        }
        for link in links(of: host) {
            nodeLinkFailures[link, default: 0] += 1
            fail(link, "node-down")
        }
    }

    private func repair(server host: Int) {
        serverFailures[host]! -= 1
        for link in links(of: host) {
            nodeLinkFailures[link]! -= 1
            failures[link]! -= 1
        }
        if serverFailures[host] != 0 { return }
        repair(nve: host)
        for vm in machines.indices where machines[vm].lastHost == host { start(vm) }
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

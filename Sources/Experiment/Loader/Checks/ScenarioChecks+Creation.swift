import Guest
import Kernel
import Mobility

/// VMs that are created or destroyed in the course of the run.
extension ScenarioChecks {
    mutating func checkCreations() {
        for (index, vm) in scenario.vms.enumerated() where vm.created != nil || vm.destroyed != nil {
            let path = "vms[\(index)]"
            checkLife(of: vm, at: path)
            checkMoves(of: vm)
            if let entry = scenario.failover.first(where: { belongs($0.primary, to: vm) }) {
                fail(
                    vm.created == nil ? "\(path).destroyed" : "\(path).created",
                    "`\(entry.primary)` has a failover: its second one would have to come and go with it",
                    hint: "leave out one of the two")
            }
            if !vm.trusted, !scenario.onboarding.ask {
                fail("\(path).trusted", "nobody asks whether it is", hint: "say `onboarding: {ask: true}`")
            }
        }
        if scenario.onboarding.ask, !scenario.vms.contains(where: { $0.created != nil }) {
            warn("onboarding.ask", "no VM is created in the course of the run", hint: "say `created: 1 s` at a VM")
        }
    }

    private func belongs(_ name: String, to vm: VMConfiguration) -> Bool {
        name == vm.name || name.hasPrefix(vm.name + "[")
    }

    private mutating func checkLife(of vm: VMConfiguration, at path: String) {
        if decoding.isBroken("duration") { return }
        for (key, time) in [("created", vm.created), ("destroyed", vm.destroyed)] {
            guard let time, time >= scenario.duration else { continue }
            fail("\(path).\(key)", "that is after the end of the run, \(scenario.duration)")
        }
        if let created = vm.created, let destroyed = vm.destroyed, destroyed <= created + onboardingTime {
            fail(
                "\(path).destroyed", "it is not there before \(created + onboardingTime)",
                hint: "destroy it later than that")
        }
    }

    /// From the request until the VM runs.
    private var onboardingTime: Duration {
        let rules = scenario.onboarding
        return rules.ask ? rules.delay * (rules.approval ? 4 : 3) + rules.processing : .zero
    }

    private mutating func checkMoves(of vm: VMConfiguration) {
        for (index, move) in scenario.moves.enumerated() where belongs(move.vm, to: vm) {
            let path = "moves[\(index)].at"
            if let created = vm.created, move.beginning <= created + onboardingTime {
                fail(path, "`\(move.vm)` is not there before \(created + onboardingTime)")
            } else if let destroyed = vm.destroyed, move.beginning >= destroyed {
                fail(path, "`\(move.vm)` is destroyed at \(destroyed)")
            }
        }
    }
}

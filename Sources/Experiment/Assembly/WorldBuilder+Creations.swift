import Guest
import Kernel
import Mobility

/// VMs that come or go in the course of the run.
extension WorldBuilder {
    func addCreations(_ world: inout World) {
        world.creations.procedure = Onboarding(scenario.onboarding)
        for (vm, machine) in roster.machines.enumerated() {
            let entry = scenario.vms[Int(machine.group)]
            if entry.created == nil, entry.destroyed == nil { continue }
            world.creations.add(
                CreationTable.Entry(
                    vm: VMID(vm), host: world.places[vm].host, asked: entry.created.map { Instant.zero + $0 },
                    isTrusted: entry.trusted))
            if let time = entry.created {
                world.lives.awaitCreation(of: VMID(vm))
                schedule(vm, World.CreationEvent.asked, at: time, &world)
            }
            if let time = entry.destroyed { schedule(vm, World.CreationEvent.destroyed, at: time, &world) }
        }
    }

    private func schedule(_ vm: Int, _ what: UInt32, at time: Duration, _ world: inout World) {
        world.push(
            Event(
                at: Instant.zero + time, rank: .control, kind: .creation, generation: what, handle: UInt32(vm)))
    }
}

import Fabric
import Guest
import Kernel
import Mobility

/// Servers, racks and what VMs take of them.
extension ScenarioChecks {
    /// A rack, or a host.
    mutating func checkPlace(_ name: String, at path: String) {
        if decoding.isBroken(path) || !knowsHosts || !hosts.numbers(in: name).isEmpty { return }
        canExpand = false
        let example = hosts.name(of: 0)
        let rack = example.lastIndex(of: "/").map { String(example[..<$0]) }
        fail(
            path, "there is no rack or host `\(name)`",
            hint: "a host is `\(example)`" + (rack.map { ", its rack `\($0)`" } ?? "; this network has no racks"))
    }

    mutating func checkServers(_ roster: Roster?) {
        for (index, server) in scenario.servers.enumerated() where server.at != "all" {
            checkPlace(server.at, at: "servers[\(index)].at")
        }
        guard let roster, canExpand else { return }
        let plan = ServerPlan(scenario, roster)
        if !plan.hasLimits { return }
        var room = plan.emptyRoom()
        var refused = Set<Int32>()
        for (vm, machine) in roster.machines.enumerated()
        where !machine.isSpread && scenario.vms[Int(machine.group)].created == nil {
            let demand = plan.demand(of: vm)
            let refusal = room.refusal(of: demand, at: machine.host)
            room.take(demand, at: machine.host)
            if let refusal, refused.insert(machine.group).inserted { report(refusal, vm, machine, roster) }
        }
    }

    private mutating func report(_ refusal: Refusal, _ vm: Int, _ machine: Roster.Machine, _ roster: Roster) {
        let host = hosts.name(of: Int(machine.host.index))
        let lack =
            switch refusal {
            case .cpu: "there are not enough processors"
            case .memory: "there is not enough memory"
            case .storage: "there is not enough storage"
            case .place, .capability, .trust: preconditionFailure("who is there from the start is not asked for")
            case .tenant: "one of two tenants there shares an NVE with nobody"
            }
        fail(
            "vms[\(machine.group)].at", "`\(roster.name(of: vm))` does not fit at `\(host)`: \(lack)",
            hint: refusal == .tenant ? "place it elsewhere" : "place it elsewhere, or give the server more")
    }
}

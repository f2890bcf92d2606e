import Fabric
import Guest
import Kernel
import Wire

/// The directory as the NVA has it at the start: VM address, VM MAC, NVE address (REQ-4.2-07, REQ-4.2-23).
extension Description {
    /// More lines than a page has help nobody.
    private static let mostEntries = 20

    /// One line for each address of the VMs that have a fixed place.
    var directory: [String] {
        var table = TextTable(["VM", "network", "address", "MAC", "NVE"])
        let addresses = NVEAddresses(scenario.underlay.family)
        var count = 0
        for (vm, machine) in roster.machines.enumerated()
        where !machine.isSpread && scenario.vms[Int(machine.group)].created == nil {
            for address in roster.addresses(of: vm) {
                count += 1
                if count > Self.mostEntries { continue }
                table.add([
                    roster.name(of: vm), roster.networks[Int(machine.network.index)].name, address.description,
                    machine.mac.description, addresses.address(ofHost: Int(machine.host.index)).description,
                ])
            }
            if count > Self.mostEntries { break }
        }
        if count == 0 { return [] }
        return count > Self.mostEntries ? table.lines + ["  …"] : table.lines
    }
}

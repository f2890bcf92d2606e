import Kernel
import Mobility
import Observe

extension RowBuilder {
    func creations(_ world: borrowing World) -> [CreationRow] {
        world.creations.entries.map { entry in
            var row = CreationRow(vm: vmName(entry.vm), host: hostName(world.places[Int(entry.vm.index)].host))
            (row.asked, row.created, row.registered) = (entry.asked, entry.created, entry.registered)
            (row.destroyed, row.refusal) = (entry.destroyed, entry.refusal?.rawValue ?? "")
            row.outcome = Self.outcome(of: entry)
            return row
        }
    }

    private static func outcome(of entry: CreationTable.Entry) -> String {
        if entry.destroyed != nil { return "destroyed" }
        if entry.refusal != nil { return "refused" }
        if entry.created != nil { return "created" }
        return entry.asked == nil ? "present" : "pending"
    }
}

import Mobility
import Observe

extension RowBuilder {
    func vmStates(_ world: borrowing World) -> [VMStateRow] {
        world.lives.log.enumerated().map { number, change in
            var row = VMStateRow(number: number + 1, at: change.at)
            (row.vm, row.host) = (vmName(change.vm), hostName(change.host))
            (row.from, row.to) = (change.from.rawValue, change.to.rawValue)
            switch change.cause {
            case .move(let move): row.cause = moveName(move)
            case .failure: row.cause = "failure"
            case .repair: row.cause = "repair"
            case .failover: row.cause = "failover"
            case .creation: row.cause = "creation"
            case .destruction: row.cause = "destruction"
            }
            return row
        }
    }
}

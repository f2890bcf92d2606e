import Kernel
import Mobility
import Observe

extension RowBuilder {
    /// A row for each episode of each failover.
    func failovers(_ world: borrowing World) -> [FailoverRow] {
        var rows: [FailoverRow] = []
        for (index, failover) in world.failovers.entries.enumerated() {
            for (number, episode) in failover.episodes.enumerated() {
                var row = FailoverRow(failover: failoverName(at: index), episode: number + 1)
                row.vm = vmName(failover.vm)
                row.primary = hostName(episode.primary)
                row.secondary = hostName(episode.secondary)
                row.standby = failover.configuration.standby.rawValue
                row.outcome = episode.outcome.rawValue
                row.isAnnounced = episode.isAnnounced
                (row.failed, row.detected, row.takenOver) = (episode.failed, episode.detected, episode.takenOver)
                (row.registered, row.returned) = (episode.registered, episode.returned)
                (row.staleness, row.bytesLost) = (episode.staleness, episode.bytesLost)
                row.packetsLost = episode.packetsLost
                (row.vmTime, row.syncBytes) = (episode.vmTime, episode.syncBytes)
                rows.append(row)
            }
        }
        return rows
    }
}

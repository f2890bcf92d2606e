import Kernel
import Mobility
import Overlay

/// The NVA's replicas: which of them is in charge, and what is said to the others (DER-11).
extension World {
    mutating func failReplica(_ replica: Int, _ change: NodeChange) {
        if !change.keepsState { replicas.lost(replica) }
        if nva.isDown {
            if !replicas.isDirectoryKept { nva.loseDirectory() }
            return
        }
        if replica != replicas.leader { return }
        nva.fail(keepsDirectory: replicas.isDirectoryKept, now: now)
        if replicas.count == 1 { return }
        push(
            Event(
                at: now + replicas.takeover, rank: .control, kind: .authority, generation: nva.epoch,
                handle: UInt32(replica)))
    }

    mutating func repairReplica(_ replica: Int) {
        if nva.isDown {
            // Nobody else has taken over yet, or nobody could.
            let isWaiting = replica == replicas.leader || noReplicaWorks(but: replica)
            if isWaiting { putInCharge() }
        }
        if !nva.isDown { replicas.synchronised(replica) }
    }

    /// A replica of the NVA fails with its server, and is repaired with it.
    mutating func failReplica(at host: NodeID, _ change: NodeChange) {
        guard let replica = replicas.replica(at: host), health.fail(.replica(replica)) else { return }
        failReplica(replica, change)
    }

    mutating func repairReplica(at host: NodeID) {
        guard let replica = replicas.replica(at: host), health.repair(.replica(replica)) else { return }
        repairReplica(replica)
    }

    /// The others have waited for the one in charge long enough.
    mutating func takeOverAuthority(_ event: Event) {
        events.fold(event.key, UInt64(event.handle) << 8 | UInt64(EventKind.authority.rawValue))
        if !nva.isDown || nva.epoch & 0xff_ffff != event.generation { return }
        putInCharge()
        applyEffects()
    }

    /// The last one in charge goes on if it works by now, else the next one that does.
    private mutating func putInCharge() {
        if health.isDown(.replica(replicas.leader)) {
            let health = health
            if replicas.elect(where: { !health.isDown(.replica($0)) }) == nil { return }
        }
        nva.repair(at: replicas.leaderHost, now: now, in: &context)
        for replica in 0..<replicas.count where !health.isDown(.replica(replica)) { replicas.synchronised(replica) }
    }

    private func noReplicaWorks(but replica: Int) -> Bool {
        (0..<replicas.count).allSatisfy { $0 == replica || health.isDown(.replica($0)) }
    }

    /// A message for the NVA has come to the host of a replica that is not in charge: it passes it on to the one that
    /// is. While none is, the message is lost. False when the replica here is in charge.
    mutating func passToLeader(_ entry: MessageUnderWay, at node: NodeID) -> Bool {
        guard entry.to == .nva, let leader = replicas.leaderHost, leader != node else { return false }
        if nva.isDown {
            loseControl(entry)
        } else {
            let bytes = controlBytes(entry.message)
            transmitControl(entry.message, from: entry.from, to: .nva, outer: (node, leader), ipBytes: bytes)
        }
        return true
    }

    // MARK: - Announcements

    /// A VM that nobody has moved announces itself from now on.
    mutating func startAnnouncing(_ record: MappingRecord) {
        var configuration = announcement
        configuration.kind = configuration.kind.decided(for: endpoints.family(of: record.vm))
        let announcer = Announcer(record, configuration)
        guard let first = announcer.first(after: now) else { return }
        announcers.append(announcer)
        schedule(.announcement, .control, at: first, handle: UInt32(announcers.count - 1))
    }

    mutating func announce(_ index: UInt32, key: UInt64) {
        let vm = announcers[Int(index)].record.vm
        events.fold(key, UInt64(vm.index) << 8 | UInt64(EventKind.announcement.rawValue))
        let isRunning = places[Int(vm.index)].state == .running
        let next = announcers[Int(index)].announce(present: isRunning ? record(of: vm) : nil, now: now, in: &context)
        applyEffects()
        if let next { schedule(.announcement, .control, at: next, handle: index) }
    }
}

import Kernel

/// Which caches a move made wrong, and when each was right again.
extension MoveProbe {
    mutating func openCache(_ course: Int, _ node: NodeID, _ now: Instant) {
        courses[course].cacheOf[node.index] = courses[course].caches.count
        courses[course].caches.append(Cache(node: node, staleSince: now))
    }

    /// A mapping as new as a move puts the cache right, also for earlier moves of the VM. An older one makes it wrong,
    /// whether it held another before or none.
    mutating func changed(_ nve: NodeID, _ record: MappingRecord, _ kind: MessageKind, _ now: Instant) {
        for index in begun[record.vm] ?? [] where !courses[index].isInPlace {
            let isStale = record.sequence < courses[index].sequence && record.locator != courses[index].toNVE
            guard let place = courses[index].cacheOf[nve.index] else {
                if isStale { openCache(index, nve, now) }
                continue
            }
            if isStale {
                courses[index].caches[place].corrected = nil
                courses[index].caches[place].removal = nil
            } else if courses[index].caches[place].corrected == nil {
                courses[index].caches[place].corrected = now
                courses[index].caches[place].fixedBy = kind
            }
        }
    }

    /// A neighbour entry that was wrong from the detach on says the VM's new MAC address now.
    mutating func neighbourChanged(_ nve: NodeID, _ record: MappingRecord, _ now: Instant) {
        if record.move == .none { return }
        let index = Int(record.move.index)
        var cache = Cache(node: nve, staleSince: courses[index].detached ?? now)
        cache.corrected = now
        courses[index].neighbours.append(cache)
    }

    /// The VM runs behind this NVE now: what the NVE held of it is right by that.
    mutating func served(_ vm: VMID, at node: NodeID, _ sequence: UInt32, _ now: Instant) {
        for index in begun[vm] ?? [] where courses[index].sequence <= sequence {
            guard let place = courses[index].cacheOf[node.index], courses[index].caches[place].corrected == nil
            else { continue }
            courses[index].caches[place].corrected = now
            courses[index].caches[place].fixedBy = .attach
        }
    }

    /// An entry that has gone is wrong no longer.
    mutating func removed(_ nve: NodeID, _ vm: VMID, _ why: Removal, _ now: Instant) {
        for index in begun[vm] ?? [] {
            guard let place = courses[index].cacheOf[nve.index], courses[index].caches[place].corrected == nil
            else { continue }
            courses[index].caches[place].corrected = now
            courses[index].caches[place].removal = why
        }
    }

    /// A packet came to an NVE that the VM has left. It is laid to the cache of the NVE that sent it there, for the
    /// last move that made that cache wrong.
    mutating func misdirected(_ vm: VMID, _ ingress: NodeID, _ now: Instant) {
        guard let moves = begun[vm], let last = moves.last else { return }
        let index = moves.last { courses[$0].cacheOf[ingress.index] != nil } ?? last
        courses[index].lastMisdirected = now
        guard let place = courses[index].cacheOf[ingress.index] else { return }
        courses[index].caches[place].misdirected += 1
        courses[index].caches[place].lastMisdirected = now
    }
}

import Kernel

/// Which caches a move made wrong, and when each was right again.
extension MoveProbe {
    /// What an NVE holds of a VM: for a long run of moves no step may look at all of them.
    struct Holding: Hashable, Sendable {
        let vm: VMID
        let nve: NodeID
    }

    mutating func openCache(_ course: Int, _ node: NodeID, _ now: Instant) {
        let holding = Holding(vm: courses[course].vm, nve: node)
        courses[course].cacheOf[node.index] = courses[course].caches.count
        courses[course].caches.append(Cache(node: node, staleSince: now))
        wrong[holding, default: []].append(course)
        let last = lastWrong[holding] ?? course
        lastWrong[holding] = courses[course].sequence >= courses[last].sequence ? course : last
    }

    /// Ends what an NVE held wrong of a VM, as far as it was made wrong by moves for which something holds.
    private mutating func close(
        _ holding: Holding, where applies: (Course) -> Bool = { _ in true }, _ now: Instant,
        _ end: (inout Cache) -> Void
    ) {
        guard let open = wrong[holding] else { return }
        wrong[holding] = open.filter { !applies(courses[$0]) }
        for index in open where applies(courses[index]) {
            guard let place = courses[index].cacheOf[holding.nve.index] else { continue }
            courses[index].caches[place].corrected = now
            end(&courses[index].caches[place])
        }
    }

    /// A mapping as new as a move puts the cache right, also for earlier moves of the VM. An older one makes it wrong,
    /// whether it held another before or none.
    mutating func changed(_ nve: NodeID, _ record: MappingRecord, _ kind: MessageKind, _ now: Instant) {
        let isStale = { (course: Course) in
            record.sequence < course.sequence && record.locator != course.toNVE && !course.isInPlace
        }
        let holding = Holding(vm: record.vm, nve: nve)
        close(holding, where: { !isStale($0) && !$0.isInPlace }, now) { $0.fixedBy = kind }
        // Later moves have greater numbers: those that are newer than the mapping are the last.
        let newer = (begun[record.vm] ?? []).reversed().prefix { courses[$0].sequence > record.sequence }
        for index in newer.reversed() where isStale(courses[index]) { reopen(index, holding, now) }
    }

    private mutating func reopen(_ index: Int, _ holding: Holding, _ now: Instant) {
        guard let place = courses[index].cacheOf[holding.nve.index] else { return openCache(index, holding.nve, now) }
        if courses[index].caches[place].corrected == nil { return }
        courses[index].caches[place].corrected = nil
        courses[index].caches[place].removal = nil
        wrong[holding, default: []].append(index)
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
        close(Holding(vm: vm, nve: node), where: { $0.sequence <= sequence }, now) { $0.fixedBy = .attach }
    }

    /// An entry that has gone is wrong no longer.
    mutating func removed(_ nve: NodeID, _ vm: VMID, _ why: Removal, _ now: Instant) {
        close(Holding(vm: vm, nve: nve), now) { $0.removal = why }
    }

    /// A packet came to an NVE that the VM has left. It is laid to the cache of the NVE that sent it there, for the
    /// last move that made that cache wrong.
    mutating func misdirected(_ vm: VMID, _ ingress: NodeID, _ now: Instant) {
        guard let last = begun[vm]?.last else { return }
        let index = lastWrong[Holding(vm: vm, nve: ingress)] ?? last
        courses[index].lastMisdirected = now
        guard let place = courses[index].cacheOf[ingress.index] else { return }
        courses[index].caches[place].misdirected += 1
        courses[index].caches[place].lastMisdirected = now
    }
}

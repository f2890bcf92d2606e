public import Kernel

/// What an NVA loses when it fails, and how it goes on, at the same place or at another one (DER-11).
extension NVA {
    /// The NVA works no longer: messages that wait for it, queries that it holds, replies, pushes and invalidations
    /// that have not left are gone, and no timer from before does anything any more.
    ///
    /// - Parameter keepsDirectory: the directory survives: on a disk, or with a replica.
    public mutating func fail(keepsDirectory: Bool, now: Instant) {
        precondition(!isDown, "the NVA fails twice")
        isDown = true
        epoch += 1
        held = [:]
        loseWork(now)
        if !keepsDirectory { loseDirectory() }
    }

    /// Nobody has the directory any more.
    public mutating func loseDirectory() {
        isDirectoryLost = true
        for index in directory.indices {
            directory[index].locator = .none
            directory[index].port = .none
            directory[index].sequence = 0
            directory[index].move = .none
            presence[index] = .absent
        }
        forgetApart()
        audience.forget()
    }

    /// The NVA works again. If it has lost its directory it asks all NVEs for their VMs; if it works from another place
    /// than before it tells them so. These messages keep the spacing of pushes.
    ///
    /// - Parameter host: where it works from now on; nil = where it did before, or out of band.
    public mutating func repair(at host: NodeID? = nil, now: Instant, in context: inout Context) {
        precondition(isDown, "the NVA works already")
        isDown = false
        let before = place
        if let host { place = .host(host) }
        defer { isDirectoryLost = false }
        if !isDirectoryLost, place == before { return }
        var record = MappingRecord(
            network: .unknown, vm: .none, hardware: .none, address: .none, locator: .none, sequence: 0, move: .none)
        if case .host(let host) = place { record.locator = host }
        announce(isDirectoryLost ? .resynchronise(record) : .takeover(record), now, &context)
    }
}

import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay

/// Tables about moves.
extension RowBuilder {
    func migrations(_ world: borrowing World) -> [MigrationRow] {
        var rows: [MigrationRow] = []
        var interruptions: [Int: Ending] = [:]
        for (key, disruption) in world.moveProbe.disruptions {
            let gap = Self.gap(of: disruption)
            interruptions[Int(key.move.index), default: .notMeasured] =
                (interruptions[Int(key.move.index)] ?? .notMeasured).longest(gap)
        }
        for index in scenario.moves.indices {
            let course = world.moveProbe.courses[index]
            var row = MigrationRow(move: moveName(at: index), vm: vmName(course.vm))
            let asked = scenario.moves[index]
            row.asked = asked.mode.rawValue
            row.mode = (asked.performed(with: scenario.capabilities) ?? asked).mode.rawValue
            row.from = hostName(course.from == .none ? world.moves[index].source : course.from)
            row.to = hostName(world.moves[index].handover.to)
            fill(&row, course, world.moves[index])
            if !world.routes.isEmpty {
                row.bytesResent = world.routes[index].map { Int64($0.sender.bytesResent) }
            }
            row.interruption = interruptions[index] ?? .notMeasured
            fillRedirect(&row, course, ended: world.now)
            rows.append(row)
        }
        return rows
    }

    private func fill(_ row: inout MigrationRow, _ course: MoveProbe.Course, _ move: MoveProcedure) {
        row.requested = move.at
        row.detached = course.detached
        row.attached = course.attached
        row.registered = course.registered
        row.stopped = course.detached
        row.running = course.attached
        row.outcome = outcome(of: move)
        row.refusal = move.refusal?.rawValue ?? ""
        row.forecast = move.forecast
        row.tenant = roster.networks[Int(roster.machines[Int(course.vm.index)].network.index)].tenant
        row.waited = move.began.map { $0 - move.at }
        row.totalTime = move.ended.map { $0 - row.requested }
        row.bytesCopied = move.bytesCopied.map { Int64($0) }
        row.bytesSent = move.bytesSent.map { Int64($0) }
        row.rounds = move.rounds
        row.faults = move.paging?.faults
        row.stall = move.paging?.stall
        row.isDiskConsistent = move.isDiskConsistent
        row.convergence = move.convergence?.rawValue ?? ""
        row.staleness = move.mirror?.age
        row.snapshots = move.mirror?.snapshots
        row.bytesMirrored = move.mirror.map { Int64($0.mirroredBytes) }
        row.misdirected = Int(course.counts.misdirected)
        row.triangular = Int(course.counts.triangular)
        row.redirected = Int(course.counts.redirected)
        row.early = Int(course.counts.early)
        row.lost = Int(course.counts.lost)
        row.floor = course.detached == nil ? nil : course.floor
        row.lastMisdirected = course.lastMisdirected
        row.recordsUpdated = course.registered == nil ? nil : course.recordsUpdated
        row.neighboursChanged = course.registered == nil ? nil : course.neighbours.count
    }

    private func outcome(of move: MoveProcedure) -> MigrationRow.Outcome {
        switch move.outcome {
        case .completed: .completed
        case .aborted: .aborted
        case .refused: .refused
        case .unfinished: .unfinished
        }
    }

    private func fillRedirect(_ row: inout MigrationRow, _ course: MoveProbe.Course, ended: Instant) {
        guard let installed = course.redirectInstalled else { return }
        row.redirectInstalled = installed
        row.redirectEnded = course.redirectEnded
        row.redirectActive = course.redirectActive
        if course.redirectEnded == nil { row.redirectActive = course.redirectActive + (ended - installed) }
        row.lastAtOldNVE = course.lastAtOldNVE
        if scenario.redirect.stop != .idle { row.redirectTimer = scenario.redirect.timer }
    }

    func disruptions(_ world: borrowing World) -> [DisruptionRow] {
        world.moveProbe.disruptions.map { key, disruption in
            let course = world.moveProbe.courses[Int(key.move.index)]
            var row = DisruptionRow(
                flow: flowNames[Int(key.flow.index)], move: moveName(key.move), vm: vmName(course.vm))
            row.gap = Self.gap(of: disruption)
            row.lost = Int(disruption.counts.lost)
            row.misdirected = Int(disruption.counts.misdirected)
            row.triangular = Int(disruption.counts.triangular)
            row.redirected = Int(disruption.counts.redirected)
            row.early = Int(disruption.counts.early)
            row.reordered = Int(disruption.counts.reordered)
            row.buffered = Int(disruption.counts.buffered)
            let account = world.ledger.accounts[Int(key.flow.index)]
            if let largest = disruption.largestDelay, account.delivered > 0 {
                row.extraDelay = largest - Duration(picoseconds: account.latencyMin)
            }
            return row
        }
    }

    func convergence(_ world: borrowing World) -> [ConvergenceRow] {
        var rows: [ConvergenceRow] = []
        for index in scenario.moves.indices {
            let course = world.moveProbe.courses[index]
            let caches = course.caches.map { ("mapping", $0) } + course.neighbours.map { ("neighbour", $0) }
            for (kind, cache) in caches {
                var row = ConvergenceRow()
                row.move = moveName(at: index)
                row.vm = vmName(course.vm)
                row.node = nodeName(cache.node)
                row.cacheKind = kind
                row.staleSince = cache.staleSince
                row.detached = course.detached
                row.attached = course.attached
                row.registered = course.registered
                row.corrected = cache.corrected
                (row.outcome, row.fixedBy) = Self.end(of: cache)
                row.misdirected = cache.misdirected
                row.lastMisdirected = cache.lastMisdirected
                rows.append(row)
            }
        }
        return rows
    }

    /// The longest silence that a move made; without an end when packets of the flow were lost and none came the direct
    /// way again.
    private static func gap(of disruption: MoveProbe.Disruption) -> Ending {
        if !disruption.isRestored, disruption.counts.lost > 0 { return .notYet }
        return disruption.gap.map { .after($0) } ?? .notMeasured
    }

    /// How a stale entry ended, and what ended it.
    private static func end(of cache: MoveProbe.Cache) -> (ConvergenceRow.Outcome, String) {
        if cache.corrected == nil { return (.stillStale, "") }
        switch cache.removal {
        case nil: return (.corrected, cache.fixedBy?.name ?? "")
        case .expired: return (.expired, "timeout")
        case .invalidated: return (.expired, MessageKind.invalidate.name)
        case .nodeFailed: return (.expired, "node-down")
        case .evicted: return (.evicted, "capacity")
        }
    }

    // MARK: - Paths

    func paths(_ world: borrowing World) -> [PathRow] {
        var rows: [PathRow] = []
        var watched = Set<UInt32>()
        for watch in world.watchProbe.watches {
            watched.insert(watch.flow.index)
            for (key, sums) in watch.paths { rows.append(path(watch, key, sums, world)) }
        }
        for flow in 0..<directory.count where !watched.contains(UInt32(flow)) {
            let account = world.ledger.accounts[flow]
            guard account.delivered > 0 else { continue }
            var row = PathRow(flow: flowNames[flow])
            row.taken = PathSum(
                packets: Int(account.delivered), segments: Int64(account.segments), links: Int64(account.links),
                delay: Int128(account.latencySum))
            if let pair = directory.pair(of: flow) {
                let from = world.places[Int(pair.source.index)].host
                fillDirect(&row, from, world.places[Int(pair.destination.index)].host, flow, world)
            }
            rows.append(row)
        }
        return rows
    }

    private func path(
        _ watch: WatchProbe.Watch, _ key: WatchProbe.PathKey, _ sums: WatchProbe.PathSums, _ world: borrowing World
    ) -> PathRow {
        let flow = Int(watch.flow.index)
        var row = PathRow(flow: flowNames[flow], move: moveName(key.move), period: key.period)
        row.taken = sums.taken
        row.triangular = sums.triangular
        if key.move != .none { row.vm = vmName(world.moveProbe.courses[Int(key.move.index)].vm) }
        let from = host(of: watch.source, key, world)
        fillDirect(&row, from, host(of: watch.destination, key, world), flow, world)
        return row
    }

    /// Where a VM is taken to be for the direct way in a period of a move: the moving one at its old place before the
    /// detach and at its new one from then on, the other end where it was when the move began.
    private func host(of vm: VMID, _ key: WatchProbe.PathKey, _ world: borrowing World) -> NodeID {
        let courses = world.moveProbe.courses
        let own = world.moveProbe.begun[vm] ?? []
        let course = courses[Int(key.move.index)]
        if course.vm == vm { return key.period == .before ? course.from : course.to }
        let begun = course.detached ?? .never
        if course.detached == nil { return world.places[Int(vm.index)].host }
        let later = own.partitioningIndex { (courses[$0].detached ?? .never) > begun }
        if later < own.count { return courses[own[later]].from }
        return own.last.map { courses[$0].to } ?? world.places[Int(vm.index)].host
    }

    private func fillDirect(_ row: inout PathRow, _ from: NodeID, _ to: NodeID, _ flow: Int, _ world: borrowing World) {
        row.directSegments = world.nve(serving: from) == world.nve(serving: to) ? 0 : 1
        row.directLinks = world.directLinks(from: from, to: to)
        let traffic = scenario.traffic[directory.entry(of: flow)]
        let size = directory.isResponse(flow) ? RequestSource.Terms(traffic).responseBytes : traffic.size
        row.directDelay = world.idleDelay(from: from, to: to, ipBytes: size)
    }

    // MARK: - Time series

    func timeSeries(_ world: borrowing World) -> [TimeSeriesRow] {
        let width = world.watchProbe.width
        var rows: [TimeSeriesRow] = []
        for watch in world.watchProbe.watches {
            for window in watch.windows {
                let from = Instant(picoseconds: Int64(window.number) * width.picoseconds)
                var row = TimeSeriesRow(
                    flow: flowNames[Int(watch.flow.index)], window: window.number, from: from, until: from + width)
                row.sent = window.sent
                row.delivered = window.delivered
                row.lost = window.lost
                row.misdirected = window.misdirected
                row.triangular = window.triangular
                row.bytesDelivered = window.bytes
                if scenario.hasBuffers { row.bufferMax = window.bufferMax }
                if let last = window.latencies.last {
                    let count = window.latencies.count
                    row.latencyP50 = Duration(picoseconds: window.latencies[Quantile.p50.rank(of: count) - 1])
                    row.latencyP99 = Duration(picoseconds: window.latencies[Quantile.p99.rank(of: count) - 1])
                    row.latencyMax = Duration(picoseconds: last)
                }
                rows.append(row)
            }
        }
        return rows
    }
}

extension Array {
    /// The first place from which on something holds; it holds from some place on.
    fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var (first, end) = (0, count)
        while first < end {
            let middle = (first + end) / 2
            if holds(self[middle]) { end = middle } else { first = middle + 1 }
        }
        return first
    }
}

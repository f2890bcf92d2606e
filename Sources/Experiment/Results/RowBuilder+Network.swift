import Fabric
import Kernel
import Observe
import Overlay

/// Tables about nodes and links.
extension RowBuilder {
    func nodes(_ world: borrowing World) -> [NodeRow] {
        var sums: [Party: MessageSums] = [:]
        for (key, sum) in world.messageProbe.sums { sums[key.sender, default: MessageSums()].add(key.kind, sum) }
        var rows = [authority(world, sums[.nva] ?? MessageSums())]
        for index in world.nves.indices {
            let node = world.nves[index].node
            let account = world.nodeProbe.edges[node]
            let sent = sums[.nve(node)]
            let held = world.nves[index].mappingsHeld
            if account == nil, sent == nil, held.most == 0 { continue }
            var row = edge(node, account ?? NodeProbe.Account(), sent ?? MessageSums())
            (row.mappings, row.mappingsMax) = (held.now, held.most)
            rows.append(row)
        }
        return rows
    }

    private func edge(_ node: NodeID, _ account: NodeProbe.Account, _ sent: MessageSums) -> NodeRow {
        var row = NodeRow(node: nodeName(node), kind: "nve", place: nodeName(node))
        row.received = account.received
        row.controlDrops = account.missed
        row.sent = sent.messages
        row.evictions = account.evictions
        row.redirectsMax = account.redirects.most
        row.bufferedMax = account.held.most
        (row.queries, row.queryRetries) = (sent.queries, sent.queryRetries)
        (row.registrations, row.registrationRetries) = (sent.registrations, sent.registrationRetries)
        return row
    }

    private func authority(_ world: borrowing World, _ sent: MessageSums) -> NodeRow {
        var row = NodeRow(node: "nva", kind: "nva", place: "out-of-band")
        if case .host(let name) = scenario.nva.at { row.place = name }
        row.received = world.nodeProbe.authority.received
        row.controlDrops = world.nodeProbe.authority.missed
        row.sent = sent.messages
        (row.mappings, row.mappingsMax) = (world.nva.presentCount, world.nva.directory.count)
        let load = world.nva.load
        let busy = load.busy(until: world.now)
        row.busy = busy
        let span = span(world, lastBusy: min(load.lastBusy, world.now))
        if span > .zero {
            row.utilisation = Double(busy.picoseconds) / Double(span.picoseconds)
            row.queueMean = Double(load.waits(until: world.now)) / Double(span.picoseconds)
        }
        row.queueMax = load.waitingMost
        return row
    }

    func links(_ world: borrowing World) -> [LinkRow] {
        let names = NodeNames(scenario.underlay)
        var rows: [LinkRow] = []
        var index = 0
        // Ends of links are not kept: the topology tells them one after another.
        var ends: [(near: NodeID, far: NodeID)] = []
        ends.reserveCapacity(world.fabric.topology.linkCount)
        world.fabric.topology.forEachLink { ends.append(($0.near, $0.far)) }
        while index < ends.count {
            let link = LinkID(UInt32(index))
            let usage = world.fabric.usage(of: link, until: world.now)
            if !usage.isIdle {
                let (from, to) = (
                    names.name(of: Int(ends[index].near.index)), names.name(of: Int(ends[index].far.index))
                )
                var row = LinkRow(link: "\(from)->\(to)", from: from, to: to, kind: world.fabric.kind(of: link))
                fill(&row, usage, span: span(world, lastBusy: usage.lastBusy))
                rows.append(row)
            }
            index += 1
        }
        return rows
    }

    private func fill(_ row: inout LinkRow, _ usage: LinkUsage, span: Duration) {
        row.frames = Int64(usage.frames)
        row.bytes = Int64(usage.bytes)
        if !usage.isUnlimited, span > .zero {
            row.utilisation = Double(usage.busy.picoseconds) / Double(span.picoseconds)
        }
        row.dropsQueueFull = usage.queueFull
        row.dropsLinkDown = usage.linkDown
        row.dropsNodeDown = usage.nodeDown
        row.dropsMTU = usage.mtu
        row.dropsHopLimit = usage.hopLimit
        row.ecnMarked = usage.marked
        row.queueMaxBytes = Int64(usage.mostBytes)
        row.queueMaxFrames = usage.mostFrames
    }

    /// The time that shares and means are taken over: the duration, or more where the server was busy after it. (What
    /// follows, until the last timer has run out, is no load.) A run that was cut off counts as far as it went.
    private func span(_ world: borrowing World, lastBusy: Instant) -> Duration {
        let isCut = world.now < world.sourcesEnd && world.queue.count > 0
        let end = isCut ? world.now : max(world.sourcesEnd, lastBusy)
        return end - .zero
    }
}

/// What one sender has sent.
private struct MessageSums {
    var messages = 0
    var queries = 0
    var queryRetries = 0
    var registrations = 0
    var registrationRetries = 0

    mutating func add(_ kind: MessageKind, _ sum: MessageProbe.Sum) {
        messages += sum.messages
        switch kind {
        case .query:
            queries += sum.messages
            queryRetries += sum.retries
        case .registration:
            registrations += sum.messages
            registrationRetries += sum.retries
        default: break
        }
    }
}

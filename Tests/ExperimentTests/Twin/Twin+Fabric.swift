import Experiment
import Fabric
import Kernel

/// Links and the ways over them. Nodes: hosts, then the core or the leaves, then the spines.
extension Twin {
    /// Spine switch for a packet between two hosts; the flow is nil for control. With `among`, the place in a list of
    /// so many when the usual spine is cut off.
    typealias SpineChoice = (_ source: Int, _ destination: Int, _ flow: Int?, _ among: Int?) -> Int

    private var isStar: Bool { scenario.underlay.kind == .star }

    private func homeSwitch(_ host: Int) -> Int {
        cast.hosts.count + (isStar ? 0 : host / scenario.underlay.hostsPerLeaf)
    }

    /// Starts a segment of a tenant's packet, or a message.
    func send(_ packet: Packet, from: Int, to: Int) {
        (packet.from, packet.to, packet.isNative, packet.link) = (from, to, false, nil)
        packet.fate.segments += 1
        if packet.effect == nil { packet.frame = 14 + cast.flows[packet.fate.flow].bytes + 50 + outerExtra }
        enqueue(packet, from)
    }

    /// A tenant's packet leaves its host for the NVE in the switch, or the switch for a host.
    func cross(_ packet: Packet, from: Int, to: Int) {
        (packet.to, packet.isNative, packet.link) = (to, true, nil)
        packet.frame = 14 + cast.flows[packet.fate.flow].bytes + nativeExtra
        enqueue(packet, from)
    }

    /// Where a packet goes from a node.
    private func next(_ packet: Packet, _ node: Int) -> Int {
        if packet.isNative { return packet.to }
        let far = packet.to < cast.hosts.count ? homeSwitch(packet.to) : packet.to
        if node < cast.hosts.count { return homeSwitch(node) }
        if node == far { return packet.to }
        let firstSpine = cast.hosts.count + scenario.underlay.leaves
        if node >= firstSpine { return far }
        let flow = packet.effect == nil ? packet.fate.flow : nil
        let usual = spine(packet.from, packet.to, flow, nil)
        let live = (0..<scenario.underlay.spines).filter { spine in
            [[node, firstSpine + spine], [firstSpine + spine, far], [far, packet.to]]  // The last may be none.
                .allSatisfy { withdrawals[$0, default: 0] == 0 }
        }
        if live.isEmpty || live.contains(usual) { return firstSpine + usual }
        note("detour")
        return firstSpine + live[spine(packet.from, packet.to, flow, live.count)]
    }

    /// Joins the queue of the next link of its way.
    private func enqueue(_ packet: Packet, _ node: Int) {
        let link = [node, next(packet, node)]
        let isHostLink = link.min()! < cast.hosts.count
        let profile = isHostLink ? scenario.underlay.hostLink : scenario.underlay.fabricLink
        // A link that lets tagged frames pass takes others of that length too.
        if packet.frame - 14 - (isHostLink ? nativeExtra : 0) > profile.mtu { return lose(packet, "mtu", packet.to) }
        if packet.hops == 255 { return lose(packet, "hop-limit", packet.to) }
        if failures[link, default: 0] > 0 {
            return lose(packet, nodeLinkFailures[link, default: 0] > 0 ? "node-down" : "link-down", packet.to)
        }
        let bytes = scenario.underlay.framing == .ethernet ? max(packet.frame + 24, 84) : packet.frame
        let past = accepted[link] ?? []
        let queue = past.filter { $0.start > now }
        let start = max(past.last?.end ?? 0, now)
        if start > now {
            var fits = true
            if case .packets(let limit) = profile.queue { fits = queue.count + 1 <= limit }
            if case .bytes(let limit) = profile.queue { fits = queue.reduce(bytes) { $0 + $1.bytes } <= limit }
            if !fits { return lose(packet, "queue-full", packet.to) }
        }
        let rate = Int64(profile.rate.bitsPerSecond)
        let end = start + (rate == 0 ? 0 : (bytes * 8_000_000_000_000 + rate - 1) / rate)
        accepted[link] = queue + [(start, end, bytes)]
        packet.hops += 1
        if !packet.isNative { packet.fate.links += 1 }
        packet.link = link
        travel(packet, link, until: end, profile.delay.picoseconds)
    }

    /// Off the near end, then at the far end: of those that get there at one instant, in the order of joining.
    private func travel(_ packet: Packet, _ link: [Int], until end: Int64, _ delay: Int64) {
        let (kind, order) = (packet.effect == nil ? 1 : 0, fresh())
        let isSecondOfStar = isStar && link[1] == packet.to
        let propagation = isSecondOfStar ? cast.starDelay(packet.from, packet.to) - delay : delay
        aboard[link, default: []].append(packet)
        at(end, kind, order: order) { [self] in
            at(now + propagation, kind, order: order) { [self] in
                if packet.isGone { return }
                aboard[link]?.removeAll { $0 === packet }
                if link[1] != packet.to { return enqueue(packet, link[1]) }
                if let effect = packet.effect { return effect() }
                if !packet.isNative { return arrive(packet, packet.to) }
                if packet.to < cast.hosts.count { reach(packet, packet.to) } else { leave(packet, packet.to) }
            }
        }
    }

    /// When the wire is free that a packet which has waited at an NVE needs: of a switch, the one that took the last.
    func busyUntil(wireOf here: Int) -> Int64 {
        let link = here < cast.hosts.count ? [here, homeSwitch(here)] : lastLinks[here]
        return link.flatMap { accepted[$0]?.last?.end } ?? 0
    }

    // MARK: - Failures

    /// Some time after a link fails or is repaired, switches hear of it.
    func plan(_ failure: FailureConfiguration) {
        let links = links(failure.target.link)
        let (begin, lag) = (failure.at.picoseconds, scenario.underlay.rerouteDelay.picoseconds)
        let end = failure.repair.map { begin + $0.picoseconds }
        at(begin, 0) { [self] in for link in links { fail(link) } }
        if let end { at(end, 0) { [self] in for link in links { failures[link]! -= 1 } } }
        if scenario.underlay.reroute == .none { return }
        at(begin + lag, 0) { [self] in for link in links { withdrawals[link, default: 0] += 1 } }
        if let end { at(end + lag, 0) { [self] in for link in links { withdrawals[link]! -= 1 } } }
    }

    /// What is on the link or waits for it is lost.
    func fail(_ link: [Int], _ cause: String = "link-down") {
        failures[link, default: 0] += 1
        accepted[link] = []
        // They are lost at one instant, those of the first flow first.
        let lost = (aboard.removeValue(forKey: link) ?? []).sorted {
            ($0.fate.flow, $0.fate.serial) < ($1.fate.flow, $1.fate.serial)
        }
        for packet in lost {
            packet.isGone = true
            lose(packet, cause, packet.to)
        }
    }

    func links(of host: Int) -> [[Int]] { [[host, homeSwitch(host)], [homeSwitch(host), host]] }

    /// `a-b` is both directions, `a->b` one.
    private func links(_ name: String) -> [[Int]] {
        let underlay = scenario.underlay
        let switches = isStar ? ["core"] : (1...underlay.leaves).map { "leaf\($0)" }
        let names = cast.hosts + switches + (isStar ? [] : (1...underlay.spines).map { "spine\($0)" })
        return names.indices.flatMap { near in
            names.indices.filter { far in
                let (a, b) = (names[near], names[far])
                return ["\(a)-\(b)", "\(b)-\(a)", "\(a)->\(b)"].contains(name)
            }.map { [near, $0] }
        }
    }
}

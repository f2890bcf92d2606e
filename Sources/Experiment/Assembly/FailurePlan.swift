import Fabric
import Kernel
import Mobility
import Overlay

/// When what fails and works again: drawn beforehand, from streams of the entries' own, so that no event of the run
/// and no other entry changes it.
struct FailurePlan {
    /// One failure, and its repair if there is one.
    struct Outage {
        /// Place of its entry.
        let entry: Int
        let begin: Instant
        let end: Instant?
    }

    /// On the average, of one entry in one run.
    static let mostFailures = 100_000

    private(set) var outages: [Outage] = []

    init(
        _ failures: [FailureConfiguration], until end: Instant, _ random: RandomSource, _ streams: inout StreamRegistry
    ) throws(StreamRegistry.Collision) {
        for (index, failure) in failures.enumerated() {
            if failure.kind == .once {
                let begin = Instant.zero + failure.at
                outages.append(Outage(entry: index, begin: begin, end: failure.repair.map { begin + $0 }))
                continue
            }
            let name = failure.name.isEmpty ? "failure\(index + 1)" : failure.name
            // A failure and a flow may have one name, but not one stream.
            var gaps = try streams.cursor(component: "failure:\(name)", purpose: "mtbf")
            var repairs = try streams.cursor(component: "failure:\(name)", purpose: "mttr")
            addRecurring(failure, index, until: end, random, &gaps, &repairs)
        }
    }

    private mutating func addRecurring(
        _ failure: FailureConfiguration, _ index: Int, until end: Instant, _ random: RandomSource,
        _ gaps: inout StreamCursor, _ repairs: inout StreamCursor
    ) {
        guard let mtbf = failure.mtbf else { preconditionFailure("the loader let pass a failure without times") }
        var next = Instant.zero + mtbf.draw(from: &gaps, of: random)
        while next < end {
            let repaired = failure.mttr.map { next + max(Self.shortest, $0.draw(from: &repairs, of: random)) }
            // A repair after the last packet is none.
            guard let repaired, repaired < end else {
                outages.append(Outage(entry: index, begin: next, end: nil))
                return
            }
            outages.append(Outage(entry: index, begin: next, end: repaired))
            next = repaired + mtbf.draw(from: &gaps, of: random)
        }
    }

    private static let shortest = Duration(picoseconds: 1)
}

extension WorldBuilder {
    /// What befalls links during the run: changes of rate, failures and repairs; with `reroute: ecmp` also what
    /// switches learn of them, later.
    func linkChanges(_ plan: FailurePlan) -> [LinkChange] {
        let rates = Fabric.rateChanges(scenario.underlay)
        if plan.outages.isEmpty { return rates }
        let (names, underlay) = (LinkNames(scenario.underlay), scenario.underlay)
        let changes = plan.outages.flatMap { outage -> [LinkChange] in
            let target = scenario.failures[outage.entry].target
            let isLink = !target.link.isEmpty
            let links = isLink ? names.links(named: target.link) : links(of: target)
            if links.isEmpty { return [] }
            var changes: [LinkChange] = []
            // The links of a node fail with it: see `NodeChange`.
            if isLink {
                changes.append(LinkChange(.fail, at: outage.begin, links: links))
                if let end = outage.end { changes.append(LinkChange(.repair, at: end, links: links)) }
            }
            if underlay.reroute == .none { return changes }
            changes.append(LinkChange(.withdraw, at: outage.begin + underlay.rerouteDelay, links: links))
            if let end = outage.end {
                changes.append(LinkChange(.restore, at: end + underlay.rerouteDelay, links: links))
            }
            return changes
        }
        return rates + changes
    }

    /// What befalls nodes and VMs, by instant; at one instant in the order of the file.
    func nodeChanges(_ plan: FailurePlan) -> [NodeChange] { failureChanges(plan) + overloadChanges }

    /// Overloads that have secondaries take over, as announced failures do (DER-20).
    private var overloadChanges: [NodeChange] {
        scenario.overloads.enumerated().compactMap { index, overload in
            guard overload.reaction == .failover, let vm = roster.vms(named: overload.vm)?.first else { return nil }
            return NodeChange(
                kind: .warn, at: .zero + overload.at, entry: scenario.failures.count + index, targets: [.vm(VMID(vm))],
                links: [], keepsState: false)
        }
    }

    private func failureChanges(_ plan: FailurePlan) -> [NodeChange] {
        plan.outages.flatMap { outage -> [NodeChange] in
            let failure = scenario.failures[outage.entry]
            guard failure.target.link.isEmpty else { return [] }
            let targets = targets(of: failure.target)
            let links = links(of: failure.target)
            let keeps = failure.state == .kept
            let begin = NodeChange(
                kind: .fail, at: outage.begin, entry: outage.entry, targets: targets, links: links, keepsState: keeps)
            var changes = [begin]
            if let warning = failure.warning {
                var warn = begin
                // What is announced earlier than the run begins is known from its start.
                warn.at =
                    .zero
                    + Duration(picoseconds: max(0, (outage.begin - Instant.zero).picoseconds - warning.picoseconds))
                warn.kind = .warn
                changes.insert(warn, at: 0)
            }
            guard let end = outage.end else { return changes }
            var repair = begin
            (repair.kind, repair.at) = (.repair, end)
            return changes + [repair]
        }
    }

    private func targets(of target: FailureTarget) -> [NodeChange.Target] {
        if let vms = roster.vms(named: target.vm) { return vms.map { .vm(VMID($0)) } }
        if let node = names.number(of: target.nve) { return [.nve(NodeID(node))] }
        if let node = names.number(of: target.server) { return [.server(NodeID(node))] }
        if let node = names.number(of: target.switch) { return [.relay(NodeID(node))] }
        let all = 0..<Int(scenario.nva.replicaCount)
        return target.nva.map { $0 == 0 ? all.map { .replica($0) } : [.replica(Int($0) - 1)] } ?? []
    }

    /// The links that fail with a node, in the order of their numbers.
    private func links(of target: FailureTarget) -> [LinkID] {
        let name = target.server.isEmpty ? target.switch : target.server
        guard let node = names.number(of: name).map({ NodeID($0) }) else { return [] }
        var links: [LinkID] = []
        var next: UInt32 = 0
        topology.forEachLink { ends in
            if ends.near == node || ends.far == node { links.append(LinkID(next)) }
            next += 1
        }
        return links
    }
}

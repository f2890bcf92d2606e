import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay
import Testing

/// All that the model knows, with NVEs in switches: accounts must balance and caches come right in the end.
@Suite struct LeafRulesTests {
    private static let learns = RedirectConfiguration.Learn.allCases
    private static let buffers = BufferConfiguration.Place.allCases

    /// Eight VMs talk to one that goes round a fat tree: to another port, to another switch and pod, and home.
    private func scenario(_ placement: NVEConfiguration.Placement, _ kind: UnderlayConfiguration.Kind) -> Scenario {
        var underlay = UnderlayConfiguration()
        underlay.kind = kind
        let places: [String]
        switch kind {
        case .fatTree:
            underlay.k = 4
            places = ["pod1/edge1/host", "pod1/edge2/host", "pod3/edge1/host", "pod4/edge2/host"]
        case .sites:
            (underlay.sites, underlay.leaves, underlay.spines, underlay.hostsPerLeaf) = (2, 2, 2, 2)
            underlay.wan = LinkConfiguration(rate: BitRate(bitsPerSecond: 1_000_000_000), delay: .microseconds(300))
            places = ["site1/leaf1/host", "site1/leaf2/host", "site2/leaf1/host", "site2/leaf2/host"]
        case .leafSpine, .star, .graph:
            (underlay.leaves, underlay.spines, underlay.hostsPerLeaf) = (4, 3, 2)
            places = ["leaf1/host", "leaf2/host", "leaf3/host", "leaf4/host"]
        }
        var scenario = plainScenario(underlay, duration: milliseconds(30))
        scenario.nve.placement = placement
        scenario.nva.at = .host(places[3] + "2")
        scenario.nva.distribution = .push
        scenario.vms = [machine("m", at: places[0] + "1")]
        for (number, place) in places.enumerated() {
            for host in 1...2 {
                let name = "c\(number)\(host)"
                scenario.vms.append(machine(name, at: "\(place)\(host)"))
                let source = ConstantRate(rate: .perSecond(20_000), phase: microseconds(Int64(7 * number + host)))
                scenario.traffic.append(constantRate("to-\(name)", from: name, to: "m", source))
                scenario.traffic.append(constantRate("from-\(name)", from: "m", to: name, source))
            }
        }
        let route = [places[0] + "2", places[2] + "1", places[2] + "2", places[1] + "1", places[0] + "1"]
        for (step, target) in route.enumerated() {
            let at = milliseconds(3) + Int64(step) * milliseconds(4)
            scenario.moves.append(hotMove("m\(step)", "m", to: target, at: at, downtime: microseconds(900)))
        }
        return scenario
    }

    private func check(_ scenario: Scenario) throws {
        let run = try simulate(scenario)
        // Everything that leaves later than that goes straight, and arrives.
        let last = run.fates.filter { $0.sentAt >= milliseconds(27) }
        #expect(last.count > 500 && last.allSatisfy { $0.end == "delivered" && !$0.redirected && $0.segments <= 1 })
        for fate in run.fates where fate.end == "delivered" {
            #expect(fate.redirected == (fate.segments > 1), "\(fate)")
        }
        #expect(run.fates.allSatisfy { $0.end != "unfinished" })
        #expect(run.registrationsInForce.count >= scenario.moves.count, "it has moved each time")
    }

    @Test(
        "REQ-5-01, DER-07 in leaves and split: however the old NVE learns, wherever packets wait, all comes right",
        arguments: [NVEConfiguration.Placement.leaf, .split], learns)
    func redirects(placement: NVEConfiguration.Placement, learn: RedirectConfiguration.Learn) throws {
        for buffer in Self.buffers {
            if buffer == .new, learn == .query || learn == .none { continue }
            for kind in [UnderlayConfiguration.Kind.leafSpine, .fatTree, .sites] {
                var scenario = scenario(placement, kind)
                scenario.redirect.learn = learn
                scenario.redirect.buffer.at = buffer
                scenario.redirect.buffer.limit = 30
                try check(scenario)
            }
        }
    }

    @Test(
        "REQ-4.2-16, REQ-4.2-17 in leaves and split: queries, invalidation, ageing",
        arguments: [NVEConfiguration.Placement.leaf, .split], InvalidateConfiguration.By.allCases)
    func queries(placement: NVEConfiguration.Placement, by: InvalidateConfiguration.By) throws {
        for (miss, targets) in zip(
            [NVEConfiguration.Miss.queryDrop, .queryQueue, .queryQueue],
            [NVAConfiguration.PushTargets.all, .members, .communicating])
        {
            var scenario = scenario(placement, .leafSpine)
            scenario.nve.miss = miss
            scenario.invalidate.by = by
            scenario.invalidate.targets = targets
            scenario.nva.pushTargets = targets
            scenario.redirect.learn = .query
            try check(scenario)
            scenario.nve.cache.timeout = .milliseconds(2)
            scenario.start.caches = .empty
            let run = try simulate(scenario)
            #expect(run.fates.allSatisfy { $0.end != "unfinished" })
            #expect(run.fates.count { $0.end == "delivered" } > run.fates.count / 3)
        }
    }

    @Test("REQ-5-03 packets buffered at the old leaf leave when their wire is free, and none is lost on it")
    func pacedRelease() throws {
        var byHand = LeafMoveByHand()
        byHand.lifetime = nil
        var scenario = byHand.scenario()
        scenario.redirect.learn = .query
        scenario.redirect.buffer.at = .old
        scenario.redirect.buffer.limit = 1_000
        // 1064 bytes take 1.064 us, and no packet may wait: only a paced release loses none.
        for link in scenario.underlay.links.indices {
            scenario.underlay.links[link].link.rate = BitRate(bitsPerSecond: 8_000_000_000)
            scenario.underlay.links[link].link.queue = .packets(1)
        }
        let run = try simulate(scenario)
        let tally = Tally(run.fates)
        #expect(tally.losses == [:])
        let released = run.fates.filter(\.buffered)
        #expect(released.count == tally.buffered && released.count > 300)
        let arrivals = released.map(\.endedAt)
        #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $1 - $0 >= 1_064_000 })
        #expect(zip(arrivals.prefix(200), arrivals.dropFirst()).allSatisfy { $1 - $0 == 1_064_000 })
    }

    @Test("RFC 8394: each detach and attach is one message over the host's link, with its size")
    func messages() throws {
        var scenario = LeafMoveByHand().scenario()
        func rows() throws -> [[String]] {
            try ResultTables(running: scenario).messages.filter { $0.senderKind != "nve" && $0.senderKind != "nva" }
                .map { [$0.kind, $0.sender, $0.senderKind, $0.receiverKind, $0.move, "\($0.messages)", "\($0.bytes)"] }
                .sorted { $0[0] < $1[0] }
        }
        scenario.nve.placement = .leaf
        #expect(try rows() == [["gratuitous-arp", "m", "vm", "nve", "m1", "1", "42"]])
        scenario.nve.placement = .split
        #expect(
            try rows() == [
                ["associate", "C", "hypervisor", "nve", "m1", "1", "78"],
                ["de-associate", "B", "hypervisor", "nve", "m1", "1", "78"],
                ["gratuitous-arp", "m", "vm", "nve", "m1", "1", "46"],
            ])
    }

    @Test("VMs of one host talk by way of their switch")
    func hairpin() throws {
        var scenario = LeafMoveByHand().scenario(duration: milliseconds(20))
        scenario.nve.placement = .leaf
        scenario.moves = []
        scenario.vms[1].at = .host("A")
        let run = try simulate(scenario)
        #expect(run.fates.count == 20)
        #expect(
            run.fates.allSatisfy {
                $0.end == "delivered" && $0.links == 0 && $0.segments == 0 && $0.endedAt - $0.sentAt == milliseconds(1)
            })
    }

    @Test("Switches in the way of an NVE's packets avoid links of which they know that they failed")
    func failedLink() throws {
        var scenario = scenario(.leaf, .leafSpine)
        scenario.underlay.reroute = .ecmp
        scenario.underlay.rerouteDelay = .microseconds(100)
        var failure = FailureConfiguration()
        failure.target.link = "leaf1-spine2"
        failure.at = .milliseconds(24)
        scenario.failures = [failure]
        let run = try simulate(scenario)
        let down = run.fates.filter { $0.cause == "link-down" }
        #expect(!down.isEmpty && down.allSatisfy { $0.endedAt < microseconds(24_110) })
        #expect(run.fates.filter { $0.sentAt >= milliseconds(27) }.allSatisfy { $0.end == "delivered" })
    }
}

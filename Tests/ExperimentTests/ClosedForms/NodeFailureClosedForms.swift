import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay
import Testing

@testable import Experiment

/// A failure of something from a time on, ps.
func outage(_ target: WritableKeyPath<FailureTarget, String>, _ name: String, at: Int64, repair: Int64? = nil)
    -> FailureConfiguration
{
    var failure = FailureConfiguration()
    failure.target[keyPath: target] = name
    failure.at = Duration(picoseconds: at)
    failure.repair = repair.map { Duration(picoseconds: $0) }
    return failure
}

/// Failed nodes whose losses can be counted by hand.
@Suite struct NodeFailureClosedForms {
    private let at = milliseconds(40)
    private let repair = milliseconds(13)
    private let hop = milliseconds(1)
    private static let phases: [Int64] = [0, microseconds(300), 999_999]

    /// `c` at A sends to `m` at B over two links of 1 ms.
    private func star(_ phase: Int64, _ failures: FailureConfiguration...) -> (Scenario, ConstantRate) {
        let source = ConstantRate(rate: .perSecond(2_000), phase: phase)
        var scenario = plainScenario(idealStar(["A", "B"]), duration: milliseconds(100))
        scenario.vms = [machine("c", at: "A"), machine("m", at: "B")]
        scenario.traffic = [constantRate("F1", from: "c", to: "m", source)]
        scenario.failures = failures
        return (scenario, source)
    }

    @Test(
        "REQ-8-02 a failed VM loses what comes to it, and runs again after its repair",
        arguments: phases, [NVEConfiguration.Placement.hypervisor, .leaf])
    func failedVM(phase: Int64, placement: NVEConfiguration.Placement) throws {
        var (scenario, source) = star(phase, outage(\.vm, "m", at: at, repair: repair))
        scenario.nve.placement = placement
        let run = try simulate(scenario)
        let lost = source.departures(from: at - 2 * hop, until: at + repair - 2 * hop)
        #expect(Tally(run.fates).losses == ["node-down down": lost])
        #expect(Tally(run.fates).sent == 200)
        for fate in run.fates { #expect(fate.endedAt == fate.sentAt + 2 * hop) }
        // It announces itself: one registration, which is no news to anybody.
        #expect(run.registrationsInForce.count == 1)
        #expect(run.mappingChanges.isEmpty)
    }

    @Test("REQ-8-12 a failed server takes its VMs, its NVE and its link down", arguments: phases)
    func failedServer(phase: Int64) throws {
        let (scenario, source) = star(phase, outage(\.server, "B", at: at, repair: repair))
        let run = try simulate(scenario)
        // On the last link at 40 ms, or at the core before the repair.
        let lost = source.departures(from: at - 2 * hop, until: at + repair - hop)
        #expect(Tally(run.fates).losses == ["node-down down": lost])
        for fate in run.fates.filter({ $0.end == "lost" }) { #expect(fate.endedAt == max(at, fate.sentAt + hop)) }
    }

    @Test("REQ-8-02 a failed NVE loses what comes for its VMs, which run on", arguments: phases)
    func failedNVE(phase: Int64) throws {
        let (scenario, source) = star(phase, outage(\.nve, "B", at: at, repair: repair))
        let run = try simulate(scenario)
        let lost = source.departures(from: at - 2 * hop, until: at + repair - 2 * hop)
        #expect(Tally(run.fates).losses == ["node-down here": lost])
        #expect(run.registrationsInForce.count == 1, "its hypervisor names the VM, and it registers it")
    }

    /// The sender's own NVE: after the repair it knows nothing and asks, at 53.5 ms; a planned restart need not.
    @Test("REQ-8-02 an NVE begins with empty caches, or after a planned restart with those that it had")
    func failedSendersNVE() throws {
        var (scenario, source) = star(microseconds(500), outage(\.nve, "A", at: at, repair: repair))
        scenario.nve.miss = .queryDrop
        scenario.nva.delay = .milliseconds(2)
        let down = source.departures(from: at, until: at + repair)
        let first = source.first(from: at + repair)
        let answered = first + 2 * milliseconds(2) + microseconds(20)
        let tally = Tally(try simulate(scenario).fates)
        #expect(
            tally.losses == [
                "node-down elsewhere": down,
                "awaiting-answer elsewhere": source.departures(from: first, until: answered),
            ])
        scenario.failures[0].state = .kept
        #expect(Tally(try simulate(scenario).fates).losses == ["node-down elsewhere": down])
    }

    @Test("REQ-8-02 overlapping failures: what fails twice works when both are repaired")
    func overlap() throws {
        let (scenario, source) = star(
            0, outage(\.server, "B", at: at, repair: milliseconds(10)),
            outage(\.vm, "m", at: at + milliseconds(5), repair: milliseconds(20)))
        let tally = Tally(try simulate(scenario).fates)
        // The server is back at 50 ms, and its NVE knows nothing of a VM that does not run.
        let (onWay, mended, restarted) = (at - 2 * hop, at + milliseconds(9), at + milliseconds(23))
        #expect(
            tally.losses == [
                "node-down down": source.departures(from: onWay, until: mended),
                "not-attached down": source.departures(from: mended, until: restarted),
            ])
    }

    @Test("REQ-8-02 a failed switch loses all that is on its links, and leaves turn to the other spine")
    func failedSwitch() throws {
        var underlay = UnderlayConfiguration()
        (underlay.leaves, underlay.spines, underlay.hostsPerLeaf) = (2, 2, 1)
        underlay.hostLink = LinkConfiguration(rate: .unlimited, delay: .zero)
        underlay.fabricLink = LinkConfiguration(rate: .unlimited, delay: .milliseconds(1))
        underlay.rerouteDelay = .milliseconds(5)
        var scenario = plainScenario(underlay, duration: milliseconds(100))
        scenario.vms = [machine("c", at: "leaf1/host1"), machine("m", at: "leaf2/host1")]
        let source = ConstantRate(rate: .perSecond(10_000), phase: microseconds(50))
        scenario.traffic = (0..<8).map { constantRate("F\($0)", from: "c", to: "m", source) }
        scenario.failures = [outage(\.switch, "spine1", at: milliseconds(20), repair: milliseconds(40))]
        let spine = try spineChoice(scenario)
        let run = try simulate(scenario)
        // Those on its two links, 1 ms each, and what leaves send until they learn of it.
        for flow in 0..<8 {
            let tally = Tally(run.fates.filter { $0.flow == flow })
            #expect(tally.losses == (spine(0, 1, flow, nil) == 0 ? ["node-down here": 20 + 50] : [:]))
        }
    }

    @Test(
        "REQ-8-12, REQ-8-11 the NVE in a leaf outlives the server: it deregisters and invalidates",
        arguments: [true, false])
    func leafOutlivesServer(inLeaf: Bool) throws {
        var (scenario, _) = star(0, outage(\.server, "B", at: at))
        scenario.underlay = LeafMoveByHand().scenario().underlay
        let hosts = scenario.underlay.hosts
        scenario.vms = [machine("c", at: hosts[0]), machine("m", at: hosts[1])]
        scenario.failures = [outage(\.server, hosts[1], at: at)]
        scenario.nve.placement = inLeaf ? .leaf : .hypervisor
        (scenario.invalidate.by, scenario.invalidate.targets) = (.oldNVE, .all)
        scenario.nva.at = .outOfBand
        let observed = try ObservedRun(scenario)
        let sent = observed.tables.messages.filter { $0.senderKind == "nve" }.map(\.kind)
        #expect(sent.contains("invalidate") == inLeaf && sent.contains("deregistration") == inLeaf)
        if !inLeaf { #expect(sent.isEmpty, "a hypervisor's NVE dies with its server") }
    }

    /// The server of C07's request: 20 requests a second, 10 ms of work each.
    @Test("A server that fails forgets what it was working on")
    func requestsOfAFailedServer() throws {
        var (scenario, _) = star(0)
        var traffic = TrafficConfiguration()
        (traffic.name, traffic.kind, traffic.from, traffic.to) = ("rpc", .requestResponse, "c", "m")
        traffic.rate = .perSecond(100)
        traffic.phase = .fixed(.zero)
        traffic.arrivals = .constant
        traffic.service = .constant(.milliseconds(25))
        scenario.traffic = [traffic]
        // The request of 30 ms comes at 32 ms and would be answered at 57 ms; the VM fails at 40 and is back at 41 ms.
        scenario.failures = [outage(\.vm, "m", at: at, repair: hop)]
        let row = try #require(try ObservedRun(scenario).tables.requests.first)
        #expect(row.sent == 10 && row.unserved == 2, "those of 20 and 30 ms")
        #expect(row.failed == 2 && row.answered == 8)
    }

    @Test("REQ-8-02 failures again and again: times are drawn from streams of the entry's own")
    func recurring() throws {
        var (scenario, _) = star(0)
        var failure = FailureConfiguration()
        (failure.name, failure.kind, failure.target.vm) = ("crashes", .recurring, "m")
        failure.mtbf = .exponential(mean: .milliseconds(10))
        failure.mttr = .uniform(from: .milliseconds(1), to: .milliseconds(2))
        scenario.failures = [failure]
        let first = try simulate(scenario)
        #expect(first.registrationsInForce.count >= 4)
        #expect(Tally(first.fates).lost >= 8)
        // Another entry, and another VM, change nothing.
        scenario.vms.append(machine("x", at: "A"))
        failure.name = "others"
        failure.target.vm = "x"
        scenario.failures.insert(failure, at: 0)
        #expect(try simulate(scenario).fates == first.fates)
        failure.mttr = nil
        scenario.failures = [failure]
        #expect(Chance.drawn(in: scenario) == ["times of others"])
    }

    // MARK: - The NVA

    /// BASE-NONE: C registers at 10.3 s; its word comes to the NVA at 10.302 s. Retries follow each 100 ms.
    private func moveByHand(_ change: (inout Scenario) -> Void) throws -> SimulatedRun {
        var scenario = MoveByHand().scenario(duration: milliseconds(12_000))
        change(&scenario)
        return try simulate(scenario)
    }

    @Test("DER-11 while the NVA is down nobody is registered: the push is late by the outage and the next retry")
    func failedNVA() throws {
        let run = try moveByHand { scenario in
            var failure = outage(\.vm, "", at: milliseconds(10_302), repair: milliseconds(150))
            failure.target.nva = 0
            failure.state = .kept
            scenario.failures = [failure]
        }
        // Sent at 10.3, 10.4 and 10.5 s: the third finds the NVA at work.
        #expect(run.registrationsInForce == [milliseconds(10_503)])
        #expect(run.corrections(at: "A") == [milliseconds(10_505)])
        #expect(Tally(run.fates).lost == 507)
    }

    @Test("DER-11 a replica takes over; NVEs without an answer turn to it", arguments: [false, true])
    func takeover(soon: Bool) throws {
        let run = try moveByHand { scenario in
            scenario.nva.replicas.places = ["D0"]
            scenario.nva.replicas.takeover = .milliseconds(soon ? 50 : 150)
            var failure = outage(\.server, "NVA", at: milliseconds(10_302))
            failure.name = "gone"
            scenario.failures = [failure]
        }
        // The first retry goes to D0, at 10.4 s; it is in charge by 10.352 s, or else by 10.452 s: then the second
        // retry goes there, because D0 has said so.
        #expect(run.registrationsInForce == [milliseconds(soon ? 10_403 : 10_503)])
        #expect(run.corrections(at: "A") == [milliseconds(soon ? 10_405 : 10_505)])
    }

    @Test("DER-11 without its directory the NVA has all VMs registered anew")
    func lostDirectory() throws {
        let run = try moveByHand { scenario in
            scenario.moves = []
            var failure = outage(\.vm, "", at: milliseconds(100), repair: milliseconds(10))
            failure.target.nva = 1
            scenario.failures = [failure]
        }
        #expect(run.registrationsInForce.count == 3, "c, m and the bystander")
        #expect(Tally(run.fates).lost == 0)
    }
}

import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay
import Testing

@testable import Experiment

/// A VM fails over from B to C while A sends to it: all delays 2 ms, NVA 1 ms, as in the reference set-up.
struct FailoverByHand {
    var source = ConstantRate(rate: .perSecond(1_000), phase: microseconds(500))
    var interval = milliseconds(30)
    var multiplier: Int64 = 3
    var helloDelay = milliseconds(2)
    var phase = milliseconds(7)
    var failed = milliseconds(1_000)
    var takeover = milliseconds(4)
    private let delay = milliseconds(2)
    private let service = milliseconds(1)

    /// The last hello that leaves before the failure.
    var lastHello: Int64 { phase + (failed - 1 - phase) / interval * interval }
    /// C18: m I - U + d_h after the failure, U since the last hello.
    var detected: Int64 { failed + multiplier * interval - (failed - lastHello) + helloDelay }
    var takenOver: Int64 { detected + takeover }
    var inForce: Int64 { takenOver + delay + service }
    var corrected: Int64 { inForce + delay }
    /// N[t_fail - d_AB, t_fail + detect + takeover + a + p + d).
    var lost: Int { source.departures(from: failed - delay, until: corrected) }

    func scenario(_ target: WritableKeyPath<FailureTarget, String> = \.server, _ name: String = "B") -> Scenario {
        var scenario = MoveByHand().scenario(duration: milliseconds(2_000))
        scenario.moves = []
        scenario.traffic = [constantRate("F1", from: "c", to: "m", source)]
        var entry = FailoverConfiguration()
        (entry.name, entry.primary, entry.secondary) = ("f", "m", "C")
        entry.takeover = Duration(picoseconds: takeover)
        entry.detector.delay = Duration(picoseconds: helloDelay)
        entry.detector.interval = Duration(picoseconds: interval)
        entry.detector.multiplier = UInt32(multiplier)
        entry.detector.jitter = Ratio(billionths: 0)
        entry.detector.phase = .fixed(Duration(picoseconds: phase))
        scenario.failover = [entry]
        scenario.failures = [outage(target, name, at: failed)]
        return scenario
    }
}

@Suite struct FailoverClosedForms {
    static let variants: [FailoverByHand] = (0..<12 as Range<Int64>).map { number in
        var byHand = FailoverByHand()
        byHand.phase = milliseconds(number * 5 % 30) + microseconds(number * 13)
        byHand.multiplier = 2 + number % 4
        byHand.helloDelay = milliseconds(number % 5)
        byHand.takeover = microseconds(number * 700)
        byHand.failed = milliseconds(1_000) + microseconds(number * 370)
        byHand.source.phase = microseconds(number * 83)
        return byHand
    }

    @Test(
        "REQ-8-04, REQ-8-10 C18: detection mI - U + d_h, outage and loss exactly, without any state moved",
        arguments: 0..<12)
    func detectionAndLoss(number: Int) throws {
        let byHand = Self.variants[number]
        let observed = try ObservedRun(byHand.scenario())
        let row = try #require(observed.tables.failovers.first)
        #expect(row.outcome == "taken-over" && observed.tables.failovers.count == 1)
        #expect(row.failed == instant(byHand.failed) && row.detected == instant(byHand.detected))
        #expect(row.takenOver == instant(byHand.takenOver) && row.registered == instant(byHand.inForce))
        #expect(row.packetsLost == byHand.lost && observed.tables.flows[0].lost == byHand.lost)
        #expect(row.staleness == .zero)
    }

    private func instant(_ time: Int64) -> Instant { Instant(picoseconds: time) }

    @Test("REQ-8-12 whereabouts: down until the secondary runs, elsewhere after that")
    func whereabouts() throws {
        let byHand = FailoverByHand()
        let tally = Tally(try simulate(byHand.scenario()).fates)
        // The core loses what comes for B, 1 ms after its departure; what is on the last link at the failure, at once.
        let down = byHand.source.departures(
            from: byHand.failed - milliseconds(2), until: byHand.takenOver - milliseconds(1))
        #expect(tally.losses == ["node-down down": down, "node-down elsewhere": byHand.lost - down])
    }

    @Test("REQ-8-11 the failed side says nothing, and it makes no difference what its NVE could do")
    func silence() throws {
        let plain = try ObservedRun(FailoverByHand().scenario())
        var scenario = FailoverByHand().scenario()
        (scenario.invalidate.by, scenario.invalidate.targets) = (.oldNVE, .all)
        scenario.redirect.learn = .query
        scenario.nva.onDetach = .withdraw
        let helpful = try ObservedRun(scenario)
        #expect(helpful.tables.failovers == plain.tables.failovers)
        #expect(helpful.tables.flows[0].lost == plain.tables.flows[0].lost)
        let senders = helpful.tables.messages.filter { $0.sender == "B" }
        #expect(senders.isEmpty)
    }

    @Test("REQ-8-12 NVEs in leaves outlive the server: they invalidate and redirect, and less is lost")
    func leafHelps() throws {
        var scenario = LeafMoveByHand().scenario()
        let hosts = scenario.underlay.hosts
        let (old, new) = (hosts[1], try #require(scenario.moves.first).to)
        let byHand = FailoverByHand().scenario()
        scenario.moves = []
        scenario.duration = .milliseconds(2_000)
        scenario.failover = byHand.failover
        scenario.failover[0].secondary = new
        scenario.failures = [outage(\.server, old, at: milliseconds(1_000))]
        let alone = try ObservedRun(scenario)
        (scenario.redirect.learn, scenario.redirect.timer) = (.nvaPush, .seconds(1))
        scenario.nva.pushTargets = .all
        let helped = try ObservedRun(scenario)
        #expect(helped.tables.failovers[0].outcome == "taken-over")
        #expect(helped.tables.flows[0].triangular > 0)
        #expect(helped.tables.flows[0].lost + helped.tables.flows[0].triangular >= alone.tables.flows[0].lost)
        #expect(helped.tables.flows[0].lost < alone.tables.flows[0].lost)
    }

    @Test("REQ-8-02 the VM alone fails; its NVE works on and forwards nothing to the dead")
    func failedVM() throws {
        let byHand = FailoverByHand()
        let observed = try ObservedRun(byHand.scenario(\.vm, "m"))
        #expect(observed.tables.flows[0].lost == byHand.lost)
        // When the NVE at B has been pushed the new place, it knows more than that the VM is dead.
        #expect(observed.tables.losses.map(\.cause) == [.staleNoRedirect, .nodeDown, .nodeDown])
    }

    @Test("REQ-8-01, REQ-8-05 nobody but detector, secondary and NVA takes part; the address stays")
    func participants() throws {
        let observed = try ObservedRun(FailoverByHand().scenario())
        #expect(observed.tables.messages.allSatisfy { $0.senderKind != "vm-manager" })
        #expect(observed.tables.migrations.isEmpty)
        #expect(observed.tables.flows.count == 1 && observed.tables.flows[0].delivered > 900)
        #expect(observed.tables.messages.contains { $0.kind == "hello" && $0.receiverKind == "detector" })
    }

    @Test("REQ-8-02 hellos through the fabric take the way of packets: 2 ms to the detector's host")
    func placedDetector() throws {
        let byHand = FailoverByHand()
        var scenario = byHand.scenario()
        scenario.failover[0].detector.delay = .zero
        scenario.failover[0].detector.at = .host("D0")
        let row = try #require(try ObservedRun(scenario).tables.failovers.first)
        #expect(row.detected == instant(byHand.detected))
    }

    @Test("REQ-8-02 a detector whose server fails with it notices nothing")
    func deadDetector() throws {
        var scenario = FailoverByHand().scenario()
        scenario.failover[0].detector.delay = .zero
        scenario.failover[0].detector.at = .host("D0")
        scenario.failures.append(outage(\.server, "D0", at: milliseconds(1_010)))
        let row = try #require(try ObservedRun(scenario).tables.failovers.first)
        #expect(row.outcome == "undetected" && row.detected == nil)
    }

    @Test("REQ-8-02 a false alarm: the primary is alive behind a failed link, and is fenced")
    func falseAlarm() throws {
        var scenario = FailoverByHand().scenario()
        scenario.failover[0].detector.delay = .zero
        scenario.failover[0].detector.at = .host("D0")
        scenario.failures = [outage(\.link, "core->D0", at: milliseconds(1_000))]
        let observed = try ObservedRun(scenario)
        let row = try #require(observed.tables.failovers.first)
        #expect(row.outcome == "taken-over" && row.failed == nil)
        let stray = observed.packets.filter { packet in
            if case .delivered = packet.end { packet.at > row.registered! + .milliseconds(2) } else { false }
        }
        #expect(stray.allSatisfy { $0.record.outerDestination == NodeID(2) }, "nothing goes to the fenced one at B")
    }

    @Test("C18 the mean over uniform phases: (m - 1/2) I + d_h")
    func meanDetection() throws {
        var sum: Int64 = 0
        for part in 0..<30 {
            var byHand = FailoverByHand()
            byHand.phase = milliseconds(Int64(part)) + milliseconds(1) / 2
            let row = try #require(try ObservedRun(byHand.scenario()).tables.failovers.first)
            let detection = try #require(row.detected) - instant(byHand.failed)
            #expect((milliseconds(62)...milliseconds(92)).contains(detection.picoseconds))
            sum += detection.picoseconds
        }
        #expect(sum == 30 * (milliseconds(75) + milliseconds(2)))
    }

    // MARK: - Return, standby, cost

    @Test(
        "REQ-8-02 the repaired primary rejoins and is the next one's secondary, or is fenced", arguments: [true, false])
    func onReturn(rejoins: Bool) throws {
        var scenario = FailoverByHand().scenario()
        scenario.failover[0].onReturn = rejoins ? .rejoin : .fence
        scenario.failures = [
            outage(\.server, "B", at: milliseconds(1_000), repair: milliseconds(300)),
            outage(\.server, "C", at: milliseconds(1_500)),
        ]
        let rows = try ObservedRun(scenario).tables.failovers
        #expect(rows[0].returned == instant(milliseconds(1_300)))
        if rejoins {
            #expect(rows.map(\.outcome) == ["taken-over", "taken-over"])
            #expect(rows[1].primary == "C" && rows[1].secondary == "B")
        } else {
            #expect(rows.map(\.outcome) == ["taken-over"])
        }
    }

    @Test("REQ-8-02 a primary that is back before anybody noticed goes on")
    func soonBack() throws {
        var scenario = FailoverByHand().scenario()
        scenario.failures[0].repair = .milliseconds(20)
        let rows = try ObservedRun(scenario).tables.failovers
        #expect(rows.map(\.outcome) == ["recovered", "guarded"])
        #expect(rows[0].returned == instant(milliseconds(1_020)) && rows[0].detected == nil)
    }

    @Test("REQ-8-02 a secondary whose own server is down cannot take over")
    func noStandby() throws {
        var scenario = FailoverByHand().scenario()
        scenario.failures.append(outage(\.server, "C", at: milliseconds(900)))
        let rows = try ObservedRun(scenario).tables.failovers
        #expect(rows.map(\.outcome) == ["standby-down"])
        #expect(rows[0].takenOver == nil)
    }

    private func standby(
        _ standby: FailoverConfiguration.Standby, _ sync: (inout SyncConfiguration) -> Void
    ) throws -> [FailoverRow] {
        var scenario = FailoverByHand().scenario()
        scenario.failover[0].standby = standby
        sync(&scenario.failover[0].sync)
        return try ObservedRun(scenario).tables.failovers
    }

    @Test("REQ-8-03 ideal sync: staleness 0; with a lag of 20 ms, 20 ms, and what changed in them is lost")
    func lag() throws {
        let row = try #require(
            try standby(.hot) {
                ($0.kind, $0.lag, $0.rate) = (.lag, .milliseconds(20), BitRate(bitsPerSecond: 80_000_000))
            }.first)
        #expect(row.staleness == .milliseconds(20))
        #expect(row.bytesLost == 200_000 && row.syncBytes == 9_800_000)
    }

    @Test("OLD-7-04, OLD-7-05 backups: as old as the last one; cold ones are less often")
    func backups() throws {
        for (kind, interval, stale, copies) in [
            (.warm, 300, 100, 3), (.cold, 700, 300, 1),
        ] as [(FailoverConfiguration.Standby, Int64, Int64, Int64)] {
            let row = try #require(
                try standby(kind) {
                    ($0.kind, $0.interval, $0.size) = (.backups, .milliseconds(interval), 1_000)
                }.first)
            #expect(row.staleness == .milliseconds(stale) && row.syncBytes == copies * 1_000)
        }
    }

    @Test(
        "OLD-7-08, REQ-8-13 hot standby costs twice the VM's time; warm once",
        arguments: FailoverConfiguration.Standby.allCases)
    func cost(kind: FailoverConfiguration.Standby) throws {
        var scenario = FailoverByHand().scenario()
        scenario.failures = []
        scenario.failover[0].standby = kind
        if kind != .hot {
            (scenario.failover[0].sync.kind, scenario.failover[0].sync.interval) = (.backups, .milliseconds(300))
            scenario.failover[0].sync.size = 1_000
        }
        let row = try #require(try ObservedRun(scenario).tables.failovers.first)
        #expect(row.outcome == "guarded")
        #expect(row.vmTime == .milliseconds(kind == .hot ? 4_000 : 2_000))
        #expect(row.syncBytes == (kind == .hot ? 0 : 6_000))
    }

    @Test("OLD-7-07 VM time with a failure: until it, and from the takeover on")
    func vmTime() throws {
        let byHand = FailoverByHand()
        let rows = try standby(.warm) { ($0.kind, $0.interval) = (.backups, .milliseconds(300)) }
        #expect(rows[0].vmTime.picoseconds == byHand.failed + milliseconds(2_000) - byHand.takenOver)
    }

    @Test("DER-20 announced long enough before, a failure costs nothing")
    func warning() throws {
        var scenario = FailoverByHand().scenario()
        scenario.failures[0].warning = .milliseconds(500)
        scenario.redirect.learn = .query
        scenario.redirect.buffer.at = .old
        let observed = try ObservedRun(scenario)
        let row = try #require(observed.tables.failovers.first)
        #expect(row.isAnnounced && row.failed == nil && row.detected == instant(milliseconds(500)))
        #expect(row.takenOver == instant(milliseconds(504)))
        #expect(observed.tables.losses.filter { $0.cause == .nodeDown }.isEmpty)
        #expect(observed.tables.flows[0].lost == 0, "what comes to B meanwhile is redirected")
    }
}

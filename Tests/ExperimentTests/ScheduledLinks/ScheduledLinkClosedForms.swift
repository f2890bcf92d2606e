import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Testing

@testable import Experiment

/// One slow link between two switches; what it makes of packets follows from arithmetic.
@Suite struct ScheduledLinkClosedForms {
    /// `c` and `d` at X send to `m` and `n` at Y over a link of 1 ms that sends a frame of 1064 bytes in 1 ms.
    private func scenario(duration: Int64, rates: [(at: Int64, bitsPerSecond: UInt64)] = []) -> Scenario {
        var underlay = UnderlayConfiguration()
        underlay.kind = .graph
        underlay.framing = .none
        underlay.nodes = ["a", "b"]
        (underlay.hosts, underlay.hostSwitches) = (["X", "Y"], ["a", "b"])
        underlay.hostLink = LinkConfiguration(rate: .unlimited, delay: .zero)
        var link = LinkConfiguration(rate: BitRate(bitsPerSecond: 8_512_000), delay: .milliseconds(1))
        link.service = .scheduled
        link.rates = rates.map {
            RateChange(at: Duration(picoseconds: $0.at), rate: BitRate(bitsPerSecond: $0.bitsPerSecond))
        }
        underlay.links = [GraphLink("a", "b", link)]
        var scenario = plainScenario(underlay, duration: duration)
        scenario.vms = [
            machine("c", at: "X"), machine("d", at: "X"), machine("m", at: "Y"), machine("n", at: "Y"),
        ]
        return scenario
    }

    private func flow(
        _ name: String, _ from: String, _ to: String, every interval: Int64, from phase: Int64 = 0,
        size: UInt32 = 1_000, priority: UInt8 = 0
    ) -> TrafficConfiguration {
        let rate = PacketRate(microPackets: 1_000_000_000_000_000_000 / UInt64(interval))
        var traffic = constantRate(name, from: from, to: to, ConstantRate(rate: rate, phase: phase))
        traffic.size = size
        traffic.priority = priority
        return traffic
    }

    /// Low: a frame of 1 ms each ms, so that the link is never idle. High: one of 0.25 ms each 10 ms from 0.3 ms on.
    /// Each high frame that has been sent shifts the low ones by 0.25 ms: high frame k comes 0.3 - k/4 ms (modulo 1 ms)
    /// after the beginning of a low frame, and waits for the rest of it.
    private func mixture(priority: UInt8) throws -> [PacketFate] {
        var scenario = scenario(duration: milliseconds(200))
        scenario.traffic = [
            flow("low", "c", "m", every: milliseconds(1)),
            flow(
                "high", "d", "n", every: milliseconds(10), from: microseconds(300), size: 266 - 64, priority: priority),
        ]
        return try simulate(scenario).fates.filter { $0.flow == 1 }
    }

    @Test("A high-priority packet waits for at most one low-priority frame: exactly 0.7, 0.95, 0.2, 0.45 ms in turn")
    func priority() throws {
        let fates = try mixture(priority: 3)
        #expect(fates.count == 20)
        let waits = [700, 950, 200, 450].map { microseconds($0) }
        for (index, fate) in fates.enumerated() {
            #expect(fate.endedAt - fate.sentAt == waits[index % 4] + microseconds(250) + milliseconds(1))
        }
    }

    @Test("Without priority the same packets wait for all that came before: 0.25 ms more each time")
    func withoutPriority() throws {
        // By 0.3 + 10 k ms 10 k + 1 low frames have come and k high ones, and the link has never been idle.
        for (index, fate) in try mixture(priority: 0).enumerated() {
            let backlog = milliseconds(10 * Int64(index) + 1) + microseconds(250) * Int64(index)
            let sent = microseconds(300) + milliseconds(10) * Int64(index)
            #expect(fate.endedAt == backlog + microseconds(250) + milliseconds(1))
            #expect(fate.sentAt == sent)
        }
    }

    /// A flood of low priority fills the queue; the registration goes past it or waits, as `control-priority` says.
    @Test("Control messages overtake tenants' packets by their own priority", arguments: [UInt8(0), 1])
    func control(priority: UInt8) throws {
        var scenario = scenario(duration: milliseconds(400))
        scenario.underlay.controlPriority = priority
        scenario.underlay.hosts.append("Z")
        scenario.underlay.hostSwitches.append("a")
        scenario.nva.at = .host("Y")
        scenario.nva.costs.registration = .zero
        scenario.nva.onDetach = .keep
        scenario.nve.query.timeout = .seconds(5)
        scenario.invalidate.by = .none
        scenario.vms.append(machine("w", at: "X"))
        scenario.traffic = [flow("low", "c", "m", every: microseconds(500))]
        scenario.moves = [hotMove("m1", "w", to: "Z", at: milliseconds(90), downtime: milliseconds(10))]
        let run = try simulate(scenario)
        // At 100 ms 201 frames have come (the one of this instant after the registration: 200) and 100 have left. The
        // registration has 42 + 64 bytes. With priority it waits for the frame that begins at 100 ms.
        let service = (106 * 8 * Int64(1_000_000_000_000) + 8_511_999) / 8_512_000
        let wait = priority == 0 ? milliseconds(100) : milliseconds(1)
        #expect(run.registrationsInForce == [milliseconds(100) + wait + service + milliseconds(1)])
    }

    @Test("Control and tenants at the same priority keep the order of arrival")
    func equalPriority() throws {
        var scenario = scenario(duration: milliseconds(50))
        scenario.underlay.controlPriority = 5
        scenario.traffic = [flow("f", "c", "m", every: milliseconds(2), priority: 5)]
        let same = try simulate(scenario)
        scenario.underlay.controlPriority = 0
        scenario.traffic[0].priority = 0
        let none = try simulate(scenario)
        #expect(none.fates == same.fates)
    }

    // MARK: - Changing rates

    /// Frame k comes at 2k ms; the link falls to a tenth at 4.25 ms, with three quarters of frame 2 still to be sent.
    @Test("The rate falls to a tenth in the middle of a frame: 0.25 ms + 7.5 ms, then 10 ms each")
    func aTenth() throws {
        var scenario = scenario(duration: milliseconds(10), rates: [(microseconds(4_250), 851_200)])
        scenario.traffic = [flow("f", "c", "m", every: milliseconds(2))]
        let ends = try simulate(scenario).fates.map(\.endedAt)
        let service = [1_000, 3_000, 11_750, 21_750, 31_750].map { microseconds($0) }
        #expect(ends == service.map { $0 + milliseconds(1) })
    }

    @Test("Three changes during one frame, one of them back: 1064 bytes are sent to the last bit")
    func severalChanges() throws {
        // 8512 bits: 0.25 ms at 8.512 Mbit/s send 2128, 1 ms at 1 Mbit/s 1000, 0.5 ms at 3 Mbit/s 1500; 3884 are left
        // for 7 Mbit/s: 554 857 142.86 ps.
        var scenario = scenario(
            duration: milliseconds(10),
            rates: [
                (microseconds(250), 1_000_000), (microseconds(1_250), 3_000_000), (microseconds(1_750), 7_000_000),
            ])
        scenario.traffic = [flow("f", "c", "m", every: milliseconds(20))]
        let fate = try #require(try simulate(scenario).fates.first)
        #expect(fate.endedAt == microseconds(1_750) + 554_857_143 + milliseconds(1))
    }

    /// Frames come at 0 and 0.5 ms; the first one's last bit leaves at 1 ms, the very instant of the change.
    @Test(
        "A change at the end of a frame concerns the next one only; a picosecond before, the rest of the first",
        arguments: [Int64(0), 1])
    func changeAtTheEnd(before: Int64) throws {
        // A picosecond's bits take ten at a tenth of the rate: nine more.
        let (at, extra) = (milliseconds(1) - before, 9 * before)
        var scenario = scenario(duration: milliseconds(1), rates: [(at, 851_200)])
        scenario.traffic = [flow("f", "c", "m", every: microseconds(500))]
        let ends = try simulate(scenario).fates.map(\.endedAt)
        #expect(ends == [milliseconds(2) + extra, milliseconds(12) + extra])
    }

    @Test("A failed link comes back at the rate of that time, with an empty queue")
    func failure() throws {
        var scenario = scenario(duration: milliseconds(60), rates: [(milliseconds(15), 851_200)])
        scenario.traffic = [flow("f", "c", "m", every: microseconds(500))]
        scenario.traffic[0].stop = .milliseconds(21)
        var failure = FailureConfiguration()
        failure.target.link = "a->b"
        failure.at = .milliseconds(10)
        failure.repair = .milliseconds(10)
        scenario.failures = [failure]
        let fates = try simulate(scenario).fates
        // By 10 ms 8 have arrived; the one that would arrive then, and all sent before 20 ms, are lost.
        #expect(fates.prefix(40).filter { $0.end == "delivered" }.map(\.serial) == Array(0..<8))
        #expect(fates.prefix(40).filter { $0.cause == "link-down" }.count == 32)
        #expect(fates.suffix(2).map(\.endedAt) == [milliseconds(31), milliseconds(41)])
    }

    /// The old NVE's held packets leave one by one as the wire is free; a faster wire is free sooner.
    @Test("Packets that the old NVE held leave when the wire is free, also when its rate has risen")
    func heldPackets() throws {
        var move = MoveByHand(detach: milliseconds(50), downtime: milliseconds(20))
        move.source = ConstantRate(rate: .perSecond(1_000), phase: microseconds(500))
        var scenario = move.scenario(duration: milliseconds(100))
        scenario.redirect.learn = .query
        scenario.redirect.buffer.at = .old
        scenario.underlay.hostLink.rate = BitRate(bitsPerSecond: 8_512_000)
        scenario.underlay.hostLink.service = .scheduled
        let slow = try simulate(scenario)
        scenario.underlay.hostLink.service = .fifo
        let fifo = try simulate(scenario)
        #expect(fifo.fates == slow.fates)
        let firstHeld = try #require(slow.fates.first { $0.buffered })
        // Ten times as fast when half of the first of them has gone: the second follows at once.
        scenario.underlay.hostLink.service = .scheduled
        let leaves = firstHeld.endedAt - microseconds(3_500)
        scenario.underlay.hostLink.rates = [
            RateChange(at: Duration(picoseconds: leaves), rate: BitRate(bitsPerSecond: 85_120_000))
        ]
        let fast = try simulate(scenario)
        let held = fast.fates.filter(\.buffered)
        #expect(held.count > 5)
        // Sent back to back at the new rate: a tenth of a millisecond apart.
        let gaps = zip(held, held.dropFirst()).prefix(3).map { $0.1.endedAt - $0.0.endedAt }
        #expect(gaps == Array(repeating: microseconds(100), count: 3))
    }
}

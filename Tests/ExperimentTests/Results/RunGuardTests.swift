import Kernel
import Observe
import Testing

@testable import Experiment

/// `limits:` end a run that would not end, with the right reason; what stays inside them is not disturbed.
@Suite struct RunGuardTests {
    /// Five clients send one packet each at 0 s; every link takes 1 ms and no wire time.
    private static let burst = """
        schema: 1
        name: burst
        duration: 10 ms
        underlay: {kind: star, hosts: 6, host-link: {rate: unlimited, delay: 1 ms}}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: host6}
        vms:
          - {name: client, count: 5, network: blue, at: host1}
          - {name: web, network: blue, at: host2}
        traffic: [{name: f, kind: cbr, from: client, to: web, rate: 1 kpps, count: 1}]

        """

    /// A chain of moves under constant traffic.
    private static let moving = """
        schema: 1
        name: moving
        duration: 50 ms
        underlay: {kind: star, hosts: 4, host-link: {rate: 1 Gbps, delay: 10 us}}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: host4, costs: {registration: 1 ms}}
        vms: [{name: a, network: blue, at: host1}, {name: b, network: blue, at: host2}]
        traffic: [{name: f, kind: poisson, from: a, to: b, rate: 5 kpps, size: 100 B}]
        moves:
          - {name: m1, vm: b, to: host3, at: 10 ms, downtime: 1 ms}
          - {name: m2, vm: b, to: host2, at: 20 ms, downtime: 2 ms}

        """

    private func run(_ text: String, _ limits: String...) throws -> UInt64 {
        let overrides = limits.map { "limits." + $0 }
        let loaded = ScenarioLoader.load(text: text, name: "guard.yaml", overrides: overrides)
        #expect(loaded.rendered() == "")
        return try ScenarioRun(#require(loaded.scenario), files: []).execute(root: nil).events
    }

    /// The failure of a run that must be given up.
    private func failure(
        _ text: String, _ limits: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (name: String, value: UInt64, at: Instant, next: [String]) {
        let overrides = limits.map { "limits." + $0 }
        let loaded = ScenarioLoader.load(text: text, name: "guard.yaml", overrides: overrides)
        let scenario = try #require(loaded.scenario, sourceLocation: sourceLocation)
        let error = #expect(throws: RunFailure.self, sourceLocation: sourceLocation) {
            try ScenarioRun(scenario, files: []).execute(root: nil)
        }
        guard case .limit(let name, let value, let at, let next) = error else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return ("", 0, .zero, [])
        }
        return (name, value, at, next)
    }

    /// Each packet: an emission, an arrival at the core and one at the host.
    @Test func asManyEventsAsTheLimitSays() throws {
        #expect(try run(Self.burst) == 15)
        #expect(try run(Self.burst, "events=15") == 15)
        let given = try failure(Self.burst, "events=14")
        #expect((given.name, given.value, given.at) == ("events", 14, .zero + .milliseconds(2)))
        #expect(given.next == ["2 ms arrival of packet 4:0 on link 7"], "the last event of all")
    }

    @Test func tenEventsAreShown() throws {
        let given = try failure(Self.burst, "events=1")
        #expect(given.at == .zero)
        #expect(given.next == Array(repeating: "0 ps emission", count: 4) + ["1 ms arrival of packet 0:0 on link 0"])
        let long = try failure(Self.moving.replacing("5 kpps", with: "5 Mpps"), "events=900")
        #expect(long.next.count == 10)
    }

    @Test func eventsOfARunWithMovesToo() throws {
        let events = try run(Self.moving)
        #expect(try run(Self.moving, "events=\(events)") == events)
        #expect(try failure(Self.moving, "events=\(events - 1)").name == "events")
    }

    /// Five emissions at 0 s, five arrivals at 1 ms, five at 2 ms.
    @Test func eventsAtOneInstant() throws {
        #expect(try run(Self.burst, "events-at-one-instant=5") == 15)
        let given = try failure(Self.burst, "events-at-one-instant=4")
        #expect((given.name, given.value, given.at) == ("events-at-one-instant", 4, .zero))
        #expect(given.next.first == "0 ps emission")
    }

    @Test func packetsAlive() throws {
        #expect(try run(Self.burst, "packets-alive=5") == 15)
        let given = try failure(Self.burst, "packets-alive=4")
        #expect((given.name, given.value, given.at) == ("packets-alive", 4, .zero + .milliseconds(1)))
        #expect(given.next.first?.hasPrefix("1 ms arrival of packet 0:0 on link ") == true)
    }

    /// A hundred packets of 20 hours each on a wire of 1 bit/s: time, which has 53 days, ends before.
    @Test func timeItself() throws {
        let text = Self.burst.replacing("rate: unlimited", with: "rate: 1 bps")
            .replacing("count: 1}", with: "size: 8900 B}").replacing("duration: 10 ms", with: "duration: 20 ms")
        let given = try failure(text)
        #expect(given.name == "horizon")
        #expect(given.at == .horizon)
    }
}

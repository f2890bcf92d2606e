import Kernel
import Testing

@testable import Experiment

/// What is random in a scenario, and the warning where nothing is and yet a bound is set.
@Suite struct ChanceTests {
    private static func scenario(
        at: String = "leaf1/host1", traffic: String = "{from: client, to: web, rate: 1 kpps}", more: String = ""
    ) -> String {
        """
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, count: 2, network: blue, at: leaf5/host2}
          - {name: client, count: 2, network: blue, at: \(at)}
        traffic: [\(traffic)]
        \(more)
        expect: [{metric: runs.lost, max: 3 packets}]
        """
    }

    private func load(_ text: String) -> LoadResult { ScenarioLoader.load(text: text, name: "chance.yaml") }

    @Test func withoutChanceTheBoundIsWarnedOf() throws {
        let result = load(Self.scenario())
        #expect(result.diagnostics.map(\.severity) == [.warning])
        #expect(result.rendered().hasPrefix("chance.yaml:8:10: warning: nothing in this scenario is random"))
        #expect(Chance.drawn(in: try #require(result.scenario)).isEmpty)
    }

    @Test(
        "Any draw makes replications differ, and the warning go",
        arguments: [
            (scenario(at: "spread"), "places of VMs"),
            (scenario(traffic: "{from: client, to: web, rate: 1 kpps, phase: random}"), "phases of traffic1"),
            (scenario(traffic: "{kind: poisson, from: client, to: web, rate: 1 kpps}"), "gaps of traffic1"),
            (
                scenario(traffic: "{from: client, to: web, rate: 1 kpps, pairs: one-each}"),
                "destinations of traffic1"
            ),
            (
                scenario(traffic: "{kind: flows, from: client, to: web, load: 1 %}"),
                "starts, sizes and ends of traffic1"
            ),
            (
                scenario(
                    traffic: "{kind: on-off, from: client, to: web, rate: 1 kpps, on: 1 ms, off: {choice: [1 ms]}}"),
                "periods of traffic1"
            ),
            (
                scenario(traffic: "{kind: ping, from: client, to: web, rate: 1 kpps, phase: random}"),
                "phases of traffic1"
            ),
            (scenario(traffic: "{kind: request-response, from: client, to: web, rate: 1 kpps}"), "gaps of traffic1"),
            (scenario(more: "nva: {control-loss: 1 %}"), "loss of control messages"),
            (scenario(more: "start: {age: random}"), "ages of mappings"),
        ])
    func drawsAreKnown(text: String, draw: String) throws {
        let result = load(text)
        #expect(result.rendered() == "")
        #expect(Chance.drawn(in: try #require(result.scenario)) == [draw])
    }

    @Test func agesAreDrawnOnlyWhereMappingsAge() throws {
        let text = Self.scenario(more: "nve: {cache: {timeout: never}}")
        #expect(Chance.drawn(in: try #require(load(text).scenario)).isEmpty)
    }

    @Test func exactValuesNeedNoChance() {
        for bounds in ["min: 5 packets, max: 5 packets", "max: 0 packets"] {
            let text = Self.scenario().replacing("max: 3 packets", with: bounds)
            #expect(load(text).rendered() == "", "\(bounds)")
        }
        let text = Self.scenario().replacing("max: 3 packets", with: "min: 5 packets, max: 6 packets")
        #expect(load(text).diagnostics.count == 1)
    }
}

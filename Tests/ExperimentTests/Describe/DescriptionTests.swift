import Experiment
import Foundation
import Testing

@Suite struct DescriptionTests {
    private func description() throws -> Description {
        let result = ScenarioLoader.load(text: LoaderTests.example, name: "example.yaml")
        return Description(try #require(result.scenario))
    }

    @Test func textTellsTheStory() throws {
        let text = try description().text()
        for line in [
            "example (profile draft15, seed 1)", "  duration 1 s, measured from 0 s to 1 s, drain until-empty",
            "  leaf-spine: 4 spines, 16 leaves, 256 hosts (16 a leaf)",
            "  host-link: rate 25 Gbps, delay 1 us, queue 1 MB, mtu 9000 B",
            "  blue  acme    5001  l2    10.0.0.0/16  9", "  web     1    blue     leaf5/host2  10.0.0.9",
            "  probe  cbr   client  web  zip    8      10 kpps  1000 B  0 s   1 s",
            "  m1    web  leaf5/host2  leaf9/host3  300 ms  hot   22 ms",
            "  convergence.time  {move: m1}  max   5 ms", "  nva.at: leaf16/host16  (default out-of-band)",
            "  redirect.learn: query  (default none)",
        ] {
            #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)")
        }
    }

    @Test func scheduledLinkTellsItsRates() throws {
        let file = """
            schema: 1
            duration: 40 ms
            underlay:
              kind: star
              hosts: 2
              host-link:
                service: scheduled
                rate: 1 Gbps
                rates: [{at: 10 ms, rate: 100 Mbps}, {at: 20 ms, rate: unlimited}]
            """
        let result = ScenarioLoader.load(text: file, name: "example.yaml")
        let text = Description(try #require(result.scenario)).text()
        let line = "host-link: rate 1 Gbps, delay 1 us, queue unlimited, mtu 9000 B, service scheduled, "
        #expect(text.contains(line + "rate 100 Mbps from 10 ms on, rate unlimited from 20 ms on"))
    }

    @Test func defaultsOfOurOwnAreListedWithTheirValues() throws {
        let text = try description().text()
        let own = try #require(text.range(of: "Defaults of our own choice in force"))
        let list = text[own.upperBound...]
        #expect(list.contains("redirect.timer"))
        #expect(list.contains("nva.push-targets"))
        #expect(!list.contains("nva.distribution"))
        #expect(!list.contains("host-link.queue"))
    }

    @Test func decisionsAreListed() throws {
        let lines = try description().text().split(separator: "\n")
        let title = try #require(lines.firstIndex(of: "Decisions where the drafts leave a choice"))
        #expect(lines[title + 1].hasPrefix("  DEC-01  Knobs of mobility are those of profile draft15"))
        #expect(lines.contains { $0.hasPrefix("  DEC-06  Beyond the drafts, the old NVE deregisters") })
    }

    @Test func pictures() throws {
        let mermaid = try description().mermaid()
        #expect(mermaid.hasPrefix("flowchart TB\n"))
        #expect(mermaid.contains("|\"m1: web at 300 ms\"|") && mermaid.contains("(\"client × 8\")"))
        let dot = try description().dot()
        #expect(dot.hasPrefix("digraph \"example\" {\n") && dot.hasSuffix("}\n"))
        #expect(dot.contains("label=\"probe 10 kpps\""))
    }

    @Test func aChainOfMovesLeavesWhereItArrived() throws {
        let text = """
            schema: 1
            overlay: {networks: [{name: blue}]}
            vms: [{name: web, network: blue, at: leaf1/host1}]
            moves:
              - {name: back, vm: web, to: leaf1/host1, at: 400 ms, downtime: 1 ms}
              - {name: out, vm: web, to: leaf2/host1, at: 200 ms, downtime: 1 ms}
            """
        let scenario = try #require(ScenarioLoader.load(text: text, name: "a.yaml").scenario)
        let lines = Description(scenario).text().split(separator: "\n")
        let moves = try #require(lines.firstIndex(of: "Moves"))
        #expect(lines[moves + 2] == "  out   web  leaf1/host1  leaf2/host1  200 ms  hot   1 ms")
        #expect(lines[moves + 3] == "  back  web  leaf2/host1  leaf1/host1  400 ms  hot   1 ms")
    }

    @Test func estimateCountsPacketsAndFlows() throws {
        let result = ScenarioLoader.load(text: LoaderTests.example, name: "example.yaml")
        let estimate = Estimate(try #require(result.scenario))
        #expect(estimate.packets == 80_000 && estimate.flows == 8)
        #expect(estimate.events > 300_000 && estimate.events < 500_000)
        #expect(estimate.text.hasPrefix("about 80 k packets in 8 flows, "))
    }
}

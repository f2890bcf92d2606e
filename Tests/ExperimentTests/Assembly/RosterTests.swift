import Experiment
import Guest
import Kernel
import Testing
import Wire

@Suite struct RosterTests {
    private func roster(_ text: String) throws -> (Roster, Scenario) {
        let result = ScenarioLoader.load(text: "schema: 1\n" + text, name: "a.yaml")
        #expect(result.rendered() == "")
        let scenario = try #require(result.scenario)
        return (Roster(scenario), scenario)
    }

    @Test func networksAreNumberedAroundGivenVNIs() throws {
        let (roster, _) = try roster(
            "overlay: {networks: [{name: a}, {name: b, vni: 5002, count: 2, tenant: t}, {name: c, count: 2}]}")
        #expect(roster.networks.map(\.name) == ["a", "b[0]", "b[1]", "c[0]", "c[1]"])
        #expect(roster.networks.map(\.vni) == [5_001, 5_002, 5_003, 5_004, 5_005])
        #expect(roster.networks.map(\.tenant) == ["a", "t", "t", "c[0]", "c[1]"])
    }

    @Test func addressesSkipThoseThatAreTaken() throws {
        let (roster, _) = try roster(
            """
            overlay: {networks: [{name: blue, subnet: 10.1.0.0/24}]}
            vms:
              - {name: a, count: 2, network: blue}
              - {name: b, network: blue, address: 10.1.0.2, mac: "52:54:00:00:00:09"}
              - {name: c, count: 2, network: blue, at: leaf2/host1}
            """)
        let addresses = roster.machines.indices.map { roster.addresses(of: $0)[0].description }
        #expect(addresses == ["10.1.0.1", "10.1.0.3", "10.1.0.2", "10.1.0.4", "10.1.0.5"])
        #expect(roster.machines[2].mac.description == "52:54:00:00:00:09")
        #expect(roster.machines[3].mac.description == "02:00:0a:01:00:04")
        #expect(roster.machines.map(\.isSpread) == [true, true, true, false, false])
        #expect(roster.machines[3].host == NodeID(16))
        #expect((0..<5).map(roster.name(of:)) == ["a[0]", "a[1]", "b", "c[0]", "c[1]"])
        #expect(roster.vms(named: "a") == 0..<2 && roster.vms(named: "c[1]") == 4..<5)
        #expect(roster.vms(named: "c[2]") == nil && roster.vms(named: "b[0]") == nil && roster.vms(named: "d") == nil)
    }

    @Test func pairsOneByOneAndAllWithAll() throws {
        let (roster, scenario) = try roster(
            """
            overlay: {networks: [{name: blue}]}
            vms: [{name: a, count: 3, network: blue}, {name: b, count: 3, network: blue}, {name: w, network: blue}]
            traffic:
              - {from: a, to: b, rate: 1 pps}
              - {from: a, to: w, rate: 1 pps}
              - {from: w, to: b, rate: 1 pps}
              - {from: a, to: a, rate: 1 pps, pairs: all}
              - {from: "a[1]", to: a, rate: 1 pps, pairs: all}
              - {from: a, to: a, rate: 1 pps, pairs: one-each}
            """)
        let pairs = scenario.traffic.map { roster.pairs(of: $0).map { [$0.source, $0.destination] } }
        #expect(pairs[0] == [[0, 3], [1, 4], [2, 5]])
        #expect(pairs[1] == [[0, 6], [1, 6], [2, 6]])
        #expect(pairs[2] == [[6, 3], [6, 4], [6, 5]])
        #expect(pairs[3] == [[0, 1], [0, 2], [1, 0], [1, 2], [2, 0], [2, 1]])
        #expect(pairs[4] == [[1, 0], [1, 2]])
        #expect(pairs[5].isEmpty)
        let sides = roster.sides(of: scenario.traffic[5])
        #expect(sides.count == 1 && sides[0].sources == 0..<3 && sides[0].destinations == 0..<3)
    }

    /// Addresses that agree in their low 32 bits, and networks beyond the eight bits that a MAC has for them.
    @Test func automaticIPv6AddressesAndTheirMACs() throws {
        let (roster, _) = try roster(
            """
            overlay: {networks: [{name: blue, subnet: "2001:db8:1::/64"}, {name: red, subnet: "2001:db8:2::/112"}]}
            vms:
              - {name: a, count: 2, network: blue}
              - {name: b, network: blue, addresses: ["2001:db8:1::1:0:0:1", "2001:db8:1::2"]}
              - {name: c, network: red, address: "2001:db8:2::1"}
              - {name: d, network: red}
            """)
        let addresses = roster.machines.indices.map { roster.addresses(of: $0).map(\.description) }
        #expect(
            addresses == [
                ["2001:db8:1::1"], ["2001:db8:1::3"], ["2001:db8:1:0:1::1", "2001:db8:1::2"], ["2001:db8:2::1"],
                ["2001:db8:2::2"],
            ])
        #expect(Set(roster.machines.map(\.mac)).count == 5)
        #expect(roster.machines[2].mac.description == "02:00:00:00:00:03", "the third VM, in network 0")
    }

    @Test func groupsInEachNetworkPairInsideIt() throws {
        let (roster, scenario) = try roster(
            """
            overlay: {networks: [{name: t, count: 2}, {name: u}]}
            vms: [{name: a, count: 2, network: each}, {name: b, network: each}]
            traffic: [{from: a, to: b, rate: 1 pps}, {from: "a[3]", to: "b[1]", rate: 1 pps}]
            """)
        #expect(roster.machines.map { Int($0.network.index) } == [0, 0, 1, 1, 2, 2, 0, 1, 2])
        #expect(roster.machines[0].address == roster.machines[2].address)
        #expect(roster.machines[0].mac != roster.machines[2].mac)
        let pairs = scenario.traffic.map { roster.pairs(of: $0).map { [$0.source, $0.destination] } }
        #expect(pairs[0] == [[0, 6], [1, 6], [2, 7], [3, 7], [4, 8], [5, 8]])
        #expect(pairs[1] == [[3, 7]])
    }

    @Test func aHundredThousandVMs() throws {
        let (roster, _) = try roster(
            """
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/8}]}
            vms: [{name: a, count: 100000, network: blue}]
            """)
        #expect(roster.machines.count == 100_000)
        #expect(roster.addresses(of: 99_999).map(\.description) == ["10.1.134.160"])
        #expect(Set(roster.machines.map(\.mac)).count == 100_000)
    }
}

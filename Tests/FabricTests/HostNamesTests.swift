import Fabric
import Testing

@Suite struct HostNamesTests {
    private func leafSpine(_ leaves: Int, _ hostsPerLeaf: Int) -> HostNames {
        var underlay = UnderlayConfiguration()
        underlay.leaves = leaves
        underlay.hostsPerLeaf = hostsPerLeaf
        return HostNames(underlay)
    }

    @Test func leafSpineNamesCountFromOne() {
        let hosts = leafSpine(16, 16)
        #expect(hosts.count == 256)
        #expect(hosts.name(of: 0) == "leaf1/host1")
        #expect(hosts.name(of: 65) == "leaf5/host2")
        #expect(hosts.name(of: 255) == "leaf16/host16")
    }

    @Test func everyNameLeadsBackToItsNumber() {
        let hosts = leafSpine(7, 3)
        for host in 0..<hosts.count { #expect(hosts.number(of: hosts.name(of: host)) == host) }
    }

    @Test(arguments: [
        "leaf0/host1", "leaf8/host1", "leaf1/host4", "leaf1/host0", "leaf01/host1", "leaf1/host01", "leaf1", "leaf1/",
        "leaf1/host1/", "Leaf1/host1", "leaf1/host1 ", "leaf-1/host1", "leaf/host1", "leaf+1/host1", "",
        "leaf9223372036854775807/host1", "leaf99999999999999999999/host1",
    ])
    func otherTextsAreNoHosts(_ name: String) {
        #expect(leafSpine(7, 3).number(of: name) == nil)
    }

    @Test func aStarHasTheNamesOfTheScenario() {
        var underlay = UnderlayConfiguration()
        underlay.kind = .star
        underlay.hosts = ["A", "B", "leaf1/host1"]
        let hosts = HostNames(underlay)
        #expect(hosts.count == 3)
        #expect(hosts.name(of: 1) == "B" && hosts.number(of: "B") == 1)
        #expect(hosts.number(of: "leaf1/host1") == 2)
        #expect(hosts.number(of: "C") == nil)
    }
}

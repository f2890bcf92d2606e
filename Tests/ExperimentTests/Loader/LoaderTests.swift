import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Testing
import Wire

/// What right scenarios mean: defaults, includes, `defaults:`, anchors, overrides, profile.
@Suite struct LoaderTests {
    static let example = """
        # yaml-language-server: $schema=nvo3sim.schema.json
        schema: 1
        name: example
        duration: 1 s
        underlay:
          spines: 4
          host-link: {rate: 25 Gbps, delay: 1 us, queue: 1 MB}
          fabric-link: {rate: 100 Gbps, delay: 1 us, queue: 100 packets, mtu: 1600 B}
        overlay: {networks: [{name: blue, tenant: acme, vni: 5001, subnet: 10.0.0.0/16}]}
        nva: {at: leaf16/host16, costs: {registration: 20 us, spacing: 2 us}}
        vms:
          - {name: web, network: blue, at: leaf5/host2, address: 10.0.0.9, mac: 52:54:00:12:34:56}
          - {name: client, count: 8, network: blue, at: spread}
        traffic:
          - {name: probe, kind: cbr, from: client, to: web, rate: 10 kpps, size: 1000 B, phase: random}
        moves:
          - {name: m1, vm: web, to: leaf9/host3, at: 300 ms, downtime: 22 ms}
        expect:
          - {metric: convergence.time, of: {move: m1}, stat: max, max: 5 ms}
        """

    private func load(_ text: String, _ overrides: [String] = [], seed: UInt64? = nil) throws -> Scenario {
        let result = ScenarioLoader.load(text: text, name: "example.yaml", overrides: overrides, seed: seed)
        #expect(result.rendered() == "")
        return try #require(result.scenario)
    }

    private func problems(_ text: String, _ overrides: [String] = [], including: [String: String] = [:]) -> [String] {
        ScenarioLoader.load(text: text, name: "a.yaml", overrides: overrides, including: including).diagnostics
            .map { "\($0.position): \($0.message)" }
    }

    @Test func valuesArriveTyped() throws {
        let scenario = try load(Self.example)
        #expect(scenario.name == "example")
        #expect(scenario.underlay.hostLink.rate.bitsPerSecond == 25_000_000_000)
        #expect(scenario.underlay.hostLink.queue == .bytes(1_000_000))
        #expect(scenario.underlay.fabricLink.queue == .packets(100))
        #expect(scenario.underlay.fabricLink.mtu == 1_600)
        #expect(scenario.nva.at == .host("leaf16/host16"))
        #expect(scenario.vms[0].mac == MACAddress(0x5254_0012_3456))
        #expect(scenario.vms[0].address == IPAddress(text: "10.0.0.9"))
        #expect(scenario.vms[1].at == .spread && scenario.vms[1].count == 8)
        #expect(scenario.traffic[0].rate == .perSecond(10_000) && scenario.traffic[0].phase == .random)
        #expect(scenario.moves[0].standstill == .milliseconds(22))
        #expect(scenario.expect[0].max == ExpectedValue(dimension: .time, value: 5_000_000_000))
        #expect(scenario.expect[0].of == ["move": "m1"] && scenario.expect[0].line == 19)
    }

    @Test func theSmallestScenario() throws {
        var expected = Scenario()
        expected.name = "example"
        // The profile's knobs, where they are not the defaults of the key table.
        expected.redirect.learn = .query
        expected.invalidate.by = .oldNVE
        expected.nve.cache.timeout = .seconds(60)
        #expect(try load("schema: 1\n") == expected)
    }

    @Test func profileGivesWayToTheFile() throws {
        #expect(try load("schema: 1").redirect.learn == .query)
        let scenario = try load(
            "schema: 1\nprofile: draft15\nredirect: {learn: preinstalled, timer: 5 s}\nnva: {distribution: none}")
        #expect(scenario.redirect.learn == .preinstalled && scenario.redirect.timer == .seconds(5))
        #expect(scenario.nva.distribution == .none)
        #expect(try load("schema: 1", ["redirect.learn=none"]).redirect.learn == .none)
    }

    @Test func yamlWordsStayTexts() throws {
        let text = """
            schema: 1
            overlay: {networks: [{name: no}, {name: on}, {name: 0x10}]}
            vms: [{name: yes, network: no}, {name: null, network: "on"}]
            """
        let scenario = try load(text)
        #expect(scenario.overlay.networks.map(\.name) == ["no", "on", "0x10"])
        #expect(scenario.vms.map(\.name) == ["yes", "null"])
        #expect(scenario.redirect.learn == .query)
    }

    @Test func anchorsMergeKeysAndExtensions() throws {
        let text = """
            schema: 1
            x-link: &link {rate: 10 Gbps, delay: 5 us}
            underlay:
              x-note: none of our business
              host-link: {<<: *link, delay: 2 us}
              fabric-link: *link
            """
        let scenario = try load(text)
        #expect(scenario.underlay.hostLink.rate.bitsPerSecond == 10_000_000_000)
        #expect(scenario.underlay.hostLink.delay == .microseconds(2))
        #expect(scenario.underlay.fabricLink.delay == .microseconds(5))
    }

    @Test func defaultsFillEveryEntry() throws {
        let text = """
            schema: 1
            defaults:
              networks: {tenant: acme}
              vms: {network: blue, at: leaf1/host1}
              traffic: {size: 500 B, rate: 1 kpps}
            overlay: {networks: [{name: blue}]}
            vms: [{name: a}, {name: b, at: leaf2/host2}]
            traffic: [{from: a, to: b}, {from: b, to: a, kind: flows, load: 10 %, size: 600 B}]
            """
        let scenario = try load(text)
        #expect(scenario.overlay.networks[0].tenant == "acme")
        #expect(scenario.vms.map(\.at) == [.host("leaf1/host1"), .host("leaf2/host2")])
        #expect(scenario.traffic.map(\.size) == [500, 600])
        #expect(scenario.traffic.map(\.rate) == [.perSecond(1_000), nil])
        #expect(scenario.traffic.map(\.name) == ["traffic1", "traffic2"])
    }

    @Test func generatedHostsAndPlaces() throws {
        let text = """
            schema: 1
            underlay: {kind: star, hosts: 3, delays: [{from: host1, to: host3, delay: 3 ms}]}
            nva: {at: host2, push-order: [host3]}
            drain: 2 s
            """
        let scenario = try load(text)
        #expect(scenario.underlay.hosts == ["host1", "host2", "host3"])
        #expect(scenario.drain == .time(.seconds(2)))
        #expect(scenario.nva.pushOrder == ["host3"])
    }

    @Test func sizesFromPoints() throws {
        let text =
            Self.example + """

                defaults: {}
                """
        let points =
            "traffic[0]={kind: flows, from: client, to: client, load: 30 %, "
            + "sizes: [{bytes: 10 kB, share: 15 %}, {bytes: 1 MB, share: 100 %}]}"
        let scenario = try load(text, [points])
        #expect(
            scenario.traffic[0].sizes
                == .points([
                    .init(bytes: 10_000, cumulative: Ratio(billionths: 150_000_000)),
                    .init(bytes: 1_000_000, cumulative: Ratio(billionths: 1_000_000_000)),
                ]))
    }

    @Test func includesAreJoined() throws {
        let base = """
            schema: 1
            duration: 5 s
            overlay: {networks: [{name: blue}]}
            underlay: {spines: 2, leaves: 2}
            vms: [{name: a, network: blue}]
            """
        let main = """
            schema: 1
            include: parts/base.yaml
            underlay: {leaves: 3}
            vms: [{name: b, network: blue}]
            """
        let result = ScenarioLoader.load(
            text: main, name: "dir/main.yaml", including: ["dir/parts/base.yaml": base])
        let scenario = try #require(result.scenario)
        #expect(scenario.name == "main" && scenario.duration == .seconds(5))
        #expect(scenario.underlay.spines == 2 && scenario.underlay.leaves == 3)
        #expect(scenario.vms.map(\.name) == ["a", "b"])
        #expect(result.files.map(\.path) == ["dir/main.yaml", "dir/parts/base.yaml"])
    }

    @Test func entriesOfOneNameAreOneEntry() throws {
        let base = """
            schema: 1
            overlay: {networks: [{name: blue, tenant: acme, subnet: 10.0.0.0/24}, {name: red}]}
            vms: [{name: a, network: blue, at: leaf1/host1, address: 10.0.0.9}, {name: b, network: blue}]
            """
        let main = """
            schema: 1
            include: base.yaml
            overlay: {networks: [{name: blue, subnet: "2001:db8:1::/64"}]}
            vms: [{name: c, network: red}, {name: a, address: "2001:db8:1::9"}]
            """
        let result = ScenarioLoader.load(text: main, name: "main.yaml", including: ["base.yaml": base])
        #expect(result.rendered() == "")
        let scenario = try #require(result.scenario)
        #expect(scenario.overlay.networks.map(\.name) == ["blue", "red"])
        #expect(scenario.overlay.networks[0].tenant == "acme")
        #expect(scenario.overlay.networks[0].subnet.description == "2001:db8:1::/64")
        #expect(scenario.vms.map(\.name) == ["a", "b", "c"])
        #expect(scenario.vms[0].at == .host("leaf1/host1"))
        #expect(scenario.vms[0].address?.description == "2001:db8:1::9")
        // A name that one file gives twice is still a mistake.
        let twice = "schema: 1\ninclude: base.yaml\nvms: [{name: x, network: red}, {name: x, network: red}]"
        #expect(problems(twice, including: ["base.yaml": base]).count == 1)
    }

    @Test func aFileIsIncludedOnce() throws {
        let others = [
            "b.yaml": "schema: 1\ninclude: d.yaml\nseed: 2", "c.yaml": "schema: 1\ninclude: d.yaml\nseed: 3",
            "d.yaml": "schema: 1\noverlay: {networks: [{name: blue}]}",
        ]
        let result = ScenarioLoader.load(
            text: "schema: 1\ninclude: [b.yaml, c.yaml]", name: "a.yaml", including: others)
        #expect(result.scenario?.overlay.networks.count == 1)
        #expect(result.scenario?.seed == 3)
    }

    @Test func wrongIncludes() {
        #expect(
            problems("schema: 1\ninclude: b.yaml", including: ["b.yaml": "schema: 1\ninclude: [a.yaml]"])
                == ["b.yaml:2:11: `include:` goes in a circle: a.yaml → b.yaml → a.yaml"])
        #expect(problems("schema: 1\ninclude: b.yaml") == ["a.yaml:2:10: `b.yaml`: no such file"])
        #expect(
            problems("schema: 1\ninclude: {a: b}") == ["a.yaml:2:10: `include` takes the name of a file, not a mapping"]
        )
        #expect(
            problems("schema: 1\ninclude: b.yaml\nsed: 1", including: ["b.yaml": "schema: 1\nnmae: b"])
                == ["a.yaml:3:1: unknown key `sed` in the scenario", "b.yaml:2:1: unknown key `nmae` in the scenario"])
    }

    @Test func overridesEditTheTree() throws {
        let scenario = try load(
            Self.example,
            ["traffic[0].rate=0.5 pps", "vms[1].count=4", "announce.count=3", "nva.at=out-of-band", "nva.delay=1 ms"],
            seed: 77)
        #expect(scenario.traffic[0].rate?.microPackets == 500_000)
        #expect(scenario.vms[1].count == 4 && scenario.announce.count == 3)
        #expect(scenario.nva.at == .outOfBand && scenario.nva.delay == .milliseconds(1))
        #expect(scenario.seed == 77)
        #expect(try load(Self.example, ["seed=5"]).seed == 5)
    }

    @Test(arguments: [
        ("nva.ta=out-of-band", "unknown key `ta` in `nva`"),
        ("undrelay.kind=star", "unknown key `undrelay` in the scenario"),
        ("vms[2].count=3", "there is no `vms[2]`"), ("vms.count=3", "`vms` is a list: it has no key `count`"),
        ("failures[0].at=1 s", "there is no list `failures` in this scenario"),
        ("seed.x=1", "`seed` is `1`: it has no key `x`"),
        ("duration=10", "`duration`: `10` has no unit; a duration needs one"), ("duration", "this is no override"),
        ("vms[a].count=1", "this is no override"), ("schema=2", "`schema` cannot be overridden"),
        ("duration=", "`duration` has no value"), ("nva={at: [", "not valid YAML"),
        ("vms[0].at=leaf99/host1", "there is no host"),
    ])
    func wrongOverrides(_ override: String, _ message: String) {
        let found = problems(
            "schema: 1\nseed: 1\noverlay: {networks: [{name: b}]}\nvms: [{name: a, network: b}, {name: c, network: b}]",
            [override])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("--set \(override): \(message)") == true)
    }

    @Test func networksOfMany() throws {
        let text = """
            schema: 1
            overlay: {networks: [{name: t, count: 3}, {name: blue, vni: 5002}]}
            vms: [{name: s, network: each, count: 2}, {name: d, network: each}, {name: x, network: "t[2]"}]
            traffic: [{from: s, to: d, rate: 1 pps}, {from: "s[5]", to: x, rate: 1 pps}]
            """
        #expect(try load(text).vms[2].network == .named("t[2]"))
    }

    @Test func filesOnDisk() {
        #expect(ScenarioLoader.load(path: "/nonexistent/a.yaml").outcome == .missing)
        #expect(ScenarioLoader.load(path: "/").outcome == .missing)
        #expect(
            ScenarioLoader.load(path: "/").diagnostics.map(\.message) == ["this is a directory, not a file"])
    }
}

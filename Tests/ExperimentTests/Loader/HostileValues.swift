import Testing

/// Scenarios that the loader takes and that no one would write: extremes of every range, in every mixture.
enum HostileValues {
    /// Small scenarios on which the values are set: a stream and a move, transfers, a chain of moves with everything
    /// that asks and waits, sites, a graph, bursts with requests and pings.
    static let bases = [
        """
        schema: 1
        duration: 5 ms
        underlay: {kind: star, hosts: 4, host-link: {rate: 1 Gbps, delay: 10 us}}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: host4}
        vms: [{name: a, count: 2, network: blue, at: host1}, {name: b, network: blue, at: host2}]
        traffic: [{name: f, kind: cbr, from: a, to: b, rate: 10 kpps, size: 500 B}]
        moves: [{name: m1, vm: b, to: host3, at: 1 ms, downtime: 1 ms}]

        """,
        """
        schema: 1
        duration: 2 ms
        underlay: {spines: 2, leaves: 2, hosts-per-leaf: 2, host-link: {rate: 1 Gbps, queue: 9 kB}}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: leaf2/host2, push-targets: all}
        vms: [{name: a, count: 3, network: blue, at: spread}, {name: b, network: blue, at: leaf1/host1}]
        traffic: [{name: f, kind: flows, from: a, to: b, sizes: websearch, load: 40 %, size: 1500 B}]
        moves: [{name: m1, vm: b, to: leaf2/host1, at: 0 s, downtime: 0 s}]

        """,
        """
        schema: 1
        duration: 9 ms
        underlay: {kind: star, hosts: 4, host-link: {rate: 1 Gbps, delay: 10 us}}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: host4, costs: {registration: 100 us, query: 100 us}}
        nve: {miss: query-queue, query: {timeout: 300 us, retries: 2}, cache: {timeout: 2 ms}}
        start: {caches: empty}
        redirect: {learn: query, timer: 2 ms, on-expiry: requery, buffer: {at: old, limit: 3 packets}}
        invalidate: {by: both}
        vms: [{name: a, count: 2, network: blue, at: host1}, {name: b, network: blue, at: host2}]
        traffic:
          - {name: f, kind: poisson, from: a, to: b, rate: 5 kpps, size: 100 B}
          - {name: g, kind: cbr, from: b, to: a, rate: 5 kpps, size: 100 B, pairs: all}
        moves:
          - {name: m1, vm: b, to: host3, at: 1 ms, downtime: 1 ms}
          - {name: m2, vm: b, to: host2, at: 3 ms, downtime: 1 ms}
          - {name: m3, vm: "a[0]", to: host3, at: 4 ms, downtime: 1 ms}

        """,
        """
        schema: 1
        duration: 4 ms
        underlay:
          kind: sites
          spines: 2
          leaves: 1
          hosts-per-leaf: 2
          host-link: {rate: 1 Gbps, delay: 10 us}
          wan: {rate: 100 Mbps, delay: 100 us}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: site2/leaf1/host2}
        vms:
          - {name: a, count: 2, network: blue, at: site1/leaf1/host1}
          - {name: b, network: blue, at: site1/leaf1/host2}
        traffic: [{name: f, kind: cbr, from: a, to: b, rate: 10 kpps, size: 500 B}]
        moves: [{name: m1, vm: b, to: site2/leaf1/host1, at: 1 ms, downtime: 1 ms}]
        failures: [{target: {link: site1/leaf1-site1/spine1}, at: 2 ms, repair: 1 ms}]

        """,
        """
        schema: 1
        duration: 4 ms
        underlay:
          kind: graph
          nodes: [x, y, z]
          hosts: [{name: host1, at: x}, {name: host2, at: y}, {name: host3, at: z}, {name: host4, at: z}]
          links: [{between: [x, y], delay: 5 us}, {between: [y, z]}, {between: [x, z], delay: 1 us}]
          host-link: {rate: 1 Gbps, delay: 10 us}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: host4}
        vms: [{name: a, count: 2, network: blue, at: host1}, {name: b, network: blue, at: host2}]
        traffic: [{name: f, kind: poisson, from: a, to: b, rate: 10 kpps, size: 500 B}]
        moves: [{name: m1, vm: b, to: host3, at: 1 ms, downtime: 1 ms}]
        failures: [{target: {link: x-y}, at: 500 us}, {target: {link: x->z}, at: 2 ms, repair: 1 ms}]

        """,
        """
        schema: 1
        duration: 9 ms
        underlay: {kind: star, hosts: 4, host-link: {rate: 1 Gbps, delay: 10 us}}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: host4}
        redirect: {learn: query, timer: 2 ms}
        vms: [{name: a, count: 2, network: blue, at: host1}, {name: b, network: blue, at: host2}]
        traffic:
          - kind: request-response
            from: a
            to: b
            think: {kind: exponential, mean: 200 us}
            service: {kind: lognormal, median: 20 us, p99: 3 ms}
            retry: {timeout: 300 us, attempts: 3}
          - {kind: request-response, from: b, to: a, pairs: all, rate: 2 kpps, service: {choice: [1 us, 1 ms]}}
          - {kind: ping, from: a, to: b, rate: 3 kpps, phase: 10 us}
          - kind: on-off
            from: b
            to: a
            pairs: all
            rate: 10 kpps
            on: 500 us
            off: {kind: pareto, least: 50 us, shape: 1}
        moves:
          - {name: m1, vm: b, to: host3, at: 1 ms, downtime: 1 ms}
          - {name: m2, vm: "a[1]", to: host3, at: 4 ms, downtime: 1 ms}

        """,
    ]

    /// Values by path, in the form of `--set`.
    static let values: [(path: String, values: [String])] = [
        ("duration", ["1 ps", "3 us", "1 s", "30 d"]), ("seed", ["0", "18446744073709551615"]),
        ("drain", ["0 s", "1 ps", "30 d"]), ("measure.from", ["1 ps", "1 ms"]), ("measure.until", ["1 ps", "2 ms"]),
        ("results.window", ["1 ps", "30 d"]), ("results.flows", ["classes"]), ("start.caches", ["empty"]),
        ("start.age", ["random"]),
        ("underlay.host-link.rate", ["1 bps", "1000 Tbps", "unlimited", "8 kbps"]),
        ("underlay.host-link.delay", ["0 s", "1 ps", "13 d", "30 d"]),
        ("underlay.host-link.queue", ["unlimited", "0 B", "0 packets", "1 packet", "1 TB"]),
        ("underlay.host-link.mtu", ["68 B", "65535 B"]), ("underlay.framing", ["none", "ethernet"]),
        ("underlay.fabric-link", ["{rate: 1 bps}", "{rate: unlimited, delay: 0 s}", "{delay: 30 d, queue: 0 B}"]),
        ("underlay.hosts", ["1", "[host4, host3, host2, host1]"]), ("underlay.spines", ["1", "1024"]),
        (
            "underlay.delays",
            ["[{from: host1, to: host2, delay: 30 d}]", "[{from: host2, to: host3, delay: 10 us}]"]
        ),
        ("underlay.wan", ["{rate: 1 bps}", "{delay: 13 d}", "{rate: unlimited, delay: 0 s}"]),
        ("underlay.reroute", ["none", "ecmp"]), ("underlay.reroute-delay", ["0 s", "1 ps", "30 d"]),
        (
            "underlay.links",
            ["[]", "[{between: [x, y]}, {between: [x, y], rate: 1 bps}]", "[{between: [x, y], delay: 13 d}]"]
        ),
        ("underlay.host-link.ecn-threshold", ["0 B", "1 TB"]), ("failures", ["[]"]),
        ("failures[0].at", ["0 s", "1 ps", "30 d"]), ("failures[0].repair", ["1 ps", "30 d"]),
        (
            "failures[0].target",
            ["{link: x-y}", "{link: x->y}", "{link: host1-x}", "{link: site1/leaf1->site1/spine2}"]
        ),
        (
            "failures[0]",
            [
                "{target: {server: host1}, at: 1 ms, repair: 1 ms}", "{target: {nve: host2}, at: 1 ms, state: kept}",
                "{target: {nva: all}, kind: recurring, mtbf: 1 ms, mttr: 1 ps}", "{target: {vm: b}, at: 0 s}",
                "{target: {switch: x}, at: 1 ms, repair: 1 ps}",
            ]
        ),
        ("nva.replicas", ["{count: 16, takeover: 30 d}", "{places: [host2]}"]),
        ("nva.at", ["out-of-band", "host1", "leaf1/host1"]), ("nva", ["{at: out-of-band, delay: 30 d}"]),
        ("nva.costs", ["{registration: 30 d, query: 30 d, reply: 30 d, push: 30 d, spacing: 30 d}"]),
        ("nva.costs.registration", ["0 s", "1 ps", "30 d"]), ("nva.costs.query", ["30 d"]),
        ("nva.costs.reply", ["30 d"]), ("nva.costs.push", ["30 d"]), ("nva.costs.spacing", ["30 d"]),
        ("nva.distribution", ["push", "none"]), ("nva.push-targets", ["communicating", "members", "all"]),
        ("nva.on-detach", ["hold", "keep", "withdraw"]), ("nva.hold-timeout", ["0 s", "30 d"]),
        ("nva.unknown", ["negative", "silent"]), ("nva.negative-lifetime", ["0 s", "30 d"]),
        ("nve.miss", ["drop", "query-drop", "query-queue"]), ("nve.cache.timeout", ["1 ps", "1 us", "30 d"]),
        (
            "nve.cache",
            [
                "{timeout: 1 us, kind: sliding, requery: lazy}", "{timeout: 1 ps, requery: eager}", "{capacity: 1}",
                "{timeout: 30 d, kind: sliding, requery: eager, capacity: 1}",
            ]
        ),
        (
            "nve.query",
            ["{timeout: 0 s, retries: 100}", "{timeout: 30 d, retries: 100}", "{timeout: 1 ps, retries: 0}"]
        ),
        ("redirect.learn", ["none", "query", "nva-push", "preinstalled", "move-request"]),
        ("redirect.timer", ["0 s", "1 ps", "30 d"]), ("redirect.idle", ["0 s", "30 d"]),
        ("redirect.stop", ["timer", "idle", "first-of"]), ("redirect.on-expiry", ["drop", "requery"]),
        (
            "redirect.buffer",
            [
                "{at: none}", "{at: new, limit: 1 packet, lifetime: 0 s}",
                "{at: old, limit: 100000000 packets, nve-limit: 1 packet, lifetime: 30 d}",
            ]
        ),
        ("invalidate", ["{by: both, detect-delay: 30 d, spacing: 30 d}", "{by: old-nve, targets: members}"]),
        ("announce", ["{kind: none}", "{delay: 30 d, count: 100, interval: 5 h}", "{count: 100, interval: 0 s}"]),
        ("traffic[0].rate", ["1000 Gpps", "0.000001 pps", "1 pps"]),
        ("traffic[0].size", ["28 B", "29 B", "65000 B"]), ("traffic[0].phase", ["random", "30 d", "1 ps"]),
        ("traffic[0].start", ["4 ms", "1 ps"]), ("traffic[0].stop", ["1 ps", "30 d"]),
        ("traffic[0].count", ["1", "3"]),
        ("traffic[0].pairs", ["zip", "all", "one-each"]), ("traffic[0].kind", ["cbr", "poisson"]),
        ("traffic[0].sizes", ["[{bytes: 1 TB, share: 100 %}]", "[{bytes: 1 B, share: 100 %}]"]),
        ("traffic[0].load", ["0.0000001 %", "100 %"]),
        ("traffic[0].pace", ["1 bps", "1000 Tbps"]), ("moves[0].at", ["0 s", "1 ps", "2 ms"]),
        ("moves[0].downtime", ["0 s", "1 ps", "500 us"]), ("moves[0].to", ["host2", "host1", "leaf1/host1"]),
        ("vms[0].count", ["1", "200"]), ("vms[0].at", ["spread"]), ("moves", ["[]"]),
    ]

    /// Values of bursts and requests, for the last of the bases.
    static let dialogue: [(path: String, values: [String])] = [
        (
            "traffic[0].think",
            ["0 s", "30 d", "{kind: uniform, from: 0 s, to: 1 ps}", "{kind: pareto, least: 1 ps, shape: 0.001}"]
        ),
        (
            "traffic[0].service",
            [
                "0 s", "30 d", "{kind: exponential, mean: 30 d}", "{kind: lognormal, median: 1 ps, p99: 30 d}",
                "{choice: [0 s, 30 d], weights: [1000000, 0.000000001]}",
            ]
        ),
        (
            "traffic[0].retry",
            [
                "{timeout: 1 ps, attempts: 1}", "{timeout: 1 ps, attempts: 1000}", "{timeout: 30 d, attempts: 1}",
                "{timeout: 1 us, attempts: 1000}", "{}",
            ]
        ),
        ("traffic[0].response-size", ["28 B", "65000 B"]), ("traffic[0].count", ["1", "3"]),
        ("traffic[0].phase", ["random", "30 d"]), ("traffic[0].kind", ["ping", "on-off"]),
        ("traffic[1].arrivals", ["constant", "poisson"]), ("traffic[1].rate", ["1000 Gpps", "0.000001 pps"]),
        ("traffic[1].retry", ["{timeout: 10 us, attempts: 3}"]), ("traffic[2].rate", ["1000 Gpps", "1 Mpps"]),
        ("traffic[2].stop", ["1 ms"]), ("traffic[3].on", ["1 ps", "{kind: exponential, mean: 1 ps}", "30 d"]),
        ("traffic[3].off", ["0 s", "{choice: [0 s, 1 ps]}", "30 d"]), ("moves[1].downtime", ["0 s", "5 ms"]),
        ("measure.from", ["4 ms"]), ("drain", ["0 s", "10 ms"]),
    ]

    /// The mixtures that are known to be the worst.
    static let chosen: [(base: Int, overrides: [String])] = [
        (0, ["underlay.host-link.rate=1 bps", "underlay.host-link.queue=unlimited", "traffic[0].size=8900 B"]),
        (0, ["nva.costs={registration: 30 d, push: 30 d, spacing: 30 d}", "traffic[0].count=3"]),
        (0, ["underlay.host-link.rate=1000 Tbps", "underlay.host-link.delay=0 s"]),
        (0, ["underlay.host-link.delay=13 d", "traffic[0].count=3"]),
        (0, ["traffic[0].size=65000 B", "underlay.host-link.mtu=65535 B"]),
        (0, ["underlay.hosts=1", "nva.at=host1", "vms[0].at=spread", "vms[1].at=spread", "moves[0].to=host1"]),
        (0, ["moves[0].at=0 s", "moves[0].downtime=0 s"]),
        (0, ["duration=30 d", "traffic[0].rate=0.000001 pps", "moves[0].downtime=29 d"]),
        (0, ["announce={delay: 30 d, count: 100, interval: 5 h}", "traffic[0].count=1"]),
        (1, ["traffic[0].sizes=[{bytes: 1 TB, share: 100 %}]", "traffic[0].size=29 B"]),
        (1, ["traffic[0].sizes=[{bytes: 1 TB, share: 100 %}]", "traffic[0].size=29 B", "traffic[0].pace=1 bps"]),
        (1, ["traffic[0].sizes=[{bytes: 1 B, share: 100 %}]", "traffic[0].load=100 %"]),
        (1, ["traffic[0].pace=1000 Tbps", "underlay.host-link.queue=unlimited", "underlay.host-link.rate=1 bps"]),
        (2, ["nve.cache={timeout: 1 ps, requery: eager}"]), (2, ["nve.query={timeout: 0 s, retries: 100}"]),
        (2, ["nve.query={timeout: 30 d, retries: 100}", "nva.costs.query=30 d", "traffic[0].count=3"]),
        (2, ["invalidate={by: both, detect-delay: 30 d, spacing: 30 d}", "traffic[0].count=3"]),
        (5, ["traffic[0].retry={timeout: 1 ps, attempts: 1000}"]),
        (5, ["traffic[0].think=0 s", "traffic[0].service=0 s", "underlay.host-link.rate=unlimited"]),
        (5, ["traffic[0].service={kind: lognormal, median: 1 ps, p99: 30 d}", "drain=20 d"]),
        (5, ["traffic[3].on=1 ns", "traffic[3].off=0 s"]),
        (5, ["underlay.host-link.rate=unlimited", "underlay.host-link.delay=0 s", "traffic[0].think=0 s"]),
    ]

    /// One to six values on one of the scenarios.
    static func mixture(_ random: inout LoaderRandom) -> (base: Int, overrides: [String]) {
        let base = Int.random(in: 0..<bases.count, using: &random)
        let values = base == bases.count - 1 ? dialogue + dialogue + self.values : self.values
        let overrides = (0..<Int.random(in: 1...6, using: &random)).map { _ in
            let knob = values[Int.random(in: 0..<values.count, using: &random)]
            return knob.path + "=" + knob.values[Int.random(in: 0..<knob.values.count, using: &random)]
        }
        return (base, overrides)
    }
}

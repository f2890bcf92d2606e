/// Small scenarios for the program as a whole: runs of them take milliseconds.
enum ProgramScenarios {
    /// One VM moves away from a constant-rate stream: no chance anywhere.
    static func plain(_ name: String, more: String = "") -> String {
        """
        schema: 1
        name: \(name)
        duration: 100 ms
        underlay: {kind: star, hosts: 4, host-link: {rate: 1 Gbps, delay: 100 us, queue: 1 MB}}
        overlay: {networks: [{name: blue, vni: 5001, subnet: 10.0.0.0/24}]}
        nva: {at: host4}
        vms:
          - {name: client, network: blue, at: host1}
          - {name: web, network: blue, at: host2}
        traffic:
          - {name: probe, kind: cbr, from: client, to: web, rate: 1 kpps, size: 500 B}
        moves:
          - {name: m1, vm: web, to: host3, at: 30 ms, mode: hot, downtime: 5 ms}
        \(more)

        """
    }

    /// Random phases, gaps and transfer sizes.
    static func random(_ name: String, seed: String = "seed: 1") -> String {
        """
        schema: 1
        name: \(name)
        duration: 20 ms
        \(seed)
        underlay:
          kind: leaf-spine
          spines: 2
          leaves: 2
          hosts-per-leaf: 2
          host-link: {rate: 1 Gbps, delay: 1 us, queue: 10 kB}
          fabric-link: {rate: 1 Gbps, delay: 1 us, queue: 10 kB}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: leaf2/host2}
        vms:
          - {name: client, count: 4, network: blue, at: spread}
          - {name: web, network: blue, at: leaf1/host1}
          - {name: db, network: blue, at: leaf1/host2}
          - {name: late, network: blue, at: leaf1/host2, created: 2 ms, destroyed: 12 ms}
        traffic:
          - {name: probe, kind: cbr, from: client, to: web, rate: 2 kpps, size: 500 B, phase: random}
          - {name: chat, kind: poisson, from: client, to: web, rate: 3 kpps, size: 200 B}
          - {name: call, kind: request-response, from: client, to: web, rate: 1 kpps, service: 20 us}
          - {name: bulk, kind: flows, from: client, to: client, sizes: websearch, load: 20 %, size: 1500 B}
        moves:
          - {name: m1, vm: web, to: leaf2/host1, at: 5 ms, mode: hot, downtime: 1 ms}
        failover: [{name: guard, primary: db, secondary: leaf2/host2, detector: {interval: 2 ms}}]

        """
    }

    /// An expectation that holds, fails, or has nothing to measure.
    static let holds = "expect: [{metric: runs.sent, min: 100 packets, max: 100 packets}]"
    static let fails = "expect: [{metric: runs.sent, min: 99 packets, max: 99 packets}]"
    static let measuresNothing = "expect: [{metric: flows.lost, of: {flow: nobody}, max: 0 packets}]"
}

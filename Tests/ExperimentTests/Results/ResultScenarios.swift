import Testing

/// Scenarios of all kinds whose tables must agree with one another.
enum ResultScenarios {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var text: String
        /// Columns of the run that must not be 0, so that no check is empty.
        var happens: [String]
        /// The measured window is the whole run.
        var isWholeRun = true
        var testDescription: String { name }
    }

    /// REF-A: four NVEs and the NVA 2 ms apart, 1000 packets a second from A to a VM that goes from B to C.
    static let reference = """
        schema: 1
        name: reference
        duration: 20 s
        underlay: {kind: star, hosts: [A, B, C, D, NVA], host-link: {rate: unlimited, delay: 1 ms}}
        overlay: {networks: [{name: blue, tenant: acme, vni: 5001, subnet: 10.0.0.0/24}]}
        nva: {at: NVA, costs: {registration: 1 ms, spacing: 100 us}}
        nve: {cache: {timeout: never}}
        invalidate: {by: none}
        announce: {kind: garp, delay: 0 s, count: 1}
        vms:
          - {name: m, network: blue, at: B}
          - {name: c, network: blue, at: A}
          - {name: x, network: blue, at: D}
        traffic: [{name: f1, kind: cbr, from: c, to: m, rate: 1 kpps, size: 1000 B, phase: 500 us}]
        moves: [{name: m1, vm: m, to: C, at: 10 s, mode: hot, downtime: 300 ms}]

        """
    static let withoutRedirect = "redirect: {learn: none}\n"
    static let withRedirect = "redirect: {learn: preinstalled, timer: 30 s}\n"

    /// The same with nine idle seconds less before the move and after it.
    private static let short = reference.replacing("duration: 20 s", with: "duration: 2 s")
        .replacing("at: 10 s", with: "at: 1 s")

    /// Two VMs move, one of them around and back home; flows to, from and between them; one flow has nothing to do
    /// with any move.
    private static let several = """
        schema: 1
        name: several
        duration: 200 ms
        results: {window: 7 ms}
        underlay:
          kind: leaf-spine
          spines: 2
          leaves: 4
          hosts-per-leaf: 2
          host-link: {rate: 1 Gbps, delay: 5 us, queue: 20 kB}
          fabric-link: {rate: 1 Gbps, delay: 5 us, queue: 20 kB}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}, {name: red, subnet: 10.0.0.0/24}]}
        nva: {at: leaf4/host2, push-targets: all, costs: {registration: 2 ms, spacing: 200 us}}
        nve: {cache: {timeout: never}}
        invalidate: {by: none}
        vms:
          - {name: client, count: 4, network: blue, at: spread}
          - {name: web, network: blue, at: leaf1/host1}
          - {name: data, network: blue, at: leaf2/host1}
          - {name: pair, count: 2, network: red, at: leaf3/host2}
        traffic:
          - {name: ask, kind: poisson, from: client, to: web, rate: 3 kpps, size: 300 B}
          - {name: answer, kind: cbr, from: web, to: client, rate: 2 kpps, size: 1000 B, phase: random}
          - {name: query, kind: cbr, from: web, to: data, rate: 2 kpps, size: 400 B, phase: 77 us}
          - {name: reply, kind: poisson, from: data, to: web, rate: 2 kpps, size: 1400 B}
          - {name: aside, kind: cbr, from: "pair[0]", to: "pair[1]", rate: 1 kpps, size: 100 B}
        moves:
          - {name: there, vm: web, to: leaf2/host2, at: 20 ms, downtime: 10 ms}
          - {name: on, vm: web, to: leaf3/host1, at: 32 ms, downtime: 5 ms}
          - {name: home, vm: web, to: leaf1/host1, at: 90 ms, downtime: 8 ms}
          - {name: pause, vm: web, to: leaf1/host1, at: 120 ms, downtime: 4 ms}
          - {name: other, vm: data, to: leaf4/host1, at: 35 ms, downtime: 20 ms}

        """

    /// The same with NVEs that know nothing at first and ask, whose mappings age, and an old NVE that buffers.
    private static let asking =
        several.replacing(
            "nve: {cache: {timeout: never}}", with: "nve: {miss: query-queue, cache: {timeout: 30 ms, requery: lazy}}"
        ).replacing("by: none", with: "by: both, targets: all, detect-delay: 1 ms") + """
            start: {caches: empty}
            redirect: {learn: query, timer: 20 ms, on-expiry: requery, buffer: {at: old, limit: 20 packets}}

            """

    /// Everybody sends to one host, so that queues overflow, while a VM of the transfers moves.
    private static let transfers = """
        schema: 1
        name: transfers
        duration: 30 ms
        underlay:
          kind: leaf-spine
          spines: 2
          leaves: 2
          hosts-per-leaf: 2
          host-link: {rate: 1 Gbps, delay: 1 us, queue: 15 kB}
          fabric-link: {rate: 1 Gbps, delay: 1 us, queue: 15 kB}
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
        nva: {at: leaf2/host2, costs: {registration: 1 ms}}
        nve: {cache: {timeout: never}}
        invalidate: {by: none}
        vms:
          - {name: client, count: 6, network: blue, at: spread}
          - {name: web, network: blue, at: leaf1/host1}
        traffic:
          - {name: bulk, kind: flows, from: client, to: web, sizes: websearch, load: 40 %, size: 1500 B}
          - {name: back, kind: flows, from: web, to: client, sizes: websearch, load: 10 %, size: 8900 B}
          - {name: probe, kind: cbr, from: client, to: web, rate: 5 kpps, size: 200 B, phase: random}
        moves: [{name: m1, vm: web, to: leaf2/host1, at: 10 ms, downtime: 2 ms}]

        """

    static let all = [
        Case(name: "REF-A, the old NVE drops", text: short + withoutRedirect, happens: ["misdirected"]),
        Case(
            name: "REF-A, the old NVE relays", text: short + withRedirect,
            happens: ["triangular", "early", "reordered"]),
        Case(
            name: "moves of two VMs, a chain, back home", text: several + withRedirect,
            happens: ["triangular", "lost", "early"]),
        Case(
            name: "the same without redirect", text: several + withoutRedirect,
            happens: ["misdirected", "lost"]),
        Case(
            name: "the same with a short timer", text: several + "redirect: {learn: preinstalled, timer: 9 ms}\n",
            happens: ["misdirected", "lost", "redirected"]),
        Case(
            name: "the same measured around one move",
            text: several + withRedirect + "measure: {from: 29 ms, until: 41 ms}\n",
            happens: ["triangular", "lost"], isWholeRun: false),
        Case(
            name: "REF-A measured while it is down",
            text: short + withRedirect + "measure: {from: 1 s, until: 1.3 s}\n",
            happens: ["triangular", "early"], isWholeRun: false),
        Case(
            name: "REF-A measured after the move", text: short + withRedirect + "measure: {from: 1.5 s}\n", happens: [],
            isWholeRun: false),
        Case(
            name: "REF-A cut off while it is down",
            text: short.replacing("duration: 2 s", with: "duration: 1.3 s") + withRedirect + "drain: 0 s\n",
            happens: ["unfinished", "early"]),
        Case(
            name: "the run ends at once, packets under way",
            text: several.replacing("duration: 200 ms", with: "duration: 125 ms").replacing("5 us", with: "900 us")
                + withRedirect + "drain: 0 s\n",
            happens: ["unfinished", "lost"]),
        Case(name: "transfers and full queues", text: transfers, happens: ["lost", "misdirected"]),
        Case(
            name: "transfers measured in part, cut off",
            text: transfers + "measure: {from: 8 ms}\ndrain: 0 s\n", happens: ["lost", "unfinished"],
            isWholeRun: false),
        Case(
            name: "the old NVE asks and buffers, caches begin empty and age",
            text: asking,
            happens: ["buffered", "lost"]),
        Case(
            name: "the new NVE buffers what the old one relays",
            text: short + "redirect: {learn: preinstalled, timer: 30 s, buffer: {at: new, limit: 100 packets}}\n",
            happens: ["buffered", "triangular", "lost_buffer_overflow"]),
    ]
}

extension BrokenScenarios {
    /// Traffic.
    static let traffic = #"""
        === unknownVM
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic: [{from: clinet, to: web, rate: 1 kpps}]
        >>>
        6:18 error: there is no VM `clinet`
            hint: did you mean `client`?
        === indexBeyondTheGroup
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {from: "client[8]", to: web, rate: 1 kpps}
        >>>
        7:12 error: there is no VM `client[8]`
            hint: they are `client[0]` to `client[7]`
        === indexOfASingleVM
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {from: client, to: "web[0]", rate: 1 kpps}
        >>>
        7:24 error: there is no VM `web[0]`
            hint: it is one VM: write `web`
        === rateMissing
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {kind: poisson, from: client, to: web}
        >>>
        7:5 error: `traffic[0]` lacks the key `rate` (kind: poisson needs it)
            hint: for example `rate: 10 kpps`
        === loadMissing
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {kind: flows, from: client, to: client}
        >>>
        7:5 error: `traffic[0]` lacks the key `load` (kind: flows needs it)
            hint: for example `load: 30 %`
        === loadWithoutUnit
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {kind: flows, from: client, to: client, load: 0.3}
        >>>
        7:51 error: `load`: `0.3` has no unit; a share needs one
            hint: write `30 %`
        === loadIsZero
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {kind: flows, from: client, to: client, load: 0 %}
        >>>
        7:51 error: `load`: `0 %` is out of range: more than 0 %, up to 100 %
        === loadOfUnlimitedLinks
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        underlay: {host-link: {rate: unlimited}}
        traffic:
          - {kind: flows, from: client, to: client, load: 30 %}
        >>>
        8:51 error: a share of an unlimited rate means nothing
            hint: give `underlay.host-link.rate`
        === rateOfFlows
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {kind: flows, from: client, to: client, load: 30 %, rate: 1 kpps}
        >>>
        7:57 error: `rate` is for `kind: cbr, poisson, on-off, request-response or ping`, not for `kind: flows`
        === loadOfConstantRate
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {from: client, to: web, rate: 1 kpps, load: 30 %}
        >>>
        7:43 error: `load` is for `kind: flows`, not for `kind: cbr`
        === phaseOfPoisson
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {kind: poisson, from: client, to: web, rate: 1 kpps, phase: random}
        >>>
        7:58 error: `phase` is for `kind: cbr, on-off, request-response or ping`, not for `kind: poisson`
        === packetTooSmall
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {from: client, to: web, rate: 1 kpps, size: 27 B}
        >>>
        7:49 error: `size`: `27 B` is out of range: 28 B to 65 kB
        === zipOfUnequalGroups
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: a, network: blue, count: 3}, {name: b, network: blue, count: 4}]
        traffic:
          - {from: a, to: b, rate: 1 pps}
        >>>
        5:5 error: 3 sources and 4 destinations cannot be paired one by one
            hint: make both equally many, or say `pairs: all` or `pairs: one-each`
        === zipOfAGroupWithItself
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {from: client, to: client, rate: 1 pps}
        >>>
        7:24 error: `client[0]` would send to itself
            hint: `pairs: all` and `pairs: one-each` leave such pairs out
        === toItself
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {from: web, to: web, rate: 1 pps, pairs: all}
        >>>
        7:21 error: `web` would send to itself
        === twoNetworks
        schema: 1
        overlay: {networks: [{name: blue}, {name: red}]}
        vms: [{name: a, network: blue}, {name: b, network: red}]
        traffic:
          - {from: a, to: b, rate: 1 pps}
        >>>
        5:19 error: `a` and `b` are not in the same network
            hint: `a` is in `blue`, `b` in `red`
        === eachAndOneNetwork
        schema: 1
        overlay: {networks: [{name: t, count: 3}]}
        vms: [{name: a, network: each, count: 2}, {name: b, network: "t[1]"}]
        traffic:
          - {from: a, to: b, rate: 1 pps}
        >>>
        5:19 error: `a` and `b` are not in the same network
            hint: `a` is in 3 networks, `b` in `t[1]`
        === startAfterTheEnd
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {from: client, to: web, rate: 1 pps, start: 2 s}
        >>>
        7:49 error: it never sends: the scenario ends at 1 s
        === stopBeforeStart
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {from: client, to: web, rate: 1 pps, start: 20 ms, stop: 10 ms}
        >>>
        7:62 error: it never sends: it starts at 20 ms
        === trafficTwice
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {name: t, from: client, to: web, rate: 1 pps}
          - {name: t, from: client, to: web, rate: 2 pps}
        >>>
        8:12 error: there is a traffic entry `t` already at test.yaml:7:5
        === sizesFall
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - kind: flows
            from: client
            to: client
            load: 10 %
            sizes:
              - {bytes: 10 kB, share: 50 %}
              - {bytes: 5 kB, share: 100 %}
        >>>
        13:9 error: points must rise in `bytes` and not fall in `share`
            hint: `share` counts all transfers up to this size
        === sizesEndEarly
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - kind: flows
            from: client
            to: client
            load: 10 %
            sizes:
              - {bytes: 10 kB, share: 50 %}
              - {bytes: 20 kB, share: 90 %}
        >>>
        13:9 error: the last point of `sizes` must have `share: 100 %`
        === tooManyFlows
        schema: 1
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/8}]}
        vms: [{name: a, network: blue, count: 10000}]
        traffic:
          - {from: a, to: a, rate: 1 pps, pairs: all}
        >>>
        5:42 error: 100000000 flows are more than the 20000000 that an entry may have
            hint: `pairs: one-each`
        """#
}

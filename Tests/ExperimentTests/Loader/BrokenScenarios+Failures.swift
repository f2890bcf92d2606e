extension BrokenScenarios {
    /// Failures of nodes, and replicas of the NVA.
    static let failures = #"""
        === failureOfTwoThings
        schema: 1
        failures: [{at: 1 ms, target: {server: leaf1/host1, switch: leaf1}}]
        >>>
        2:31 error: a failure has one target, not `server` and `switch`
            hint: one of `link`, `vm`, `nve`, `server`, `switch`, `nva`
        === failureOfNodesThatAreNot
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue}]
        failures:
          - {at: 1 ms, target: {vm: wep}}
          - {at: 1 ms, target: {nve: leaf1}}
          - {at: 1 ms, target: {server: leaf17/host1}}
          - {at: 1 ms, target: {switch: spine5}}
          - {at: 1 ms, target: {nva: 2}}
        >>>
        5:29 error: there is no VM `wep`
            hint: did you mean `web`?
        6:30 error: there is no host `leaf1`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        7:33 error: there is no host `leaf17/host1`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        9:30 error: the NVA has no replica 2
            hint: there is one NVA: say `all`
        === failureOfSwitchesThatAreNot
        schema: 1
        nve: {placement: leaf}
        failures:
          - {at: 1 ms, target: {switch: spine5}}
          - {at: 1 ms, target: {nve: spine1}}
          - {at: 1 ms, target: {nva: 2}}
        >>>
        4:33 error: there is no switch `spine5`
            hint: switches are `leaf1` to `spine4`
        5:30 error: there is no NVE in `spine1`
            hint: NVEs are in switches: `leaf1` to `leaf16`
        6:30 error: the NVA has no replica 2
            hint: there is one NVA: say `all`
        === failuresAgainAndAgain
        schema: 1
        failures:
          - {kind: recurring, at: 1 ms, target: {nva: all}}
          - {at: 1 ms, mtbf: 1 s, target: {nva: all}}
          - {kind: recurring, mtbf: 1 ns, mttr: 1 ns, target: {nva: all}}
        >>>
        3:5 error: `failures[0]` lacks the key `mtbf` (kind: recurring needs it)
            hint: for example `mtbf: {kind: exponential, mean: 10 s}`
        3:23 error: `at` is for `kind: once`, not for `kind: recurring`
        4:16 error: `mtbf` is for `kind: recurring`, not for `kind: once`
        5:29 error: that would be more than 100000 failures in 1 s
            hint: state the time between two failures, not their rate
        === whatKeepsNothing
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue}]
        failures:
          - {at: 1 ms, target: {vm: web}, state: kept}
          - {at: 1 ms, target: {link: leaf1-spine1}, state: kept}
        >>>
        5:42 error: a VM that fails keeps nothing
            hint: leave `state` out
        6:53 error: a link that fails keeps nothing
            hint: leave `state` out
        === replicasOfAnNVAOutOfBand
        schema: 1
        nva: {replicas: {places: [leaf1/host1]}}
        >>>
        2:26 error: the NVA is out of band: it has no place
            hint: say `count` instead
        === replicasOfAnNVAAtAHost
        schema: 1
        nva: {at: leaf1/host1, replicas: {count: 2, places: [leaf1/host1, leaf2/host1, leaf2/host1, leaf2/host99]}}
        >>>
        2:42 error: the NVA is at a host: say where its other replicas are
            hint: see `places`
        2:54 error: the NVA has a replica at `leaf1/host1` already
        2:80 error: the NVA has a replica at `leaf2/host1` already
        2:93 error: there is no host `leaf2/host99`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        """#
}

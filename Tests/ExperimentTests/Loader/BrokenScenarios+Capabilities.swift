extension BrokenScenarios {
    /// Ways of moving VMs that a data centre lacks, and plans that lead nowhere.
    static let capabilities = #"""
        === fallbackIsTheSame
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue, at: leaf5/host2}]
        moves: [{vm: web, to: leaf1/host1, at: 100 ms, mode: hot, fallback: hot, downtime: 20 ms}]
        >>>
        4:69 error: the fallback is what it asks for anyway
            hint: leave it out
        === fallbackOfGivenDowntime
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue, at: leaf5/host2}]
        moves: [{vm: web, to: leaf1/host1, at: 100 ms, mode: hot, fallback: cold, downtime: 20 ms}]
        >>>
        4:69 error: the downtime is given: another mode would be another name for the same move
            hint: leave out `downtime`, and say how state is sent: `transfer: {over: ideal, rate: 10 Gbps}`
        === fallbackLacksMemory
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue, at: leaf5/host2, disk: 1 GiB}]
        moves: [{vm: web, to: leaf1/host1, at: 100 ms, mode: cold, cold: {from: stopped}, fallback: warm,
                 transfer: {rate: 1 Gbps, storage: copy}}]
        >>>
        4:14 error: `web` does not say how much memory is to be sent
            hint: say `memory: 8 GiB` at the VM
        === noCapability
        schema: 1
        capabilities: [cold, warn]
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue, at: leaf5/host2}]
        >>>
        2:22 error: `capabilities[1]`: there is no `warn`
            hint: did you mean `warm`?
        === refusedForLackOfCapability
        schema: 1
        capabilities: [cold]
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue, at: leaf5/host2}]
        moves: [{vm: web, to: leaf1/host1, at: 100 ms, downtime: 20 ms}]
        >>>
        5:9 warning: this data centre has no hot moves: the move will be refused
            hint: add to `capabilities`, or say how it may move instead: `fallback: cold`
        === plansWithoutSense
        schema: 1
        underlay: {kind: leaf-spine, spines: 1, leaves: 2, hosts-per-leaf: 1}
        overlay: {networks: [{name: blue}]}
        vms:
          - {name: web, network: blue, at: leaf1/host1}
          - {name: db, network: blue, at: leaf1/host1}
          - {name: far, network: blue, at: leaf2/host1}
          - {name: stray, network: blue, at: spread}
        moves:
          - {vm: web, swap-with: db, at: 100 ms, downtime: 1 ms}
          - {vm: web, swap-with: web, at: 110 ms, downtime: 1 ms}
          - {vm: web, swap-with: stray, at: 120 ms, downtime: 1 ms}
          - {vm: web, swap-with: far, to: leaf2/host1, at: 130 ms, downtime: 1 ms}
          - {vm: web, swap-with: nobody, at: 140 ms, downtime: 1 ms}
          - {rebalance: leaf1, at: 150 ms, downtime: 1 ms}
          - {rebalance: all, to: any, at: 160 ms, downtime: 1 ms}
          - {rebalance: leaf9, vm: web, at: 170 ms, downtime: 1 ms}
          - {rebalance: all, at: 180 ms, downtime: 1 ms, parallel: {per-link: 1}}
          - {at: 190 ms, downtime: 1 ms}
        >>>
        10:26 error: both are at `leaf1/host1`
        11:26 error: `web` cannot change places with itself
        12:26 error: one of the two is placed at random: nobody knows yet where the other is to go
            hint: give both a host by `at`
        13:31 error: `to` is for `swap-with: nothing`, not for `swap-with: far`
            hint: leave out one of the two
        14:26 error: there is no VM `nobody`
            hint: VMs: web, db, far, stray
        15:17 error: `leaf1` is one host: there is nothing to even out
        16:22 error: `to` is for `rebalance: nothing`, not for `rebalance: all`
            hint: leave out one of the two
        17:17 error: there is no rack or host `leaf9`
            hint: a host is `leaf1/host1`, its rack `leaf1`
        17:24 error: `vm` is for `rebalance: nothing`, not for `rebalance: leaf9`
            hint: leave out one of the two
        18:71 error: no link of the underlay carries the state of this move
            hint: leave it out, or say `transfer: {over: fabric}`
        19:5 error: `moves[9]` lacks the key `to`
            hint: for example `to: leaf9/host3`
        19:5 error: `moves[9]` lacks the key `vm`
            hint: for example `vm: client[3]`
        === livesThatMakeNoSense
        schema: 1
        duration: 10 s
        overlay: {networks: [{name: blue}]}
        onboarding: {ask: false, delay: 1 ms}
        vms:
          - {name: early, network: blue, created: 5 s, destroyed: 4 s}
          - {name: late, network: blue, created: 10 s}
          - {name: odd, network: blue, created: 1 s, trusted: false}
          - {name: twin, count: 2, network: blue, at: leaf1/host1, destroyed: 3 s}
          - {name: calm, network: blue, trusted: false}
        moves:
          - {vm: odd, to: leaf1/host1, at: 1 s, downtime: 1 ms}
          - {vm: "twin[1]", to: leaf1/host2, at: 3 s, downtime: 1 ms}
        failover: [{primary: "twin[0]", secondary: leaf2/host1}]
        >>>
        4:26 error: `delay` is for `ask: true`, not for `ask: false`
            hint: say `ask: true` too
        6:59 error: it is not there before 5 s
            hint: destroy it later than that
        7:42 error: that is after the end of the run, 10 s
        8:55 error: nobody asks whether it is
            hint: say `onboarding: {ask: true}`
        9:71 error: `twin[0]` has a failover: its second one would have to come and go with it
            hint: leave out one of the two
        10:33 error: `trusted` has a meaning with `created` only, which is not given
            hint: say `created: 1 s` too
        12:36 error: `odd` is not there before 1 s
        13:42 error: `twin[1]` is destroyed at 3 s
        """#
}

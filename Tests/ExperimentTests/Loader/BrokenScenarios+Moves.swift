extension BrokenScenarios {
    /// Moves, expectations, windows, defaults.
    static let moves = #"""
        === moveWithoutDowntime
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        moves:
          - {vm: web, to: leaf1/host1, at: 100 ms}
        >>>
        7:5 error: the move says neither how long the VM is away nor how its state gets there
            hint: say `downtime: 22 ms`, or `transfer: {over: ideal, rate: 10 Gbps}`
        === moveOfAGroup
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        moves:
          - {vm: client, to: leaf1/host1, at: 100 ms, downtime: 1 ms}
        >>>
        7:10 error: `client` is 8 VMs
            hint: name one of them: `client[0]` to `client[7]`
        === moveToNowhere
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        moves:
          - {vm: web, to: leaf1, at: 100 ms, downtime: 1 ms}
        >>>
        7:19 error: there is no host `leaf1`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        === moveAfterTheEnd
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        moves:
          - {vm: web, to: leaf1/host1, at: 1 s, downtime: 1 ms}
        >>>
        7:36 error: the move begins after the end, at 1 s of 1 s
        === moveEndsAfterTheEnd
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        moves:
          - {vm: web, to: leaf1/host1, at: 900 ms, downtime: 101 ms}
        >>>
        7:54 error: the move ends after the scenario's duration, 1 s
            hint: it is away until 1.001 s
        === overlappingMoves
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        moves:
          - {vm: web, to: leaf1/host1, at: 100 ms, downtime: 50 ms}
          - {vm: web, to: leaf2/host1, at: 150 ms, downtime: 1 ms}
        >>>
        8:36 error: `web` is still on its way: `move1` ends at 150 ms
            hint: begin later than 150 ms
        === moveTwice
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        moves:
          - {name: m, vm: web, to: leaf1/host1, at: 100 ms, downtime: 50 ms}
          - {name: m, vm: web, to: leaf2/host1, at: 250 ms, downtime: 1 ms}
        >>>
        8:12 error: there is a move `m` already at test.yaml:7:5
        === transfersThatCannotBe
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2, memory: 1024 TiB}
          - {name: bare, network: blue, at: leaf5/host3}
        moves:
          - {vm: web, to: leaf1/host1, at: 100 ms, transfer: {rate: 1 Mbps}}
          - {vm: bare, to: leaf1/host1, at: 100 ms, transfer: {rate: 10 Gbps}}
          - {vm: web, to: leaf1/host1, at: 200 ms, transfer: {rate: 10 Gbps}, downtime: 1 ms}
        >>>
        7:61 error: sending the state of `web` would take more than 30 days
        8:10 error: `bare` does not say how much memory is to be sent
            hint: say `memory: 8 GiB` at the VM
        9:54 error: the downtime is given: no state is transferred
            hint: leave out `downtime` and it follows from `transfer`, or leave out `transfer`
        === keysThatTheMoveDoesNotHeed
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2, memory: 8 GiB, dirty-rate: 2 GB/s}
        moves:
          - {vm: web, to: leaf1/host1, at: 100 ms, mode: cold, transfer: {rate: 10 Gbps, switch-time: 5 ms}}
          - {vm: web, to: leaf1/host1, at: 200 ms, mode: cold, downtime: 1 ms, cold: {stop: 1 s}}
          - {vm: web, to: leaf1/host1, at: 300 ms, mode: warm, transfer: {rate: 10 Gbps}, warm: {interval: 1 s}}
        >>>
        6:95 error: `moves[0].transfer.switch-time` has no effect: a cold move sends its state at once
            hint: leave it out, or say `mode: hot`
        7:78 error: `moves[1].cold` has no effect: the downtime is given
            hint: leave out `downtime`, and say how state is sent: `transfer: {over: ideal, rate: 10 Gbps}`
        8:100 error: what is written in 1 s takes 1.6000024576 s to send
            hint: mirror less often, over a faster channel, or a VM that writes less
        === stateThatTheFabricCannotCarry
        schema: 1
        underlay: {host-link: {mtu: 1400 B}, fabric-link: {service: scheduled}}
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2, memory: 1024 TiB}
        moves:
          - {vm: web, to: leaf1/host1, at: 100 ms, transfer: {over: fabric, packet: 1500 B, limit: 1 Mbps}}
          - {vm: web, to: leaf1/host1, at: 200 ms, transfer: {over: fabric, rate: 1 Gbps}}
          - {vm: web, to: leaf1/host1, at: 300 ms, transfer: {over: ideal, rate: 1 Gbps, window: 1 MiB}}
          - {vm: web, to: leaf1/host1, at: 400 ms, transfer: {over: ideal}}
        >>>
        7:61 error: state crosses the fabric on links that serve in order of arrival
            hint: say `service: fifo` at all links, or `over: ideal`
        7:77 error: packets of 1500 B are more than links carry, which is 1400 B
            hint: make them smaller, or `mtu` larger
        7:92 error: sending the state of `web` would take more than 30 days
        8:69 error: `rate` is for `over: ideal`, not for `over: fabric`
        9:82 error: `window` is for `over: fabric`, not for `over: ideal`
        10:54 error: `moves[3].transfer` lacks the key `rate` (over: ideal needs it)
            hint: say how fast state is sent: `rate: 10 Gbps`
        === placesThatCannotBeDrained
        schema: 1
        underlay: {kind: leaf-spine, spines: 1, leaves: 2, hosts-per-leaf: 2}
        overlay: {networks: [{name: blue, exclusive: true}, {name: red}]}
        servers: [{at: leaf1/host1, memory: 1 GiB}, {at: rack9, cpu: 3}]
        vms:
          - {name: web, count: 2, network: blue, at: {rack: leaf1}, memory: 2 GiB}
          - {name: db, network: red, at: leaf1/host2}
          - {name: lost, network: red, at: {rack: leaf7}}
        moves:
          - {drain: leaf8, to: any, at: 100 ms, downtime: 1 ms}
          - {drain: leaf1, vm: web, to: leaf1/host2, at: 100 ms, downtime: 1 ms}
          - {vm: db, to: leaf2/host1, at: 100 ms, downtime: 1 ms, order: smallest-first}
        >>>
        4:50 error: there is no rack or host `rack9`
            hint: a host is `leaf1/host1`, its rack `leaf1`
        8:36 error: there is no rack or host `leaf7`
            hint: a host is `leaf1/host1`, its rack `leaf1`
        10:13 error: there is no rack or host `leaf8`
            hint: a host is `leaf1/host1`, its rack `leaf1`
        11:20 error: `vm` is for `drain: nothing`, not for `drain: leaf1`
            hint: leave out one of the two
        11:33 error: `leaf1/host2` is a part of `leaf1`
            hint: say `to: any`
        12:59 error: `order` has a meaning with `drain` only, which is not given
            hint: say `drain: leaf1` too
        === serversThatAreFull
        schema: 1
        underlay: {kind: leaf-spine, spines: 1, leaves: 2, hosts-per-leaf: 2}
        overlay: {networks: [{name: blue, exclusive: true}, {name: red}]}
        servers: [{at: leaf1/host1, memory: 1 GiB}]
        vms:
          - {name: web, count: 2, network: blue, at: {rack: leaf1}, memory: 2 GiB}
          - {name: db, network: red, at: leaf1/host2}
        >>>
        6:46 error: `web[0]` does not fit at `leaf1/host1`: there is not enough memory
            hint: place it elsewhere, or give the server more
        7:34 error: `db` does not fit at `leaf1/host2`: one of two tenants there shares an NVE with nobody
            hint: place it elsewhere
        === signalBeforeTheVMStops
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2, memory: 1 GiB}
        moves:
          - {vm: web, to: leaf1/host1, at: 100 ms, transfer: {rate: 1 Gbps, order: after-signal}}
        >>>
        6:76 error: the VM would be registered at its new place while it runs at the old one
            hint: say `order: before-signal`, or let it stop first: `scheme: stop-and-copy`
        === diskThatIsNotThere
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2, memory: 1 GiB, disk-write-rate: 1 MB/s}
        moves:
          - {vm: web, to: leaf1/host1, at: 100 ms, transfer: {rate: 1 Gbps, storage: copy}}
          - {vm: web, to: leaf1/host1, at: 200 ms, transfer: {rate: 1 Gbps, disk-changes: false}}
          - {vm: web, to: leaf1/host1, at: 300 ms, transfer: {rate: 1 Gbps, scheme: post-copy, max-rounds: 3}}
          - {vm: web, to: leaf1/host1, at: 400 ms, transfer: {rate: 1 Gbps, compression: 0 %}}
        >>>
        4:64 error: `disk-write-rate` has a meaning with `disk` only, which is not given
            hint: say `disk: 40 GiB` too
        6:78 error: `web` does not say how large the disk is that goes along
            hint: say `disk: 40 GiB` at the VM, or `storage: shared`
        7:69 error: `disk-changes` is for `storage: copy`, not for `storage: shared`
        8:88 error: `max-rounds` is for `scheme: pre-copy or hybrid`, not for `scheme: post-copy`
        9:82 error: `compression`: `0 %` is out of range: more than 0 %, up to 100 %
        === manyMovesAtOnce
        schema: 1
        underlay: {kind: leaf-spine, spines: 1, leaves: 1, hosts-per-leaf: 1}
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf1/host1}
        moves:
          - {vm: web, to: any, at: 100 ms, count: 3, downtime: 1 ms}
          - {vm: web, to: leaf1/host1, at: 5 ms ± 10 ms, downtime: 1 ms}
          - {vm: web, to: leaf1/host1, at: 1 ms ± 2 ms ± 3 ms, downtime: 1 ms}
          - {vm: web, to: leaf1/host1, at: 100 ms, count: 11, every: 100 ms, downtime: 1 ms}
          - {vm: web, to: leaf1/host1, at: 100 ms, every: 100 ms, downtime: {kind: uniform, from: 1 ms, to: 1 s}}
        >>>
        7:5 error: `moves[0]` lacks the key `every` (count: 3 needs it)
            hint: say `every: 3.6 s`
        7:19 error: there is no other host to go to
            hint: name the only one, or have more
        8:36 error: `5 ms ± 10 ms` goes beyond what is possible here
            hint: make the second value smaller
        9:36 error: `1 ms ± 2 ms ± 3 ms` has more than one `±`
            hint: for example `15 s ± 1 s`
        10:36 error: the last move begins after the end, at 1.1 s of 1 s
        11:44 error: `every` is for `count: 2 or more`, not for `count: 1`
        11:69 error: the move ends after the scenario's duration, 1 s
            hint: it is away until 1.1 s
        === tepidMove
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        moves:
          - {vm: web, to: leaf1/host1, at: 100 ms, downtime: 50 ms, mode: tepid}
        >>>
        7:67 error: `mode`: there is no `tepid`
            hint: one of: hot, warm, cold
        === failureOfNothing
        schema: 1
        failures:
          - {at: 1 ms}
          - {at: 1 ms, target: {}}
        >>>
        3:5 error: `failures[0]` lacks the key `target`
            hint: for example `target: {link: leaf1-spine2}`
        4:24 error: a failure has one target, not nothing
            hint: one of `link`, `vm`, `nve`, `server`, `switch`, `nva`
        === failureOfAnUnknownLink
        schema: 1
        failures:
          - {at: 1 ms, target: {link: leaf1-leaf2}}
          - {at: 1 ms, target: {link: leaf1/host1-leaf1}}
        >>>
        3:31 error: there is no link `leaf1-leaf2`
            hint: name the nodes at its ends: `leaf1-spine1`; one direction is `leaf1->spine1`
        === failureTimes
        schema: 1
        failures:
          - {name: a, at: 1 s, target: {link: leaf1-spine1}}
          - {name: a, at: 900 ms, repair: 101 ms, target: {link: leaf1-spine1}}
        >>>
        3:19 error: the failure begins after the end, at 1 s of 1 s
        4:12 error: there is a failure `a` already at test.yaml:3:5
        4:35 error: the repair comes after the scenario's duration, 1 s
            hint: leave `repair` out: then it never works again
        === rerouteDelayWithoutReroute
        schema: 1
        underlay: {reroute: none, reroute-delay: 1 ms}
        >>>
        2:27 error: `reroute-delay` is for `reroute: ecmp`, not for `reroute: none`
        === windowBeyondTheEnd
        schema: 1
        duration: 1 s
        measure: {from: 0 s, until: 2 s}
        >>>
        3:29 error: the window ends after the scenario's duration, 1 s
        === windowEmpty
        schema: 1
        duration: 1 s
        measure: {from: 1 s}
        >>>
        3:17 error: the window is empty: it ends at 1 s
        === horizon
        schema: 1
        duration: 30 d
        drain: 30 d
        >>>
        2:11 error: the run could last 60 days, more than the 53 that the clock holds
            hint: shorten `duration`, `drain` or the longest delay
        === expectationWithoutBound
        schema: 1
        expect:
          - {metric: convergence.time, stat: max}
        >>>
        3:5 error: nothing is expected: give `min`, `max` or both
            hint: for example `max: 5 ms`
        === expectationMetric
        schema: 1
        expect:
          - {metric: convergence, max: 1 ms}
        >>>
        3:14 error: `metric`: `convergence` is no metric
            hint: write `<table>.<column>`: `convergence.time`
        === expectationUnit
        schema: 1
        expect:
          - {metric: convergence.time, max: 5 parsecs}
        >>>
        3:37 error: `max`: `parsecs` is no unit
            hint: write a time, size, rate, share, `packets` or a bare number
        === expectationNeverPasses
        schema: 1
        expect:
          - {metric: convergence.time, min: 6 ms, max: 5 ms}
        >>>
        3:37 error: `min` is above `max`: no value passes
        === expectationMixedUnits
        schema: 1
        expect:
          - {metric: convergence.time, min: 6, max: 5 ms}
        >>>
        3:37 error: convergence.time is compared with a time, not a number
        === expectationStatistic
        schema: 1
        expect:
          - {metric: convergence.time, stat: men, max: 5 ms}
        >>>
        3:38 error: `stat`: there is no statistic `men`
            hint: did you mean `mean`?
        === expectationView
        schema: 1
        expect:
          - {metric: convergence.time, view: tabel, max: 5 ms}
        >>>
        3:38 error: `view`: there is no `tabel`
            hint: did you mean `table`?
        === defaultsUnknownSection
        schema: 1
        defaults: {vm: {network: blue}}
        >>>
        2:12 error: `defaults` has no section `vm`
            hint: did you mean `vms`?
        === defaultsUnknownKey
        schema: 1
        defaults: {vms: {netwrok: blue}}
        >>>
        2:18 error: unknown key `netwrok` in `defaults.vms`
            hint: did you mean `network`?
        === unknownProfile
        schema: 1
        profile: draft99
        >>>
        2:10 error: `profile`: there is no `draft99`
            hint: did you mean `draft15`?
        === mtuWarning
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        traffic:
          - {from: client, to: web, rate: 1 pps, size: 9000 B}
        >>>
        7:48 warning: packets of 9000 B are 9050 B with their encapsulation, more than the links' 9000 B
            hint: packets between hosts are lost with cause `mtu`; use at most 8950 B
        """#
}

extension BrokenScenarios {
    /// Failovers, and warnings of failures.
    static let failover = #"""
        === failoverWithoutEnds
        schema: 1
        failover: [{name: f}]
        >>>
        2:12 error: `failover[0]` lacks the key `primary`
            hint: for example `primary: client[3]`
        2:12 error: `failover[0]` lacks the key `secondary`
            hint: for example `secondary: leaf9/host3`
        === failoverOfNobody
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms:
          - {name: web, network: blue, at: leaf1/host1}
          - {name: db, network: blue, at: leaf1/host2}
          - {name: wild, network: blue}
        moves: [{name: m, vm: db, to: leaf3/host1, at: 1 ms, downtime: 1 ms}]
        failover:
          - {name: a, primary: web, secondary: leaf1/host1}
          - {name: a, primary: web, secondary: leaf2/host1}
          - {name: c, primary: db, secondary: leaf2/host1}
          - {name: d, primary: wild, secondary: leaf2/host1}
          - {name: e, primary: wep, secondary: leaf99/host1}
        >>>
        9:40 error: `web` itself is at `leaf1/host1`
            hint: name another host
        10:12 error: there is a failover `a` already at test.yaml:9:5
        10:24 error: `web` is protected by entry 1 already
        11:24 error: `db` has a move, `m`, too
            hint: a VM either moves or fails over
        12:24 error: `wild` is placed at random, maybe where its secondary is
            hint: give it a host by `at`
        13:24 error: there is no VM `wep`
            hint: did you mean `web`?
        13:40 error: there is no host `leaf99/host1`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        === failoverSync
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, count: 5, network: blue, at: leaf1/host1}]
        failover:
          - {primary: "web[0]", secondary: leaf2/host1, sync: {kind: lag}}
          - {primary: "web[1]", secondary: leaf2/host1, sync: {kind: backups, interval: 1 s}}
          - {primary: "web[2]", secondary: leaf2/host1, standby: warm}
          - {primary: "web[3]", secondary: leaf2/host1, standby: cold, sync: {lag: 1 ms, kind: backups}}
        >>>
        5:55 error: `failover[0].sync` lacks the key `lag` (kind: lag needs it)
            hint: for example `lag: 20 ms`
        6:62 error: a hot standby has all changes, not backups
            hint: `warm` and `cold` have
        7:58 error: a warm standby has backups
            hint: for example `sync: {kind: backups, interval: 60 s, size: 4 GB}`
        8:70 error: `failover[3].sync` lacks the key `interval` (kind: backups needs it)
            hint: for example `interval: 60 s`
        8:71 error: `lag` is for `kind: lag`, not for `kind: backups`
        === failoverDetector
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, count: 5, network: blue, at: leaf1/host1}]
        failover:
          - {primary: "web[0]", secondary: leaf2/host1, detector: {kind: ideal, interval: 1 s}}
          - {primary: "web[1]", secondary: leaf2/host1, detector: {at: leaf99/host1}}
          - {primary: "web[2]", secondary: leaf2/host1, detector: {at: leaf9/host1, delay: 1 ms, jitter: 26 %}}
          - {primary: "web[3]", secondary: leaf2/host1, detector: {interval: 1 d, multiplier: 31}}
        >>>
        5:73 error: `interval` is for `kind: hello`, not for `kind: ideal`
        6:64 error: there is no host `leaf99/host1`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        7:84 error: hellos to a host take as long as the way there
            hint: leave `delay` out
        7:98 error: hellos may be early by 25 % at most (RFC 5880)
        8:87 error: that would be more than 30 days without a hello
        === overloadsThatHelpNobody
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: web, network: blue, at: leaf1/host1}, {name: db, network: blue, at: leaf1/host2}]
        failover: [{primary: web, secondary: leaf2/host1}]
        overloads:
          - {vm: web, at: 100 ms, downtime: 1 ms}
          - {vm: db, at: 100 ms, reaction: failover}
          - {vm: db, at: 2 s, reaction: none, to: leaf3/host1}
          - {name: x, vm: db, at: 100 ms}
        >>>
        6:5 error: `web` has a secondary: it either moves or fails over
            hint: say `reaction: failover`
        7:36 error: nobody stands by for `db`
            hint: name it as `primary` of a `failover:` entry
        8:18 error: it comes after the end, at 2 s of 1 s
        8:39 error: `to` is for `reaction: hot-move`, not for `reaction: none`
        9:5 error: the move says neither how long the VM is away nor how its state gets there
            hint: say `downtime: 22 ms`, or `transfer: {over: ideal, rate: 10 Gbps}`
        === checkpointsWithoutAnInterval
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: web, network: blue, at: leaf1/host1}]
        failover:
          - {primary: web, secondary: leaf2/host1, sync: {kind: checkpoints, acknowledgement: 5 ms}}
          - {primary: web, secondary: leaf2/host1, sync: {kind: ideal, acknowledgement: 5 ms}}
        >>>
        5:50 error: `failover[0].sync` lacks the key `interval` (kind: checkpoints needs it)
            hint: for example `interval: 60 s`
        6:15 error: `web` is protected by entry 1 already
        6:64 error: `acknowledgement` is for `kind: checkpoints`, not for `kind: ideal`
        === warningBeforeTheStart
        schema: 1
        failures: [{at: 1 ms, warning: 2 ms, target: {nva: all}}]
        >>>
        2:32 error: the warning would come before the start of the run, 2 ms before it fails
        """#
}

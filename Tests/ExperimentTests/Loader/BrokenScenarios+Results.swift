extension BrokenScenarios {
    /// Result tables, lossy control, expectations without chance.
    static let results = #"""
        === unknownTable
        schema: 1
        results: {tables: [flows, link, phases]}
        >>>
        2:27 error: `tables[1]`: there is no `link`
            hint: did you mean `links`?
        === tableTwice
        schema: 1
        results: {tables: [flows, links, flows]}
        >>>
        2:34 error: `flows` is in the list already
        === tablesNotAList
        schema: 1
        results: {tables: flows}
        >>>
        2:19 error: `tables` must be a list, not `flows`
            hint: for example `[runs]`
        === controlLossTooHigh
        schema: 1
        nva: {control-loss: 101 %}
        >>>
        2:21 error: `control-loss`: `101 %` is out of range: 0 % to 100 %
        === controlLossWithoutUnit
        schema: 1
        nva: {control-loss: 0.1}
        >>>
        2:21 error: `control-loss`: `0.1` has no unit; a share needs one
            hint: write `10 %`
        === nothingRandomIsGated
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, network: blue, at: leaf1/host1}
        traffic:
          - {from: client, to: web, rate: 1 pps}
        expect:
          - {metric: runs.lost, max: 0 packets}
          - {metric: runs.sent, min: 1 packets, max: 1 packets}
          - {metric: runs.latency_max, max: 1 ms}
        >>>
        11:5 warning: nothing in this scenario is random: all replications give the same `runs.latency_max`
            hint: draw something, for example `phase: random` in `traffic:`, or expect the exact value by `min` = `max`
        """#
}

extension BrokenScenarios {
    /// Links of both kinds, priorities and changes of rate.
    static let links = #"""
        === ratesOfAFifoLink
        schema: 1
        underlay: {host-link: {rates: [{at: 1 ms, rate: 1 Gbps}]}}
        >>>
        2:24 error: `rates` is for `service: scheduled`, not for `service: fifo`
            hint: a fifo link decides on a frame's arrival when the frame comes: say `service: scheduled`
        === ratesOfAFifoLinkInAGraph
        schema: 1
        underlay:
          kind: graph
          nodes: [a, b]
          hosts: [{name: x, at: a}, {name: y, at: b}]
          links: [{between: [a, b], service: fifo, rates: [{at: 1 ms, rate: 1 Gbps}]}]
        >>>
        6:44 error: `rates` is for `service: scheduled`, not for `service: fifo`
            hint: a fifo link decides on a frame's arrival when the frame comes: say `service: scheduled`
        === unknownService
        schema: 1
        underlay: {host-link: {service: priority}}
        >>>
        2:33 error: `service`: there is no `priority`
            hint: one of: fifo, scheduled
        === ratesOutOfOrder
        schema: 1
        duration: 10 ms
        underlay:
          kind: star
          hosts: 2
          host-link:
            service: scheduled
            rates:
              - {at: 2 ms, rate: 1 Gbps}
              - {at: 2 ms, rate: 2 Gbps}
              - {at: 1 ms, rate: 3 Gbps}
              - {at: 10 ms, rate: unlimited}
        >>>
        10:14 error: the rate has changed at 2 ms already: this is not later
            hint: put the changes in order, one at an instant
        11:14 error: the rate has changed at 2 ms already: this is not later
            hint: put the changes in order, one at an instant
        12:14 error: the rate changes after the end, at 10 ms of 10 ms
        === rateChangeWithoutRate
        schema: 1
        underlay: {fabric-link: {service: scheduled, rates: [{at: 1 ms}, {rate: 1 Gbps}, {at: 3 ms, rate: 0 Gbps}]}}
        >>>
        2:54 error: `underlay.fabric-link.rates[0]` lacks the key `rate`
            hint: for example `rate: 10 Gbps`
        2:66 error: `underlay.fabric-link.rates[1]` lacks the key `at`
            hint: for example `at: 100 ms`
        2:99 error: `rate`: `0 Gbps` is out of range: 1 bps to 1000 Tbps
        === prioritiesWithoutScheduledLinks
        schema: 1
        underlay: {kind: star, hosts: 2, control-priority: 7}
        overlay: {networks: [{name: blue}]}
        vms: [{name: a, network: blue}, {name: b, network: blue}]
        traffic:
          - {name: t, from: a, to: b, rate: 1 kpps, priority: 3}
          - {name: u, from: b, to: a, rate: 1 kpps, priority: 0}
        >>>
        2:52 error: no link serves by priority: all are `service: fifo`
            hint: say `service: scheduled` where packets are to overtake others, for example in `host-link:`
        6:55 error: no link serves by priority: all are `service: fifo`
            hint: say `service: scheduled` where packets are to overtake others, for example in `host-link:`
        === priorityOutOfRange
        schema: 1
        underlay: {kind: star, hosts: 2, host-link: {service: scheduled}, control-priority: 8}
        >>>
        2:85 error: `control-priority`: 8 is out of range: 0 to 7
        """#
}

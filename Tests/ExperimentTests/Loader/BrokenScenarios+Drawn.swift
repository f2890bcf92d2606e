extension BrokenScenarios {
    /// Bursts, requests, pings, distributions.
    static let drawn = #"""
        === burstsWithoutPeriods
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: 1 ms}
        >>>
        7:5 error: `traffic[0]` lacks the key `off` (kind: on-off needs it)
            hint: for example `off: 10 ms`
        === periodsOfConstantRate
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {from: c, to: w, rate: 1 kpps, on: 1 ms}
        >>>
        7:36 error: `on` is for `kind: on-off`, not for `kind: cbr`
        === periodWithoutUnit
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: 5, off: 1 ms}
        >>>
        7:54 error: `on`: `5` has no unit; a duration needs one
            hint: write `5 s` or `5 ms` or `5 us`
        === periodOfNothing
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: 0 s, off: 1 ms}
        >>>
        7:54 error: it never sends: an on period lasts no time
            hint: give `on` more than 0 s
        === distributionWithoutKind
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: {mean: 1 ms}, off: 1 ms}
        >>>
        7:54 error: `traffic[0].on` lacks the key `kind`
            hint: `kind: exponential` with `mean`, or `choice: [10 ms]`
        === distributionUnknown
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: {kind: gamma, mean: 1 ms}, off: 1 ms}
        >>>
        7:61 error: `kind`: there is no `gamma`
            hint: one of: exponential, lognormal, uniform, pareto
        === parameterOfAnother
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: {kind: lognormal, mean: 1 ms, p99: 3 ms}, off: 1 ms}
        >>>
        7:54 error: `traffic[0].on` lacks the key `median` (kind: lognormal needs it)
            hint: for example `median: 10 ms`
        7:72 error: `mean` is for `kind: exponential`, not for `kind: lognormal`
        === percentileBelowTheMedian
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: {kind: lognormal, median: 4 ms, p99: 3 ms}, off: 1 ms}
        >>>
        7:91 error: `p99` must be more than `median`, 4 ms
            hint: a value that is always the same is written as it is
        === uniformBackwards
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: {kind: uniform, from: 4 ms, to: 3 ms}, off: 1 ms}
        >>>
        7:86 error: `to` must not be less than `from`, 4 ms
        === meanOfNothing
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: {kind: exponential, mean: 0 s}, off: 1 ms}
        >>>
        7:80 error: `mean` must be more than zero
        === shapeWithUnit
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: 1 ms, off: {kind: pareto, least: 1 ms, shape: 2 s}}
        >>>
        7:100 error: `shape`: `2 s` is not a number
            hint: for example `1.5`, without a unit
        === weightsMissing
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 pps, on: 1 s, off: {choice: [1 s, 2 s, 3 s], weights: [1, 2]}}
        >>>
        7:98 error: `choice` has 3 values and `weights` 2
            hint: give one weight for each value
        === weightOfNothing
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: 1 ms, off: {choice: [1 ms], weights: [0]}}
        >>>
        7:92 error: `weights[0]`: 0 is out of range: 0.000000001 to 1000000
        === choiceOfNothing
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: 1 ms, off: {choice: []}}
        >>>
        7:74 error: `choice` has 0 values, not 1 to 1000
        === choiceOfAKind
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, rate: 1 kpps, on: 1 ms, off: {kind: uniform, choice: [1 ms]}}
        >>>
        7:66 error: unknown key `kind` in `traffic[0].off`
            hint: keys: choice, weights
        === randomPhaseWithoutMean
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: on-off, from: c, to: w, phase: random, on: 1 s, rate: 1 pps,
             off: {kind: pareto, least: 1 s, shape: 1}}
        >>>
        8:11 error: a Pareto distribution of a shape up to 1 has no mean, and `phase: random` needs one
            hint: give a `shape` above 1
        === sizesWithoutMean
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: flows, from: c, to: c, load: 30 %, sizes: {kind: pareto, least: 1 kB, shape: 0.9}}
        >>>
        7:54 error: a Pareto distribution of a shape up to 1 has no mean, and `load` needs one
            hint: give a `shape` above 1
        === sizesUnknown
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: flows, from: c, to: c, load: 30 %, sizes: hadoop}
        >>>
        7:54 error: `sizes`: there is no `hadoop`
            hint: one of: websearch, facebook-hadoop, alibaba-storage, vl2-data-mining
        === requestsWithoutRate
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: request-response, from: c, to: w}
        >>>
        7:5 error: `traffic[0]` says neither how many requests leave in a second nor when the next one does
            hint: give `rate`, or `think` for a closed loop
        === loopWithRate
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: request-response, from: c, to: w, rate: 1 kpps, think: 1 ms}
        >>>
        7:67 error: a closed loop has no `rate`: the next request leaves `think` after an answer
            hint: leave out `rate` or `think`
        === loopWithoutRetry
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: request-response, from: c, to: w, think: 1 ms}
        >>>
        7:53 error: a lost request would stop the closed loop for good: it needs `retry`
            hint: for example `retry: {timeout: 1 s, attempts: 3}`
        === arrivalsOfALoop
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: request-response, from: c, to: w, think: 1 ms, arrivals: constant, retry: {}}
        >>>
        7:69 error: `arrivals` is for requests with a `rate`, not for a closed loop
        === phaseOfPoissonRequests
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: request-response, from: c, to: w, rate: 1 kpps, phase: random}
        >>>
        7:67 error: `phase` is for `arrivals: constant`, not for `arrivals: poisson`
            hint: requests of a Poisson process begin a random gap after `start`
        === pingThatTriesAgain
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: ping, from: c, to: w, rate: 10 pps, retry: {attempts: 3}}
        >>>
        7:48 error: `retry` is for `kind: request-response`, not for `kind: ping`
        === pingWithoutRate
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: ping, from: c, to: w}
        >>>
        7:5 error: `traffic[0]` lacks the key `rate` (kind: ping needs it)
            hint: for example `rate: 10 kpps`
        === noAttempts
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: request-response, from: c, to: w, rate: 1 kpps, retry: {timeout: 0 s, attempts: 0}}
        >>>
        7:77 error: `timeout`: `0 s` is out of range: 1 ps to 30 d
        7:92 error: `attempts`: 0 is out of range: 1 to 1000
        === retryIsNoNumber
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: request-response, from: c, to: w, rate: 1 kpps, retry: 3}
        >>>
        7:67 error: `retry` must be a mapping, not `3`
            hint: keys: timeout, attempts
        === answerTooLarge
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: request-response, from: c, to: w, rate: 1 kpps, response-size: 8990 B}
        >>>
        7:75 warning: packets of 8990 B are 9040 B with their encapsulation, more than the links' 9000 B
            hint: packets between hosts are lost with cause `mtu`; use at most 8950 B
        === waitsBeyondTheClock
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: w, network: blue, at: leaf5/host2}
          - {name: c, count: 8, network: blue}
        traffic:
          - {kind: request-response, from: c, to: w, rate: 1 kpps, retry: {timeout: 30 d, attempts: 1000}}
        >>>
        1:1 error: the run could last 30000 days, more than the 53 that the clock holds
            hint: shorten `duration`, `drain` or the longest delay
        """#
}

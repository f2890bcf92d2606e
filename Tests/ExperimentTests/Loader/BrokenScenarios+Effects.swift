extension BrokenScenarios {
    /// Knobs that would have no effect beside the file's other choices.
    static let effects = #"""
        === pushTargetsWithoutPush
        schema: 1
        nva: {distribution: none, push-targets: all}
        >>>
        2:41 error: `nva.push-targets` has no effect: `nva.distribution: none` pushes nothing
            hint: leave it out, or say `nva.distribution: push`
        === pushOrderWithoutPush
        schema: 1
        nva:
          push-order: [leaf1/host1]
          distribution: none
        >>>
        3:15 error: `nva.push-order` has no effect: `nva.distribution: none` pushes nothing
            hint: leave it out, or say `nva.distribution: push`
        === redirectByPushWithoutPush
        schema: 1
        nva: {distribution: none}
        redirect: {learn: nva-push}
        >>>
        3:19 error: the old NVE waits for a push (`redirect.learn: nva-push`) that `nva.distribution: none` never sends
            hint: say `nva.distribution: push`, or let it ask: `redirect.learn: query`
        === holdTimeoutWithoutHold
        schema: 1
        nva: {on-detach: keep, hold-timeout: 1 s}
        >>>
        2:24 error: `hold-timeout` is for `on-detach: hold`, not for `on-detach: keep`
        === answersThatNobodyAsksFor
        schema: 1
        nve: {miss: drop}
        redirect: {learn: preinstalled}
        nva: {unknown: silent, hold-timeout: 1 s, negative-lifetime: 5 s}
        >>>
        4:16 error: `nva.unknown` has no effect: with `nve.miss: drop` no NVE asks the NVA
            hint: leave it out, or say `nve.miss: query-drop`
        4:38 error: `nva.hold-timeout` has no effect: with `nve.miss: drop` no NVE asks the NVA
            hint: leave it out, or say `nve.miss: query-drop`
        4:62 error: `nva.negative-lifetime` has no effect: with `nve.miss: drop` no NVE asks the NVA
            hint: leave it out, or say `nve.miss: query-drop`
        === lifetimeOfNoNegativeAnswer
        schema: 1
        nva: {unknown: silent, on-detach: withdraw, negative-lifetime: 5 s}
        >>>
        2:64 error: `nva.negative-lifetime` has no effect: `unknown: silent` gives no negative answer
            hint: leave it out, or say `nva.unknown: negative`
        === requeryWithoutQuery
        schema: 1
        nve: {miss: drop, cache: {timeout: 1 s, requery: lazy}}
        >>>
        2:50 error: `nve.cache.requery` has no effect: with `nve.miss: drop` an expired mapping is not asked for
            hint: say `nve.miss: query-drop`
        === requeryWithoutTimeout
        schema: 1
        nve: {cache: {timeout: never, requery: lazy, kind: sliding}}
        >>>
        2:31 error: `requery` is for `timeout: set`, not for `timeout: never`
        2:46 error: `kind` is for `timeout: set`, not for `timeout: never`
        === queueOfMissesThatAreDropped
        schema: 1
        nve: {miss: query-drop, miss-queue: 5 packets}
        >>>
        2:25 error: `miss-queue` is for `miss: query-queue`, not for `miss: query-drop`
        === ageOfEmptyCaches
        schema: 1
        start: {caches: empty, age: random}
        >>>
        2:24 error: `age` is for `caches: resolved`, not for `caches: empty`
        === ageOfWhatDoesNotAge
        schema: 1
        start: {age: random}
        nve: {cache: {timeout: never}}
        >>>
        2:14 error: `start.age` has no effect: with `nve.cache.timeout: never` no mapping ages
            hint: leave it out, or give `nve.cache.timeout`
        === detectDelayThatNobodyMinds
        schema: 1
        invalidate: {by: none, detect-delay: 1 ms}
        nva: {on-detach: keep}
        >>>
        2:38 error: `invalidate.detect-delay` has no effect: with `nva.on-detach: keep` nobody acts
            hint: leave it out, or say who acts: `invalidate.by: old-nve`
        === spacingOfNoInvalidations
        schema: 1
        invalidate: {by: none, targets: all, spacing: 1 ms}
        >>>
        2:24 error: `targets` is for `by: old-nve, vm-manager or both`, not for `by: none`
        2:38 error: `spacing` is for `by: old-nve, vm-manager or both`, not for `by: none`
        === timerOfNoRedirect
        schema: 1
        redirect: {learn: none, timer: 1 s, on-expiry: requery}
        >>>
        2:32 error: `redirect.timer` has no effect: with `learn: none` the old NVE never relays
            hint: leave it out, or say how it learns the new place: `learn: query`
        2:48 error: `redirect.on-expiry` has no effect: with `learn: none` the old NVE never relays
            hint: leave it out, or say how it learns the new place: `learn: query`
        === stopOfNoRedirect
        schema: 1
        redirect: {learn: none, stop: idle}
        >>>
        2:25 error: `stop` is for `learn: query, nva-push, preinstalled or move-request`, not for `learn: none`
        === idleThatTheTimerIgnores
        schema: 1
        redirect: {learn: query, stop: timer, idle: 1 s}
        >>>
        2:39 error: `idle` is for `stop: idle or first-of`, not for `stop: timer`
        === timerThatSilenceIgnores
        schema: 1
        redirect: {learn: query, stop: idle, timer: 1 s}
        >>>
        2:38 error: `timer` is for `stop: timer or first-of`, not for `stop: idle`
        === bufferWithoutPlace
        schema: 1
        redirect: {buffer: {limit: 5 packets, lifetime: 1 s}}
        >>>
        2:21 error: `limit` is for `at: old or new`, not for `at: none`
        2:39 error: `lifetime` is for `at: old or new`, not for `at: none`
        === bufferAtAnOldNVEThatWaitsForNothing
        schema: 1
        redirect: {learn: none, buffer: {at: old}}
        >>>
        2:38 error: `redirect.buffer.at` has no effect: with `learn: none` the old NVE waits for nothing
            hint: say `at: new`, or `learn: query`
        === bufferAtAnOldNVEThatKnows
        schema: 1
        redirect: {learn: preinstalled, buffer: {at: old}}
        >>>
        2:46 error: `redirect.buffer.at` has no effect: with `learn: preinstalled` the old NVE never waits
            hint: say `at: new`, or `learn: query`
        === announcementsOfNoKind
        schema: 1
        announce: {kind: none, count: 3, delay: 1 ms}
        >>>
        2:24 error: `count` is for `kind: auto, garp or na`, not for `kind: none`
        2:34 error: `delay` is for `kind: auto, garp or na`, not for `kind: none`
        === intervalOfOneAnnouncement
        schema: 1
        announce: {count: 1, interval: 2 s}
        >>>
        2:22 error: `interval` is for `count: 2 or more`, not for `count: 1`
        === marksBeyondTheQueue
        schema: 1
        underlay: {host-link: {rate: 1 Gbps, queue: 10 kB, ecn-threshold: 10 kB}}
        >>>
        2:67 error: `underlay.host-link.ecn-threshold` has no effect: the queue never holds more than its limit
            hint: make it smaller than `queue`
        === marksWithoutAQueue
        schema: 1
        underlay: {fabric-link: {rate: unlimited, ecn-threshold: 10 kB}}
        >>>
        2:58 error: `underlay.fabric-link.ecn-threshold` has no effect: nothing waits for a link of unlimited rate
            hint: give `underlay.fabric-link.rate`
        === outOfBandDelayOfAHost
        schema: 1
        nva: {at: leaf1/host1, delay: 1 ms}
        >>>
        2:24 error: `delay` is for `at: out-of-band`, not for `at: leaf1/host1`
        """#
}

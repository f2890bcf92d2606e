extension BrokenScenarios {
    /// Keys that are unknown, missing, doubled or of the wrong shape.
    static let keys = #"""
        === unknownKey
        schema: 1
        duratoin: 1 s
        >>>
        2:1 error: unknown key `duratoin` in the scenario
            hint: did you mean `duration`?
        === unknownNestedKey
        schema: 1
        nva: {costs: {pushh: 1 us}}
        >>>
        2:15 error: unknown key `pushh` in `nva.costs`
            hint: did you mean `push`?
        === unknownKeyWithoutLikeness
        schema: 1
        announce: {zzzzzzzz: 1}
        >>>
        2:12 error: unknown key `zzzzzzzz` in `announce`
            hint: keys: kind, delay, count, interval
        === duplicateKey
        schema: 1
        seed: 1
        name: a
        seed: 2
        >>>
        4:1 error: duplicate key `seed`
            hint: it was given at 2:1 already
        === twoDuplicatesAndMore
        schema: 1
        nva: {delay: 1 ms, delay: 2 ms}
        seed: x
        name: a
        name: b
        >>>
        2:20 error: duplicate key `delay`
            hint: it was given at 2:7 already
        3:7 error: `seed`: `x` is not a whole number
            hint: for example `1`
        5:1 error: duplicate key `name`
            hint: it was given at 4:1 already
        === duplicateQuotedKey
        schema: 1
        "name": a
        name: b
        >>>
        3:1 error: duplicate key `name`
            hint: it was given at 2:1 already
        === sectionIsAScalar
        schema: 1
        limits: star
        >>>
        2:9 error: `limits` must be a mapping, not `star`
            hint: keys: events, events-at-one-instant, packets-alive
        === sectionIsEmpty
        schema: 1
        announce:
        name: a
        >>>
        2:10 error: `announce` has no value
            hint: keys: kind, delay, count, interval
        === listIsAMapping
        schema: 1
        vms: {name: web}
        >>>
        2:6 error: `vms` must be a list, not a mapping
            hint: begin each entry with `- `, or write `[]`
        === entryIsAScalar
        schema: 1
        failures: [web]
        >>>
        2:12 error: `failures[0]` must be a mapping, not `web`
            hint: keys: name, target, kind, at, repair, mtbf, mttr, warning, state
        === valueIsAList
        schema: 1
        duration: [1 s]
        >>>
        2:11 error: `duration` must be a duration, not a list
            hint: for example `1 s`
        === valueIsMissing
        schema: 1
        duration:
        >>>
        2:10 error: `duration` has no value
            hint: for example `1 s`
        """#
}

extension BrokenScenarios {
    /// Values that cannot be read.
    static let values = #"""
        === bareDuration
        schema: 1
        duration: 10
        >>>
        2:11 error: `duration`: `10` has no unit; a duration needs one
            hint: write `10 s` or `10 ms` or `10 us`
        === wrongUnit
        schema: 1
        duration: 10 sec
        >>>
        2:11 error: `duration`: `sec` is no unit of a duration
            hint: units: s, ms, us, ns, ps, min, h, d
        === fractionOfAPicosecond
        schema: 1
        announce: {delay: 0.3 ps}
        >>>
        2:19 error: `delay`: `0.3 ps` is not a whole number of picoseconds
            hint: nothing is rounded here
        === durationTooLong
        schema: 1
        duration: 31 d
        >>>
        2:11 error: `duration`: `31 d` is out of range: 1 ps to 30 d
        === zeroDuration
        schema: 1
        duration: 0 s
        >>>
        2:11 error: `duration`: `0 s` is out of range: 1 ps to 30 d
        === negativeDelay
        schema: 1
        announce: {delay: -1 ms}
        >>>
        2:19 error: `delay`: `-1 ms` is out of range: 0 s to 30 d
        === rateInLowerCase
        schema: 1
        underlay: {host-link: {rate: 25 gbps}}
        >>>
        2:30 error: `rate`: `gbps` is no unit of a rate
            hint: did you mean `25 Gbps`? units: Gbps, Mbps, kbps, Gb/s, Gbit
        === bitsForBytes
        schema: 1
        underlay: {host-link: {queue: 1 Mb}}
        >>>
        2:31 error: `queue`: `Mb` is no unit of a size
            hint: did you mean `1 MB`? units: B, kB, MB, GB, KiB, MiB, GiB
        === bareQueue
        schema: 1
        underlay: {host-link: {queue: 100}}
        >>>
        2:31 error: `queue`: `100` has no unit
            hint: write `1 MB`, `100 packets` or `unlimited`
        === bareMTU
        schema: 1
        underlay: {host-link: {mtu: 9000}}
        >>>
        2:29 error: `mtu`: `9000` has no unit; a size needs one
            hint: write `9000 B` or `9000 kB` or `9000 MB`
        === mtuTooLarge
        schema: 1
        underlay: {host-link: {mtu: 1 MB}}
        >>>
        2:29 error: `mtu`: `1 MB` is out of range: 68 B to 65535 B
        === unknownChoice
        schema: 1
        underlay: {kind: ring}
        >>>
        2:18 error: `kind`: there is no `ring`
            hint: one of: leaf-spine, fat-tree, sites, graph, star
        === misspeltChoice
        schema: 1
        redirect: {learn: preinstaled}
        >>>
        2:19 error: `learn`: there is no `preinstaled`
            hint: did you mean `preinstalled`?
        === countOutOfRange
        schema: 1
        underlay: {leaves: 0}
        >>>
        2:20 error: `leaves`: 0 is out of range: 1 to 16384
        === countNotWhole
        schema: 1
        underlay: {leaves: 4.5}
        >>>
        2:20 error: `leaves`: `4.5` is not a whole number
            hint: for example `4`
        === countWithUnit
        schema: 1
        underlay: {leaves: 4 B}
        >>>
        2:20 error: `leaves`: `4 B` is not a whole number
            hint: for example `4`
        === countQuoted
        schema: 1
        underlay: {leaves: "4"}
        >>>
        2:20 error: `leaves`: "4" is a text
            hint: write 4 without quotes
        === seedTooLarge
        schema: 1
        seed: 18446744073709551616
        >>>
        2:7 error: `seed`: 18446744073709551616 is out of range: 0 to 18446744073709551615
        === badName
        schema: 1
        name: my scenario
        >>>
        2:7 error: `name`: `my scenario` is no name
            hint: up to 64 letters, digits, `-`, `_` and `.`, a letter or digit first
        === badAddress
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: web, network: blue, address: 10.0.0.256}]
        >>>
        3:43 error: `address`: `10.0.0.256` is not an IPv4 address
            hint: four numbers 0 to 255: `10.0.0.9`
        === multicastMAC
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: web, network: blue, mac: "01:00:5e:00:00:01"}]
        >>>
        3:39 error: `mac`: `01:00:5e:00:00:01` is not the address of one machine
            hint: a unicast address is needed
        === shortMAC
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: web, network: blue, mac: "52:54:00:12:34"}]
        >>>
        3:39 error: `mac`: `52:54:00:12:34` is not a MAC address
            hint: six pairs of hexadecimal digits: `52:54:00:12:34:56`
        === prefixWithHostBits
        schema: 1
        overlay: {networks: [{name: blue, subnet: 10.0.0.9/16}]}
        >>>
        2:43 error: `subnet`: `10.0.0.9/16` is not an IPv4 prefix
            hint: bits behind the length must be 0: `10.0.0.0/16`
        === vniTooLarge
        schema: 1
        overlay: {networks: [{name: blue, vni: 16777216}]}
        >>>
        2:40 error: `vni`: 16777216 is out of range: 1 to 16777215
        """#
}

extension BrokenScenarios {
    /// Topology, networks, VMs and the NVA.
    static let places = #"""
        === starWithoutHosts
        schema: 1
        underlay: {kind: star}
        >>>
        2:11 error: `underlay` lacks the key `hosts` (kind: star needs it)
            hint: for example `hosts: 4`
        === keyOfAnotherUnderlay
        schema: 1
        underlay: {kind: star, hosts: 3, spines: 4}
        >>>
        2:34 error: `spines` is for `kind: leaf-spine or sites`, not for `kind: star`
        === fatTreeOfOddSwitches
        schema: 1
        underlay: {kind: fat-tree, k: 5}
        nva: {at: pod9/edge1/host1}
        >>>
        2:31 error: `k`: 5 is odd
            hint: half of a switch's ports lead up, half down
        === fatTreeUnknownHost
        schema: 1
        underlay: {kind: fat-tree, k: 4}
        nva: {at: pod5/edge1/host1}
        >>>
        3:11 error: there is no host `pod5/edge1/host1`
            hint: hosts are `pod1/edge1/host1` to `pod4/edge2/host2`
        === graphWithoutAnything
        schema: 1
        underlay: {kind: graph}
        >>>
        2:11 error: `underlay` lacks the key `hosts` (kind: graph needs it)
            hint: for example `hosts: 4`
        2:11 error: `underlay` lacks the key `nodes` (kind: graph needs it)
            hint: for example `nodes: [a, b]`
        === graphNames
        schema: 1
        underlay:
          kind: graph
          nodes: [a, b, a]
          hosts: [{name: x, at: c}, {name: x, at: a}, {name: b, at: a}, y]
          links:
            - {between: [a, d]}
            - {between: [a]}
            - {between: [b, b]}
            - {between: [a, b]}
            - {between: [b, a], rate: 1 Gbps}
        >>>
        4:17 error: there is a switch `a` already
        5:25 error: there is no switch `c`
            hint: did you mean `a`?
        5:29 error: there is a host `x` already
        5:47 error: there is a switch `b` already
        5:65 error: the host `y` is at no switch
            hint: write `{name: y, at: a}`
        7:21 error: there is no switch `d`
            hint: did you mean `a`?
        8:17 error: a link joins two switches, not 1
        9:17 error: a link needs two switches
        11:7 error: `b` and `a` are joined by entry 4 already
        === graphInTwoPieces
        schema: 1
        underlay:
          kind: graph
          nodes: [a, b, c]
          hosts: [{name: x, at: a}, {name: y, at: c}, {name: z, at: b}]
          links: [{between: [a, b]}]
        failures: [{at: 1 ms, target: {link: a-c}}]
        >>>
        5:29 error: there is no way from `x` to `y`
            hint: join `c` to the other switches under `links:`
        === graphHostWithoutAPlace
        schema: 1
        underlay:
          kind: graph
          nodes: [a]
          hosts: [{name: x}]
        >>>
        5:11 error: `underlay.hosts[0]` lacks the key `at`
            hint: for example `at: a`
        === starHostWithAPlace
        schema: 1
        underlay: {kind: star, hosts: [{name: x, at: a}]}
        >>>
        2:46 error: hosts of a star are all at its core
            hint: write the name alone
        === onlyOneSite
        schema: 1
        underlay: {kind: sites, sites: 1}
        >>>
        2:32 error: `sites`: 1 is out of range: 2 to 64
        === wanOfALeafSpineNetwork
        schema: 1
        underlay: {wan: {delay: 5 ms}}
        nva: {at: site1/leaf1/host1}
        >>>
        2:12 error: `wan` is for `kind: sites`, not for `kind: leaf-spine`
        3:11 error: there is no host `site1/leaf1/host1`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        === starDelayTooShort
        schema: 1
        underlay:
          kind: star
          hosts: [A, B]
          host-link: {delay: 2 ms}
          delays: [{from: A, to: B, delay: 1 ms}]
        >>>
        6:36 error: shorter than the host link alone, 2 ms
            hint: a pair's delay is that of the whole way
        === starUnknownHost
        schema: 1
        underlay:
          kind: star
          hosts: [A, B]
          delays: [{from: A, to: C, delay: 1 ms}]
        >>>
        5:26 error: there is no host `C`
            hint: did you mean `A`?
        === starSameHostTwice
        schema: 1
        underlay: {kind: star, hosts: [A, B, A]}
        >>>
        2:38 error: there is a host `A` already
        === starPairTwice
        schema: 1
        underlay:
          kind: star
          hosts: [A, B]
          delays:
            - {from: A, to: B, delay: 1 ms}
            - {from: A, to: B, delay: 2 ms}
        >>>
        7:7 error: the delay from `A` to `B` is given by entry 1 already
        === networkTwice
        schema: 1
        overlay: {networks: [{name: blue}, {name: blue}]}
        >>>
        2:43 error: there is a network `blue` already at test.yaml:2:22
        === vniTwice
        schema: 1
        overlay:
          networks:
            - {name: blue, vni: 7, count: 3}
            - {name: red, vni: 9}
        >>>
        5:24 error: VNI 9 belongs to network `blue` already
        === subnetTooSmall
        schema: 1
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/31}]}
        >>>
        2:43 error: `10.0.0.0/31` has no addresses for VMs
            hint: a length up to 30 has
        === tooFewAddresses
        schema: 1
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/29}]}
        vms: [{name: web, network: blue}, {name: client, count: 6, network: blue}]
        >>>
        3:35 error: network `blue` has too few addresses
            hint: `10.0.0.0/29` has 6, 7 are needed so far
        === unknownNetwork
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: web, network: bleu}]
        >>>
        3:28 error: there is no network `bleu`
            hint: did you mean `blue`?
        === noNetworks
        schema: 1
        vms: [{name: web, network: blue}]
        >>>
        2:28 error: there is no network `blue`
            hint: declare it under `overlay: networks:`
        === generatedNetworkWithoutIndex
        schema: 1
        overlay: {networks: [{name: t, count: 4}]}
        vms: [{name: web, network: t}]
        >>>
        3:28 error: `t` is 4 networks
            hint: say which one, `t[0]` to `t[3]`, or `each`
        === generatedNetworkBeyondTheEnd
        schema: 1
        overlay: {networks: [{name: t, count: 4}]}
        vms:
          - {name: web, network: "t[4]"}
        >>>
        4:26 error: there is no network `t[4]`
            hint: networks: t, each
        === vmTwice
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: web, network: blue}, {name: web, network: blue}]
        >>>
        3:42 error: there is a VM or group `web` already at test.yaml:3:7
        === vmWithoutNetwork
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - name: web
        >>>
        4:5 error: `vms[0]` lacks the key `network`
            hint: for example `network: blue`
        === unknownHost
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: web, network: blue, at: leaf17/host1}]
        >>>
        3:38 error: there is no host `leaf17/host1`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        === addressOutsideTheSubnet
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: web, network: blue, address: 10.1.0.1}]
        >>>
        3:43 error: `10.1.0.1` is not in `10.0.0.0/16`, the subnet of network `blue`
        === broadcastAddress
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: web, network: blue, address: 10.0.255.255}]
        >>>
        3:43 error: `10.0.255.255` is the broadcast address of `10.0.0.0/16`
        === addressTwice
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: a, network: blue, address: 10.0.0.9}
          - {name: b, network: blue, address: 10.0.0.9}
        >>>
        5:39 error: `10.0.0.9` is the address of `a` already
        === macTwice
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: a, network: blue, mac: "52:54:00:00:00:01"}
          - {name: b, network: blue, mac: "52:54:00:00:00:01"}
        >>>
        5:35 error: `52:54:00:00:00:01` is the MAC address of `a` already
        === derivedMACTaken
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: a, network: blue, mac: "02:00:0a:00:00:02"}
          - {name: b, network: blue}
        >>>
        4:35 error: `02:00:0a:00:00:02` is the MAC address of `b` already
        === addressOfAGroup
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: a, network: blue, count: 2, address: 10.0.0.9}]
        >>>
        3:42 error: `address` is for `count: 1`, not for `count: 2`
        === addressInEachNetwork
        schema: 1
        overlay: {networks: [{name: t, count: 2}]}
        vms: [{name: a, network: each, address: 10.0.0.9}]
        >>>
        3:41 error: 2 VMs cannot have one address
        === nvaAtNoHost
        schema: 1
        nva: {at: leaf1/host17}
        >>>
        2:11 error: there is no host `leaf1/host17`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        === nvaDelayAtAHost
        schema: 1
        nva: {at: leaf1/host1, delay: 1 ms}
        >>>
        2:24 error: `delay` is for `at: out-of-band`, not for `at: leaf1/host1`
        === pushOrderUnknownAndTwice
        schema: 1
        nva: {push-order: [leaf1/host1, leaf0/host1, leaf1/host1]}
        >>>
        2:33 error: there is no host `leaf0/host1`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        2:46 error: `leaf1/host1` is in the list already
        === leafOfAStar
        schema: 1
        underlay: {kind: star, hosts: 3}
        nve: {placement: leaf}
        >>>
        3:18 error: there is no leaf for an NVE: all hosts of a star are at its core
            hint: choose another `underlay.kind`, for example leaf-spine, or leave NVEs in hypervisors
        === splitInAStar
        schema: 1
        underlay: {kind: star, hosts: [A, B]}
        nve: {placement: split}
        >>>
        3:18 error: there is no leaf for an NVE: all hosts of a star are at its core
            hint: choose another `underlay.kind`, for example leaf-spine, or leave NVEs in hypervisors
        === placementOfAnotherName
        schema: 1
        nve: {placement: tor}
        >>>
        2:18 error: `placement`: there is no `tor`
            hint: one of: hypervisor, leaf, split
        === pushOrderNamesALeafTwice
        schema: 1
        nve: {placement: leaf}
        nva: {push-order: [leaf1/host1, leaf2/host1, leaf1/host3]}
        >>>
        3:46 error: `leaf1/host3` and `leaf1/host1` are served by the same NVE, in `leaf1`
            hint: one of them is enough
        === pushOrderNamesASwitchOfAGraphTwice
        schema: 1
        underlay: {kind: graph, nodes: [a, b], hosts: [{name: x, at: a}, {name: y, at: a}], links: [{between: [a, b]}]}
        nve: {placement: split}
        nva: {push-order: [x, y]}
        >>>
        4:23 error: `y` and `x` are served by the same NVE, in `a`
            hint: one of them is enough
        === pushOrderNamesALeaf
        schema: 1
        nve: {placement: leaf}
        nva: {push-order: [leaf1]}
        >>>
        3:20 error: there is no host `leaf1`
            hint: hosts are `leaf1/host1` to `leaf16/host16`
        === nativeFrameTooLongForItsHostLink
        schema: 1
        underlay: {host-link: {mtu: 900 B}}
        nve: {placement: leaf}
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms: [{name: a, network: blue, count: 2}]
        traffic: [{name: t, from: "a[0]", to: "a[1]", rate: 1 kpps, size: 1000 B}]
        >>>
        6:67 warning: packets of 1000 B are more than the 900 B of the host links
            hint: they are lost with cause `mtu`; use at most 900 B
        """#
}

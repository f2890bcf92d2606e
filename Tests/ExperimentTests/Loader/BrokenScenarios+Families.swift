extension BrokenScenarios {
    /// IPv6, several addresses, announcements.
    static let families = #"""
        === addressAndAddresses
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms:
          - {name: a, network: blue, address: 10.0.0.9, addresses: [10.0.0.10]}
          - {name: b, network: blue, addresses: [10.0.0.11, 10.0.0.11, 10.0.0.9]}
        >>>
        4:60 error: there is an `address` too
            hint: put all addresses into `addresses`
        5:53 error: `10.0.0.11` is the address of `b` already
        5:64 error: `10.0.0.9` is the address of `a` already
        === addressOfAnotherFamily
        schema: 1
        overlay: {networks: [{name: blue, subnet: "2001:db8:1::/64"}, {name: red}]}
        vms:
          - {name: a, network: blue, address: 10.0.0.9}
          - {name: b, network: red, addresses: [10.0.0.9, "2001:db8:1::9"]}
        >>>
        4:39 error: `10.0.0.9` is IPv4, network `blue` is IPv6
            hint: a network has one subnet, and all addresses of its VMs are of it: `2001:db8:1::/64`
        5:51 error: `2001:db8:1::9` is IPv6, network `red` is IPv4
            hint: a network has one subnet, and all addresses of its VMs are of it: `10.0.0.0/16`
        === addressOutsideIPv6Subnet
        schema: 1
        overlay: {networks: [{name: blue, subnet: "2001:db8:1::/64"}]}
        vms:
          - {name: a, network: blue, address: "2001:db8:2::9"}
          - {name: b, network: blue, address: "2001:db8:1::"}
          - {name: c, network: blue, address: "2001:db8:1::ffff:ffff:ffff:ffff"}
        >>>
        4:39 error: `2001:db8:2::9` is not in `2001:db8:1::/64`, the subnet of network `blue`
        5:39 error: `2001:db8:1::` is the address of any router of `2001:db8:1::/64`
        === addressesOfManyVMs
        schema: 1
        overlay: {networks: [{name: blue, count: 2}]}
        vms:
          - {name: a, network: "blue[0]", count: 2, addresses: [10.0.0.9]}
          - {name: b, network: each, addresses: [10.0.0.9]}
        >>>
        4:45 error: `addresses` is for `count: 1`, not for `count: 2`
        5:41 error: 2 VMs cannot have the same addresses
        === advertisementForIPv4
        schema: 1
        overlay: {networks: [{name: blue}]}
        announce: {kind: na, count: 3}
        vms: [{name: web, network: blue}]
        moves: [{vm: web, to: leaf1/host1, at: 1 ms, downtime: 1 ms}]
        >>>
        3:18 error: `web` has an IPv4 address, and advertisements are of IPv6
            hint: `garp`, or `auto`
        === fewAddressesForSeveral
        schema: 1
        overlay: {networks: [{name: blue, subnet: 10.0.0.0/30}]}
        vms:
          - {name: a, network: blue, addresses: [10.0.0.1, 10.0.0.2]}
          - {name: b, network: blue}
        >>>
        5:5 error: network `blue` has too few addresses
            hint: `10.0.0.0/30` has 2, 3 are needed so far
        === fullIPv6Subnet
        schema: 1
        overlay: {networks: [{name: blue, subnet: "2001:db8:1::/126"}]}
        vms: [{name: a, network: blue, count: 4}]
        >>>
        3:7 error: network `blue` has too few addresses
            hint: `2001:db8:1::/126` has 3, 4 are needed so far
        === garpForIPv6
        schema: 1
        overlay: {networks: [{name: blue, subnet: "2001:db8:1::/64"}]}
        announce: {kind: garp}
        vms: [{name: web, network: blue}]
        moves: [{vm: web, to: leaf1/host1, at: 1 ms, downtime: 1 ms}]
        >>>
        3:18 error: `web` has an IPv6 address, which ARP cannot announce
            hint: `na`, or `auto`
        === questionsOfGuestsThatKnow
        schema: 1
        guest: {queue: 5 packets, attempts: 101}
        >>>
        2:9 error: `queue` is for `neighbours: resolve`, not for `neighbours: preset`
        2:27 error: `attempts` is for `neighbours: resolve`, not for `neighbours: preset`
        === questionsWithoutEnd
        schema: 1
        guest: {neighbours: resolve, attempts: 0, retransmit: 0 s, lifetime: 0 s}
        >>>
        2:40 error: `attempts`: 0 is out of range: 1 to 100
        2:55 error: `retransmit`: `0 s` is out of range: 1 ps to 30 d
        2:70 error: `lifetime`: `0 s` is out of range: 1 ps to 30 d
        === noIPv6Address
        schema: 1
        overlay: {networks: [{name: blue, subnet: 2001:db8:1::/129}, {name: red, subnet: "2001:db8:1::9/64"}]}
        vms: [{name: a, network: blue, address: 2001:db8:1:::9}]
        >>>
        2:43 error: `subnet`: `2001:db8:1::/129` is not an IPv6 prefix
            hint: address/length: `2001:db8:1::/64`
        2:82 error: `subnet`: `2001:db8:1::9/64` is not an IPv6 prefix
            hint: bits behind the length must be 0: `2001:db8:1::/64`
        3:41 error: `address`: `2001:db8:1:::9` is not an IPv6 address
            hint: groups of 16 bits: `2001:db8::9`
        === noIPv6AddressesAtAll
        schema: 1
        overlay: {networks: [{name: red, subnet: "2001:db8:1::/128"}]}
        >>>
        2:42 error: `2001:db8:1::/128` has no addresses for VMs
            hint: a length up to 127 has
        === noSuchFamily
        schema: 1
        underlay: {family: ip6}
        >>>
        2:20 error: `family`: there is no `ip6`
            hint: did you mean `ipv6`?
        === packetsShorterThanHeaders
        schema: 1
        overlay: {networks: [{name: blue, subnet: "2001:db8:1::/64"}]}
        vms: [{name: a, network: blue}, {name: b, network: blue}]
        traffic:
          - {from: a, to: b, rate: 1 pps, size: 47 B}
          - {from: a, to: b, kind: flows, load: 1 %, size: 48 B}
        >>>
        5:41 error: packets of IPv6 have at least 48 B of headers
        6:52 error: packets of 48 B carry no data: a transfer would never end
            hint: at least 49 B
        === packetsTooLongOverIPv6
        schema: 1
        underlay: {family: ipv6, fabric-link: {mtu: 1569 B}}
        overlay: {networks: [{name: blue}]}
        vms: [{name: a, network: blue}, {name: b, network: blue}]
        traffic: [{from: a, to: b, rate: 1 pps, size: 1500 B}]
        >>>
        5:47 warning: packets of 1500 B are 1570 B with their encapsulation, more than the links' 1569 B
            hint: packets between hosts are lost with cause `mtu`; use at most 1499 B
        === smallMTUForIPv6
        schema: 1
        underlay: {family: ipv6, host-link: {mtu: 1279 B}}
        >>>
        2:43 error: an MTU of 1279 B is too small for `family: ipv6`
            hint: links that carry IPv6 take packets of at least 1280 B
        === subnetOfGroups
        schema: 1
        overlay: {networks: [{name: blue, subnet: "ff02::/64"}, {name: red, subnet: 224.0.0.0/24}]}
        >>>
        2:43 error: `ff02::/64` are addresses of groups, not of single VMs
        2:77 error: `224.0.0.0/24` are addresses of groups, not of single VMs
        === tooManyAdvertisements
        schema: 1
        overlay: {networks: [{name: blue, subnet: "2001:db8:1::/64"}]}
        announce: {count: 4, interval: 999 ms}
        vms: [{name: web, network: blue}]
        moves: [{vm: web, to: leaf1/host1, at: 1 ms, downtime: 1 ms}]
        >>>
        3:19 error: 4 neighbour advertisements are more than the 3 allowed
            hint: RFC 4861 §7.2.6 sets the limit
        3:32 error: neighbour advertisements are at least 1 s apart, not 999 ms
            hint: RFC 4861 §7.2.6 sets the limit
        === truthByAnotherWord
        schema: 1
        nva: {batch: no}
        >>>
        2:14 error: `batch`: `no` is not a truth value
            hint: write `true` or `false`
        """#
}

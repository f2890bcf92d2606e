extension BrokenScenarios {
    /// Ways of moving VMs that a data centre lacks.
    static let capabilities = #"""
        === fallbackIsTheSame
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue, at: leaf5/host2}]
        moves: [{vm: web, to: leaf1/host1, at: 100 ms, mode: hot, fallback: hot, downtime: 20 ms}]
        >>>
        4:69 error: the fallback is what it asks for anyway
            hint: leave it out
        === fallbackOfGivenDowntime
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue, at: leaf5/host2}]
        moves: [{vm: web, to: leaf1/host1, at: 100 ms, mode: hot, fallback: cold, downtime: 20 ms}]
        >>>
        4:69 error: the downtime is given: another mode would be another name for the same move
            hint: leave out `downtime`, and say how state is sent: `transfer: {over: ideal, rate: 10 Gbps}`
        === fallbackLacksMemory
        schema: 1
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue, at: leaf5/host2, disk: 1 GiB}]
        moves: [{vm: web, to: leaf1/host1, at: 100 ms, mode: cold, cold: {from: stopped}, fallback: warm,
                 transfer: {rate: 1 Gbps, storage: copy}}]
        >>>
        4:14 error: `web` does not say how much memory is to be sent
            hint: say `memory: 8 GiB` at the VM
        === noCapability
        schema: 1
        capabilities: [cold, warn]
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue, at: leaf5/host2}]
        >>>
        2:22 error: `capabilities[1]`: there is no `warn`
            hint: did you mean `warm`?
        === refusedForLackOfCapability
        schema: 1
        capabilities: [cold]
        overlay: {networks: [{name: blue}]}
        vms: [{name: web, network: blue, at: leaf5/host2}]
        moves: [{vm: web, to: leaf1/host1, at: 100 ms, downtime: 20 ms}]
        >>>
        5:9 warning: this data centre has no hot moves: the move will be refused
            hint: add to `capabilities`, or say how it may move instead: `fallback: cold`
        """#
}

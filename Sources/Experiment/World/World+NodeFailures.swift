import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay

/// Failures of VMs, NVEs, servers and switches, and what comes after their repair (design: nodes fail).
///
/// What a failed node had is lost as `node-down`, packet by packet; it says nothing and hears nothing. A repaired one
/// starts empty, and its VMs make themselves known to the NVA anew.
extension World {
    /// Nodes or VMs fail or are repaired.
    mutating func change(node index: UInt32, key: UInt64) {
        let change = nodeChanges[Int(index)]
        events.fold(key, UInt64(change.entry) << 8 | UInt64(EventKind.node.rawValue))
        switch change.kind {
        case .fail: for target in change.targets { fail(target, change) }
        case .repair: for target in change.targets { repair(target, change) }
        case .warn: for target in change.targets { warn(of: target) }
        }
        applyLinkDemands()
        applyEffects()
    }

    private mutating func fail(_ target: NodeChange.Target, _ change: NodeChange) {
        let isNews = health.fail(target)
        switch target {
        case .vm(let vm): if isNews { stop(vm) }
        case .nve: if isNews { stopNVE(target, change) }
        case .server(let host):
            if isNews { stopServer(host, change) }
            breakLinks(change.links)
        case .relay(let node):
            if isEdgeInSwitch, node.index < firstRelayOfEdge { failNVE(at: node, change) }
            breakLinks(change.links)
        case .replica(let replica): if isNews { failReplica(replica, change) }
        }
    }

    private mutating func repair(_ target: NodeChange.Target, _ change: NodeChange) {
        let isNews = health.repair(target)
        switch target {
        case .vm(let vm):
            if isNews {
                start(vm)
                failoverReturned(vm)
            }
        case .nve(let node): if isNews { startNVE(node) }
        case .server(let host):
            mendLinks(change.links)
            if isNews { startServer(host, change) }
        case .relay(let node):
            mendLinks(change.links)
            if isEdgeInSwitch, node.index < firstRelayOfEdge { repairNVE(at: node, change) }
        case .replica(let replica): if isNews { repairReplica(replica) }
        }
    }

    /// Switches from this number on have no NVE.
    private var firstRelayOfEdge: UInt32 { fabric.topology.hosts + UInt32(nves.count) }

    // MARK: - VMs

    /// Whether the VM cannot run where it is.
    func isDown(_ vm: VMID) -> Bool { isDown(vm, at: places[Int(vm.index)].host) }

    func isDown(_ vm: VMID, at host: NodeID) -> Bool { health.isDown(.vm(vm)) || health.isDown(.server(host)) }

    /// The VM runs no longer, and has lost all that was in its memory.
    private mutating func stop(_ vm: VMID) {
        let place = places[Int(vm.index)]
        if place.state == .failed { return }
        if lives.state(of: vm) != .crashed { lives.become(.crashed, vm, at: place.host, .failure, now: now) }
        if place.state != .nowhere {
            places[Int(vm.index)].state = .failed
            if edge == .hypervisor { tellAside(.halt(record(of: vm)), to: place.host) }
        }
        health.endLife(of: vm)
        if !guests.isEmpty {
            for handle in guests[Int(vm.index)].fail(in: &context) {
                finishLost(handle, .nodeDown, at: nve(serving: place.host))
            }
        }
        failRequests(of: vm)
        noteFailure(of: vm)
        abortMoves { $0.vm == vm }
    }

    /// The VM runs again, from the beginning, where it was: it attaches and announces itself.
    private mutating func start(_ vm: VMID) {
        let place = places[Int(vm.index)]
        if place.state != .failed || isDown(vm) || !mayRestart(vm) { return }
        places[Int(vm.index)].sequence += 1
        attach(vm, at: place.host)
    }

    /// A VM that is not being moved attaches, and announces itself.
    mutating func attach(_ vm: VMID, at host: NodeID) {
        let record = record(of: vm)
        post(.attach(record), from: .hypervisor(host), to: .nve(record.locator), after: .zero)
        // Where VMs announce nothing the hypervisor has the NVE tell the NVA.
        if announcement.kind == .none { tellAside(.restore(record), to: record.locator) }
        startAnnouncing(record)
        noteRecovery(of: vm)
    }

    /// The VM's record as its hypervisor has it.
    func record(of vm: VMID) -> MappingRecord {
        let place = places[Int(vm.index)]
        return endpoints.record(
            of: vm, at: nve(serving: place.host), port: place.host, sequence: place.sequence, move: .none)
    }

    private mutating func tellAside(_ message: Message, to node: NodeID) {
        nves[nveIndex(of: node)].handle(.message(message, from: .hypervisor(node)), now: now, in: &context)
    }

    /// VMs at a host, or on their way from it.
    private func vms(at host: NodeID) -> [VMID] {
        places.indices.filter { places[$0].host == host }.map { VMID($0) }
    }

    // MARK: - Servers

    private mutating func stopServer(_ host: NodeID, _ change: NodeChange) {
        let vms = vms(at: host)
        for vm in vms { stop(vm) }
        abortMoves { $0.to == host }
        // A VM that runs already is lost with the part of its memory that has not followed.
        for move in moves where move.isPushing && move.source == host { stop(move.handover.vm) }
        if edge == .hypervisor {
            failNVE(at: host, change)
        } else if edge != .nowhere {
            loseCarrier(of: vms, at: host)
        }
        failReplica(at: host, change)
        silenceDetectors(at: host)
    }

    private mutating func startServer(_ host: NodeID, _ change: NodeChange) {
        if edge == .hypervisor { repairNVE(at: host, change) }
        for vm in vms(at: host) { start(vm) }
        repairReplica(at: host)
        failoversReturned(to: host)
    }

    /// The NVE in a switch sees the carrier of a host's link go, and with it the VMs behind that port: it can still say
    /// so to others (REQ-8-12).
    private mutating func loseCarrier(of vms: [VMID], at host: NodeID) {
        let node = nve(serving: host)
        for vm in vms where places[Int(vm.index)].state == .failed {
            let departure = Departure(record: record(of: vm), redirectTo: .none)
            nves[nveIndex(of: node)].handle(
                .message(.detach(departure), from: .hypervisor(host)), now: now, in: &context)
        }
    }

    /// Moves whose VM or target has failed are given up: their state is lost on the way. A move with a downtime that
    /// the scenario states has none to lose: it ends at its target, where the VM does not run if that is what failed
    /// (see `follow`).
    private mutating func abortMoves(where applies: (Handover) -> Bool) {
        for index in moves.indices where moves[index].hasBegun && moves[index].ended == nil && !moves[index].isGiven {
            if !applies(moves[index].handover) { continue }
            carryOn(moves[index].abort(now: now, in: &context), MoveID(index))
        }
    }

    // MARK: - NVEs

    private mutating func stopNVE(_ target: NodeChange.Target, _ change: NodeChange) {
        guard case .nve(let node) = target else { return }
        takeDown(node, keepsState: change.keepsState)
    }

    private mutating func startNVE(_ node: NodeID) { bringUp(node) }

    /// The NVE of a node fails with the node.
    private mutating func failNVE(at node: NodeID, _ change: NodeChange) {
        if health.fail(.nve(node)) { takeDown(node, keepsState: change.keepsState) }
    }

    private mutating func repairNVE(at node: NodeID, _ change: NodeChange) {
        if health.repair(.nve(node)) { bringUp(node) }
    }

    private mutating func takeDown(_ node: NodeID, keepsState: Bool) {
        nves[nveIndex(of: node)].fail(keepsMappings: keepsState, now: now, in: &context)
        applyEffects()
        for handle in releases.removeValue(forKey: node) ?? [] {
            nodeProbe.released(at: node)
            watchProbe.released(pool[handle].flow)
            finishLost(handle, .nodeDown, at: node)
        }
    }

    private mutating func bringUp(_ node: NodeID) {
        nves[nveIndex(of: node)].repair(now: now, in: &context)
        restoreVMs(of: node)
    }

    /// Hypervisors name their VMs to an NVE that has lost them, or that the NVA has asked for them.
    mutating func restoreVMs(of node: NodeID) {
        for vm in places.indices where nve(serving: places[vm].host) == node {
            let record = record(of: VMID(vm))
            if places[vm].state == .running || places[vm].state == .paused { tellAside(.restore(record), to: node) }
            if places[vm].state == .paused, edge == .hypervisor { tellAside(.pause(record), to: node) }
        }
    }

    // MARK: - Links

    /// What is on the links of a failed node, or waits for them, is lost with it.
    private mutating func breakLinks(_ links: [LinkID]) {
        fabric.apply(LinkChange(.fail, at: now, links: links, isOfNode: true))
        for link in links { cut(link, .nodeDown) }
    }

    private mutating func mendLinks(_ links: [LinkID]) {
        fabric.apply(LinkChange(.repair, at: now, links: links, isOfNode: true))
    }
}

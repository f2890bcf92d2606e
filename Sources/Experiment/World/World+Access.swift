import Fabric
import Kernel
import Observe
import Overlay
import Wire

/// Where tenants' frames are encapsulated.
enum EdgePlace: Sendable {
    /// Nowhere: hosts speak to each other directly (the peers' workload).
    case nowhere
    case hypervisor
    case leaf
    case split
}

/// NVEs in switches: frames cross the links of hosts natively.
extension World {
    var isEdgeInSwitch: Bool { edge == .leaf || edge == .split }

    /// The place of an NVE in the list of NVEs.
    func nveIndex(of node: NodeID) -> Int { Int(node.index) - (isEdgeInSwitch ? Int(fabric.topology.hosts) : 0) }

    /// The NVE that serves a host.
    func nve(serving host: NodeID) -> NodeID { isEdgeInSwitch ? fabric.topology.homeSwitch(of: host) : host }

    /// From an IP packet to its frame on the link of a host.
    var nativeExtraBytes: UInt32 { HeaderSize.ethernet + (edge == .split ? HeaderSize.vlanTag : 0) }

    // MARK: - Paths

    /// Underlay links between the NVEs of two hosts.
    func directLinks(from: NodeID, to: NodeID) -> Int {
        let links = fabric.topology.links(from: from, to: to)
        return isEdgeInSwitch ? max(0, links - 2) : links
    }

    /// One-way time of a tenant's lone packet between VMs of two hosts, by the direct way.
    func idleDelay(from: NodeID, to: NodeID, ipBytes: UInt32) -> Duration {
        let frame = ipBytes + encapsulatedExtraBytes
        if !isEdgeInSwitch { return fabric.unloadedDelay(from: from, to: to, frameBytes: frame) }
        return fabric.unloadedDelay(
            from: from, to: to, frameBytes: frame, nativeFrameBytes: ipBytes + nativeExtraBytes)
    }

    // MARK: - Packets

    /// A packet leaves its VM, and its host without an NVE.
    @inline(never)
    mutating func sendNatively(_ handle: PacketHandle, from host: NodeID) {
        let uplink = fabric.topology.uplink(of: host)
        pool[handle].outerSource = host
        if edge == .nowhere {
            let destination = endpoints.vm(of: pool[handle].destination)
            pool[handle].outerDestination = places[Int(destination.index)].host
            transmit(handle, on: uplink)
        } else {
            cross(handle, uplink, to: fabric.topology.homeSwitch(of: host))
        }
    }

    /// Puts a tenant's packet on the link of a host, as the VM sees it. Links of paths are counted between NVEs: the
    /// link takes back what is taken off here.
    private mutating func cross(_ handle: PacketHandle, _ link: LinkID, to node: NodeID) {
        pool[handle].outerDestination = node
        pool[handle].frameBytes = pool[handle].innerBytes + nativeExtraBytes
        pool[handle].links &-= 1
        let transmission = fabric.transmit(&pool[handle], on: link, now: now)
        if case .lost = transmission { pool[handle].links &+= 1 }
        settle(transmission, handle)
    }

    /// A tenant's packet arrives at a switch that may be an NVE, or at a host that is none.
    @inline(never)
    mutating func arriveNatively(_ handle: PacketHandle, at node: NodeID) {
        if fabric.topology.isHost(node) { return reachGuest(handle, at: node) }
        let isFromHost = pool[handle].link.index < fabric.topology.hosts
        if !isFromHost, pool[handle].outerDestination != node { return passOn(handle, at: node) }
        let outcome = nves[nveIndex(of: node)].forward(
            &pool[handle], handle, from: isFromHost ? .tenant : .underlay, now: now, in: &context)
        performInSwitch(outcome, handle, at: node)
        if context.effectCount > 0 { applyEffects() }
    }

    /// The hypervisor hands a packet over if its VM runs here.
    private mutating func reachGuest(_ handle: PacketHandle, at host: NodeID) {
        let place = places[Int(endpoints.vm(of: pool[handle].destination).index)]
        switch place.state {
        case .running where place.host == host: finishDelivered(handle)
        case .paused where place.host == host: finishLost(handle, .guestPaused, at: host)
        case .failed where place.host == host: finishLost(handle, .nodeDown, at: host)
        case .running, .paused, .failed, .nowhere: finishLost(handle, .notAttached, at: host)
        }
    }

    /// A switch sends on a packet that it is not the end for, or that its NVE has encapsulated.
    mutating func passOn(_ handle: PacketHandle, at node: NodeID) {
        settle(fabric.forwardElsewhere(&pool[handle], at: node, now: now), handle)
    }

    mutating func performInSwitch(_ outcome: Outcome, _ handle: PacketHandle, at node: NodeID) {
        switch outcome {
        case .send: passOn(handle, at: node)
        case .deliver: sendDown(handle, from: node)
        case .drop(let cause): finishLost(handle, cause, at: node)
        case .held: noteHeld(handle, at: node)
        }
    }

    /// A packet goes down to the host behind which its VM is.
    mutating func sendDown(_ handle: PacketHandle, from node: NodeID) {
        let host = nves[nveIndex(of: node)].port(of: pool[handle].destination)
        cross(handle, fabric.topology.downlink(to: host), to: host)
    }

    // MARK: - Messages

    /// What hypervisor and VM say to an NVE in a switch. True when it has been dealt with: it is on its way over the
    /// host's link, or concerns the hypervisor alone. The rest the orchestrator says to the NVE at once.
    mutating func sayToSwitch(_ message: Message, from sender: Party) -> Bool {
        let record = message.record
        switch message {
        case .pause, .resume, .halt:
            follow(message)
            return true
        case .attach where edge == .split:
            follow(message)
            sayAside(.associate(record), over: record.port)
            return true
        case .detach(let departure) where edge == .split:
            follow(message)
            sayAside(.deassociate(departure), over: record.port)
            return true
        case _ where message.isAnnouncement:
            send(message, from: sender, over: record.port)
            return true
        default: return false
        }
    }

    /// A hypervisor tells the NVE in its switch of a VM, and waits for the answer where there is one.
    private mutating func sayAside(_ message: Message, over host: NodeID) {
        send(message, from: .hypervisor(host), over: host)
        stations?.said(message, at: host, now: now, in: &context)
    }

    mutating func associateAgain(_ vm: VMID, at host: NodeID) {
        guard let message = stations?.timedOut(vm, at: host, now: now, in: &context) else { return }
        let node = fabric.topology.homeSwitch(of: host)
        messageProbe.repeated(message.kind, from: .hypervisor(host), to: .nve(node), move: move(of: message.record))
        send(message, from: .hypervisor(host), over: host)
    }

    /// An NVE in a switch answers a VM or a hypervisor: the frame goes down the link of the host.
    func isAnswer(_ message: Message, to receiver: Party) -> Bool {
        switch receiver {
        case .vm: isEdgeInSwitch && message.isAnnouncement
        case .hypervisor: message.kind == .associateReply || message.kind == .deassociateReply
        default: false
        }
    }

    mutating func answerFromSwitch(_ message: Message, from sender: Party, to receiver: Party) {
        guard case .nve(let node) = sender else { return }
        var host = message.record.port
        if case .vm(let vm) = receiver { host = places[Int(vm.index)].host }
        let frame = accessFrameBytes(message)
        count(message, from: sender, to: receiver, bytes: frame)
        transmitControl(
            message, from: sender, to: receiver, outer: (node, host), ipBytes: frame - HeaderSize.ethernet)
    }

    /// A message leaves a host for the NVE in its switch: not in an IP packet.
    private mutating func send(_ message: Message, from sender: Party, over host: NodeID) {
        let node = fabric.topology.homeSwitch(of: host)
        let frame = accessFrameBytes(message)
        count(message, from: sender, to: .nve(node), bytes: frame)
        transmitControl(
            message, from: sender, to: .nve(node), outer: (host, node), ipBytes: frame - HeaderSize.ethernet)
    }

    private func accessFrameBytes(_ message: Message) -> UInt32 {
        let tenant = message.kind.tenantFrameBytes
        if tenant == 0 { return message.payloadBytes + HeaderSize.ethernet }
        return tenant - HeaderSize.ethernet + nativeExtraBytes
    }
}

extension Message {
    /// A VM says it, in a frame of its own.
    var isAnnouncement: Bool { kind.tenantFrameBytes > 0 }
}

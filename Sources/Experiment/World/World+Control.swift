import Fabric
import Kernel
import Mobility
import Observe
import Overlay
import Wire

extension World {
    /// Sends a message to another host as a packet; to the same host it is handed over at once.
    mutating func originate(_ message: Message, from: NodeID, to: NodeID) {
        let (sender, receiver) = parties(message, from, to)
        if from == to {
            count(message, from: sender, to: receiver, bytes: 0)
            tell(receiver, message, from: sender)
            return
        }
        let ipBytes = controlBytes(message)
        count(message, from: sender, to: receiver, bytes: ipBytes + HeaderSize.ethernet)
        transmitControl(message, from: sender, to: receiver, outer: (from, to), ipBytes: ipBytes)
    }

    /// Length of the IP packet that carries a message between hosts.
    func controlBytes(_ message: Message) -> UInt32 {
        HeaderSize.ip(underlayFamily) + HeaderSize.udp + message.payloadBytes
    }

    /// Puts a message on its way from a node to another one.
    mutating func transmitControl(
        _ message: Message, from sender: Party, to receiver: Party, outer: (source: NodeID, destination: NodeID),
        ipBytes: UInt32
    ) {
        var packet = PacketRecord(
            sentAt: now, flow: .control, serial: controlSerial, source: .none, destination: .none,
            innerBytes: ipBytes, frameBytes: ipBytes + HeaderSize.ethernet, flags: .control)
        controlSerial &+= 1
        packet.outerSource = outer.source
        packet.outerDestination = outer.destination
        packet.priority = controlPriority
        var entry = MessageUnderWay(message: message, from: sender, to: receiver)
        entry.isLost = losesControl(from: sender, to: receiver)
        packet.extensionIndex = messages.insert(entry)
        let handle = pool.insert(packet)
        if fabric.topology.isHost(outer.source) {
            transmit(handle, on: fabric.topology.uplink(of: outer.source))
        } else {
            passOn(handle, at: outer.source)
        }
    }

    private func parties(_ message: Message, _ from: NodeID, _ to: NodeID) -> (sender: Party, receiver: Party) {
        switch message.kind {
        case .registration, .deregistration, .query: (.nve(from), .nva)
        case .invalidate where message.record.port != .none: (.nve(from), .nve(to))
        default: (.nva, .nve(to))
        }
    }

    mutating func count(_ message: Message, from: Party, to: Party, bytes: UInt32) {
        if !message.kind.isCounted { return }
        let move = move(of: message.record)
        messageProbe.sent(message.kind, from: from, to: to, move: move, bytes: bytes)
        phaseProbe.sent(message.kind, from: from, move: move, now)
    }

    /// The move that a message is laid to: the one that its record names, or else the VM's last.
    func move(of record: MappingRecord) -> MoveID {
        record.move != .none ? record.move : moveProbe.lastMove(of: record.vm)
    }

    /// Draws whether a message is lost on its way.
    private mutating func losesControl(from: Party, to: Party) -> Bool {
        controlLoss?.loses(from: from, to: to, context.random) ?? false
    }

    /// A message does not get there.
    mutating func loseControl(_ entry: MessageUnderWay) {
        let (kind, move) = (entry.message.kind, move(of: entry.message.record))
        messageProbe.dropped(kind, from: entry.from, to: entry.to, move: move)
        nodeProbe.missed(entry.to)
        phaseProbe.ended(kind, from: entry.from, to: entry.to, move: move, isLost: true, now)
    }

    /// Hands a message over, at once or after the fixed delay of an ideal channel.
    mutating func post(_ message: Message, from: Party, to: Party, after delay: Duration) {
        if isAnswer(message, to: to) { return answerFromSwitch(message, from: from, to: to) }
        if isEdgeInSwitch, sayToSwitch(message, from: from) { return }
        if to != .vmManager, from != .vmManager {
            count(message, from: from, to: to, bytes: message.payloadBytes + message.kind.tenantFrameBytes)
        }
        if losesControl(from: from, to: to) {
            loseControl(MessageUnderWay(message: message, from: from, to: to))
        } else if delay == .zero {
            tell(to, message, from: from)
        } else {
            let slot = messages.insert(MessageUnderWay(message: message, from: from, to: to))
            schedule(.message, .control, at: now + delay, handle: slot)
        }
    }

    mutating func receiveControl(_ handle: PacketHandle, at node: NodeID) {
        if node != pool[handle].outerDestination { return passOn(handle, at: node) }
        if pool[handle].flags.contains(.state) { return receiveState(handle) }
        let entry = messages.take(pool[handle].extensionIndex)
        pool.remove(handle)
        if entry.isLost { return loseControl(entry) }
        if passToLeader(entry, at: node) { return }
        tell(entry.to, entry.message, from: entry.from)
        applyEffects()
    }

    /// Calls the receiver. What it asks for is applied by whoever applies effects at present.
    mutating func tell(_ party: Party, _ message: Message, from: Party) {
        follow(message)
        if isDeaf(party) {
            if message.kind.isCounted { loseControl(MessageUnderWay(message: message, from: from, to: party)) }
            return
        }
        if message.kind.isCounted {
            nodeProbe.received(party)
            let move = move(of: message.record)
            phaseProbe.ended(message.kind, from: from, to: party, move: move, isLost: false, now)
        }
        if message.isOfOnboarding { return onboard(message) }
        switch party {
        case .nve(let node): nves[nveIndex(of: node)].handle(.message(message, from: from), now: now, in: &context)
        case .nva: nva.handle(.message(message, from: from), now: now, in: &context)
        case .vmManager:
            // A request that comes when the VM has left, does not run, or is not to move any more, moves nothing.
            let move = message.record.move
            if case .registrationReply = message {
                if move != .none { carryOn(moves[Int(move.index)].signalled(now: now, in: &context), move) }
                return
            }
            if !isServed(message.record) || moves[Int(move.index)].ended != nil { return }
            carryOn(moves[Int(move.index)].detach(now: now, in: &context), move)
        case .vm(let vm): hear(message, from: from, at: vm)
        case .hypervisor(let node):
            switch message {
            case .associateReply, .deassociateReply: stations?.confirmed(message, in: &context)
            default: restoreVMs(of: node)
            }
        case .detector(let index): failovers.detectors[Int(index)]?.heard(now: now, in: &context)
        }
    }

    /// Whether what is said to somebody is lost because it has failed.
    private func isDeaf(_ party: Party) -> Bool {
        switch party {
        case .nve(let node): nves[nveIndex(of: node)].isDown
        case .nva: nva.isDown
        case .vmManager, .vm, .hypervisor, .detector: false
        }
    }

    /// Whether the VM still runs where the record says, attached as it was then.
    private func isServed(_ record: MappingRecord) -> Bool {
        let place = places[Int(record.vm.index)]
        return place.state == .running && place.host == record.port && place.sequence == record.sequence
    }

    /// Keeps the VM's own state in step with what its hypervisor tells the NVE.
    mutating func follow(_ message: Message) {
        let vm = Int(message.record.vm.index)
        switch message {
        case .attach(let record):
            if health.isEmpty || !isDown(record.vm, at: record.port) {
                noteStart(of: record.vm, at: record.port, move: record.move)
            }
            places[vm] = VMPlace(host: record.port, state: .running, sequence: record.sequence)
            if !health.isEmpty, isDown(record.vm) {
                places[vm].state = .failed
                if edge == .hypervisor {
                    context.ask(
                        .tell(.nve(record.locator), .halt(record), from: .hypervisor(record.port), after: .zero))
                }
            } else if !parked.isEmpty {
                wake(record.vm)
            }
        case .detach(let departure):
            noteStop(of: departure.record.vm, at: departure.record.port, isPaused: false)
            places[vm].state = .nowhere
        case .pause(let record) where places[vm].state != .failed:
            noteStop(of: record.vm, at: record.port, isPaused: true)
            places[vm].state = .paused
        case .resume(let record) where places[vm].state != .failed:
            noteStart(of: record.vm, at: record.port, move: record.move)
            places[vm].state = .running
            if !parked.isEmpty { wake(message.record.vm) }
        default: break
        }
    }
}

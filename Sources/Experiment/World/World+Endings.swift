import Fabric
import Guest
import Kernel
import Mobility
import Observe
import Overlay

/// How packets end: each in exactly one bucket, folded into the accounts once.
extension World {
    @inline(__always)
    mutating func finishDelivered(_ handle: PacketHandle) {
        ledger.delivered(pool[handle], now: now)
        if !pool[handle].flags.isDisjoint(with: [.awaited, .followed]) { finishFurther(handle) }
        if packetLog != nil { log(handle, .delivered) }
        pool.remove(handle)
    }

    /// Accounts that few packets need.
    @inline(never)
    private mutating func finishFurther(_ handle: PacketHandle) {
        let flags = pool[handle].flags
        if flags.contains(.transfer) {
            transferDelivered(handle)
        } else if !flags.isDisjoint(with: .awaited) {
            dialogueDelivered(pool[handle])
        }
        if flags.contains(.followed) { followDelivered(pool[handle]) }
    }

    /// - Parameter node: the node that lost it, or the host for which it was on its way.
    @inline(never)
    mutating func finishLost(_ handle: PacketHandle, _ cause: LossCause, at node: NodeID) {
        endLost(handle, cause, at: node)
        pool.remove(handle)
    }

    /// Closes a lost packet's accounts; its slot stays taken.
    mutating func endLost(_ handle: PacketHandle, _ cause: LossCause, at node: NodeID) {
        let packet = pool[handle]
        if packet.flags.contains(.state) {
            loseState(packet)
        } else if packet.flags.contains(.control) {
            loseControl(messages.take(packet.extensionIndex))
        } else {
            loseTenant(packet, cause, at: node, handle)
        }
    }

    private mutating func loseTenant(
        _ packet: PacketRecord, _ cause: LossCause, at node: NodeID, _ handle: PacketHandle
    ) {
        let source = endpoints.vm(of: packet.source)
        let destination = endpoints.vm(of: packet.destination)
        let move = moveProbe.move(source: source, destination: destination)
        let whereabouts = whereabouts(of: destination, seenFrom: node)
        let (named, period) = period(of: packet, move, source, destination)
        let key = LossKey(flow: packet.flow, move: named, period: period, cause: cause, whereabouts: whereabouts)
        ledger.lost(packet, key, now: now)
        if let index = failovers.place(of: destination), ledger.isMeasured(packet.sentAt) {
            failovers.entries[index].lostPacket()
        }
        if move != .none {
            let ending = MoveProbe.Ending(
                packet, cause: cause, isMeasured: ledger.isMeasured(packet.sentAt),
                floor: floor(of: packet, move, source))
            moveProbe.ended(ending, move: move, now: now)
        }
        if watchProbe.isWatched(packet.flow) { watchProbe.lost(packet, now: now) }
        if packetLog != nil { log(handle, .lost(cause, whereabouts)) }
        if packet.flags.isDisjoint(with: .awaited) { return }
        if packet.flags.contains(.transfer) {
            transferLost(packet.extensionIndex)
        } else {
            letGo(packet.extensionIndex)
        }
    }

    /// The move and its period that a packet is told apart by: before the first move of either end, that move.
    private func period(
        of packet: PacketRecord, _ move: MoveID, _ source: VMID, _ destination: VMID
    ) -> (MoveID, MovePeriod) {
        if move != .none { return (move, moveProbe.courses[Int(move.index)].period(of: packet.sentAt)) }
        let first = moveProbe.firstMove(source: source, destination: destination)
        return (first, first == .none ? .noMove : .before)
    }

    private func whereabouts(of vm: VMID, seenFrom node: NodeID) -> Whereabouts {
        let place = places[Int(vm.index)]
        switch place.state {
        case .nowhere: return .nowhere
        case .paused: return .paused
        case .failed: return .down
        case .running:
            let isHere = fabric.topology.isHost(node) ? place.host == node : nve(serving: place.host) == node
            return isHere ? .here : .elsewhere
        }
    }

    /// Accounts that only flows of moving VMs need.
    private mutating func followDelivered(_ packet: PacketRecord) {
        let source = endpoints.vm(of: packet.source)
        let destination = endpoints.vm(of: packet.destination)
        let move = moveProbe.move(source: source, destination: destination)
        let isMeasured = ledger.isMeasured(packet.sentAt)
        let isWatched = watchProbe.isWatched(packet.flow)
        var seen: (last: Instant?, isReordered: Bool) = (nil, false)
        if isWatched {
            let (named, period) = period(of: packet, move, source, destination)
            let key = WatchProbe.PathKey(move: named, period: period)
            seen = watchProbe.delivered(packet, key, isMeasured: isMeasured, now: now)
        }
        if move == .none { return }
        let ending = MoveProbe.Ending(
            packet, cause: nil, isMeasured: isMeasured, isReordered: seen.isReordered, lastDelivery: seen.last,
            isWatched: isWatched, floor: floor(of: packet, move, source))
        moveProbe.ended(ending, move: move, now: now)
    }

    /// Whether a packet departed in [detach - way to the old NVE, attach - way to the new NVE): no update of mappings,
    /// however early, could have brought it to the running VM. Ways are those of an idle network. While the attach is
    /// still to come, the answer may have to wait for it.
    func floor(of packet: PacketRecord, _ move: MoveID, _ source: VMID) -> FloorVerdict {
        let course = moveProbe.courses[Int(move.index)]
        // Most packets of a run leave when all is over; they need no arithmetic on paths.
        if let attached = course.attached, packet.sentAt >= attached { return .above }
        guard course.vm != source, !course.isInPlace, let detached = course.detached else { return .above }
        let host = places[Int(source.index)].host
        let bytes = packet.innerBytes
        if packet.sentAt < detached - idleDelay(from: host, to: course.from, ipBytes: bytes) { return .above }
        let due = packet.sentAt + idleDelay(from: host, to: course.to, ipBytes: bytes)
        guard let attached = course.attached else { return due < now ? .below : .undecided(due) }
        return due < attached ? .below : .above
    }

    private mutating func log(_ handle: PacketHandle, _ end: EndedPacket.End) {
        packetLog?.append(EndedPacket(record: pool[handle], end: end, at: now))
    }

    /// Takes note of a fact.
    mutating func note(_ fact: Fact) {
        if factLog != nil { factLog?.append((now, fact)) }
        if case .repeated(let kind, let record, let node) = fact {
            messageProbe.repeated(kind, from: .nve(node), to: .nva, move: move(of: record))
        }
        if case .registered(let record, _) = fact, let index = failovers.place(of: record.vm) {
            failovers.entries[index].registered(record, now: now)
        }
        if case .registered(let record, _) = fact { noteCreated(record) }
        nodeProbe.observe(fact)
        phaseProbe.observe(fact)
        moveProbe.observe(fact, holders: holders(fact), now: now)
    }

    /// Other NVEs whose mapping of a VM becomes wrong by its detach, or right again because it is back (DER-10).
    private func holders(_ fact: Fact) -> [NodeID] {
        switch fact {
        case .detached(let move, let vm, _, let node, false, _):
            let target = moves[Int(move.index)].handover.nve
            return nves(mapping: vm) { $0 != target }.filter { $0 != node }
        case .attached(let move, let vm, let host, let node, false) where host != moves[Int(move.index)].handover.to:
            return nves(mapping: vm) { $0 == node }
        default: return []
        }
    }

    private func nves(mapping vm: VMID, to isMeant: (NodeID) -> Bool) -> [NodeID] {
        nves.indices.compactMap { index in
            let slot = nves[index].mappings.find(Endpoints.hardware(of: vm))
            if slot < 0 { return nil }
            let entry = nves[index].mappings[slot]
            return entry.place == .remote && isMeant(entry.locator) ? nves[index].node : nil
        }
    }

    // MARK: - Transfers

    mutating func startTransfer(_ index: UInt32, key: UInt64) {
        let vm = transferSources[Int(index)].vm
        let host = places[Int(vm.index)].host
        events.fold(key, nodeHashes[Int(host.index)] ^ UInt64(EventKind.transferStart.rawValue))
        if places[Int(vm.index)].state == .running { begin(transferSources[Int(index)].entry, of: index) }
        let due = transferSources[Int(index)].next(after: now, in: &context)
        if due != .never { schedule(.transferStart, .traffic, at: due, handle: index) }
    }

    private mutating func begin(_ entry: Int, of source: UInt32) {
        let parameters = transferEntries[entry]
        let (bytes, peer, port) = transferSources[Int(source)].draw(sizes: parameters.sizes, in: &context)
        let vm = transferSources[Int(source)].vm
        let flow = FlowID(parameters.firstFlow.index + UInt32(SizeClass.index(of: bytes)))
        let isMeasured = ledger.isMeasured(now)
        let transfer = Transfer(
            vm: vm, peer: peer, flow: flow, start: now, dataBytes: bytes, packetBytes: parameters.packetBytes,
            headerBytes: SizeClass.headerBytes(endpoints.family(of: vm)), entropy: port, gap: parameters.gap,
            isMeasured: isMeasured, isFollowed: moveProbe.moves(vm) || moveProbe.moves(peer),
            priority: parameters.priority)
        if isMeasured { completions[Int(flow.index)].started += 1 }
        sendPacket(of: transfers.insert(transfer))
    }

    mutating func sendTransferPacket(_ event: Event) {
        let (index, key) = (event.handle, event.key)
        let host = places[Int(transfers[index].vm.index)].host
        events.fold(key, nodeHashes[Int(host.index)] ^ UInt64(transfers[index].flow.index) << 32)
        if event.generation != health.epoch(of: transfers[index].vm) & 0xff_ffff {
            // The sender has failed since, and knows nothing of it any more.
            transfers[index].abort()
            if transfers[index].isOver { transfers.remove(index) }
            return
        }
        sendPacket(of: index)
    }

    /// Sends a transfer's next packet and sets the time of the one after. While its VM does not run, nothing is sent.
    private mutating func sendPacket(of index: UInt32) {
        if now >= sourcesEnd { return }
        let place = places[Int(transfers[index].vm.index)]
        if transfers[index].packets - transfers[index].sent > 1 || place.state != .running {
            push(
                Event(
                    at: now + transfers[index].gap, rank: .traffic, kind: .transferPacket,
                    generation: health.epoch(of: transfers[index].vm), handle: index))
        }
        if place.state != .running { return }
        let bytes = transfers[index].sendNext()
        let flow = transfers[index].flow
        var packet = PacketRecord(
            sentAt: now, flow: flow, serial: UInt32(truncatingIfNeeded: sent[Int(flow.index)].all),
            source: Endpoints.hardware(of: transfers[index].vm),
            destination: Endpoints.hardware(of: transfers[index].peer), innerBytes: bytes,
            frameBytes: bytes + SizeClass.ethernetBytes, flags: transfers[index].flags)
        packet.entropy = transfers[index].entropy
        packet.priority = transfers[index].priority
        packet.extensionIndex = index
        send(packet, from: place.host)
    }

    private mutating func transferDelivered(_ handle: PacketHandle) {
        let index = pool[handle].extensionIndex
        if pool[handle].serial < transfers[index].nextExpected {
            ledger.reordered(pool[handle])
        } else {
            transfers[index].nextExpected = pool[handle].serial + 1
        }
        transfers[index].noteDelivered()
        if !transfers[index].isOver { return }
        if transfers[index].isComplete, transfers[index].isMeasured { complete(transfers[index]) }
        transfers.remove(index)
    }

    private mutating func transferLost(_ index: UInt32) {
        transfers[index].noteLost()
        if transfers[index].isOver { transfers.remove(index) }
    }

    private mutating func complete(_ transfer: Transfer) {
        let time = now - transfer.start
        let from = places[Int(transfer.vm.index)].host
        let to = places[Int(transfer.peer.index)].host
        let idle = transfer.idleTime(
            lastDelay: idleDelay(from: from, to: to, ipBytes: transfer.lastPacketBytes))
        let flow = Int(transfer.flow.index)
        completions[flow].times.append(time)
        if idle > .zero { completions[flow].slowdowns.append(Double(time.picoseconds) / Double(idle.picoseconds)) }
    }
}

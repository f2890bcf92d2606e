import Kernel
import Observe
import Overlay

extension World {
    /// Closes the accounts: packets still under way are unfinished. Call once, after ``run()``.
    public mutating func finish() {
        watchProbe.close()
        finishRequests()
        finishFailovers()
        var unfinished: [PacketRecord] = []
        pool.forEachAlive { if !$0.flags.contains(.control), $0.link != .cut { unfinished.append($0) } }
        unfinished.sort { ($0.flow.index, $0.serial) < ($1.flow.index, $1.serial) }
        for packet in unfinished {
            ledger.unfinished(packet)
            noteUnfinished(packet)
            if packetLog != nil { packetLog?.append(EndedPacket(record: packet, end: .unfinished, at: now)) }
        }
        moveProbe.finish(now)
    }

    private mutating func noteUnfinished(_ packet: PacketRecord) {
        let source = endpoints.vm(of: packet.source)
        let move = moveProbe.move(source: source, destination: endpoints.vm(of: packet.destination))
        if move == .none || !ledger.isMeasured(packet.sentAt) { return }
        moveProbe.unfinished(packet, move: move, floor: floor(of: packet, move, source), now: now)
    }

    /// Every packet sent must have ended or be unfinished, flow by flow, over the run and over the measured window.
    ///
    /// - Parameter names: what flows are called, for the message.
    public func checkConservation(names: (Int) -> String) throws(RunFailure) {
        for flow in sent.indices {
            let account = ledger.accounts[flow]
            let all = account.ended + account.unfinishedAll
            if sent[flow].all != all { throw .conservation(flow: names(flow), sent: sent[flow].all, accounted: all) }
            let measured = account.delivered + account.rare.lost + account.unfinished
            if sent[flow].measured != measured {
                throw .conservation(flow: names(flow), sent: sent[flow].measured, accounted: measured)
            }
        }
    }
}

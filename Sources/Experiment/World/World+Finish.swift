import Kernel
import Observe

extension World {
    /// Closes the accounts: packets still under way are unfinished. Call once, after ``run()``.
    public mutating func finish() {
        watchProbe.close()
        var unfinished: [PacketRecord] = []
        pool.forEachAlive { if !$0.flags.contains(.control), $0.link != .cut { unfinished.append($0) } }
        unfinished.sort { ($0.flow.index, $0.serial) < ($1.flow.index, $1.serial) }
        for packet in unfinished {
            ledger.unfinished(packet)
            if packetLog != nil { packetLog?.append(EndedPacket(record: packet, end: .unfinished, at: now)) }
        }
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

import Fabric
import Kernel

extension PacketRecord {
    /// A frame between two hosts, as it stands at the near end of the first link.
    static func frame(_ bytes: UInt32, from: Int = 0, to: Int = 1, entropy: UInt32 = 0) -> PacketRecord {
        var record = PacketRecord(
            sentAt: .zero, flow: FlowID(0 as UInt32), serial: 0, source: EndpointID(0 as UInt32),
            destination: EndpointID(2 as UInt32), innerBytes: bytes - 14, frameBytes: bytes)
        record.outerSource = NodeID(from)
        record.outerDestination = NodeID(to)
        record.entropy = entropy
        return record
    }
}

extension Transmission {
    /// When the frame reaches the far end; nil when it was lost.
    var arrival: Instant? { if case .arrives(let instant) = self { instant } else { nil } }
    var loss: LossCause? { if case .lost(let cause) = self { cause } else { nil } }
}

/// A packet's way through a fabric that is otherwise idle.
struct Journey {
    /// Nodes in order, the sender first.
    private(set) var nodes: [NodeID]
    private(set) var links: [LinkID] = []
    private(set) var end = Instant.zero
    private(set) var record: PacketRecord

    /// Sends a frame at time zero and follows it, link by link, until it is at a host.
    init(_ record: PacketRecord, over fabric: inout Fabric) {
        self.record = record
        nodes = [record.outerSource]
        var link = fabric.topology.uplink(of: record.outerSource)
        repeat {
            guard let arrival = fabric.transmit(&self.record, on: link, now: end).arrival else { return }
            end = arrival
            let node = fabric.farNodes[Int(link.index)]
            links.append(link)
            nodes.append(node)
            if fabric.topology.isHost(node) { return }
            link = fabric.topology.nextLink(at: node, for: self.record)
        } while links.count < 10
    }
}

public import Kernel

/// What the NVA and each NVE had to do besides forwarding packets that take their normal way.
///
/// Nothing is counted per packet: messages, facts and packets that a node holds are all there is.
public struct NodeProbe: Sendable {
    public struct Account: Sendable {
        /// Messages that came, and those that were lost on their way here.
        public var received = 0
        public var missed = 0
        public var evictions = 0
        public var redirects = Level()
        /// Packets that wait in buffers of the node, and for its wire behind others that have waited.
        public var held = Level()

        public init() {}
    }

    /// NVEs with something to tell.
    public private(set) var edges: [NodeID: Account] = [:]
    public private(set) var authority = Account()

    public init() {}

    public mutating func received(_ party: Party) { edit(party) { $0.received += 1 } }
    public mutating func missed(_ party: Party) { edit(party) { $0.missed += 1 } }

    public mutating func observe(_ fact: Fact) {
        switch fact {
        case .redirectInstalled(_, let node, _, _): edges[node, default: Account()].redirects.rise()
        case .redirectEnded(_, let node, _): edges[node, default: Account()].redirects.fall()
        case .mappingRemoved(let node, _, .evicted): edges[node, default: Account()].evictions += 1
        default: break
        }
    }

    public mutating func held(at node: NodeID) { edges[node, default: Account()].held.rise() }
    public mutating func released(at node: NodeID) { edges[node, default: Account()].held.fall() }

    private mutating func edit(_ party: Party, _ change: (inout Account) -> Void) {
        switch party {
        case .nve(let node): change(&edges[node, default: Account()])
        case .nva: change(&authority)
        case .vmManager, .vm, .hypervisor, .detector: break
        }
    }
}

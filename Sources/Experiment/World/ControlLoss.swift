import Fabric
import Kernel

/// Loses messages between NVEs and the NVA by chance (`nva.control-loss`): each is lost on its way with the same
/// probability, drawn from a stream of its sender, so that senders do not disturb one another (DER-12).
///
/// The loss is the world's: neither an NVE nor the NVA knows of it, but by an answer that stays out. A message through
/// the fabric travels all its way and is lost at its end, so that links are loaded as without loss.
struct ControlLoss: Sendable {
    private let share: Ratio
    /// By node.
    private var edges: ContiguousArray<StreamCursor>
    private var authority: StreamCursor

    /// nil where nothing is lost by chance: then nothing is drawn.
    init?(
        _ share: Ratio, nodes: NodeNames, _ streams: inout StreamRegistry
    ) throws(StreamRegistry.Collision) {
        if share.billionths == 0 { return nil }
        self.share = share
        authority = try streams.cursor(component: "nva", purpose: Self.purpose)
        edges = []
        edges.reserveCapacity(nodes.count)
        for node in 0..<nodes.count {
            // No node has a colon in its name: a host called `nva` does not get the NVA's stream.
            edges.append(try streams.cursor(component: "nve:\(nodes.name(of: node))", purpose: Self.purpose))
        }
    }

    private static let purpose = "control-loss"

    /// Draws for one message; false without a draw where it is not between an NVE and the NVA.
    mutating func loses(from: Party, to: Party, _ random: RandomSource) -> Bool {
        switch (from, to) {
        case (.nve(let node), .nva): Self.draw(share, random, &edges[Int(node.index)])
        case (.nva, .nve): Self.draw(share, random, &authority)
        default: false
        }
    }

    private static func draw(_ share: Ratio, _ random: RandomSource, _ cursor: inout StreamCursor) -> Bool {
        random.uniformInteger(below: 1_000_000_000, from: &cursor) < share.billionths
    }
}

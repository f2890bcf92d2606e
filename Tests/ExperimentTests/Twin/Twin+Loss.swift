import Experiment
import Kernel
import Overlay

/// Messages between NVEs and the NVA that are lost by chance. Of the product it takes the numbers that it draws: for
/// each sender a stream of its own, a number for each message in the order in which they are sent.
extension Twin {
    struct Chance {
        private let random: RandomSource
        private let share: UInt64
        private let nodes: [String]
        /// By sending NVE; the NVA's is that of -1.
        private var streams: [Int: StreamCursor] = [:]

        init(_ scenario: Scenario, nodes: [String]) {
            (random, share, self.nodes) = (
                RandomSource(seed: scenario.seed, run: 1), scenario.nva.controlLoss.billionths, nodes
            )
        }

        /// Whether the next message of an NVE, or of the NVA (nil), is lost.
        mutating func loses(from sender: Int?) -> Bool {
            if share == 0 { return false }
            let name = sender.map { "nve:\(nodes[$0])" } ?? "nva"
            var stream = streams[sender ?? -1] ?? StreamCursor(component: name, purpose: "control-loss")
            defer { streams[sender ?? -1] = stream }
            return random.uniformInteger(below: 1_000_000_000, from: &stream) < share
        }
    }

    /// What a message brings about if it is not lost.
    func unlessLost(from: Int?, to: Int?, _ effect: @escaping () -> Void) -> () -> Void {
        if from != nil && to != nil || !chance.loses(from: from) { return effect }
        note("message lost by chance")
        return {}
    }
}

import Guest
import Kernel

/// The rows of the flow table: which flows a scenario has, and what they are called.
///
/// A flow is traffic entry x source x destination; the single transfers of an entry `kind: flows` are aggregated by
/// size class. Flows are numbered in the order of the file.
struct FlowDirectory: Sendable {
    struct Pair: Hashable, Sendable {
        var source: VMID
        var destination: VMID
    }

    /// The flows of one traffic entry.
    struct Entry: Sendable {
        let range: Range<Int>
        /// Of a packet stream: the VMs at the ends, one pair a flow; empty for `kind: flows`.
        let pairs: [Pair]
    }

    let entries: [Entry]
    private let names: [String]

    /// - Parameter pairs: by traffic entry.
    init(_ scenario: Scenario, _ roster: Roster, _ pairs: [[Pair]]) {
        var entries: [Entry] = []
        var next = 0
        for (traffic, pairs) in zip(scenario.traffic, pairs) {
            let count = traffic.kind == .flows ? SizeClass.names.count : pairs.count
            entries.append(Entry(range: next..<next + count, pairs: pairs))
            next += count
        }
        self.entries = entries
        names = scenario.traffic.map(\.name)
    }

    var count: Int { entries.last?.range.upperBound ?? 0 }

    /// Place of the traffic entry that a flow belongs to.
    func entry(of flow: Int) -> Int {
        var low = 0
        var high = entries.count - 1
        while low < high {
            let middle = (low + high) / 2
            if flow < entries[middle].range.upperBound { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The VMs at the ends of a flow; nil for a size class.
    func pair(of flow: Int) -> Pair? {
        let entry = entries[entry(of: flow)]
        return entry.pairs.isEmpty ? nil : entry.pairs[flow - entry.range.lowerBound]
    }

    /// `probe:client[3]->web`, or `background:to-10kB`.
    func name(of flow: Int, _ roster: Roster) -> String {
        let place = entry(of: flow)
        guard let pair = pair(of: flow) else {
            return "\(names[place]):\(SizeClass.names[flow - entries[place].range.lowerBound])"
        }
        let source = roster.name(of: Int(pair.source.index))
        return "\(names[place]):\(source)->\(roster.name(of: Int(pair.destination.index)))"
    }
}

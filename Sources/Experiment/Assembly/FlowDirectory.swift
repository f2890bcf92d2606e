import Guest
import Kernel

/// The rows of the flow table: which flows a scenario has, and what they are called.
///
/// A flow is traffic entry x source x destination; the single transfers of an entry `kind: flows` are aggregated by
/// size class. An entry whose packets ask for answers has a flow of answers for each flow of requests, behind all of
/// these, with source and destination exchanged. Flows are numbered in the order of the file.
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
        /// Flows of requests; as many of answers follow them. 0 = nothing is answered.
        let requests: Int
    }

    let entries: [Entry]
    private let names: [String]

    /// - Parameter pairs: by traffic entry; of one with answers, those of the requests.
    init(_ scenario: Scenario, _ roster: Roster, _ pairs: [[Pair]]) {
        var entries: [Entry] = []
        var next = 0
        for (traffic, pairs) in zip(scenario.traffic, pairs) {
            let answers = traffic.isDialogue ? pairs.map { Pair(source: $0.destination, destination: $0.source) } : []
            let count = traffic.kind == .flows ? SizeClass.names.count : pairs.count + answers.count
            entries.append(Entry(range: next..<next + count, pairs: pairs + answers, requests: answers.count))
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

    /// Whether its packets are answers to those of another flow.
    func isResponse(_ flow: Int) -> Bool {
        let entry = entries[entry(of: flow)]
        return entry.requests > 0 && flow >= entry.range.lowerBound + entry.requests
    }

    /// `probe:client[3]->web`, `background:to-10kB`, or of answers `rpc:web->client[3]:response`.
    func name(of flow: Int, _ roster: Roster) -> String {
        let place = entry(of: flow)
        guard let pair = pair(of: flow) else {
            return "\(names[place]):\(SizeClass.names[flow - entries[place].range.lowerBound])"
        }
        let source = roster.name(of: Int(pair.source.index))
        let name = "\(names[place]):\(source)->\(roster.name(of: Int(pair.destination.index)))"
        return isResponse(flow) ? name + ":response" : name
    }
}

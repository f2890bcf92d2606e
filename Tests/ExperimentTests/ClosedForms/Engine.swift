import Experiment
import Testing

/// Closed forms judge the product and the twin alike, so that neither is right only by the other's word.
enum Engine: String, CaseIterable, CustomTestStringConvertible {
    case product
    case twin

    var testDescription: String { rawValue }

    func run(_ scenario: Scenario) throws -> SimulatedRun {
        switch self {
        case .product: try simulate(scenario)
        case .twin: Twin.run(scenario, spine: try spineChoice(scenario))
        }
    }
}

/// What happened to packets, in the terms of the closed forms.
struct Tally: Equatable {
    var sent = 0
    /// Delivered with and without an old NVE's help.
    var triangular = 0
    var direct = 0
    var misdirected = 0
    var early = 0
    var buffered = 0
    /// By cause and the VM's whereabouts, e.g. `stale-no-redirect nowhere`.
    var losses: [String: Int] = [:]
    var lost: Int { losses.values.reduce(0, +) }

    init(_ fates: [PacketFate]) {
        sent = fates.count
        for fate in fates {
            if fate.misdirected { misdirected += 1 }
            if fate.early { early += 1 }
            if fate.buffered { buffered += 1 }
            switch fate.end {
            case "delivered" where fate.redirected: triangular += 1
            case "delivered": direct += 1
            case "lost": losses["\(fate.cause) \(fate.whereabouts)", default: 0] += 1
            default: break
            }
        }
    }
}

extension SimulatedRun {
    /// The longest that a delivered packet has waited somewhere, where its way alone takes so long, ps.
    func longestWait(straight: Int64, viaOld: Int64) -> Int64 {
        let delivered = fates.filter { $0.end == "delivered" }
        return delivered.map { $0.endedAt - $0.sentAt - ($0.redirected ? viaOld : straight) }.max() ?? 0
    }

    /// When pushes corrected this host's mapping of `m`, ps.
    func corrections(at host: String) -> [Int64] {
        mappingChanges.filter { $0.host == host && $0.vm == "m" }.map(\.at)
    }
}

import Kernel
import Observe
import Testing

@testable import Experiment

/// Every packet ends once, and every table says so.
@Suite struct ConservationTests {
    @Test("DER-03 sent is delivered, lost by one cause, or unfinished: per flow, over run and window", arguments: 0..<4)
    func conservation(_ part: Int) throws {
        var windows = 0
        for seed in part * 40 + 1...part * 40 + 40 {
            var scenario = RandomScenario.make(
                seed: UInt64(seed), hasEdges: seed % 4 > 0, variesTraffic: false)
            var dice = Dice(seed: UInt64(seed) + 1_000_000)
            if dice.once(in: 3) == false {
                let duration = scenario.duration.picoseconds
                scenario.measure.from = dice.time(0...duration / 2)
                scenario.measure.until = dice.time(duration / 2 + 1...duration)
                windows += 1
            }
            try check(scenario, seed)
        }
        #expect(windows >= 20)
    }

    private func check(_ scenario: Scenario, _ seed: Int) throws {
        let observed = try ObservedRun(scenario)
        let (from, until) = (scenario.measure.from, scenario.measure.until ?? scenario.duration)
        let names = observed.tables.flows.map(\.flow)
        for (flow, name) in names.enumerated() {
            let all = observed.packets.filter { $0.record.flow.index == UInt32(flow) }
            // Serial numbers count what was sent: each one ended, and none twice.
            #expect(all.map { Int($0.record.serial) }.sorted() == Array(0..<all.count), "seed \(seed), \(name)")
            #expect(observed.sent[flow] == UInt64(all.count), "seed \(seed), \(name)")
            let measured = all.filter { $0.record.sentAt >= .zero + from && $0.record.sentAt < .zero + until }
            try compare(measured, observed.tables, flow, "seed \(seed), \(name)")
        }
        #expect(observed.packets.allSatisfy { $0.record.flow.index < UInt32(names.count) })
    }

    /// The packets of a flow and window against its rows.
    private func compare(_ packets: [EndedPacket], _ tables: ResultTables, _ flow: Int, _ place: String) throws {
        let row = tables.flows[flow]
        var (delivered, unfinished, causes) = (0, 0, [String: Int]())
        for packet in packets {
            switch packet.end {
            case .delivered: delivered += 1
            case .unfinished: unfinished += 1
            case .lost(let cause, let whereabouts): causes["\(cause.name) \(whereabouts.name)", default: 0] += 1
            }
        }
        let lost = causes.values.reduce(0, +)
        let counted = [packets.count, delivered, lost, unfinished]
        #expect([row.sent, row.delivered, row.lost, row.unfinished].map { Int($0) } == counted, "\(place)")
        #expect(row.sent == row.delivered + row.lost + row.unfinished, "\(place)")
        var told: [String: Int] = [:]
        for loss in tables.losses where loss.flow == row.flow {
            told["\(loss.cause.name) \(loss.whereabouts.name)", default: 0] += Int(loss.packets)
        }
        #expect(told == causes, "\(place)")
    }
}

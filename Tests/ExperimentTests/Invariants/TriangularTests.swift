import Kernel
import Observe
import Overlay
import Testing

@testable import Experiment

/// What `triangular` means, proved from outside: attachments are replayed from the facts, packets are looked at after
/// every event.
@Suite struct TriangularTests {
    /// Where VMs are attached, by what has been stated so far.
    private struct Replay {
        var places: [NodeID?]
        private var read = 0

        init(_ world: borrowing World) { places = world.places.map { $0.host } }

        mutating func follow(_ world: borrowing World) {
            guard let facts = world.factLog else { return }
            for (_, fact) in facts[read...] {
                switch fact {
                case .detached(_, let vm, _, _, inPlace: false, _): places[Int(vm.index)] = nil
                case .attached(_, let vm, _, let nve, inPlace: false): places[Int(vm.index)] = nve
                default: break
                }
            }
            read = facts.count
        }
    }

    private struct Name: Hashable {
        var flow: UInt32
        var serial: UInt32
    }

    @Test("DER-04 each triangular packet was relayed by an NVE that did not serve the VM then", arguments: 0..<2)
    func relaysDidNotServe(_ part: Int) throws {
        var (triangular, relays, chains) = (0, 0, 0)
        for seed in part * 60 + 1...part * 60 + 60 {
            var scenario = RandomScenario.make(
                seed: UInt64(seed), hasEdges: seed % 3 > 0, variesTraffic: false)
            if seed % 2 == 0 { scenario.redirect.learn = .preinstalled }
            scenario.redirect.timer = max(scenario.redirect.timer, .microseconds(50))
            let relayed = try watch(scenario, seed)
            let run = try ObservedRun(scenario)
            for packet in run.packets where packet.end == .delivered {
                let name = Name(flow: packet.record.flow.index, serial: packet.record.serial)
                let isTriangular = packet.record.flags.contains(.redirected)
                #expect(isTriangular == (relayed[name] != nil), "seed \(seed), \(name)")
                // Each segment but the first was begun by a relay.
                let segments = Int(packet.record.segments)
                #expect(relayed[name, default: 0] == max(0, segments - 1), "seed \(seed), \(name)")
                if isTriangular { triangular += 1 }
                if segments > 2 { chains += 1 }
            }
            let counted = run.tables.flows.reduce(0) { $0 + $1.triangular }
            #expect(counted == run.packets.count { $0.end == .delivered && $0.record.flags.contains(.redirected) })
            relays += relayed.values.reduce(0, +)
        }
        #expect(triangular > 50 && relays > triangular && chains > 3, "\(triangular), \(relays), \(chains)")
    }

    /// Runs a scenario event by event. The answer is how often each packet was relayed.
    private func watch(_ scenario: Scenario, _ seed: Int) throws -> [Name: Int] {
        var world = try WorldBuilder(scenario).build(keepingLogs: true)
        var replay = Replay(world)
        var segments: [Name: UInt8] = [:]
        var relayed: [Name: Int] = [:]
        while try world.step(atMost: 1) {
            replay.follow(world)
            let (now, vms) = (world.now, world.endpoints)
            world.pool.forEachAlive { packet in
                if packet.flags.contains(.control) { return }
                let name = Name(flow: packet.flow.index, serial: packet.serial)
                let before = segments.updateValue(packet.segments, forKey: name) ?? 0
                if packet.segments == before { return }
                #expect(packet.segments == before + 1, "seed \(seed), \(name) at \(now)")
                if packet.segments == 1 { return }
                relayed[name, default: 0] += 1
                let vm = Int(vms.vm(of: packet.destination).index)
                #expect(packet.relay == packet.outerSource, "seed \(seed), \(name) at \(now)")
                #expect(replay.places[vm] != packet.relay, "seed \(seed), \(name) relayed by its own NVE at \(now)")
            }
        }
        return relayed
    }
}

import Foundation
import Kernel
import Observe
import Testing

@testable import Experiment

/// A run that is ended between two slices: its results are valid, marked partial, and true up to then.
@Suite struct InterruptTests {
    private static let second: Int64 = 1_000_000_000_000
    /// One expectation holds in the whole run, one fails in it; the third would hold in a part of the run alone.
    private static let expectations = """
        expect:
          - {metric: runs.sent, min: 20000 packets}
          - {metric: runs.lost, max: 306 packets}
          - {metric: runs.lost, max: 10000 packets}

        """
    private static let text = ResultScenarios.reference + ResultScenarios.withoutRedirect + expectations

    private func scenario() throws -> Scenario {
        let loaded = ScenarioLoader.load(text: Self.text, name: "run.yaml")
        #expect(loaded.diagnostics.allSatisfy { $0.severity == .warning }, "\(loaded.rendered())")
        return try #require(loaded.scenario)
    }

    /// Ends a run with the first event at or behind an instant.
    private func stop(at seconds: Int64, _ thousandths: Int64 = 0) -> RunWatch {
        let limit = Instant(picoseconds: seconds * Self.second + thousandths * Self.second / 1_000)
        return RunWatch(slice: 1) { now, _ in now < limit }
    }

    /// Packets that have ended, as (serial, how), in the order of serials; and those that are unfinished.
    private func ends(_ watch: RunWatch?) throws -> (ended: [Int: EndedPacket], unfinished: [Int], reached: Instant) {
        var world = try WorldBuilder(try scenario()).build(keepingLogs: true)
        let isWhole = try world.run(watchedBy: watch)
        #expect(isWhole == (watch == nil))
        world.finish()
        try world.checkConservation(names: { "flow \($0)" })
        var ended: [Int: EndedPacket] = [:]
        var unfinished: [Int] = []
        for packet in world.packetLog ?? [] {
            let serial = Int(packet.record.serial)
            if packet.end == .unfinished { unfinished.append(serial) } else { ended[serial] = packet }
        }
        return (ended, unfinished, world.now)
    }

    @Test(arguments: [(0, 0), (1, 0), (9, 999), (10, 1), (10, 150), (10, 304), (19, 999)] as [(Int64, Int64)])
    func whatHasEndedByThenEndedAsInTheWholeRun(_ second: Int64, _ thousandth: Int64) throws {
        let whole = try ends(nil)
        let part = try ends(stop(at: second, thousandth))
        #expect(part.reached >= Instant(picoseconds: second * Self.second + thousandth * Self.second / 1_000))
        #expect(part.ended.count + part.unfinished.count <= whole.ended.count)
        for (serial, packet) in part.ended {
            #expect(whole.ended[serial]?.end == packet.end && whole.ended[serial]?.at == packet.at)
        }
        for (serial, packet) in whole.ended where packet.at < part.reached {
            #expect(part.ended[serial] != nil, "packet \(serial) ended at \(packet.at)")
        }
        for serial in part.unfinished {
            let packet = try #require(whole.ended[serial])
            #expect(packet.record.sentAt <= part.reached && packet.at >= part.reached)
        }
    }

    @Test("REF-A stopped while the VM is down: 9998 delivered, what came later lost, two or three under way")
    func referenceStopped() throws {
        // Packet k comes to B at 2.5 ms + k ms. The first event behind 10.15 s is one of those at 10.1505 s.
        let run = try ScenarioRun(try scenario(), files: []).execute(root: nil, watch: stop(at: 10, 150))
        let row = try #require(run.tables.runs.first)
        #expect(run.state == .partial)
        #expect(row.ended == Instant(picoseconds: 10 * Self.second + 150_500_000_000))
        #expect(row.delivered == 9_998)
        #expect((150...151).contains(row.lost))
        #expect(row.sent == row.delivered + row.lost + row.unfinished)
        #expect((10_150...10_151).contains(row.sent))
        #expect(row.conservationError == 0)
        #expect(row.movesCompleted == 0)
        let move = try #require(run.tables.migrations.first)
        #expect(move.outcome == .unfinished && move.detached != nil && move.attached == nil)
        #expect(run.tables.timeseries.allSatisfy { $0.from <= row.ended })
    }

    @Test func aMoveThatHasNotBegunIsUnfinished() throws {
        let run = try ScenarioRun(try scenario(), files: []).execute(root: nil, watch: stop(at: 1))
        let move = try #require(run.tables.migrations.first)
        #expect(move.outcome == .unfinished && move.detached == nil)
        #expect(run.tables.convergence.isEmpty && run.tables.losses.isEmpty)
    }

    @Test func noExpectationOfAPartialRunPassesOrFails() throws {
        let whole = try ScenarioRun(try scenario(), files: []).execute(root: nil)
        #expect(whole.verdicts.map(\.outcome) == [.pass, .fail, .pass])
        #expect(whole.state == .complete)
        let part = try ScenarioRun(try scenario(), files: []).execute(root: nil, watch: stop(at: 15))
        #expect(part.verdicts.map(\.outcome) == [.inconclusive, .inconclusive, .inconclusive])
        #expect(part.verdicts.allSatisfy { $0.remark.hasPrefix("the run was interrupted") })
        #expect(part.text().contains("Interrupted: what follows describes the run up to 15.0005 s."))
        #expect(part.json.contains("\"state\": \"partial\""))
    }

    @Test func aWatchThatLetsItGoOnChangesNothing() throws {
        let plain = try ScenarioRun(try scenario(), files: []).execute(root: nil)
        var looks = 0
        let watch = RunWatch(slice: 1_000) { _, events in
            looks += 1
            #expect(events == UInt64(looks) * 1_000)
            return true
        }
        let watched = try ScenarioRun(try scenario(), files: []).execute(root: nil, watch: watch)
        #expect(looks > 10)
        #expect(
            watched.tables.runs == plain.tables.runs && watched.events == plain.events && watched.state == .complete)
    }

    @Test func filesOfAPartialRunAreWholeAndMarkedAndRepeatable() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("nvo3sim-partial-\(UUID().uuidString)")
        defer { do { try FileManager.default.removeItem(at: root) } catch {} }
        let run = ScenarioRun(try scenario(), files: [])
        var manifests: [Data] = []
        for part in ["a", "b", "a"] {
            let place = root.appendingPathComponent(part).path
            let summary = try run.execute(root: place, watch: stop(at: 10, 150))
            manifests.append(try Data(contentsOf: URL(fileURLWithPath: summary.folder + "/manifest.json")))
        }
        // It names the hash of every table, so that equal manifests are equal tables.
        #expect(manifests[0] == manifests[1] && manifests[0] == manifests[2])
        let manifest = try #require(try JSONSerialization.jsonObject(with: manifests[0]) as? [String: Any])
        #expect(manifest["state"] as? String == "partial")
        #expect(manifest["partial"] as? Bool == true)
        #expect(manifest["reached-ps"] as? Int64 == 10_150_500_000_000)
        #expect((manifest["outputs"] as? [Any])?.count ?? 0 >= 9)
        let whole = try run.execute(root: root.appendingPathComponent("a").path)
        let after = try String(contentsOfFile: whole.folder + "/manifest.json", encoding: .utf8)
        #expect(after.contains("\"partial\": false") && after.contains("\"state\": \"complete\""))
    }

    @Test func anInterruptKeepsTheFilesBehindItFromBeingRun() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nvo3sim-batch-\(UUID().uuidString)")
        defer { do { try FileManager.default.removeItem(at: folder) } catch {} }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var files: [String] = []
        for name in ["one", "two", "three"] {
            let file = folder.appendingPathComponent(name + ".yaml")
            let text = Self.text.replacing("name: reference", with: "name: \(name)")
            try text.write(to: file, atomically: true, encoding: .utf8)
            files.append(file.path)
        }
        // The interrupt comes in the middle of the second file.
        var shown: [RunSummary] = []
        var looks = 0
        var batch = RunBatch(
            overrides: [], seed: nil, root: folder.appendingPathComponent("out").path, colourOfErrors: false,
            slice: 1_000,
            isInterrupted: {
                looks += shown.isEmpty ? 0 : 1
                return looks > 5
            })
        batch.run(files) { summaries, _ in shown += summaries }
        #expect(batch.codes == [2, 3, 130])
        #expect(shown.map(\.state) == [.complete, .partial])
        #expect(shown.last?.events == 5_000)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("out").path)
        #expect(names.sorted() == ["one", "two"])
    }
}

import Foundation
import Kernel
import Testing

@testable import Observe

@Suite("Result folder")
final class ResultFolderTests {
    private let root = NSTemporaryDirectory() + "nvo3sim-observe-\(UUID().uuidString)"
    private var place: String { root + "/Results/sample/r0001" }

    init() throws { try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) }
    deinit { do { try FileManager.default.removeItem(atPath: root) } catch {} }

    private func manifest(_ outputs: [OutputRecord]) -> Manifest {
        var manifest = Manifest(run: SampleRun.key)
        manifest.scenario = "sample"
        manifest.outputs = outputs
        return manifest
    }

    private func writeResult(_ tables: ResultTables = SampleRun.tables) throws {
        var folder = try ResultFolder(at: place)
        try tables.write(into: &folder)
        try folder.writeAside(manifest(folder.outputs).document, to: "manifest.json")
        try folder.commit()
    }

    private func read(_ name: String) throws -> String {
        try String(contentsOfFile: place + "/" + name, encoding: .utf8)
    }

    @Test("Files and data dictionary agree, and every hash is the file's")
    func filesAgreeWithDictionary() throws {
        try writeResult()
        let dictionary = try JSONSerialization.jsonObject(with: Data(read("columns.json").utf8)) as? [[String: Any]]
        let entries = try #require(dictionary)
        for table in TableInfo.all {
            let header = try #require(read(table.name + ".csv").split(separator: "\n").first)
            let named = entries.filter { $0["table"] as? String == table.name }.compactMap { $0["name"] as? String }
            #expect(header.split(separator: ",").map(String.init) == named)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: place).sorted()
        #expect(names == (TableInfo.all.map { $0.name + ".csv" } + ["columns.json", "manifest.json"]).sorted())
        let root = try JSONSerialization.jsonObject(with: Data(read("manifest.json").utf8)) as? [String: Any]
        let outputs = try #require(root?["outputs"] as? [[String: Any]])
        #expect(outputs.count == names.count - 1)
        for output in outputs {
            let text = try read(#require(output["name"] as? String))
            #expect(output["sha256"] as? String == SHA256.hex(text.utf8))
            #expect(output["bytes"] as? Int == text.utf8.count)
        }
    }

    @Test("Equal runs have equal files, and a run replaces its earlier result as a whole")
    func replacesItsOwn() throws {
        try writeResult()
        let first = try TableInfo.all.map { try read($0.name + ".csv") } + [read("manifest.json")]
        try "old".write(toFile: place + "/left-over.csv", atomically: false, encoding: .utf8)
        try writeResult()
        #expect(try TableInfo.all.map { try read($0.name + ".csv") } + [read("manifest.json")] == first)
        #expect(!FileManager.default.fileExists(atPath: place + "/left-over.csv"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/Results/sample") == ["r0001"])
    }

    @Test("A folder that holds other things is left alone")
    func refusesForeignFolder() throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try "precious".write(toFile: place + "/thesis.tex", atomically: false, encoding: .utf8)
        #expect(throws: ResultError.foreignFolder(place)) { try writeResult() }
        // Nor does somebody else's manifest make it ours.
        try "{\"tool\": {\"name\": \"other\"}}".write(
            toFile: place + "/manifest.json", atomically: false, encoding: .utf8)
        #expect(throws: ResultError.foreignFolder(place)) { try writeResult() }
        try "not json".write(toFile: place + "/manifest.json", atomically: false, encoding: .utf8)
        #expect(throws: ResultError.foreignFolder(place)) { try writeResult() }
        #expect(try read("thesis.tex") == "precious")
    }

    @Test("An empty folder may be taken")
    func takesEmptyFolder() throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try writeResult()
        #expect(try read("runs.csv").hasPrefix("seed,"))
    }

    @Test("A file in the way is an error with its name")
    func fileInTheWay() throws {
        try "x".write(toFile: root + "/Results", atomically: false, encoding: .utf8)
        #expect(throws: ResultError.notAFolder(root + "/Results")) {
            _ = try ResultFolder(at: self.root + "/Results")
        }
        #expect(throws: ResultError.self) { try writeResult() }
        #expect(ResultError.exitCode == 74)
    }

    @Test("Where nothing may be written, the error says what and why")
    func notWritable() throws {
        // /proc refuses even the superuser.
        do {
            _ = try ResultFolder(at: "/proc/nvo3sim/r0001")
            Issue.record("a folder in /proc was made")
        } catch {
            guard case .system(let operation, let path, let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(operation == "create" && path == "/proc/nvo3sim" && !reason.isEmpty)
        }
    }

    @Test("A result that is not finished leaves nothing, and the earlier one stands")
    func unfinishedResultLeavesNothing() throws {
        try writeResult()
        let before = try read("flows.csv")
        do {
            var folder = try ResultFolder(at: place)
            try folder.write("half", to: "flows.csv")
        }
        #expect(try read("flows.csv") == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/Results/sample") == ["r0001"])
    }

    @Test("The folder behind a symbolic link is replaced, the link stays")
    func symbolicLink() throws {
        try writeResult()
        let link = root + "/latest"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: place)
        var folder = try ResultFolder(at: link)
        try folder.writeAside(manifest([]).document, to: "manifest.json")
        try folder.commit()
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == place)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["manifest.json"])
    }

    @Test("Places that cannot be a result", arguments: ["", "/", ".", "..", "a/.."])
    func impossiblePlaces(path: String) {
        #expect(throws: ResultError.self) { _ = try ResultFolder(at: path) }
    }

    @Test("Tables larger than the buffer arrive complete")
    func largeTable() throws {
        let rows = (0..<2_000).map { TimeSeriesRow(flow: "flow \($0)", window: $0) }
        var folder = try ResultFolder(at: place)
        try folder.write(rows, run: SampleRun.key)
        let record = try #require(folder.outputs.first)
        try folder.commit()
        let text = try read("timeseries.csv")
        #expect(record.bytes > FileSink.capacity && record.bytes == text.utf8.count)
        #expect(record.sha256 == SHA256.hex(text.utf8))
        #expect(text.split(separator: "\n").count == 2_001)
    }

    @Test("The metrics fingerprint depends on tables alone, in any order")
    func metricsFingerprint() {
        let flows = OutputRecord(name: "flows.csv", bytes: 1, sha256: "aa")
        let runs = OutputRecord(name: "runs.csv", bytes: 1, sha256: "bb")
        let columns = OutputRecord(name: "columns.json", bytes: 1, sha256: "cc")
        let print = Manifest.metricsFingerprint(of: [flows, runs, columns])
        #expect(print.count == 16 && print == Manifest.metricsFingerprint(of: [runs, flows]))
        #expect(print != Manifest.metricsFingerprint(of: [flows]))
    }

    @Test("Timing names this machine")
    func timing() {
        var timing = Timing.ofThisProcess()
        timing.phases = [.init(name: "load", seconds: 0.5), .init(name: "simulate", seconds: 1)]
        #expect(timing.peakMemoryBytes > 1_000_000 && !timing.host.isEmpty && timing.seconds == 1.5)
        #expect(timing.document.contains("\"wall-s\": 1.5"))
    }
}

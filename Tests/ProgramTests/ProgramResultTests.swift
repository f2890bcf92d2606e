import Foundation
import Testing

/// What the program promises about its result files: the same program, scenario and seed give the same bytes.
@Suite struct ProgramResultTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        try folder.write(ProgramScenarios.plain("plain"), to: "plain.yaml")
        try folder.write(ProgramScenarios.random("random"), to: "random.yaml")
        try folder.write(ProgramScenarios.plain("third", more: "drain: 0 s"), to: "third.yaml")
    }

    /// Runs files, all of which must go well.
    private func run(_ files: [String], out: String, _ options: String...) throws {
        let outcome = try Program.run(["run", "--quiet", "--out", out] + options + files, in: folder)
        #expect(outcome.code == 0)
        #expect(outcome.errors == "")
    }

    private func results(_ place: String) throws -> [String: Data] {
        let files = try folder.files(below: place, without: ["timing.json"])
        #expect(!files.isEmpty)
        return files
    }

    private func manifest(_ place: String) throws -> [String: Any] {
        let root = try JSONSerialization.jsonObject(with: folder.bytes(place + "/manifest.json"))
        return try #require(root as? [String: Any])
    }

    private func fingerprints(_ place: String) throws -> [String: String] {
        let prints = try #require(manifest(place)["fingerprints"] as? [String: String])
        #expect(prints.keys.sorted() == ["events", "fates", "metrics"])
        #expect(prints.values.allSatisfy { $0.count == 16 && $0.allSatisfy(\.isHexDigit) })
        return prints
    }

    /// The tables of a run without their columns `seed`, `point` and `replication`.
    private func tables(_ place: String) throws -> [String: [String]] {
        var tables: [String: [String]] = [:]
        for (name, data) in try results(place) where name.hasSuffix(".csv") {
            let rows = String(decoding: data, as: UTF8.self).split(separator: "\n")
            tables[name] = rows.map { row in
                String(row.split(separator: ",", maxSplits: 3, omittingEmptySubsequences: false)[3])
            }
        }
        return tables
    }

    @Test func twoProcessesWriteTheSameBytes() throws {
        try run(["plain.yaml", "random.yaml"], out: "first")
        try run(["plain.yaml", "random.yaml"], out: "second")
        let first = try results("first")
        #expect(first == (try results("second")))
        #expect(first.keys.filter { $0.hasSuffix("/manifest.json") }.count == 2)
        let all = try folder.files(below: "first")
        #expect(all.count == first.count + 2, "timing.json is the only file that may differ")
    }

    @Test func orderOnTheCommandLineDoesNotMatter() throws {
        let files = ["plain.yaml", "random.yaml", "third.yaml"]
        let orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0]]
        for order in orders { try run(order.map { files[$0] }, out: "order\(order[0])") }
        let first = try results("order0")
        for order in orders { #expect(try results("order\(order[0])") == first) }
        for file in files { try run([file], out: "single") }
        #expect(try results("single") == first)
    }

    @Test func seedsMatterWhereThereIsChance() throws {
        for seed in ["1", "2"] { try run(["plain.yaml", "random.yaml"], out: "seed" + seed, "--seed", seed) }
        let (first, second) = (try fingerprints("seed1/random/r0001"), try fingerprints("seed2/random/r0001"))
        for name in first.keys.sorted() { #expect(first[name] != second[name], "\(name)") }
        #expect(try tables("seed1/random/r0001")["flows.csv"] != tables("seed2/random/r0001")["flows.csv"])
        #expect(try tables("seed1/plain/r0001") == tables("seed2/plain/r0001"))
        let (third, fourth) = (try fingerprints("seed1/plain/r0001"), try fingerprints("seed2/plain/r0001"))
        #expect(third["events"] == fourth["events"])
        #expect(third["fates"] == fourth["fates"])
    }

    @Test func theResolvedFormGivesTheSameResults() throws {
        for name in ["plain", "random"] {
            let described = try Program.run(["describe", "\(name).yaml", "--format", "resolved"], in: folder)
            #expect(described.code == 0)
            #expect(described.errors == "")
            try folder.write(described.output, to: "\(name).json")
            try run(["\(name).yaml"], out: "written")
            try run(["\(name).json"], out: "resolved")
            let (written, resolved) = (try results("written/\(name)/r0001"), try results("resolved/\(name)/r0001"))
            #expect(written.keys.sorted() == resolved.keys.sorted())
            #expect(written.count == 18, "sixteen tables, columns.json, manifest.json")
            for (file, data) in written where file != "manifest.json" { #expect(resolved[file] == data, "\(file)") }
            #expect(try fingerprints("written/\(name)/r0001") == fingerprints("resolved/\(name)/r0001"))
            let hashes = try ["written", "resolved"].map { place in
                let scenario = try #require(manifest("\(place)/\(name)/r0001")["scenario"] as? [String: Any])
                return try #require(scenario["resolved-sha256"] as? String)
            }
            #expect(hashes[0] == hashes[1])
        }
    }

    @Test func onlyTheTablesThatAreWantedAreWritten() throws {
        try folder.write(ProgramScenarios.plain("some", more: "results: {tables: [links, flows]}"), to: "some.yaml")
        try run(["some.yaml"], out: "out")
        let files = try results("out/some/r0001").keys.map { String($0.split(separator: "/").last ?? "") }
        #expect(files.sorted() == ["columns.json", "flows.csv", "links.csv", "manifest.json", "runs.csv"])
        let root = try JSONSerialization.jsonObject(with: folder.bytes("out/some/r0001/columns.json"))
        let tables = try #require(root as? [[String: Any]]).compactMap { $0["table"] as? String }
        #expect(Set(tables) == ["runs", "flows", "links"])
        try run(["plain.yaml"], out: "out")
        #expect(
            try folder.bytes("out/plain/r0001/links.csv") == folder.bytes("out/some/r0001/links.csv"),
            "what is written does not depend on what else is")
    }

    @Test func warningsAreInTheJSONToo() throws {
        let expectation = "expect: [{metric: runs.sent, max: 101 packets}]"
        try folder.write(ProgramScenarios.plain("warned", more: expectation), to: "warned.yaml")
        let outcome = try Program.run(["run", "--format", "json", "warned.yaml"], in: folder)
        #expect(outcome.code == 0)
        #expect(outcome.errors.contains("warning: nothing in this scenario is random"))
        let root = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let warnings = try #require(root?["warnings"] as? [String])
        #expect(warnings.count == 1 && warnings[0].hasPrefix("warned.yaml:14:10: nothing in this scenario is random"))
        let checked = try Program.run(["validate", "warned.yaml"], in: folder)
        #expect(checked.code == 0 && checked.errors == outcome.errors)
    }

    @Test func manifestRecordsSeedAndOverrides() throws {
        let file = "plain.yaml"
        try run([file], out: "plain")
        try run([file], out: "set", "--seed", "77", "--set", "moves[0].downtime=6 ms", "--set", "drain=1 s")
        let (before, after) = (try manifest("plain/plain/r0001"), try manifest("set/plain/r0001"))
        let seeds = [before, after].map { $0["seed"] as? [String: Any] }
        #expect(seeds[1]?["value"] as? Int == 77)
        #expect(seeds[1]?["origin"] as? String == "flag")
        #expect(seeds[0]?["value"] as? Int == 1)
        #expect(seeds[0]?["origin"] as? String != "flag")
        let scenarios = [before, after].map { $0["scenario"] as? [String: Any] }
        #expect(scenarios[0]?["overrides"] as? [String] == [])
        #expect(scenarios[1]?["overrides"] as? [String] == ["moves[0].downtime=6 ms", "drain=1 s"])
        #expect(scenarios[0]?["resolved-sha256"] as? String != scenarios[1]?["resolved-sha256"] as? String)
        let migration = try #require(tables("set/plain/r0001")["migrations.csv"]?.last)
        #expect(migration.contains(",30,0,30,36,"), "requested, detached, attached: \(migration)")
    }

    @Test func headersAgreeWithTheDataDictionary() throws {
        try run(["random.yaml"], out: "out")
        let root = try JSONSerialization.jsonObject(with: folder.bytes("out/random/r0001/columns.json"))
        let entries = try #require(root as? [[String: Any]])
        let named = Dictionary(grouping: entries) { $0["table"] as? String ?? "" }
        let files = try results("out/random/r0001").filter { $0.key.hasSuffix(".csv") }
        #expect(named.keys.map { $0 + ".csv" }.sorted() == files.keys.sorted())
        for (name, data) in files {
            let rows = String(decoding: data, as: UTF8.self).split(separator: "\n")
            let header = try #require(rows.first)
            let columns = named[String(name.dropLast(4))] ?? []
            #expect(header.split(separator: ",").map(String.init) == columns.compactMap { $0["name"] as? String })
            #expect(columns.allSatisfy { ($0["meaning"] as? String)?.isEmpty == false })
            #expect(rows.count > 1, "\(name) has rows")
        }
    }
}

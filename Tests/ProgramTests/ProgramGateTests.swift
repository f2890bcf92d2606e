import Foundation
import Testing

/// `run --replications`, `gate` and `compare` as a CI job calls them.
@Suite struct ProgramGateTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        try folder.write(ProgramScenarios.random("random"), to: "random.yaml")
    }

    private func program(_ arguments: String...) throws -> Program.Outcome { try Program.run(arguments, in: folder) }

    @Test func replicationsHaveFoldersAndRandomNumbersOfTheirOwn() throws {
        #expect(try program("run", "random.yaml", "--out", "one", "--quiet").code == 0)
        let several = try program("run", "random.yaml", "--out", "three", "--replications", "3")
        #expect(several.code == 0 && several.output.hasPrefix("random  3 replications\n"))
        #expect(several.output.contains("95 % interval"))
        #expect(try folder.names(in: "three/random") == ["r0001", "r0002", "r0003"])
        // The first is what a single run is.
        for file in ["flows.csv", "losses.csv", "manifest.json"] {
            #expect(try folder.bytes("one/random/r0001/\(file)") == folder.bytes("three/random/r0001/\(file)"))
        }
        let flows = try (1...3).map { try folder.bytes("three/random/r000\($0)/flows.csv") }
        #expect(Set(flows).count == 3)
        let csv = try program("run", "random.yaml", "--replications", "2", "--format", "csv").output
        #expect(csv.split(separator: "\n").count == 3, "a header and a row a replication")
        #expect(try program("run", "random.yaml", "--replications", "0").code == 64)
    }

    @Test func gateTellsByItsExitCode() throws {
        #expect(try program("run", "random.yaml", "--replications", "2", "--quiet").code == 0)
        let lacking = try program("gate", "Results", "--baseline", "baseline.yaml")
        #expect(lacking.code == 3 && lacking.output.contains("there is no baseline baseline.yaml"))
        #expect(try program("gate", "Results", "--baseline", "baseline.yaml", "--update").code == 0)
        let passed = try program("gate", "Results", "--baseline", "baseline.yaml")
        #expect(passed.code == 0 && passed.errors.isEmpty && passed.output.contains("\npassed: "))
        let text = String(decoding: try folder.bytes("baseline.yaml"), as: UTF8.self)
        try folder.write(text.replacing("metric: runs.sent,", with: "metric: runs.snet,"), to: "typo.yaml")
        let typo = try program("gate", "Results", "--baseline", "typo.yaml")
        #expect(typo.code == 65 && typo.output.isEmpty && typo.errors.contains("did you mean `runs.sent`?"))
        #expect(typo.errors.hasPrefix("typo.yaml:11:18: error: there is no metric `runs.snet`"), "\(typo.errors)")
        let values = try #require(text.firstMatch(of: /metric: runs\.sent, better: same, values: \[(\d+)/))
        let regression = text.replacing(values.0, with: "metric: runs.sent, better: same, values: [1")
        try folder.write(regression, to: "worse.yaml")
        let failed = try program("gate", "Results", "--baseline", "worse.yaml", "--format", "junit")
        #expect(failed.output.hasPrefix("<?xml version=\"1.0\""))
        #expect([2, 3].contains(failed.code), "of two replications that differ unlike, chance may decide")
        #expect(try program("gate", "nowhere", "--baseline", "baseline.yaml").code == 66)
        #expect(try program("gate", "Results").code == 64)
        #expect(try program("gate", "Results", "--baseline", "nowhere/baseline.yaml", "--update").code == 74)
    }

    @Test func comparisonReadsBothSides() throws {
        #expect(try program("run", "random.yaml", "--out", "a", "--quiet").code == 0)
        #expect(
            try program("run", "random.yaml", "--out", "b", "--quiet", "--set", "moves[0].downtime=2 ms").code == 0)
        let compared = try program("compare", "a", "b", "--metric", "max:migrations.downtime")
        #expect(compared.code == 0 && compared.output.contains("max of migrations.downtime"))
        #expect(compared.output.contains("+1 ms") && compared.output.contains("differs"))
        #expect(try program("compare", "a", "nowhere").code == 66)
        // At 6 ms the VM is back in one of them.
        let parted = try program("compare", "a", "b", "--first-divergence")
        #expect(parted.code == 0 && parted.output.hasPrefix("The first event that differs is number "))
        let firsts = parted.output.components(separatedBy: "\n  a/random/r0001:\n    ").last ?? ""
        #expect(firsts.hasPrefix("6 ms  a step of move m1\n"), "\(parted.output)")
        #expect(try program("compare", "a", "a", "--first-divergence").output.contains("are the same event by event"))
        try folder.write(ProgramScenarios.random("random").replacing("2 kpps", with: "3 kpps"), to: "random.yaml")
        let changed = try program("compare", "a", "b", "--first-divergence")
        #expect(changed.code == 3 && changed.errors.contains("has changed since"))
        #expect(try program("compare", "a", "b", "--metric", "runs.lots").code == 64)
    }
}

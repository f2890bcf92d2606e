import Foundation
import Testing

/// What the program tells its caller: exit code, standard output, standard error.
@Suite struct ProgramRunTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func program(_ arguments: String...) throws -> Program.Outcome { try Program.run(arguments, in: folder) }

    private func write(_ name: String, _ text: String) throws { try folder.write(text, to: name) }

    // MARK: - What came of a run

    @Test func exitCodeSaysWhatBecameOfTheExpectations() throws {
        let cases: [(more: String, code: Int32, verdict: String)] = [
            ("", 0, ""), (ProgramScenarios.holds, 0, "1 of 1 hold"), (ProgramScenarios.fails, 2, "0 of 1 hold"),
            (ProgramScenarios.measuresNothing, 3, "0 of 1 hold"),
        ]
        for (more, code, verdict) in cases {
            try write("a.yaml", ProgramScenarios.plain("a", more: more))
            let outcome = try program("run", "a.yaml")
            #expect(outcome.code == code, "\(more)")
            #expect(outcome.errors == "", "\(more)")
            #expect(verdict.isEmpty || outcome.output.contains(verdict), "\(outcome.output)")
            #expect(try folder.names(in: "Results/a") == ["r0001"], "results are there whatever the verdict")
        }
    }

    @Test func standardOutputCarriesResultsOnlyAndQuietNothing() throws {
        try write("a.yaml", ProgramScenarios.plain("a", more: ProgramScenarios.fails))
        try write("big.yaml", ProgramScenarios.plain("big").replacing("500 B", with: "9000 B"))
        let warned = try program("run", "big.yaml")
        #expect(warned.code == 0)
        #expect(warned.output.hasPrefix("big  seed 1"))
        #expect(!warned.output.contains("warning"))
        #expect(warned.errors.hasPrefix("big.yaml:11:73: warning: packets of 9000 B are 9050 B"), "\(warned.errors)")
        let quiet = try program("run", "--quiet", "a.yaml", "big.yaml")
        #expect(quiet.code == 2)
        #expect(quiet.output == "")
        #expect(quiet.errors == warned.errors)
        let json = try program("run", "a.yaml", "--format", "json")
        #expect(json.errors == "")
        #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
        let csv = try program("run", "a.yaml", "big.yaml", "--format", "csv")
        let lines = csv.output.split(separator: "\n")
        let fields = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
        #expect(lines.count == 3 && Set(fields).count == 1, "one header, then a row for each file")
        #expect(lines.first?.hasPrefix("seed,") == true)
    }

    // MARK: - Bad usage

    @Test(arguments: [
        ["run", "--frobnicate", "a.yaml"], ["run"], ["frobnicate"], ["run", "a.yaml", "--seed", "-1"],
        ["run", "a.yaml", "--format", "xml"], ["bench", "--repetitions", "0"], ["bench", "frobnicate"],
        ["run", "a.yaml", "--out", ""], ["describe"], ["validate"], ["run", "a.yaml", "--set"],
    ])
    func badUsageIs64(_ arguments: [String]) throws {
        try write("a.yaml", ProgramScenarios.plain("a"))
        let outcome = try Program.run(arguments, in: folder)
        #expect(outcome.code == 64)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains("Error: ") && outcome.errors.contains("Usage: nvo3sim"), "\(outcome.errors)")
        #expect(try folder.names() == ["a.yaml"], "nothing was written")
    }

    // MARK: - Bad scenarios

    /// A file, and the one message about it.
    struct Bad: CustomTestStringConvertible, Sendable {
        var name: String
        var bytes: [UInt8]
        var message: String
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ message: String) {
            (self.name, self.bytes, self.message) = (name, Array(text.utf8), message)
        }
    }

    static let bad = [
        Bad("unknown key", "schema: 1\nduratoin: 1 s\n", "2:1: error: unknown key `duratoin` in the scenario"),
        Bad(
            "missing unit", "schema: 1\nname: x\nduration: 5\n",
            "3:11: error: `duration`: `5` has no unit; a duration needs one"),
        Bad("duplicate key", "schema: 1\nseed: 1\nseed: 2\n", "3:1: error: duplicate key `seed`"),
        Bad(
            "impossible reference", "schema: 1\nnva:\n  at: leaf99/host1\n",
            "3:7: error: there is no host `leaf99/host1`"),
        Bad("empty file", "", "1:1: error: the file is empty"),
        Bad("binary file", "schema: 1\nname: \u{0}x\n", "2:7: error: this is a binary file, not a scenario"),
        Bad(
            "metric that is misspelt", "schema: 1\nexpect:\n  - {metric: flows.lots, stat: sum, max: 1 packets}\n",
            "3:14: error: there is no metric `flows.lots`"),
        Bad("no mapping", "schema\n", "1:1: error: a scenario is a mapping of keys to values, not `schema`"),
    ]

    @Test(arguments: bad, ["run", "validate", "describe"])
    func badScenarioIs65AndSaysWhere(_ bad: Bad, verb: String) throws {
        try folder.write(Data(bad.bytes), to: "my folder/bad.yaml")
        let outcome = try program(verb, "my folder/bad.yaml")
        #expect(outcome.code == 65)
        #expect(outcome.output == "")
        #expect(outcome.messages == ["my folder/bad.yaml:" + bad.message])
        #expect(try folder.names() == ["my folder"], "nothing was written")
    }

    @Test func everyProblemOfAFileIsToldAtOnce() throws {
        try write("bad.yaml", "schema: 1\nduratoin: 1 s\nseed: x\nnva: {costs: {pushh: 1 us}}\n")
        let outcome = try program("run", "bad.yaml")
        #expect(outcome.code == 65)
        let places = outcome.messages.map { $0.split(separator: " ").first.map(String.init) ?? "" }
        #expect(places == ["bad.yaml:2:1:", "bad.yaml:3:7:", "bad.yaml:4:15:"])
    }

    @Test func overridesAreCheckedLikeFiles() throws {
        try write("a.yaml", ProgramScenarios.plain("a"))
        let outcome = try program("run", "a.yaml", "--set", "vms[0].coun=1", "--set", "duration=7")
        #expect(outcome.code == 65)
        #expect(outcome.output == "")
        #expect(
            outcome.messages == [
                "--set duration=7: error: `duration`: `7` has no unit; a duration needs one",
                "--set vms[0].coun=1: error: unknown key `coun` in `vms[0]`",
            ])
    }

    @Test func limitsEndARunWith65() throws {
        try write("a.yaml", ProgramScenarios.plain("a"))
        let limits: [(key: String, value: Int)] = [("events", 50), ("events-at-one-instant", 1), ("packets-alive", 1)]
        for (key, value) in limits {
            let more = key == "packets-alive" ? ["--set", "traffic[0].rate=1 Mpps"] : []
            let outcome = try Program.run(["run", "a.yaml", "--set", "limits.\(key)=\(value)"] + more, in: folder)
            #expect(outcome.code == 65, "\(key)")
            #expect(outcome.output == "")
            let message = outcome.messages.first ?? ""
            #expect(message.hasPrefix("a.yaml: error: the run was given up at "), "\(message)")
            #expect(message.hasSuffix("s: `limits.\(key)` is \(value). Next events:"), "\(message)")
            #expect((2...11).contains(outcome.errors.split(separator: "\n").count), "then up to ten events")
            let remains = try folder.names().contains("Results") ? folder.files(below: "Results") : [:]
            #expect(remains.isEmpty, "no result of a run that was given up")
        }
    }

    // MARK: - Files that are not there, results that cannot be

    @Test(arguments: ["run", "validate", "describe"])
    func missingFileIs66(_ verb: String) throws {
        let outcome = try program(verb, "none.yaml")
        #expect(outcome.code == 66)
        #expect(outcome.output == "")
        #expect(outcome.messages == ["none.yaml: error: no such file"])
    }

    @Test func aFileInPlaceOfTheResultFolderIs74() throws {
        try write("a.yaml", ProgramScenarios.plain("a"))
        try write("taken", "mine")
        for place in ["taken", "taken/deeper"] {
            let outcome = try program("run", "a.yaml", "--out", place)
            #expect(outcome.code == 74, "\(place)")
            #expect(outcome.output == "")
            #expect(outcome.messages.count == 1)
            #expect(outcome.errors.contains("taken"), "\(outcome.errors)")
        }
        #expect(try folder.text("taken") == "mine")
        #expect(try folder.names() == ["a.yaml", "taken"])
    }

    @Test func aForeignFolderIsNotTouched() throws {
        try write("a.yaml", ProgramScenarios.plain("a"))
        try write("out/a/r0001/thesis.txt", "ten years")
        let outcome = try program("run", "a.yaml", "--out", "out")
        #expect(outcome.code == 74)
        #expect(outcome.output == "")
        #expect(outcome.messages.count == 1 && outcome.errors.contains("out/a/r0001"), "\(outcome.errors)")
        #expect(try folder.names(in: "out/a") == ["r0001"], "no half-written result beside it")
        #expect(try folder.files(below: "out") == ["a/r0001/thesis.txt": Data("ten years".utf8)])
    }

    @Test func anOwnResultIsReplacedAsAWhole() throws {
        try write("a.yaml", ProgramScenarios.plain("a"))
        #expect(try program("run", "a.yaml", "--out", "out", "--quiet").code == 0)
        let first = try folder.files(below: "out", without: ["timing.json"])
        try write("out/a/r0001/left-over.csv", "old")
        #expect(try program("run", "a.yaml", "--out", "out", "--quiet").code == 0)
        #expect(try folder.files(below: "out", without: ["timing.json"]) == first)
    }

    @Test(arguments: ["o", "o/", "./o", "o/p", "//tmp/../"])
    func outTakesAnyWayToNameAFolder(_ form: String) throws {
        try write("a.yaml", ProgramScenarios.plain("a"))
        let place = form.hasPrefix("//") ? "\(folder.url.path)//o/../o" : form
        if place.contains("/../") { try write("o/keep", "") }
        let outcome = try program("run", "a.yaml", "--out", place, "--quiet")
        #expect(outcome.code == 0)
        #expect(outcome.errors == "")
        let root = form == "o/p" ? "o/p" : "o"
        #expect(try folder.names(in: "\(root)/a/r0001").contains("manifest.json"))
    }

    // MARK: - Several files

    @Test func theGravestCodeOfSeveralFilesCounts() throws {
        try write("good.yaml", ProgramScenarios.plain("good"))
        try write("fails.yaml", ProgramScenarios.plain("fails", more: ProgramScenarios.fails))
        try write("nothing.yaml", ProgramScenarios.plain("nothing", more: ProgramScenarios.measuresNothing))
        try write("bad.yaml", "schema: 1\nduratoin: 1 s\n")
        try write("foreign.yaml", ProgramScenarios.plain("foreign"))
        try write("Results/foreign/r0001/thesis.txt", "ten years")
        // The gravest first: 74, 66, 65, 2, 3, 0.
        let files = ["foreign.yaml", "none.yaml", "bad.yaml", "fails.yaml", "nothing.yaml", "good.yaml"]
        for (index, code) in zip(files.indices, [Int32(74), 66, 65, 2, 3, 0]) {
            let rest = Array(files[index...])
            #expect(try Program.run(["run", "--quiet"] + rest, in: folder).code == code)
            #expect(try Program.run(["run", "--quiet"] + rest.reversed(), in: folder).code == code)
        }
        let all = try Program.run(["run"] + files, in: folder)
        #expect(all.output.hasPrefix("fails  seed 1"))
        #expect(all.output.contains("\n\nnothing  seed 1") && all.output.contains("\n\ngood  seed 1"))
        #expect(all.messages.count == 3, "\(all.errors)")
        #expect(try folder.names(in: "Results") == ["fails", "foreign", "good", "nothing"])
    }

    @Test func twoScenariosOfOneNameDoNotOverwriteEachOther() throws {
        try write("a.yaml", ProgramScenarios.plain("same"))
        try write("b.yaml", ProgramScenarios.plain("same"))
        let outcome = try program("run", "a.yaml", "b.yaml", "--quiet")
        #expect(outcome.code == 65)
        #expect(
            outcome.messages == ["b.yaml: error: scenario `same` has the same name as the one in a.yaml"])
        let manifest = try folder.text("Results/same/r0001/manifest.json")
        #expect(manifest.contains("\"a.yaml\"") && !manifest.contains("\"b.yaml\""))
    }
}

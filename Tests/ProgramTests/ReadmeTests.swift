import Experiment
import Foundation
import Testing

/// What README says must be true: people copy from it.
@Suite struct ReadmeTests {
    /// The lines between a fence that begins with `marks` and the next fence.
    private func block(_ marks: String) throws -> [Substring] {
        let lines = try SourceTree.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == marks })
        return Array(lines[(start + 1)...].prefix { $0 != "```" })
    }

    @Test func exampleIsAValidScenario() throws {
        let text = try block("```yaml").joined(separator: "\n")
        let result = ScenarioLoader.load(text: text, name: "readme.yaml")
        #expect(result.outcome == .loaded)
        #expect(result.rendered() == "", "no errors and no warnings")
        #expect(result.scenario?.moves.count == 1)
    }

    /// The summary's last line has wall time in it, so README leaves it out.
    @Test func exampleRunsAsShown() throws {
        let folder = try Folder()
        try folder.write(try block("```yaml").joined(separator: "\n"), to: "one-move.yaml")
        let text = try SourceTree.text("README.md")
        #expect(text.contains("`nvo3sim run one-move.yaml`"))
        let outcome = try Program.run(["run", "one-move.yaml"], in: folder)
        #expect(outcome.code == 0)
        let shown = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast(2)
        #expect(shown.count > 10)
        #expect(text.contains("\n```\n" + shown.joined(separator: "\n") + "\n```\n"), "\(outcome.output)")

        #expect(text.contains("With `--set nve.miss=query-drop` none waits, and 51 of 1 000 are lost"))
        #expect(text.contains("the exit code is 2."))
        let impatient = try Program.run(["run", "one-move.yaml", "--set", "nve.miss=query-drop"], in: folder)
        #expect(impatient.code == 2)
        #expect(impatient.output.contains("\nLost: 51 of 1 000 packets"), "\(impatient.output)")
        #expect(impatient.output.contains("\n  fail  flows.lost"))
    }

    @Test func itsTwoCommandsSetUpAndAreWhatCIRuns() throws {
        let commands = try block("```sh").filter { !$0.isEmpty && !$0.hasPrefix("#") }
        #expect(commands.count == 2)
        #expect(commands.allSatisfy { $0.hasPrefix(".ci/setup && ") })
        let testing = try #require(commands.last?.dropFirst(".ci/setup && ".count))
        #expect(try SourceTree.text(".ci/run").contains(testing))
    }

    @Test func completionIsInstalledAsTheProgramSays() throws {
        let help = try Program.run(["--help"], in: try Folder()).output
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let lines = try SourceTree.text("README.md").split(separator: "\n")
        let commands = lines.filter { $0.hasPrefix("nvo3sim --generate-completion-script ") }
        #expect(commands.count == 3)
        for command in commands { #expect(help.contains(command), "\(command)") }
    }

    @Test func manualPagesAreMadeAsInCI() throws {
        let (readme, script) = (try SourceTree.text("README.md"), try SourceTree.text(".ci/run"))
        for words in ["swift package generate-manual --multi-page", ".build/plugins/GenerateManual/outputs/nvo3sim"] {
            #expect(readme.contains(words) && script.contains(words), "\(words)")
        }
    }

    @Test func filesThatItNamesExist() throws {
        let text = try SourceTree.text("README.md")
        for path in ["Scenarios/hot-migration.yaml", "Package.swift", "Tests/ProgramTests", ".ci/run", ".ci/setup"] {
            #expect(text.contains(path))
            #expect(
                FileManager.default.fileExists(atPath: SourceTree.root.appendingPathComponent(path).path), "\(path)")
        }
    }
}

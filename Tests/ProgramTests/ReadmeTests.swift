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

    @Test func itsTwoCommandsSetUpAndAreWhatCIRuns() throws {
        let commands = try block("```sh").filter { !$0.isEmpty && !$0.hasPrefix("#") }
        #expect(commands.count == 2)
        #expect(commands.allSatisfy { $0.hasPrefix(".ci/setup && ") })
        let testing = try #require(commands.last?.dropFirst(".ci/setup && ".count))
        #expect(try SourceTree.text(".ci/run").contains(testing))
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

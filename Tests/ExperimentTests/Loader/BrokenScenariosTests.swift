import Experiment
import Kernel
import Testing

/// Scenarios with mistakes, each with all that the loader must say about it: place, message, hint.
///
/// A case is `=== name`, the file's text, `>>>`, and the expected lines.
enum BrokenScenarios {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var text: String
        var expected: [String]
        var testDescription: String { name }
    }

    static let all = [
        syntax, keys, values, places, links, traffic, moves, effects, results, drawn, families, failures, failover,
        capabilities,
    ].flatMap(cases)

    static func cases(_ transcript: String) -> [Case] {
        var cases: [Case] = []
        var isText = true
        for line in transcript.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("=== ") {
                cases.append(Case(name: String(line.dropFirst(4)), text: "", expected: []))
                isText = true
            } else if line == ">>>" {
                isText = false
            } else if let last = cases.indices.last {
                if isText { cases[last].text += line + "\n" } else { cases[last].expected.append(String(line)) }
            }
        }
        return cases
    }
}

@Suite struct BrokenScenariosTests {
    @Test func thereAreManyAndNoneIsNamedTwice() {
        let names = BrokenScenarios.all.map(\.name)
        #expect(names.count >= 120)
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: BrokenScenarios.all)
    func everyProblemIsReportedOnceAtItsPlace(_ broken: BrokenScenarios.Case) {
        let result = ScenarioLoader.load(text: broken.text, name: "test.yaml")
        var found: [String] = []
        for diagnostic in result.diagnostics {
            let place = "\(diagnostic.position.line):\(diagnostic.position.column)"
            found.append("\(place) \(diagnostic.severity.rawValue): \(diagnostic.message)")
            if let hint = diagnostic.hint { found.append("    hint: \(hint)") }
        }
        #expect(found == broken.expected)
        let isError = result.diagnostics.contains { $0.severity == .error }
        #expect((result.scenario == nil) == isError)
        #expect(result.outcome == (isError ? .invalid : .loaded))
    }
}

import ArgumentParser
import Experiment

/// `validate FILE…`: all problems of scenario files at once.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check scenario files; print all problems and an estimate of the run.")

    @Argument(help: "Scenario files.")
    var files: [String]

    @OptionGroup var options: ScenarioOptions

    func run() throws {
        var codes: [ExitCode] = []
        for file in files {
            let result = options.loadAndReport(file)
            codes.append(ExitCodes.of(result.outcome))
            if let scenario = result.scenario { print("\(file): ok, \(Estimate(scenario).text)") }
        }
        throw ExitCodes.gravest(codes)
    }
}

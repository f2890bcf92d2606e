import ArgumentParser
import Experiment

/// `validate FILE…`: all problems of scenario files at once.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check scenario files; print all problems and an estimate of the run.",
        discussion: """
            Each problem is shown with file, line and column, the line itself, and a hint where there is one. Of a \
            file without problems the number of packets, events and bytes of memory that a run will take is estimated.
            """)

    @Argument(help: ScenarioOptions.severalFiles, completion: ScenarioOptions.files)
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

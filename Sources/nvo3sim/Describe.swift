import ArgumentParser
import Experiment

/// `describe FILE`: a scenario as a person would draw it.
struct Describe: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, mermaid, dot, resolved
    }

    static let configuration = CommandConfiguration(
        abstract: "Show topology, VMs, flows, moves and the choices in force.")

    @Argument(help: "Scenario file.")
    var file: String

    @Option(help: "text, mermaid, dot, or resolved: the canonical form that `run` accepts.")
    var format = Format.text

    @OptionGroup var options: ScenarioOptions

    func run() throws {
        let result = options.loadAndReport(file)
        guard let scenario = result.scenario else { throw ExitCodes.of(result.outcome) }
        switch format {
        case .text: print(Description(scenario).text(), terminator: "")
        case .mermaid: print(Description(scenario).mermaid(), terminator: "")
        case .dot: print(Description(scenario).dot(), terminator: "")
        case .resolved: print(ResolvedForm.encode(scenario))
        }
    }
}

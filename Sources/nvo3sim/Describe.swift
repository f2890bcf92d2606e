import ArgumentParser
import Experiment

/// `describe FILE`: a scenario as a person would draw it.
struct Describe: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, mermaid, dot, resolved
    }

    static let configuration = CommandConfiguration(
        abstract: "Show topology, VMs, flows, moves and the choices in force.",
        discussion: """
            Nothing is run. Listed at the end are all knobs that differ from their defaults, what the model decides \
            where the drafts leave something open, and every default that is a choice of ours.
            """)

    @Argument(help: ScenarioOptions.oneFile, completion: ScenarioOptions.files)
    var file: String

    @Option(
        help: ArgumentHelp(
            "How the scenario is shown.",
            discussion: """
                text is for people; mermaid and dot are graphs for other programs to draw; resolved is the canonical \
                form with all defaults, includes and overrides applied, which run accepts with the same results.
                """))
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

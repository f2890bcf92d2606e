import ArgumentParser
import Evidence
import Foundation

/// `compare A B`: two sets of results, metric by metric.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare two sets of results metric by metric, paired by replication.",
        discussion: """
            Each side is the folder of a run, of a scenario with its replications, or of several scenarios, which are \
            paired by their names; of one scenario alone on either side the names may differ. The change is the second \
            less the first, with its 95 % interval; where replications vary, Student's paired t-test says whether it \
            is shown, corrected for the number of metrics (Holm).

            Exit codes: 0 compared, whatever came of it; 3 nothing could be compared; 64, 65 and 66 for bad input.
            """)

    @Argument(
        help: ArgumentHelp(
            "Folder with the first results.", discussion: "The change is told from here to the second.",
            valueName: "first"),
        completion: .directory)
    var first: String

    @Argument(
        help: ArgumentHelp(
            "Folder with the second results.", discussion: "Replications on one side alone are left out.",
            valueName: "second"),
        completion: .directory)
    var second: String

    @Option(
        name: .customLong("metric"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A metric beside the headline figures; may be repeated.",
            discussion: "For example migrations.downtime, or of several rows max:migrations.downtime.",
            valueName: "statistic:table.column"))
    var metrics: [String] = []

    @Option(
        help: ArgumentHelp(
            "What is printed on standard output.", discussion: "text for people, json and csv for programs."))
    var format = Comparison.Format.text

    @Flag(
        help: ArgumentHelp(
            "Run both sides again and show the first event that differs.",
            discussion: "Of the first replication that is not the same event by event. Scenario files must be there."))
    var firstDivergence = false

    @OptionGroup var colour: ColourOption

    func run() throws {
        let comparison = Comparison(first, second, metrics: metrics)
        if let refusal = comparison.refusal {
            FileHandle.standardError.write(Data(refusal.message.utf8))
            throw ExitCode(refusal.code)
        }
        if firstDivergence { return try showDivergence(comparison) }
        print(comparison.rendered(format, colour: colour.isOn(for: 1)), terminator: "")
        if comparison.rows.isEmpty { throw ExitCodes.inconclusive }
    }

    private func showDivergence(_ comparison: Comparison) throws {
        guard let (one, other) = comparison.differingPair else { throw ExitCodes.inconclusive }
        do {
            print(try FirstDivergence.text(one, other).text, terminator: "")
        } catch let trouble as FirstDivergence.Trouble {
            FileHandle.standardError.write(Data(trouble.message.utf8))
            throw ExitCode(trouble.code)
        }
    }
}

extension Comparison.Format: ExpressibleByArgument {}

import ArgumentParser
import Evidence
import Experiment
import Foundation
import Observe

/// `run FILE…`: runs scenarios, writes results, prints what came of them.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run scenario files or resolved forms; write result files and print a summary.",
        discussion: """
            Results go to Results/<scenario>/r0001 and replace those of an earlier run as a whole; those of further \
            replications go to r0002 and so on. Files are run one after another, and the exit code is the gravest of \
            theirs.

            Standard error shows how far the run is: a bar on a terminal, else a line every ten seconds. Ctrl-C (or \
            SIGTERM) ends the run at once and writes what it has come to, marked partial; of its expectations none \
            passes, and the exit code is 130. A second Ctrl-C ends the program without results.
            """)

    @Argument(help: ScenarioOptions.severalFiles, completion: ScenarioOptions.files)
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "Write results below this folder.",
            discussion: "It is made if it is not there. A folder that holds anything but results is not touched.",
            valueName: "dir"),
        completion: .directory)
    var out = "Results"

    @Option(
        help: ArgumentHelp(
            "What is printed on standard output.",
            discussion: """
                text is a summary for people; json has the headline figures and the expectations; csv has the row of \
                runs.csv, with one header for all files. Result files are the same with each.
                """))
    var format = RunSummary.Format.text

    @Option(
        help: ArgumentHelp(
            "Run each scenario so many times, each with other random numbers.",
            discussion: "The summary then has means and 95 % intervals.", valueName: "number"))
    var replications = 1

    @Flag(
        help: ArgumentHelp(
            "Print nothing but warnings and errors.",
            discussion: "No summary and no progress; result files are written as ever."))
    var quiet = false

    @OptionGroup var options: ScenarioOptions

    func validate() throws {
        if out.isEmpty { throw ValidationError("--out takes a folder, for example --out Results") }
        if !(1...9_999).contains(replications) { throw ValidationError("--replications takes a number from 1 to 9999") }
    }

    func run() throws {
        Interruption.watch()
        var batch = RunBatch(
            overrides: options.overrides, seed: options.seed, root: out, replications: replications,
            colourOfErrors: options.colour.isOn(for: 2),
            progress: quiet ? .silent : Terminal.progress(colour: options.colour.isOn(for: 2)),
            isInterrupted: { Interruption.hasCome })
        batch.run(files) { summaries, isFirst in
            if !quiet { show(summaries, isFirst: isFirst) }
        }
        throw ExitCodes.gravest(batch.codes.map { ExitCode($0) })
    }

    private func show(_ summaries: [RunSummary], isFirst: Bool) {
        if format == .text, !isFirst { print("") }
        if format == .text, summaries.count > 1 {
            let summary = ReplicationSummary(summaries)
            return print(summary.text(colour: options.colour.isOn(for: 1)), terminator: "")
        }
        for (number, summary) in summaries.enumerated() {
            switch format {
            case .text: print(summary.text(colour: options.colour.isOn(for: 1)), terminator: "")
            case .json: print(summary.json, terminator: "")
            case .csv: print(summary.csv(header: isFirst && number == 0), terminator: "")
            }
        }
    }
}

extension RunSummary.Format: ExpressibleByArgument {}

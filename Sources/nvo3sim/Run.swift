import ArgumentParser
import Experiment
import Foundation
import Observe

/// `run FILE…`: runs scenarios, writes results, prints what came of them.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run scenario files or resolved forms; write result files and print a summary.")

    @Argument(help: "Scenario files.")
    var files: [String]

    @Option(help: ArgumentHelp("Write results below this folder.", valueName: "dir"))
    var out = "Results"

    @Option(help: "What is printed: text, json or csv.")
    var format = RunSummary.Format.text

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    @OptionGroup var options: ScenarioOptions

    func validate() throws {
        if out.isEmpty { throw ValidationError("--out takes a folder, for example --out Results") }
    }

    func run() throws {
        var batch = RunBatch(
            overrides: options.overrides, seed: options.seed, root: out,
            colourOfErrors: options.colour.isOn(for: 2))
        for file in files {
            guard let summary = batch.run(file) else { continue }
            if !quiet { show(summary, isFirst: batch.finished == 1) }
        }
        throw ExitCodes.gravest(batch.codes.map { ExitCode($0) })
    }

    private func show(_ summary: RunSummary, isFirst: Bool) {
        switch format {
        case .text:
            if !isFirst { print("") }
            print(summary.text(colour: options.colour.isOn(for: 1)), terminator: "")
        case .json: print(summary.json, terminator: "")
        case .csv: print(summary.csv(header: isFirst), terminator: "")
        }
    }
}

extension RunSummary.Format: ExpressibleByArgument {}

import ArgumentParser
import Evidence
import Foundation

/// `gate DIR… --baseline FILE`: the verdict of a CI job.
struct GateVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Compare results with a committed baseline; the exit code is the verdict.",
        discussion: """
            Looks at the expectations of each run, and compares its metrics with those that were accepted last. Of one \
            replication, and of several that all differ alike, a metric may be worse by its tolerance and no more. Of \
            several replications whose differences vary, Student's paired t-test decides, its false alarms bounded \
            over all metrics together (Holm): a metric fails when it is shown to be worse than its tolerance allows, \
            passes when it is shown not to be, and is inconclusive otherwise.

            Exit codes: 0 passed, 2 something failed, 3 inconclusive: no result, no baseline, another scenario, \
            nothing measured, or chance decides; 65 a damaged baseline or result, 66 no such folder.
            """)

    @Argument(
        help: ArgumentHelp(
            "Folders with results.", discussion: "Of single runs, of a scenario with its replications, or of several.",
            valueName: "dir"),
        completion: .directory)
    var folders: [String]

    @Option(
        help: ArgumentHelp("The baseline.", discussion: "A YAML file; `--update` makes it.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var baseline: String

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Look at this scenario only; may be repeated.",
            discussion: "Else every scenario of the baseline must have results, and every result an entry.",
            valueName: "scenario"))
    var only: [String] = []

    @Flag(
        help: ArgumentHelp(
            "Accept the results: rewrite the baseline and print what that changes.",
            discussion: "Judges nothing. Metrics and tolerances that the baseline has stay; new scenarios are added."))
    var update = false

    @Option(
        help: ArgumentHelp(
            "What is printed on standard output.",
            discussion: """
                text for people, json for programs, junit (XML) for CI servers, github for annotations at the lines of \
                scenario and baseline, markdown for a pull request.
                """))
    var format = Gate.Format.text

    @OptionGroup var colour: ColourOption

    func run() throws {
        var gate = Gate(folders, baseline: baseline, only: only, colour: colour.isOn(for: 2))
        if let refusal = gate.refusal {
            FileHandle.standardError.write(Data(refusal.message.utf8))
            throw ExitCode(refusal.code)
        }
        if update { return try write(&gate) }
        gate.judge()
        print(gate.rendered(format, colour: colour.isOn(for: 1)), terminator: "")
        if gate.exitCode != 0 { throw ExitCode(gate.exitCode) }
    }

    private func write(_ gate: inout Gate) throws {
        guard let (document, changes) = gate.updated() else {
            print(gate.rendered(format, colour: colour.isOn(for: 1)), terminator: "")
            throw ExitCodes.inconclusive
        }
        do {
            try Data(document.utf8).write(to: URL(fileURLWithPath: baseline), options: .atomic)
        } catch {
            FileHandle.standardError.write(Data("error: \(baseline) cannot be written\n".utf8))
            throw ExitCodes.inputOutput
        }
        print(changes.isEmpty ? "\(baseline): nothing changes" : changes.joined(separator: "\n"))
    }
}

extension Gate.Format: ExpressibleByArgument {}

import ArgumentParser
import Experiment

/// The program: arguments in, exit code out.
@main
struct Nvo3sim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nvo3sim",
        abstract: "Packet-level simulator of VM mobility in NVO3 overlay networks.",
        discussion: """
            A scenario file says what moves, when and how; result files say what that cost: packets lost and why, \
            those that took the detour through the old NVE, and how long each mapping cache stayed wrong.

            Completion of verbs, options, values and files in the shell:

              nvo3sim --generate-completion-script bash > ~/.local/share/bash-completion/completions/nvo3sim
              nvo3sim --generate-completion-script zsh > ~/.zsh/completions/_nvo3sim
              nvo3sim --generate-completion-script fish > ~/.config/fish/completions/nvo3sim.fish

            Exit codes: 0 done, 1 unexpected failure, 2 an expectation or gate failed, 3 inconclusive, 64 bad usage, \
            65 bad scenario, 66 missing input, 70 a broken invariant (a bug of the program), 74 I/O, 130 interrupted.
            """,
        version: "nvo3sim \(Version.tool), model \(Version.model), GSL \(Version.gsl), Swift \(Version.swift)",
        subcommands: [Run.self, Validate.self, Describe.self, GateVerb.self, Compare.self, Schema.self, Bench.self])
}

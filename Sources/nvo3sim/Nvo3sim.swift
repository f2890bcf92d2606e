import ArgumentParser

/// The program: arguments in, exit code out.
@main
struct Nvo3sim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nvo3sim",
        abstract: "Packet-level simulator of VM mobility in NVO3 overlay networks.",
        discussion: """
            Exit codes: 0 done, 1 unexpected failure, 2 an expectation or gate failed, 3 inconclusive, 64 bad usage, \
            65 bad scenario, 66 missing input, 70 a broken invariant (a bug of the program), 74 I/O, 130 interrupted.
            """,
        subcommands: [Run.self, Validate.self, Describe.self, Schema.self, Bench.self])
}

import ArgumentParser
import Experiment

/// `bench [GROUP…]`: the program's own benchmarks.
struct Bench: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, csv
    }

    static let configuration = CommandConfiguration(
        abstract: "Measure this build on this machine.",
        discussion: """
            Groups: queue, the event queue under the hold model; contract, an NVE against the same work written \
            inline; workload, the leaf-spine load that packet-level simulators are compared by; mobility, the same \
            with ageing mappings and a move a millisecond; scale, memory and time to assemble a large world. Only a \
            release build is worth measuring.
            """)

    @Argument(
        help: ArgumentHelp(
            "Groups to run; all when none is named.",
            discussion: "They run in the order in which they are named, each on one core.", valueName: "group"))
    var groups: [BenchGroup] = []

    @Option(
        help: ArgumentHelp(
            "Repetitions of each figure, 1 to 1000; the median counts.",
            discussion: "One more comes before them, which does not count. Lowest and highest are shown too.",
            valueName: "number"))
    var repetitions = 5

    @Option(
        help: ArgumentHelp(
            "How figures are printed.", discussion: "text is a table for people; csv has one row for each figure."))
    var format = Format.text

    func validate() throws {
        if !(1...1_000).contains(repetitions) { throw ValidationError("--repetitions takes 1 to 1000") }
    }

    func run() throws {
        print(BenchReport.heading(csv: format == .csv), terminator: "")
        for group in groups.isEmpty ? BenchGroup.allCases : groups {
            for figure in try group.run(repetitions: repetitions) {
                print(BenchReport.line(figure, csv: format == .csv), terminator: "")
            }
        }
    }
}

extension BenchGroup: ExpressibleByArgument {}

import ArgumentParser
import Experiment

/// `bench [GROUP…]`: the program's own benchmarks.
struct Bench: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, csv
    }

    static let configuration = CommandConfiguration(
        abstract: "Measure this build on this machine: queue, contract, workload, mobility, scale.")

    @Argument(help: "Groups to run; all when none is named.")
    var groups: [BenchGroup] = []

    @Option(help: "Repetitions of each figure; the median counts.")
    var repetitions = 5

    @Option(help: "text or csv.")
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

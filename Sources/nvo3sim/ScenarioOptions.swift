import ArgumentParser
import Experiment
import Foundation

/// Options of every verb that reads scenario files.
struct ScenarioOptions: ParsableArguments {
    static let files = CompletionKind.file(extensions: ["yaml", "yml", "json"])
    static let oneFile = ArgumentHelp(
        "Scenario file (YAML), or a resolved form (JSON).",
        discussion: "The verb schema prints what such a file may hold.", valueName: "file")
    static let severalFiles = ArgumentHelp(
        "Scenario files (YAML), or resolved forms (JSON).",
        discussion: "The verb schema prints what such a file may hold.", valueName: "file")

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Override a key of the scenario; may be repeated.",
            discussion: """
                The value is written as in the file, with its unit: --set duration='2 s' --set 'vms[0].count=9'. A key \
                that does not exist is an error.
                """, valueName: "path.to[2].key=value"))
    var overrides: [String] = []

    @Option(
        help: ArgumentHelp(
            "Root of all random streams; wins over the file's.",
            discussion: "A whole number from 0 to 18446744073709551615. The same seed gives the same results.",
            valueName: "number"))
    var seed: UInt64?

    @OptionGroup var colour: ColourOption

    func load(_ path: String) -> LoadResult {
        ScenarioLoader.load(path: path, overrides: overrides, seed: seed)
    }

    /// Loads a file and prints what is wrong with it to standard error.
    func loadAndReport(_ path: String) -> LoadResult {
        let result = load(path)
        FileHandle.standardError.write(Data(result.rendered(colour: colour.isOn(for: 2)).utf8))
        return result
    }
}

/// `--color`; `NO_COLOR` switches colours off unless they are asked for.
struct ColourOption: ParsableArguments {
    enum Mode: String, CaseIterable, ExpressibleByArgument {
        case auto, always, never
    }

    @Option(
        help: ArgumentHelp(
            "When text is coloured.",
            discussion: """
                auto: on a terminal, unless the environment variable NO_COLOR is set. Summary and messages are judged \
                apart, each by its own stream.
                """, valueName: "when"))
    var color = Mode.auto

    /// Whether to colour what goes to a file descriptor.
    func isOn(for descriptor: Int32) -> Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto:
            ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty && isatty(descriptor) == 1
        }
    }
}

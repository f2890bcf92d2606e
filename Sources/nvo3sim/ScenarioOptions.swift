import ArgumentParser
import Experiment
import Foundation

/// Options of every verb that reads scenario files.
struct ScenarioOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Override a key of the scenario; may be repeated.", valueName: "path.to[2].key=value"))
    var overrides: [String] = []

    @Option(help: "Root of all random streams; wins over the file's.")
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

    @Option(help: "Colours: auto (only on a terminal, not with NO_COLOR), always or never.")
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

import ArgumentParser
import Experiment

/// `schema`: what editors check scenario files by.
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema (draft-07) of scenario files.",
        discussion: """
            It is made from the table of keys that the program itself reads by. Editors with a YAML language server \
            find it by the first line of a scenario file, complete keys and values, and show what they mean:

              nvo3sim schema > scenario.schema.json
              \(ScenarioSchema.modeline())
            """)

    func run() { print(ScenarioSchema.document, terminator: "") }
}

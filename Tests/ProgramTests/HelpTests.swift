import Foundation
import Testing

/// What the program says about itself: help, manual page and completion come from the same declarations.
@Suite struct HelpTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// A verb as `--experimental-dump-help` tells of it, from which the manual page is made too.
    struct Command: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable { var name: String }
            struct Completion: Decodable {
                struct Files: Decodable { var extensions: [String]? }
                var file: Files?
                var directory: [String: String]?
            }

            var kind: String
            var preferredName: Name?
            var valueName: String?
            var abstract: String?
            var discussion: String?
            var allValues: [String]?
            var completionKind: Completion?

            var label: String { preferredName.map { "--\($0.name)" } ?? valueName ?? kind }
        }

        var commandName: String
        var abstract: String?
        var discussion: String?
        var arguments: [Argument]?
        var subcommands: [Command]?

        /// Its own arguments, without those that the parser adds.
        var own: [Argument] {
            (arguments ?? []).filter { !["help", "version"].contains($0.preferredName?.name ?? "") }
        }
    }

    private struct Dump: Decodable { var command: Command }

    private func dump() throws -> Command {
        let outcome = try Program.run(["--experimental-dump-help"], in: folder)
        return try JSONDecoder().decode(Dump.self, from: Data(outcome.output.utf8)).command
    }

    private func verbs() throws -> [Command] {
        (try dump().subcommands ?? []).filter { $0.commandName != "help" }
    }

    @Test func everyVerbAndOptionIsExplained() throws {
        let program = try dump()
        let names = ["bench", "compare", "describe", "gate", "run", "schema", "validate"]
        #expect(try verbs().map(\.commandName).sorted() == names)
        for command in [program] + (try verbs()) {
            #expect((command.abstract ?? "").count > 20, "\(command.commandName)")
            #expect((command.discussion ?? "").count > 60, "\(command.commandName)")
            #expect(command.abstract?.hasSuffix(".") == true, "\(command.commandName)")
            for argument in command.own {
                let place = "\(command.commandName) \(argument.label)"
                #expect((argument.abstract ?? "").count > 10, "\(place)")
                #expect((argument.discussion ?? "").count > 20, "\(place)")
                #expect(argument.abstract?.hasSuffix(".") == true, "\(place)")
            }
        }
    }

    @Test func choicesAreListedAndFilesCompleted() throws {
        for command in try verbs() {
            for argument in command.own {
                let place = "\(command.commandName) \(argument.label)"
                switch argument.label {
                case "--format", "--color", "group": #expect(argument.allValues?.isEmpty == false, "\(place)")
                case "file":
                    #expect(argument.completionKind?.file?.extensions?.contains("yaml") == true, "\(place)")
                default: continue
                }
            }
        }
    }

    @Test(arguments: ["run", "validate", "describe", "schema", "bench"])
    func helpOfAVerbReadsWell(_ verb: String) throws {
        let outcome = try Program.run([verb, "--help"], in: folder)
        #expect(outcome.code == 0 && outcome.errors == "")
        #expect(outcome.output.hasPrefix("OVERVIEW: "), "\(outcome.output)")
        #expect(outcome.output.contains("USAGE: nvo3sim \(verb)"))
        let viaHelp = try Program.run(["help", verb], in: folder)
        #expect(viaHelp.output == outcome.output)
    }

    @Test func helpOfTheProgramListsAllVerbsAndExitCodes() throws {
        let output = try Program.run(["--help"], in: folder).output
        for verb in try verbs() { #expect(output.contains("  \(verb.commandName) "), "\(verb.commandName)") }
        for code in [0, 1, 2, 3, 64, 65, 66, 70, 74, 130] { #expect(output.contains("\(code) "), "\(code)") }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionKnowsVerbsOptionsValuesAndFiles(_ shell: String) throws {
        let outcome = try Program.run(["--generate-completion-script", shell], in: folder)
        #expect(outcome.code == 0 && outcome.errors == "")
        let words = [
            "run", "validate", "describe", "schema", "bench", "format", "color", "seed", "set", "out", "quiet",
            "json", "csv", "mermaid", "resolved", "always", "never", "workload", "yaml",
        ]
        for word in words { #expect(outcome.output.contains(word), "\(shell): \(word)") }
    }

    /// What bash offers for the last word of a command line.
    private func offers(_ words: [String]) throws -> [String] {
        try folder.write(try Program.run(["--generate-completion-script", "bash"], in: folder).output, to: "script")
        // As bash calls it: with the command, the word to complete and the one before.
        let call = """
            compopt() { :; }; source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"
            COMP_POINT=${#COMP_LINE}; _nvo3sim "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"; echo "${COMPREPLY[*]}"
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["bash", "-c", call, "bash"] + words
        process.currentDirectoryURL = folder.url
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(whereSeparator: \.isWhitespace).map(String.init).sorted()
    }

    @Test func bashCompletesWords() throws {
        try folder.write("", to: "one.yaml")
        try folder.write("", to: "one.txt")
        #expect(try offers(["nvo3sim", "va"]) == ["validate"])
        #expect(try offers(["nvo3sim", "run", "--fo"]) == ["--format"])
        #expect(try offers(["nvo3sim", "describe", "--format", ""]) == ["dot", "mermaid", "resolved", "text"])
        #expect(try offers(["nvo3sim", "run", "on"]) == ["one.yaml"])
    }

    @Test(arguments: [("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["--no-execute"])])
    func completionIsSoundInItsShell(_ shell: String, _ options: [String]) throws {
        let path = "/usr/bin/\(shell)"
        // Not every machine has every shell; bash is on all that have CI.
        guard shell == "bash" || FileManager.default.isExecutableFile(atPath: path) else { return }
        try folder.write(try Program.run(["--generate-completion-script", shell], in: folder).output, to: "script")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [shell] + options + [folder.url.appendingPathComponent("script").path]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}

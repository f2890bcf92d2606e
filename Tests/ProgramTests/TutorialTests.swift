import Foundation
import Testing

/// The articles' commands do what the articles say: they are run in the order in which they stand.
@Suite struct TutorialTests {
    private struct Block {
        let language: String
        let text: String
    }

    private static func blocks(of article: String) throws -> [Block] {
        let parts = try SourceTree.text("Sources/nvo3sim/Documentation.docc/\(article).md").split(
            separator: "```", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map { _, part in
            let language = part.prefix { !$0.isNewline }
            return Block(language: String(language), text: String(part.dropFirst(language.count + 1)))
        }
    }

    @Test(
        "From an empty file to a gated job: each command ends as it is said to", arguments: [("GatedJob", "web.yaml")])
    func commands(_ article: String, _ file: String) throws {
        let folder = try Folder()
        var commands = 0
        for block in try Self.blocks(of: article) {
            if block.language == "yaml" { try folder.write(block.text, to: file) }
            if block.language != "sh" { continue }
            for line in block.text.split(separator: "\n") {
                let parts = line.split(separator: "#", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                let words = parts[0].split(separator: " ").map(String.init)
                #expect(words.first == "nvo3sim")
                let outcome = try Program.run(Array(words.dropFirst()), in: folder)
                let expected = parts.count == 2 ? Int32(parts[1]) : 0
                #expect(outcome.code == expected, "\(line)\n\(outcome.output)\(outcome.errors)")
                commands += 1
            }
        }
        #expect(commands >= 7)
        let baseline = String(decoding: try folder.bytes("baseline.yaml"), as: UTF8.self)
        #expect(baseline.contains("- name: web\n") && baseline.contains("metric: runs.lost"))
    }
}

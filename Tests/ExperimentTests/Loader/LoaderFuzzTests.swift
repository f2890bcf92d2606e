import Experiment
import Foundation
import Kernel
import Testing

/// Mutated good text: the loader never crashes, and gives a scenario or says why not.
@Suite struct LoaderFuzzTests {
    private static let pieces = [
        "{", "}", "[", "]", ":", ": ", ",", "-", "- ", "\n", "\n  ", "  ", "\t", "\"", "'", "#", "&a ", "*a", "<<: *a",
        "!!str ", "|", ">", "%", "?", "? ", "null", "~", "0", "-1", "99999999999999999999999999999999999", "1e9",
        "0.3 ps",
        "each", "spread", "client[3]", "client[99999999999999999999]", "[0]", "unlimited", "websearch",
        "count: 1000000",
        "kind: on-off", "kind: ping", "{kind: uniform, from: 1 ms, to: 2 ms}", "choice: [1 ms]", "x-a: 1", "schema: 1",
        "\u{0}", "\u{7f}", "é", "𝄞", "\r\n", "\u{feff}", "---\n", "...\n", "vms: ", "kind: star",
    ]

    @Test(arguments: 0..<8)
    func mutatedTextIsLoadedOrRefused(_ seed: Int) {
        var random = LoaderRandom(seed: UInt64(seed))
        let good = Array(LoaderTests.example.unicodeScalars)
        for _ in 0..<150 {
            var scalars = good
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&scalars, &random) }
            let text = String(String.UnicodeScalarView(scalars))
            let result = ScenarioLoader.load(text: text, name: "fuzz.yaml")
            let hasError = result.diagnostics.contains { $0.severity == .error }
            #expect((result.scenario == nil) == hasError, "\(text)")
            #expect(result.rendered().isEmpty == result.diagnostics.isEmpty)
            if let scenario = result.scenario {
                let again = ScenarioLoader.load(text: ResolvedForm.encode(scenario), name: "fuzz.json")
                #expect(again.scenario == scenario, "\(text)")
            }
        }
    }

    @Test func bytesThatAreNoText() throws {
        var random = LoaderRandom(seed: 3)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("nvo3sim-\(UUID()).yaml").path
        for _ in 0..<60 {
            var bytes = Array(LoaderTests.example.utf8)
            for _ in 0..<3 {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let result = ScenarioLoader.load(path: path)
            let hasError = result.diagnostics.contains { $0.severity == .error }
            #expect((result.scenario == nil) == hasError)
        }
        try FileManager.default.removeItem(atPath: path)
    }

    /// Nine levels of nine aliases each would be 387 million nodes.
    @Test func aliasesCannotExhaustMemory() {
        var text = "schema: 1\nx-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        for level in 1...8 {
            let names = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "x-\(level): &a\(level) [\(names)]\n"
        }
        let result = ScenarioLoader.load(text: text, name: "bomb.yaml")
        #expect(result.diagnostics.map(\.message) == ["the file is too large once its aliases are followed"])
    }

    /// One random edit of a text.
    static func mutate(_ scalars: inout [Unicode.Scalar], _ random: inout LoaderRandom) {
        let place = Int.random(in: 0..<max(scalars.count, 1), using: &random)
        let end = min(scalars.count, place + Int.random(in: 0...12, using: &random))
        switch Int.random(in: 0...3, using: &random) {
        case 0: scalars.removeSubrange(place..<end)
        case 1: scalars.insert(contentsOf: Array(scalars[place..<end]), at: place)
        case 2:
            let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
            scalars.replaceSubrange(place..<end, with: Array(piece.unicodeScalars))
        default:
            let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
            scalars.insert(contentsOf: Array(piece.unicodeScalars), at: place)
        }
    }
}

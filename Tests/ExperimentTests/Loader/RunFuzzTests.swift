import Kernel
import Observe
import Testing

@testable import Experiment

/// Whatever the loader lets pass can be described, built and run: it ends well, or a limit of the scenario ends it.
@Suite struct RunFuzzTests {
    /// What became of one case.
    private enum Fate { case refused, tooLarge, ended, givenUp }

    private struct Count {
        var refused = 0
        var tooLarge = 0
        var ended = 0
        var givenUp = 0

        mutating func add(_ fate: Fate) {
            switch fate {
            case .refused: refused += 1
            case .tooLarge: tooLarge += 1
            case .ended: ended += 1
            case .givenUp: givenUp += 1
            }
        }
    }

    /// Few enough events for a debug build, enough that moves are over in most cases.
    private static let limits = [
        "limits.events=3000", "limits.events-at-one-instant=2000", "limits.packets-alive=2000",
    ]

    /// Building takes memory before any limit counts.
    private static let mostMemory = 100e6

    @Test(arguments: 0..<8)
    func hostileMixturesEndOrAreGivenUp(_ seed: Int) throws {
        var random = LoaderRandom(seed: UInt64(seed) &* 7_919)
        var count = Count()
        for _ in 0..<40 {
            let (base, overrides) = HostileValues.mixture(&random)
            count.add(try judge(HostileValues.bases[base], overrides))
        }
        #expect(count.ended + count.givenUp >= 10, "many are run: \(count)")
        #expect(count.ended >= 5 && count.refused >= 1, "\(count)")
        #expect(count.tooLarge <= 4, "\(count)")
    }

    @Test func theWorstMixturesEndOrAreGivenUp() throws {
        var count = Count()
        for (base, overrides) in HostileValues.chosen {
            let fate = try judge(HostileValues.bases[base], overrides)
            #expect(fate == .ended || fate == .givenUp, "\(fate): \(overrides)")
            count.add(fate)
        }
        #expect(count.ended >= 3 && count.givenUp >= 3, "\(count)")
    }

    @Test(arguments: 0..<4)
    func mutatedTextsEndOrAreGivenUp(_ seed: Int) throws {
        var random = LoaderRandom(seed: UInt64(seed) &* 104_729)
        var count = Count()
        for index in 0..<60 {
            let base = HostileValues.bases[Int.random(in: 0..<HostileValues.bases.count, using: &random)]
            var scalars = Array(base.unicodeScalars)
            if index % 3 == 0 {
                LoaderFuzzTests.mutate(&scalars, &random)
            } else {
                for _ in 0..<Int.random(in: 1...3, using: &random) { changeDigit(&scalars, &random) }
            }
            count.add(try judge(String(String.UnicodeScalarView(scalars)), []))
        }
        #expect(count.ended + count.givenUp >= 5, "\(count)")
        #expect(count.tooLarge <= (count.ended + count.givenUp) / 2, "\(count)")
    }

    /// Another digit in place of one, or up to six of them: most texts stay scenarios.
    private func changeDigit(_ scalars: inout [Unicode.Scalar], _ random: inout LoaderRandom) {
        let digits = scalars.indices.filter { scalars[$0].properties.numericType == .decimal }
        guard let place = digits.randomElement(using: &random) else { return }
        let number = (0..<Int.random(in: 1...6, using: &random)).map { _ in Int.random(in: 0...9, using: &random) }
        let text = Bool.random(using: &random) ? number.prefix(1) : number[...]
        scalars.replaceSubrange(place...place, with: text.map { Unicode.Scalar(UInt8($0) + 48) })
    }

    /// Loads, describes, builds, runs and tells of a scenario.
    private func judge(_ text: String, _ overrides: [String]) throws -> Fate {
        let loaded = ScenarioLoader.load(text: text, name: "fuzz.yaml", overrides: overrides + Self.limits)
        guard let scenario = loaded.scenario else {
            #expect(loaded.rendered().contains("error: "))
            return .refused
        }
        let estimate = Estimate(scenario)
        #expect(!estimate.text.contains("nan") && !estimate.text.contains("inf"), "\(estimate.text): \(overrides)")
        if !(estimate.memory <= Self.mostMemory) { return .tooLarge }
        let description = Description(scenario)
        #expect(!description.text().isEmpty && !description.mermaid().isEmpty && !description.dot().isEmpty)
        do {
            let summary = try ScenarioRun(scenario, files: []).execute(root: nil)
            #expect(!summary.text(colour: false).isEmpty && !summary.json.isEmpty)
            let run = summary.tables.runs[0]
            #expect(run.sent == run.delivered + run.lost + run.unfinished, "\(overrides)")
            #expect(!Self.texts(summary.tables).contains { $0 == "nan" || $0 == "inf" || $0 == "-nan" })
            return .ended
        } catch RunFailure.limit {
            return .givenUp
        }
    }

    /// All fields of all tables.
    private static func texts(_ tables: ResultTables) -> [String] {
        let rows: [[[String: String]]] = [
            tables.runs.map(fields), tables.flows.map(fields), tables.losses.map(fields),
            tables.disruptions.map(fields), tables.migrations.map(fields), tables.convergence.map(fields),
            tables.messages.map(fields), tables.paths.map(fields), tables.timeseries.map(fields),
            tables.requests.map(fields),
        ]
        return rows.flatMap { $0.flatMap(\.values) }
    }
}

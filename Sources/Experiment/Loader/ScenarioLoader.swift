import Guest
import Kernel
import Mobility

/// From a scenario file to a typed, checked ``Scenario``; or to everything that is wrong with it.
///
/// The way: text → source nodes → includes joined → overrides → `defaults:` → profile → key table → cross-checks.
/// Bad input never throws: it is what diagnostics are for.
public enum ScenarioLoader {
    /// Loads a file.
    ///
    /// - Parameters:
    ///   - overrides: `path.to[2].key=value`, in order; as after `--set`.
    ///   - seed: wins over the file's.
    public static func load(path: String, overrides: [String] = [], seed: UInt64? = nil) -> LoadResult {
        var sources = SourceLoader(files: DiskFiles())
        let root = sources.load(path: path)
        return finish(root, sources, name: path, overrides: overrides, seed: seed)
    }

    /// Loads a text as if it were a file called `name`; `others` are the files that it may include.
    public static func load(
        text: String, name: String, overrides: [String] = [], seed: UInt64? = nil,
        including others: [String: String] = [:]
    ) -> LoadResult {
        var files = others
        files[name] = text
        var sources = SourceLoader(files: TextFiles(texts: files))
        let root = sources.load(path: name)
        return finish(root, sources, name: name, overrides: overrides, seed: seed)
    }

    private static func finish(
        _ root: SourceNode?, _ sources: SourceLoader, name: String, overrides: [String], seed: UInt64?
    ) -> LoadResult {
        var result = LoadResult(outcome: .invalid, diagnostics: sources.diagnostics, files: sources.files)
        if sources.isMissing { result.outcome = .missing }
        if let root {
            let isResolved = root["resolved"] != nil
            var decoding = Decoding(isResolved: isResolved)
            decoding.setRoot(root.position)
            let scenario = decode(root, name: name, overrides: overrides, seed: seed, &decoding)
            result.diagnostics += decoding.diagnostics
            if !result.diagnostics.contains(where: { $0.severity == .error }) {
                result.outcome = .loaded
                result.scenario = scenario
            }
        }
        result.diagnostics = Set(result.diagnostics).sorted()
        return result
    }

    private static func decode(
        _ source: SourceNode, name: String, overrides: [String], seed: UInt64?, _ decoding: inout Decoding
    ) -> Scenario {
        var root = source
        for override in overrides { SourceOverride.apply(override, to: &root, &decoding) }
        if !decoding.isResolved {
            DefaultEntries.apply(to: &root, &decoding)
            let profile = root["profile"]?.text ?? Scenario().profile.rawValue
            if let profile = Scenario.Profile(rawValue: profile) {
                root = root.merged(over: profile.source, joiningLists: false)
            }
        }
        var scenario = Scenario()
        Scenario.keys.decode(root, into: &scenario, &decoding)
        complete(&scenario, fileName: name, decoding)
        if let seed { scenario.seed = seed }
        var checks = ScenarioChecks(scenario: scenario, decoding: decoding)
        checks.run()
        decoding = checks.decoding
        if !decoding.diagnostics.contains(where: { $0.severity == .error }) {
            scenario.moves = MoveExpansion.moves(of: scenario)
            scenario.overloads.removeAll { $0.reaction == .hotMove }
        }
        return scenario
    }

    /// Gives names to what the file leaves without one.
    private static func complete(_ scenario: inout Scenario, fileName: String, _ decoding: Decoding) {
        if scenario.name.isEmpty { scenario.name = stem(of: fileName) }
        for index in scenario.traffic.indices where scenario.traffic[index].name.isEmpty {
            scenario.traffic[index].name = "traffic\(index + 1)"
        }
        for index in scenario.moves.indices where scenario.moves[index].name.isEmpty {
            scenario.moves[index].name = "move\(index + 1)"
        }
        for index in scenario.failures.indices where scenario.failures[index].name.isEmpty {
            scenario.failures[index].name = "failure\(index + 1)"
        }
        for index in scenario.overloads.indices where scenario.overloads[index].name.isEmpty {
            scenario.overloads[index].name = "overload\(index + 1)"
        }
        for index in scenario.expect.indices {
            scenario.expect[index].line = decoding.position(of: "expect[\(index)]")?.line ?? 0
        }
    }

    /// `hot-migration` of `Scenarios/hot-migration.yaml`, with characters replaced that a name must not have.
    static func stem(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? "scenario"
        let end = file.lastIndex(of: ".") ?? file.endIndex
        let text = end == file.startIndex ? file : String(file[..<end])
        let name = String(text.prefix(64).map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
        return ValueCodec<String>.isName(name) ? name : "scenario"
    }
}

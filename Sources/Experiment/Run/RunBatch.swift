import Fabric
import Foundation
import Kernel
public import Observe

/// Several scenario files run one after another, each on its own: one that fails does not keep the others.
public struct RunBatch {
    private let overrides: [String]
    private let seed: UInt64?
    private let root: String
    private let colour: Bool
    private var names: [String: String] = [:]
    /// Exit code of each file so far.
    public private(set) var codes: [Int32] = []
    /// Runs that came to their end.
    public private(set) var finished = 0

    /// - Parameters:
    ///   - root: the folder below which results go.
    ///   - colourOfErrors: whether messages on standard error are coloured.
    public init(overrides: [String], seed: UInt64?, root: String, colourOfErrors: Bool) {
        self.overrides = overrides
        self.seed = seed
        self.root = root
        colour = colourOfErrors
    }

    /// Runs one file. Problems go to standard error and into ``codes``; nil when there is no result.
    public mutating func run(_ path: String) -> RunSummary? {
        let loaded = ScenarioLoader.load(path: path, overrides: overrides, seed: seed)
        Self.say(loaded.rendered(colour: colour))
        guard let scenario = loaded.scenario else {
            codes.append(loaded.outcome == .missing ? 66 : 65)
            return nil
        }
        let run = ScenarioRun(
            scenario, files: loaded.files, overrides: overrides, seedOrigin: seed == nil ? .file : .flag)
        if let code = refuse(run, path) {
            codes.append(code)
            return nil
        }
        do {
            var summary = try run.execute(root: root)
            summary.warnings = loaded.diagnostics.filter { $0.severity == .warning }.map {
                "\($0.position): \($0.message)"
            }
            finished += 1
            codes.append(Verdict.exitCode(of: summary.verdicts))
            return summary
        } catch {
            Self.say("\(path): error: \(Self.explain(error))\n")
            codes.append(Self.code(of: error, scenario))
            return nil
        }
    }

    /// Two scenarios of one name would overwrite each other's results.
    private mutating func refuse(_ run: ScenarioRun, _ path: String) -> Int32? {
        if let other = names[run.scenario.name] {
            Self.say(
                "\(path): error: scenario `\(run.scenario.name)` has the same name as the one in \(other)\n"
                    + "    hint: give one of them another `name:`, or run them with different --out folders\n")
            return 65
        }
        names[run.scenario.name] = path
        return nil
    }

    private static func explain(_ error: any Error) -> String {
        switch error {
        case RunFailure.limit("horizon", _, let at, _):
            return "the run was given up at \(at): something takes longer than time reaches. "
                + "Look for a slow link with a long queue, or for long service times that add up."
        case RunFailure.limit(let name, let value, let at, let next):
            let events = next.map { "\n    " + $0 }.joined()
            return "the run was given up at \(at): `limits.\(name)` is \(value). Next events:\(events)"
        case RunFailure.conservation(let flow, let sent, let accounted):
            return "broken account of flow \(flow): \(sent) packets sent, \(accounted) accounted for. "
                + "This is a bug of nvo3sim; please report it with the scenario file."
        case let error as StreamRegistry.Collision:
            return "the names `\(error.first)` and `\(error.second)` have the same hash: change one of them"
        default: return "\(error)"
        }
    }

    /// Limits are the scenario's own, unless time stands still at the usual limit although every link takes time.
    private static func code(of error: any Error, _ scenario: Scenario) -> Int32 {
        switch error {
        case RunFailure.limit(let name, _, _, _):
            let link = scenario.underlay.hostLink
            let takesTime = !link.rate.isUnlimited || link.delay > .zero
            let isUsual = scenario.limits.eventsAtOneInstant == Limits().eventsAtOneInstant
            return name == "events-at-one-instant" && takesTime && isUsual ? 70 : 65
        case RunFailure.conservation: return 70
        case is StreamRegistry.Collision: return 65
        case is ResultError: return ResultError.exitCode
        default: return 1
        }
    }

    private static func say(_ text: String) {
        if !text.isEmpty { FileHandle.standardError.write(Data(text.utf8)) }
    }
}

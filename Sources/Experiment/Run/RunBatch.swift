import Fabric
import Foundation
import Kernel
public import Observe

/// Several scenario files run one after another, each on its own: one that fails does not keep the others; an interrupt
/// does.
public struct RunBatch {
    private let overrides: [String]
    private let seed: UInt64?
    private let root: String
    private let replications: Int
    private let colour: Bool
    private let progress: RunProgress.Style
    private let slice: UInt64
    private let isInterrupted: () -> Bool
    private var names: [String: String] = [:]
    /// Exit code of each file so far.
    public private(set) var codes: [Int32] = []
    /// Runs that came to their end.
    public private(set) var finished = 0

    /// - Parameters:
    ///   - root: the folder below which results go.
    ///   - replications: how often each scenario is run, each time with other random numbers.
    ///   - colourOfErrors: whether messages on standard error are coloured.
    ///   - progress: how standard error tells how far a run is.
    ///   - slice: events between two looks at progress and interrupt.
    ///   - isInterrupted: asked between the slices of a run, and after it; true ends it, and keeps further files.
    public init(
        overrides: [String], seed: UInt64?, root: String, replications: Int = 1, colourOfErrors: Bool,
        progress: RunProgress.Style = .silent,
        slice: UInt64 = RunWatch.usualSlice, isInterrupted: @escaping () -> Bool = { false }
    ) {
        self.progress = progress
        self.slice = slice
        self.isInterrupted = isInterrupted
        self.overrides = overrides
        self.seed = seed
        self.root = root
        self.replications = replications
        colour = colourOfErrors
    }

    /// Runs files until all have been, or an interrupt comes; `show` gets the results of each file, one a replication.
    public mutating func run(_ paths: [String], show: ([RunSummary], _ isFirst: Bool) -> Void) {
        for (index, path) in paths.enumerated() {
            let before = finished
            let summaries = run(path)
            if !summaries.isEmpty { show(summaries, before == 0) }
            guard isInterrupted() else { continue }
            codes.append(130)
            let left = paths.count - index - 1
            if left > 0 { Self.say("interrupted: \(left == 1 ? "1 file was" : "\(left) files were") not run\n") }
            return
        }
    }

    /// Runs one file as often as it is to be. Problems go to standard error and into ``codes``.
    public mutating func run(_ path: String) -> [RunSummary] {
        let loaded = ScenarioLoader.load(path: path, overrides: overrides, seed: seed)
        Self.say(loaded.rendered(colour: colour))
        guard let scenario = loaded.scenario else {
            codes.append(loaded.outcome == .missing ? 66 : 65)
            return []
        }
        if let code = refuse(scenario, path) {
            codes.append(code)
            return []
        }
        let warnings = loaded.diagnostics.filter { $0.severity == .warning }.map { "\($0.position): \($0.message)" }
        var summaries: [RunSummary] = []
        for replication in 1...replications {
            let run = ScenarioRun(
                scenario, files: loaded.files, overrides: overrides, seedOrigin: seed == nil ? .file : .flag,
                replication: replication)
            guard let summary = self.run(once: run, path, warnings) else { break }
            summaries.append(summary)
            if summary.state == .partial || isInterrupted() { break }
        }
        return summaries
    }

    /// nil when there is no result.
    private mutating func run(once run: ScenarioRun, _ path: String, _ warnings: [String]) -> RunSummary? {
        do {
            var summary = try execute(run)
            summary.warnings = warnings
            if summary.state == .partial {
                Self.say("\(path): warning: the run was interrupted; its results are partial\n")
            }
            finished += 1
            codes.append(Verdict.exitCode(of: summary.verdicts))
            return summary
        } catch {
            Self.say("\(path): error: \(Self.explain(error))\n")
            codes.append(Self.code(of: error, run.scenario))
            return nil
        }
    }

    /// Runs a scenario and shows how far it is.
    private func execute(_ run: ScenarioRun) throws -> RunSummary {
        var progress = RunProgress(self.progress)
        let begin = ContinuousClock.now
        defer { if let erasure = progress.erasure() { Self.say(erasure) } }
        let watch = RunWatch(slice: slice) { now, events in
            let standing = RunProgress.Standing(
                name: run.scenario.name, now: now, duration: run.scenario.duration, events: events,
                seconds: (ContinuousClock.now - begin) / .seconds(1))
            if let text = progress.text(at: standing) { Self.say(text) }
            return !isInterrupted()
        }
        return try run.execute(root: root, watch: watch)
    }

    /// Two scenarios of one name would overwrite each other's results.
    private mutating func refuse(_ scenario: Scenario, _ path: String) -> Int32? {
        if let other = names[scenario.name] {
            Self.say(
                "\(path): error: scenario `\(scenario.name)` has the same name as the one in \(other)\n"
                    + "    hint: give one of them another `name:`, or run them with different --out folders\n")
            return 65
        }
        names[scenario.name] = path
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

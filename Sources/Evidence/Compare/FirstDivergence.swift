import Experiment
import Kernel
import Observe

/// Re-runs a run of either side and finds where they part.
public enum FirstDivergence {
    /// Why that cannot be told: exit code and message.
    public struct Trouble: Error {
        public let code: Int32
        public let message: String
    }

    /// The text for people, and whether they part at all.
    public static func text(_ first: StoredRun, _ second: StoredRun) throws -> (text: String, isFound: Bool) {
        let divergence = try Divergence.find(try again(first), try again(second))
        guard let divergence else {
            return ("\(first.folder) and \(second.folder) are the same event by event\n", false)
        }
        var lines = ["The first event that differs is number \(divergence.event)"]
        if !divergence.common.isEmpty { lines += ["  both, before:"] + divergence.common.map(line) }
        lines += ["  \(first.folder):"] + (divergence.first.isEmpty ? ["    is over"] : divergence.first.map(line))
        lines += ["  \(second.folder):"] + (divergence.second.isEmpty ? ["    is over"] : divergence.second.map(line))
        return (lines.joined(separator: "\n") + "\n", true)
    }

    private static func line(_ step: Divergence.Step) -> String { "    \(step.at)  \(step.what)" }

    /// The scenario as it was run, from its file.
    private static func again(_ run: StoredRun) throws -> ScenarioRun {
        let loaded = ScenarioLoader.load(path: run.scenarioFile, overrides: run.overrides, seed: UInt64(run.seed))
        guard let scenario = loaded.scenario else {
            let missing = loaded.outcome == .missing
            throw Trouble(
                code: missing ? 66 : 65,
                message: missing
                    ? "error: \(run.folder): its scenario \(run.scenarioFile) is not there to be run again\n"
                    : loaded.rendered())
        }
        let again = ScenarioRun(scenario, files: loaded.files, replication: run.replication)
        if again.scenarioHash != run.scenarioHash {
            throw Trouble(
                code: 3, message: "error: \(run.folder): its scenario \(run.scenarioFile) has changed since\n")
        }
        return again
    }
}

extension Comparison {
    /// The first two runs that are not the same event by event, or the first two.
    public var differingPair: (StoredRun, StoredRun)? {
        paired.first { $0.0.fingerprint != $0.1.fingerprint } ?? paired.first
    }
}

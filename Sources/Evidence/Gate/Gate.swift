import Experiment
import Foundation
import Kernel
public import Observe

/// Compares results with a baseline: pass, fail, or inconclusive. Nothing passes that was not looked at.
public struct Gate: Sendable {
    public let baselinePath: String
    public private(set) var findings: [Finding] = []
    /// Input that cannot be compared at all: exit code and message.
    public private(set) var refusal: (code: Int32, message: String)?
    private let tree: ResultTree
    private let only: Set<String>
    private let document: KeyedDocument<Baseline>
    /// Metrics whose verdict waits for the others, by place in ``findings``.
    private var open: [Int: MetricComparison] = [:]

    /// - Parameters:
    ///   - folders: of runs, of scenarios with several runs, or of several scenarios.
    ///   - only: the scenarios that are looked at; empty = all.
    public init(_ folders: [String], baseline path: String, only: [String] = [], colour: Bool = false) {
        baselinePath = path
        self.only = Set(only)
        tree = ResultTree(folders)
        document = Baseline.load(path)
        if let folder = tree.missing.first {
            refusal = (66, "error: there is no folder \(folder)\n    hint: `nvo3sim run … --out \(folder)` makes one\n")
        } else if let trouble = tree.damaged.first {
            refusal = (65, "error: \(trouble)\n")
        } else if document.outcome == .invalid {
            refusal = (65, document.rendered(colour: colour))
        } else if let name = only.first(where: { !isKnown($0) }) {
            refusal = (64, "error: --only \(name): neither results nor baseline have such a scenario\n")
        } else if document.outcome == .missing, FileManager.default.fileExists(atPath: path) {
            refusal = (74, "error: \(path) cannot be read\n")
        }
    }

    private func isKnown(_ name: String) -> Bool {
        tree.scenarios.contains { $0.name == name }
            || document.root?.scenarios.contains { $0.name == name } == true
    }

    private func isAsked(_ name: String) -> Bool { only.isEmpty || only.contains(name) }

    /// 0 passed, 2 failed, 3 inconclusive.
    public var exitCode: Int32 {
        if findings.contains(where: { $0.outcome == .fail }) { return 2 }
        return findings.isEmpty || findings.contains { $0.outcome == .inconclusive } ? 3 : 0
    }

    public var outcome: Verdict.Outcome { exitCode == 0 ? .pass : exitCode == 2 ? .fail : .inconclusive }

    public mutating func judge() {
        if tree.scenarios.isEmpty {
            findings.append(
                Finding("", .result, .inconclusive, "results", remark: "there are none in the folders given"))
        }
        guard let baseline = document.root else {
            let hint = "there is no baseline \(baselinePath); `--update` makes one"
            findings.append(Finding("", .result, .inconclusive, "baseline", remark: hint))
            return
        }
        let tail = 1 - baseline.confidence.value
        for (name, runs) in tree.scenarios where isAsked(name) {
            judgeExpectations(name, runs)
            guard let index = baseline.scenarios.firstIndex(where: { $0.name == name }) else {
                add(Finding(name, .result, .inconclusive, "baseline", remark: "it has no entry for this scenario"))
                continue
            }
            judge(runs, baseline.scenarios[index], at: "scenarios[\(index)]", tail)
        }
        for scenario in baseline.scenarios
        where isAsked(scenario.name) && !tree.scenarios.contains(where: { $0.name == scenario.name }) {
            add(
                Finding(
                    scenario.name, .result, .inconclusive, "results",
                    remark: "there are none of this scenario, which the baseline has"))
        }
        JointVerdict.settle(&findings, open, tail: tail)
    }

    private mutating func add(_ finding: Finding) { findings.append(finding) }

    // MARK: - One scenario

    private mutating func judgeExpectations(_ name: String, _ runs: [StoredRun]) {
        for run in runs {
            for expectation in run.expectations {
                let outcome = run.isPartial ? Verdict.Outcome.inconclusive : expectation.outcome
                var finding = Finding(name, .expectation, outcome, expectation.subject, remark: expectation.remark)
                (finding.now, finding.tolerance) = (expectation.value, expectation.limit)
                (finding.file, finding.line) = (run.scenarioFile, expectation.line)
                if runs.count > 1 { finding.subject += ", replication \(run.replication)" }
                add(finding)
            }
        }
    }

    private mutating func judge(
        _ runs: [StoredRun], _ accepted: Baseline.Scenario, at path: String, _ tail: Double
    ) {
        if let reason = Self.reasonNotToCompare(runs, accepted) {
            return add(located(Finding(accepted.name, .result, .inconclusive, "results", remark: reason), path))
        }
        let isSame = runs.map(\.fingerprint) == accepted.fingerprints
        if accepted.exact || isSame {
            var finding = Finding(accepted.name, .fingerprint, isSame ? .pass : .fail, "fingerprints")
            finding.method = "exact comparison"
            finding.remark = isSame ? "" : "the runs are not the same event by event"
            add(located(finding, "\(path).fingerprints"))
        }
        if accepted.metrics.isEmpty, !accepted.exact {
            add(
                located(
                    Finding(accepted.name, .result, .inconclusive, "metrics", remark: "the baseline has none"), path))
        }
        for (number, metric) in accepted.metrics.enumerated() {
            judge(metric, runs, accepted.name, at: "\(path).metrics[\(number)]", tail)
        }
    }

    /// Why runs cannot be compared with what was accepted; nil = they can.
    static func reasonNotToCompare(_ runs: [StoredRun], _ accepted: Baseline.Scenario) -> String? {
        if let partial = runs.first(where: \.isPartial) { return "\(partial.folder) is of an interrupted run" }
        if runs.map(\.replication) != Array(1...runs.count) {
            let numbers = runs.map { "\($0.replication)" }.joined(separator: ", ")
            return "replications are not 1 to \(runs.count), each once: \(numbers)"
        }
        if runs.contains(where: { $0.scenarioHash != accepted.sha256 }) {
            return "the scenario is not the one of the baseline; if the change is meant, accept it with `--update`"
        }
        if runs.count != accepted.fingerprints.count {
            return "there are \(runs.count) replications, the baseline has \(accepted.fingerprints.count)"
        }
        return nil
    }

    private mutating func judge(
        _ metric: Baseline.Metric, _ runs: [StoredRun], _ name: String, at path: String, _ tail: Double
    ) {
        func lack(_ reason: String) -> Finding {
            located(Finding(name, .metric, .inconclusive, metric.subject, remark: reason), "\(path).metric")
        }
        if metric.values.isEmpty { return add(lack("the baseline has no value yet; `--update` fills it in")) }
        if metric.values.count != runs.count {
            return add(lack("the baseline has \(metric.values.count) values for \(runs.count) replications"))
        }
        var now: [Double] = []
        var unit = ColumnUnit.none
        for run in runs {
            let measured = MetricEngine().measure(metric.query, on: run)
            unit = measured.unit
            guard let number = measured.number else {
                let what = measured.value == .beyond ? "it had not come to an end" : "nothing was measured"
                let more = measured.remark.isEmpty ? "" : " (\(measured.remark))"
                return add(lack("\(what) in replication \(run.replication)\(more)"))
            }
            now.append(number)
        }
        let comparison = MetricComparison(metric: metric, unit: unit, then: metric.values, now: now)
        let finding = located(comparison.finding(name, tail: tail), "\(path).metric")
        if finding.statistics != nil { open[findings.count] = comparison }
        add(finding)
    }

    private func located(_ finding: Finding, _ path: String) -> Finding {
        var finding = finding
        (finding.file, finding.line) = (baselinePath, document.decoding.position(of: path)?.line ?? 0)
        return finding
    }

    // MARK: - Update

    /// What the baseline is to be from now on, and what that changes; nil = it cannot be made, see ``findings``.
    public mutating func updated() -> (document: String, changes: [String])? {
        if tree.scenarios.isEmpty {
            add(Finding("", .result, .inconclusive, "results", remark: "there are none in the folders given"))
            return nil
        }
        var update = BaselineUpdate(document.root ?? Baseline())
        for (name, runs) in tree.scenarios where isAsked(name) {
            if let reason = update.accept(runs, of: name) {
                add(Finding(name, .result, .inconclusive, "results", remark: reason))
            }
        }
        return findings.isEmpty ? (update.baseline.document, update.changes) : nil
    }
}

import Experiment
import Foundation
import Kernel
import Observe

extension Baseline {
    /// Reads a baseline, and checks that it can be compared with anything at all.
    static func load(_ path: String) -> KeyedDocument<Baseline> {
        var document = KeyedDocument(path: path, start: Baseline())
        guard let baseline = document.root else { return document }
        var names = Set<String>()
        for (index, scenario) in baseline.scenarios.enumerated() {
            let place = "scenarios[\(index)]"
            if !names.insert(scenario.name).inserted {
                document.fail("\(place).name", "scenario `\(scenario.name)` comes twice")
            }
            for (number, metric) in scenario.metrics.enumerated() {
                check(metric, at: "\(place).metrics[\(number)]", &document)
            }
        }
        let confidence = baseline.confidence.value
        if confidence <= 0.5 || confidence >= 1 {
            document.fail("confidence", "a confidence lies between 50 % and 100 %", hint: "for example `95 %`")
        }
        return document
    }

    private static func check(_ metric: Metric, at path: String, _ document: inout KeyedDocument<Baseline>) {
        let problems = MetricEngine().validate(metric: metric.metric, of: metric.of, stat: metric.stat)
        for problem in problems {
            document.fail(
                "\(path).\(problem.place.rawValue)", problem.message, hint: problem.hint.map { "did you mean `\($0)`?" }
            )
        }
        if metric.absolute < 0 { document.fail("\(path).absolute", "a tolerance is not negative") }
    }

    // MARK: - Writing

    /// The file: a line a metric, so that a change is a line in a difference.
    var document: String {
        var lines = [
            "# What scenarios gave when they were last accepted; compare results with it by `nvo3sim gate`.",
            "# `--update` rewrites hashes, fingerprints and values; metrics and tolerances are yours to edit.",
            "baseline: \(Self.form)",
            "confidence: \(Self.percent(confidence))",
            "scenarios:" + (scenarios.isEmpty ? " []" : ""),
        ]
        for scenario in scenarios {
            lines += [
                "  - name: \(scenario.name)", "    sha256: \(scenario.sha256)", "    exact: \(scenario.exact)",
                "    fingerprints: [\(scenario.fingerprints.joined(separator: ", "))]", "    metrics:",
            ]
            lines += scenario.metrics.map { "      - {\(Self.line($0))}" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func percent(_ ratio: Ratio) -> String { "\(JSONValue.text(of: Double(ratio.billionths) / 1e7)) %" }

    private static func line(_ metric: Metric) -> String {
        var parts = ["metric: \(metric.metric)"]
        if !metric.of.isEmpty {
            let texts = metric.of.keys.sorted().map { "\($0): \(quoted(metric.of[$0] ?? ""))" }
            parts.append("of: {\(texts.joined(separator: ", "))}")
        }
        if let stat = metric.stat { parts.append("stat: \(stat)") }
        parts.append("better: \(metric.better.rawValue)")
        if metric.absolute > 0 { parts.append("absolute: \(JSONValue.text(of: metric.absolute))") }
        if metric.relative.billionths > 0 { parts.append("relative: \(percent(metric.relative))") }
        parts.append("values: [\(metric.values.map(JSONValue.text).joined(separator: ", "))]")
        return parts.joined(separator: ", ")
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "''") + "'"
    }
}

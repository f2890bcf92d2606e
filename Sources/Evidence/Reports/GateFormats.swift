import Observe

extension Gate {
    public enum Format: String, CaseIterable, Sendable {
        case text, json, junit, github, markdown
    }

    public func rendered(_ format: Format, colour: Bool) -> String {
        switch format {
        case .text: text(colour: colour)
        case .json: json
        case .junit: junit
        case .github: github
        case .markdown: markdown
        }
    }

    var json: String {
        JSONValue.object([
            "baseline": .string(baselinePath), "outcome": .string(outcome.rawValue),
            "exit-code": .integer(Int64(exitCode)), "findings": .array(findings.map(\.json)),
        ]).document
    }

    // MARK: - JUnit

    /// What CI servers read: a suite a scenario, a case a finding; what is inconclusive is an error, never a pass.
    var junit: String {
        var names: [String] = []
        for finding in findings where !names.contains(finding.scenario) { names.append(finding.scenario) }
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"nvo3sim gate\">"]
        for name in names {
            let cases = findings.filter { $0.scenario == name }
            let failures = cases.count { $0.outcome == .fail }
            let errors = cases.count { $0.outcome == .inconclusive }
            lines.append(
                "  <testsuite name=\"\(Self.escaped(name.isEmpty ? "all" : name))\" tests=\"\(cases.count)\""
                    + " failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"0\">")
            lines += cases.map(Self.testCase)
            lines.append("  </testsuite>")
        }
        return (lines + ["</testsuites>"]).joined(separator: "\n") + "\n"
    }

    private static func testCase(_ finding: Finding) -> String {
        let attributes =
            "classname=\"\(escaped(finding.scenario)).\(finding.kind.rawValue)\" name=\"\(escaped(finding.subject))\""
            + (finding.line > 0 ? " file=\"\(escaped(finding.file))\" line=\"\(finding.line)\"" : "")
        let message = "message=\"\(escaped(finding.sentence))\""
        switch finding.outcome {
        case .pass: return "    <testcase \(attributes)/>"
        case .fail:
            return
                "    <testcase \(attributes)><failure \(message)>\(escaped(finding.explanation))</failure></testcase>"
        case .inconclusive:
            return "    <testcase \(attributes)><error \(message)>\(escaped(finding.explanation))</error></testcase>"
        }
    }

    /// Characters that XML 1.0 cannot hold at all become `?`.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result += " "
            case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    // MARK: - GitHub

    /// Workflow commands: annotations at the line that says what is expected.
    var github: String {
        findings.filter { $0.outcome != .pass }.map { finding in
            let level = finding.outcome == .fail ? "error" : "warning"
            var properties = ["title=\(Self.property("\(finding.scenario): \(finding.kind.rawValue)"))"]
            if finding.line > 0 {
                properties = ["file=\(Self.property(finding.file))", "line=\(finding.line)"] + properties
            }
            return "::\(level) \(properties.joined(separator: ","))::\(Self.data(finding.sentence))\n"
        }.joined()
    }

    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }

    // MARK: - Markdown

    /// A summary for a pull request or a job page.
    var markdown: String {
        let mark: (Finding) -> String = { $0.isBetter ? "better" : $0.outcome.rawValue }
        var lines = ["### nvo3sim gate: \(Self.word(outcome))", ""]
        let shown = findings.filter { $0.outcome != .pass || $0.isBetter }
        if !shown.isEmpty {
            lines += [
                "| | scenario | what | then | now | change | tolerance | |", "|---|---|---|---:|---:|---:|---:|---|",
            ]
            lines += shown.map { finding in
                let cells = [
                    mark(finding), finding.scenario, finding.subject, finding.then, finding.now, finding.change,
                    finding.tolerance, finding.remark.isEmpty ? finding.explanation : finding.remark,
                ]
                return "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |"
            }
            lines.append("")
        }
        lines.append("\(findings.count { $0.outcome == .pass }) of \(findings.count) passed.")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Finding {
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "scenario": .string(scenario), "kind": .string(kind.rawValue), "outcome": .string(outcome.rawValue),
            "subject": .string(subject), "then": .string(then), "now": .string(now), "change": .string(change),
            "tolerance": .string(tolerance), "better": .boolean(isBetter), "method": .string(method),
            "remark": .string(remark), "file": .string(file), "line": .integer(Int64(line)),
        ]
        if let statistics {
            members["statistics"] = .object([
                "n": .integer(Int64(statistics.pairs)), "df": .integer(Int64(statistics.degreesOfFreedom)),
                "p": .real(statistics.probability), "p-holm": .real(statistics.adjusted),
                "lower": .real(statistics.lower), "upper": .real(statistics.upper),
            ])
        }
        return .object(members)
    }
}

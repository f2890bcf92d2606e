import Experiment
import Foundation
import Observe
import Testing

@testable import Evidence

/// The gate on results in files: what passes, what fails, and what can do neither.
@Suite struct GateTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/nvo3sim-gate-\(UUID().uuidString)"
    private var results: String { folder + "/Results" }
    private var baseline: String { folder + "/baseline.yaml" }

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    /// A VM is away for 30 ms of 100 packets each 1 ms; `phase: random` makes replications differ.
    private func run(
        _ name: String = "plain", downtime: String = "30 ms", replications: Int = 1, more: String = ""
    ) throws {
        let text = """
            schema: 1
            name: \(name)
            duration: 100 ms
            nva: {at: out-of-band, distribution: \(name == "stale" ? "none" : "push")}
            underlay: {kind: star, hosts: [a, b, c], host-link: {rate: unlimited, delay: 10 us}}
            overlay: {networks: [{name: blue}]}
            vms: [{name: m, network: blue, at: a}, {name: peer, network: blue, at: b}]
            traffic: [{name: probe, kind: poisson, from: peer, to: m, rate: 2 kpps, size: 500 B}]
            moves: [{name: m1, vm: m, to: c, at: 20 ms, downtime: \(downtime)}]
            \(more)
            """
        let path = folder + "/\(name).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        var batch = RunBatch(
            overrides: [], seed: nil, root: results, replications: replications, colourOfErrors: false)
        let summaries = batch.run(path)
        #expect(summaries.count == replications)
    }

    private func judged(_ folders: [String]? = nil) -> Gate {
        var gate = Gate(folders ?? [results], baseline: baseline)
        if gate.refusal == nil { gate.judge() }
        return gate
    }

    private func accept() throws {
        var gate = Gate([results], baseline: baseline)
        let updategate = gate.updated()
        let (document, _) = try #require(updategate)
        try document.write(toFile: baseline, atomically: true, encoding: .utf8)
    }

    private func edit(_ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: baseline, encoding: .utf8)
        #expect(text.contains(old), "\(text)")
        try text.replacing(old, with: new).write(toFile: baseline, atomically: true, encoding: .utf8)
    }

    /// The line of a metric, with another value.
    private func plant(_ metric: String, _ value: (Double) -> Double) throws {
        let text = try String(contentsOfFile: baseline, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard line.contains("metric: \(metric),"), let open = line.lastIndex(of: "[") else { return String(line) }
            let values = line[line.index(after: open)...].prefix { $0 != "]" }.split(separator: ",").compactMap {
                Double($0.trimmingCharacters(in: .whitespaces))
            }
            return line[...open] + values.map { "\(value($0))" }.joined(separator: ", ") + "]}"
        }
        try lines.joined(separator: "\n").write(toFile: baseline, atomically: true, encoding: .utf8)
    }

    @Test("What was accepted passes; a planted regression fails with 2, an improvement passes and is named")
    func regressionAndImprovement() throws {
        try run()
        try accept()
        #expect(judged().exitCode == 0)
        try plant("runs.lost") { $0 - 1 }
        let worse = judged()
        #expect(worse.exitCode == 2)
        let finding = try #require(worse.findings.first { $0.outcome == .fail })
        #expect(finding.subject == "runs.lost" && finding.change == "+1" && finding.file == baseline)
        try plant("runs.lost") { $0 + 3 }
        let better = judged()
        #expect(better.exitCode == 0 && better.findings.contains { $0.isBetter && $0.change == "-2" })
    }

    @Test("Neither an empty folder nor a lack of baseline, entry or result ever passes")
    func lacks() throws {
        try run()
        #expect(judged().exitCode == 3, "no baseline")
        try accept()
        let empty = folder + "/empty"
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        #expect(judged([empty]).exitCode == 3, "no result")
        #expect(judged([folder + "/nowhere"]).refusal?.code == 66)
        try run("other")
        #expect(judged().exitCode == 3, "no entry for the other")
        #expect(judged([results + "/other"]).exitCode == 3, "neither")
        try accept()
        #expect(judged().exitCode == 0)
        #expect(judged([results + "/other"]).exitCode == 3, "no result of the first")
        var narrow = Gate([results + "/other"], baseline: baseline, only: ["other"])
        narrow.judge()
        #expect(narrow.exitCode == 0 && !narrow.findings.contains { $0.scenario == "plain" })
        #expect(Gate([results], baseline: baseline, only: ["othre"]).refusal?.code == 64)
    }

    @Test("Results of another scenario, or of another number of replications, are not comparable")
    func otherScenario() throws {
        try run()
        try accept()
        try run(downtime: "31 ms")
        let changed = judged()
        #expect(changed.exitCode == 3 && changed.findings.contains { $0.remark.contains("--update") })
        try run()
        #expect(judged().exitCode == 0)
        try run(replications: 2)
        #expect(judged().exitCode == 3)
    }

    @Test("A typo in a metric, a damaged baseline and a damaged table are refused with 65, at their places")
    func damage() throws {
        try run()
        try accept()
        let good = try String(contentsOfFile: baseline, encoding: .utf8)
        for (old, new, message) in [
            ("runs.lost,", "runs.lots,", "did you mean `runs.lost`?"),
            ("better: same", "better: never", "there is no `never`"),
            ("baseline: 1", "baseline: 2", "out of range"), ("sha256:", "sha265:", "unknown key"),
            ("scenarios:", "scenarios: [", "not valid YAML"),
            ("confidence: 95 %", "confidence: 40 %", "between 50 % and 100 %"),
            ("runs.lost, better: lower, values: [", "runs.lost, better: lower, values: [x", "is not a number"),
        ] {
            try edit(old, new)
            let refusal = try #require(judged().refusal, "\(new)")
            #expect(refusal.code == 65 && refusal.message.contains(message), "\(refusal.message)")
            #expect(refusal.message.hasPrefix("\(baseline):"))
            try good.write(toFile: baseline, atomically: true, encoding: .utf8)
        }
        try "".write(toFile: baseline, atomically: true, encoding: .utf8)
        #expect(judged().refusal?.code == 65, "an empty file")
        try good.write(toFile: baseline, atomically: true, encoding: .utf8)
        let table = results + "/plain/r0001/runs.csv"
        let rows = try String(contentsOfFile: table, encoding: .utf8)
        try rows.replacing(",0,", with: ",1,").write(toFile: table, atomically: true, encoding: .utf8)
        let refusal = try #require(judged().refusal)
        #expect(refusal.code == 65 && refusal.message.contains("runs.csv is not as the run has left it"))
    }

    @Test("A metric without a row, without a value, or of what has not come to an end, is inconclusive")
    func nothingMeasured() throws {
        try run("stale", more: "drain: 10 ms\ninvalidate: {by: none}")
        try accept()
        for metric in [
            "metric: flows.lost, of: {flow: nobody}", "metric: convergence.time_since_attach, stat: max",
            "metric: flows.lost, of: {flow: 'probe:peer->m'}, better: lower, values: []",
        ] {
            let isFilled = metric.hasSuffix("]")
            try edit(
                "      - {metric: runs.lost",
                "      - {\(metric)\(isFilled ? "" : ", values: [1]")}\n      - {metric: runs.lost")
            let gate = judged()
            #expect(gate.exitCode == 3, "\(metric): \(gate.text(colour: false))")
            try accept()
            try edit("      - {metric: runs.lost", "      - {metric: runs.lost")
            try FileManager.default.removeItem(atPath: baseline)
            try accept()
        }
    }

    @Test("Expectations of the scenario count, and are told at their line")
    func expectations() throws {
        try run(more: "expect: [{metric: runs.lost, max: 1 packets}]")
        try accept()
        let gate = judged()
        #expect(gate.exitCode == 2)
        let finding = try #require(gate.findings.first { $0.outcome == .fail })
        #expect(finding.kind == .expectation && finding.line == 10 && finding.file.hasSuffix("plain.yaml"))
        #expect(gate.github.hasPrefix("::error file="))
        #expect(gate.github.contains(",line=10,title=plain%3A expectation::runs.lost is "))
    }

    @Test("Replications are paired: the same results pass though they vary, an exact scenario goes by fingerprints")
    func replications() throws {
        try run(replications: 4)
        try accept()
        #expect(judged().exitCode == 0)
        try edit("exact: false", "exact: true")
        #expect(judged().exitCode == 0)
        let text = try String(contentsOfFile: baseline, encoding: .utf8)
        let print = String(try #require(text.split(separator: "\n").first { $0.contains("fingerprints: [") }))
        try edit(print, print.replacing("fingerprints: [", with: "fingerprints: [0"))
        let gate = judged()
        #expect(gate.exitCode == 2 && gate.findings.contains { $0.kind == .fingerprint && $0.outcome == .fail })
    }

    @Test("An update keeps metrics and tolerances that somebody has chosen, and says what it changes")
    func update() throws {
        try run()
        try accept()
        try edit("{metric: runs.lost, better: lower,", "{metric: runs.lost, better: lower, relative: 5 %, absolute: 2,")
        try edit(
            "      - {metric: runs.sent",
            "      - {metric: migrations.downtime, better: same}\n      - {metric: runs.sent")
        var gate = Gate([results], baseline: baseline)
        let updategate = gate.updated()
        let (document, changes) = try #require(updategate)
        #expect(document.contains("{metric: runs.lost, better: lower, absolute: 2, relative: 5 %, values: ["))
        #expect(document.contains("{metric: migrations.downtime, better: same, values: [30]}"))
        #expect(changes == ["plain: migrations.downtime: nothing -> 30 ms"])
        try document.write(toFile: baseline, atomically: true, encoding: .utf8)
        var again = Gate([results], baseline: baseline)
        let updateagain = again.updated()
        let second = try #require(updateagain)
        #expect(second.changes.isEmpty && second.document == document)
    }

    @Test("JUnit and JSON tell the same: failures, and errors for what is inconclusive")
    func formats() throws {
        try run()
        try accept()
        try plant("runs.lost") { $0 - 1 }
        try edit(
            "      - {metric: runs.sent",
            "      - {metric: flows.sent, of: {flow: '<&\"'}, values: [1]}\n      - {metric: runs.sent")
        let gate = judged()
        #expect(gate.junit.contains("failures=\"1\" errors=\"1\""))
        #expect(gate.junit.contains("flow &lt;&amp;&quot;") && !gate.junit.contains("flow <"))
        let root = try JSONSerialization.jsonObject(with: Data(gate.json.utf8)) as? [String: Any]
        #expect(root?["exit-code"] as? Int == 2 && root?["outcome"] as? String == "fail")
        #expect((root?["findings"] as? [Any])?.count == gate.findings.count)
        #expect(gate.markdown.contains("| fail | plain | runs.lost |"))
        #expect(gate.text(colour: false).hasSuffix("1 failed, 1 inconclusive\n"))
    }

    // MARK: - Comparison

    @Test("Two sets of results are compared pair by pair")
    func comparison() throws {
        try run(replications: 4)
        let first = folder + "/first"
        try FileManager.default.moveItem(atPath: results, toPath: first)
        try run(downtime: "40 ms", replications: 4)
        let comparison = Comparison(first, results, metrics: ["max:migrations.downtime"])
        let lost = try #require(comparison.rows.first { $0.metric == "runs.lost" })
        #expect(lost.verdict == .shown && (lost.change ?? 0) > 0 && (lost.lower ?? 0) > 0 && lost.pairs == 4)
        let sent = try #require(comparison.rows.first { $0.metric == "runs.sent" })
        #expect(sent.verdict == .equal && sent.change == 0, "common random numbers")
        let downtime = try #require(comparison.rows.last)
        #expect(
            downtime.metric == "max of migrations.downtime" && downtime.verdict == .differs && downtime.change == 10)
        #expect(comparison.rendered(.csv, colour: false).split(separator: "\n").count == comparison.rows.count + 1)
        let same = Comparison(first, first)
        #expect(
            same.rows.allSatisfy { $0.verdict == .equal }
                && same.remarks.contains { $0.contains("4 of 4 runs are the same") })
        #expect(Comparison(first, results, metrics: ["runs.lots"]).refusal?.code == 64)
        #expect(Comparison(first, folder + "/nowhere").refusal?.code == 66)
    }
}

import Foundation
import Kernel
import Testing

@testable import Experiment

/// The schema that editors use is the loader's own table, and it fits every scenario.
@Suite struct SchemaTests {
    /// Scenario files, from the package's root.
    static let files: [String] = {
        let folder = SourceTree.root.appendingPathComponent("Scenarios").path
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "Scenarios/\($0)" }
    }()

    private func objections(_ yaml: String) throws -> [String] {
        SchemaChecker(root: ScenarioSchema.value).objections(to: try #require(Instance(yaml: yaml)))
    }

    @Test func committedFileIsTheGeneratedOne() throws {
        let committed = try SourceTree.text("Scenarios/\(ScenarioSchema.fileName)")
        #expect(committed == ScenarioSchema.document, "run: nvo3sim schema > Scenarios/\(ScenarioSchema.fileName)")
    }

    @Test(arguments: files)
    func scenariosBeginWithTheModelineAndAreAccepted(_ file: String) throws {
        let text = try SourceTree.text(file)
        let depth = file.split(separator: "/").count - 2
        let modeline = ScenarioSchema.modeline(folder: String(repeating: "../", count: depth))
        #expect(text.hasPrefix(modeline + "\n"), "\(file) must begin with \(modeline)")
        #expect(try objections(text) == [])
    }

    @Test func scenariosAreThere() { #expect(Self.files.contains("Scenarios/hot-migration.yaml")) }

    @Test func exampleOfTheReadmeIsAccepted() throws {
        let lines = try SourceTree.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == "```yaml" })
        let yaml = lines[(start + 1)...].prefix { $0 != "```" }.joined(separator: "\n")
        #expect(try objections(yaml) == [])
    }

    @Test(arguments: [
        ("name: a", "lacks schema"), ("schema: 2", "/schema: const"), ("{schema: 1, durations: 1 s}", "not allowed"),
        ("{schema: 1, duration: 1}", "/duration: type"), ("{schema: 1, duration: 1 Gbps}", "/duration: pattern"),
        ("{schema: 1, seed: -1}", "/seed: minimum"), ("{schema: 1, seed: '1'}", "/seed: type"),
        ("{schema: 1, profile: draft99}", "/profile: enum"), ("{schema: 1, vms: {}}", "/vms: type"),
        ("{schema: 1, underlay: {host-link: {mtu: 9000}}}", "/underlay/host-link/mtu: type"),
        ("{schema: 1, vms: [{name: a}]}", "/vms/0: lacks network"),
        ("{schema: 1, vms: [{name: a/b, network: n}]}", "/vms/0/name: pattern"),
        ("{schema: 1, moves: [{vm: a, to: b, downtime: 1 s}]}", "/moves/0: none of 2 alternatives"),
        ("{schema: 1, defaults: {vms: {nam: a}}}", "/defaults/vms/nam: not allowed"),
        ("{schema: 1, expect: [{metric: flows.lost, max: 3 apples}]}", "/expect/0/max: pattern"),
        ("{schema: 1, overlay: {networks: [{name: n, vni: all}]}}", "/vni: none of 2 alternatives"),
        ("{schema: 1, traffic: [{from: a, to: b, sizes: []}]}", "/sizes: none of 3 alternatives"),
    ])
    func whatIsWrongIsRefused(_ yaml: String, _ objection: String) throws {
        let found = try objections(yaml)
        #expect(found.contains { $0.hasSuffix(objection) }, "\(found)")
        #expect(ScenarioLoader.load(text: yaml, name: "a.yaml").outcome == .invalid, "the loader refuses it as well")
    }

    @Test(arguments: [
        "{schema: 1, x-note: {any: [1, 2]}, underlay: {x-why: because}}",
        "{schema: 1, defaults: {vms: {network: n, x-a: 1}, moves: {downtime: 1 ms}}, vms: [{name: a}], "
            + "moves: [{vm: a, to: leaf1/host1, at: 1 s}]}",
        "{schema: 1, include: base.yaml, vms: [{name: a}]}", "{schema: 1, include: [a.yaml, b.yaml]}",
        "{schema: 1, name: 5001, vms: [{name: 7, network: true, mac: 52:54:00:12:34:56}]}",
        "{schema: 1, drain: until-empty, duration: 1.5 µs, underlay: {kind: star, hosts: 4}}",
        "{schema: 1, underlay: {kind: star, hosts: [A, B], host-link: {rate: unlimited, queue: 3 packets}}}",
        "{schema: 1, overlay: {networks: [{name: a, vni: auto}, {name: b, vni: 7}]}}",
        "{schema: 1, expect: [{metric: a.b, max: 3}, {metric: a.b, of: {seed: 1}, stat: p99.9, min: -1.5 ms}]}",
        "{schema: 1, traffic: [{from: a, to: b, sizes: [{bytes: 1 kB, share: 100 %}]}]}",
    ])
    func whatIsRightIsAccepted(_ yaml: String) throws { #expect(try objections(yaml) == []) }

    /// Every key says what it means, and what it gives as default and as example it takes itself.
    @Test func defaultsAndExamplesAreValid() {
        var keys = 0
        visit(ScenarioSchema.value, "") { schema, path in
            guard schema["description"] != nil || schema["default"] != nil else { return }
            keys += 1
            var values: [CanonicalValue] = []
            if let standard = schema["default"] { values.append(standard) }
            if case .array(let examples) = schema["examples"] { values += examples }
            for value in values {
                let objections = SchemaChecker(root: .object(schema)).objections(to: Instance(value))
                #expect(objections == [], "\(path): \(value.canonicalText)")
            }
        }
        #expect(keys > 100)
    }

    /// Calls `body` for each schema below `properties`.
    private func visit(
        _ schema: CanonicalValue, _ path: String, _ body: ([String: CanonicalValue], String) -> Void
    ) {
        guard case .object(let members) = schema else { return }
        body(members, path)
        if let items = members["items"] { visit(items, path + "[]", body) }
        guard case .object(let properties) = members["properties"] else { return }
        for key in properties.keys.sorted() { visit(properties[key] ?? .null, path + "." + key, body) }
    }

    /// What a profile sets is what a file gets that says nothing.
    @Test func defaultsAreThoseOfTheProfile() throws {
        let loaded = ScenarioLoader.load(text: "schema: 1\noverlay: {networks: [{name: n}]}", name: "a.yaml")
        let scenario = try #require(loaded.scenario)
        guard case .object(let root) = ScenarioSchema.value, case .object(let keys) = root["properties"],
            case .object(let redirect) = keys["redirect"], case .object(let knobs) = redirect["properties"],
            case .object(let learn) = knobs["learn"]
        else {
            Issue.record("redirect.learn is not in the schema")
            return
        }
        let knob = try #require(Description(scenario).knobs.first { $0.path == "redirect.learn" })
        #expect(learn["default"] == .string(knob.text))
    }

    /// The same verdicts from a validator of others, where there is one.
    @Test(.enabled(if: PythonValidator.isPresent))
    func jsonschemaAgrees() throws {
        let good = try Self.files.map { try #require(Instance(yaml: SourceTree.text($0))) }
        let bad = try ["{schema: 1, vms: [{name: a}]}", "{schema: 1, duration: 5}", "{schema: 1, extra: 1}"].map {
            try #require(Instance(yaml: $0))
        }
        let verdicts = try PythonValidator.validate(good + bad, by: ScenarioSchema.document)
        #expect(verdicts == good.map { _ in true } + bad.map { _ in false })
    }
}

extension Instance {
    /// A value that a schema itself carries.
    init(_ value: CanonicalValue) {
        switch value {
        case .null: self = .null
        case .boolean(let truth): self = .boolean(truth)
        case .integer(let number): self = .integer(number)
        case .string(let text): self = .text(text)
        case .array(let elements): self = .list(elements.map { Instance($0) })
        case .object(let members): self = .map(members.mapValues { Instance($0) })
        }
    }
}

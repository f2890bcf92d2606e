import Foundation

/// A statement of the drafts, or one that they need to be well defined, in our own words.
struct Requirement: Hashable {
    enum Priority: String {
        /// Needed for a first release; wanted; welcome; a decision of ours, which has no priority.
        case must = "M"
        case should = "S"
        case could = "C"
        case decision = "-"
    }

    /// `REQ-4.2-16`.
    var id: String
    var priority: Priority
    /// `now`, or the later part of the product that deals with it.
    var part: String
    var statement: String

    var isNow: Bool { part == "now" }
}

/// `requirements.tsv`, what the tests say that they show, and what scenarios say that they show.
struct RequirementList {
    enum Trouble: Error {
        case badLine(Int, String)
    }

    static let parts = [
        "now", "layer 3", "gateways", "rarp", "flooding", "life cycle and state transfer", "transport",
    ]

    var rows: [Requirement]
    /// By ID: display names of tests, each with its file's name.
    var tests: [String: [String]] = [:]
    /// By ID: names of scenario files.
    var scenarios: [String: [String]] = [:]

    /// Reads the data beside this file, all tests, and all scenarios.
    init() throws {
        rows = try Self.parse(SourceTree.text("Tests/ProgramTests/Requirements/requirements.tsv"))
        for file in try SourceTree.swiftFiles(in: "Tests") {
            let name = String(file.path.split(separator: "/").last ?? "")
            for display in Self.displayNames(in: file.lines.joined(separator: "\n")) {
                for id in Self.identifiers(in: display) { tests[id, default: []].append("\(display) (\(name))") }
            }
        }
        for name in try Self.scenarioFiles() {
            for id in Self.shown(by: try SourceTree.text("Scenarios/\(name)")) {
                scenarios[id, default: []].append(name)
            }
        }
    }

    static func parse(_ text: String) throws -> [Requirement] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return try lines.enumerated().dropFirst().compactMap { index, line in
            if line.isEmpty, index == lines.count - 1 { return nil }
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 4, let priority = Requirement.Priority(rawValue: fields[1]),
                parts.contains(fields[2]), !fields[3].isEmpty
            else { throw Trouble.badLine(index + 1, String(line)) }
            return Requirement(id: fields[0], priority: priority, part: fields[2], statement: fields[3])
        }
    }

    /// The first string of each `@Test(…)`, on one line or on the next.
    static func displayNames(in code: String) -> [String] {
        let pattern = /@Test\(\s*"((?:[^"\\]|\\.)*)"/
        return code.matches(of: pattern).map { String($0.output.1) }
    }

    /// `REQ-4.2-16: …, DER-05` names two.
    static func identifiers(in text: String) -> [String] {
        let pattern = /(?:(?:REQ|OLD|OLD12)-\d+(?:\.\d+)*|DER|DEC)-\d\d(?!\d)/
        return text.matches(of: pattern).map { String($0.output) }
    }

    static func scenarioFiles() throws -> [String] {
        let place = SourceTree.root.appendingPathComponent("Scenarios").path
        return try FileManager.default.contentsOfDirectory(atPath: place).filter { $0.hasSuffix(".yaml") }.sorted()
    }

    /// What a scenario's `x-requirements: [A, B]` names.
    static func shown(by scenario: String) -> [String] {
        let line = scenario.split(separator: "\n").first { $0.hasPrefix("x-requirements:") }
        return line.map { identifiers(in: String($0)) } ?? []
    }

    /// The page `Requirements.md`.
    var page: String {
        var text = """
            # Requirements, tests and scenarios

            What the drafts draft-ietf-nvo3-vmm-04 to -15 ask for, which test shows it, and which scenario.

            ## Overview

            Statements are in our own words. `REQ-4.2-16` is the sixteenth one of section 4.2 of version 15, `OLD-…` is
            of a version before it, `DER-…` is needed for the others to be well defined, `DEC-…` is a choice of ours
            where the drafts leave one open. M: needed; S: wanted. This page is made from `requirements.tsv`, the
            names of the tests and the scenario files; a test keeps it up to date.


            """
        text += section("Dealt with", rows.filter(\.isNow))
        for part in Self.parts.dropFirst() {
            text += section("Later: \(part)", rows.filter { $0.part == part })
        }
        return text
    }

    private func section(_ title: String, _ rows: [Requirement]) -> String {
        var text = "## \(title)\n\n| ID | | Statement | Tests | Scenarios |\n|---|---|---|---|---|\n"
        for row in rows {
            let tests = (tests[row.id] ?? []).sorted().map(Self.cell).joined(separator: "; ")
            let scenarios = (scenarios[row.id] ?? []).map { "`\($0)`" }.joined(separator: ", ")
            let priority = row.priority == .decision ? "" : row.priority.rawValue
            text += "| \(row.id) | \(priority) | \(Self.cell(row.statement)) | \(tests) | \(scenarios) |\n"
        }
        return text + "\n"
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("<", with: "&lt;")
    }
}

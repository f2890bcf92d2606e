import Foundation
import Testing

/// Rules that keep runs repeatable and files readable, checked on the text.
@Suite struct HouseRulesTests {
    /// Modules of the model: the same input gives the same result there, in every process.
    static let model = ["Kernel", "Wire", "Fabric", "Overlay", "Guest", "Mobility"]

    /// A pattern, and why it is not wanted.
    struct Ban: CustomTestStringConvertible {
        let pattern: String
        let reason: String
        var testDescription: String { pattern }
    }

    static let modelBans = [
        Ban(pattern: #"\bimport\b.*\bFoundation"#, reason: "clocks, locales and threads come with it"),
        Ban(pattern: #"\bDate\b"#, reason: "ambient time; the clock of the run is an argument"),
        Ban(pattern: #"\b(Continuous|Suspending)Clock\b"#, reason: "ambient time"),
        Ban(pattern: #"\bSystemRandomNumberGenerator\b"#, reason: "chance comes from RandomSource"),
        Ban(pattern: #"\.random\((?![^()]*\busing:)"#, reason: "unseeded chance"),
        Ban(pattern: #"\.(shuffled|shuffle|randomElement)\(\)"#, reason: "unseeded chance"),
        Ban(pattern: #"\bHasher\s*\(|\.hashValue\b"#, reason: "seeded anew in each process; use StableHash"),
        Ban(pattern: #"\bactor\b|\bTask\b"#, reason: "the language's scheduling is not the simulator's"),
    ]

    static let generalBans = [
        Ban(pattern: #"\btry!"#, reason: "a bad scenario is an error with a place, not a crash"),
        Ban(pattern: #"\btry\?"#, reason: "swallows the reason"),
        Ban(pattern: #"\bfatalError\("#, reason: "a bug stops in precondition or preconditionFailure with the state"),
    ]

    @Test(arguments: modelBans)
    func modelHasNoAmbientTimeOrChance(_ ban: Ban) throws {
        for module in Self.model { try expectNone(ban, in: "Sources/\(module)") }
    }

    @Test(arguments: generalBans)
    func sourcesHaveNone(_ ban: Ban) throws {
        try expectNone(ban, in: "Sources")
    }

    @Test(arguments: ["Sources", "Tests"])
    func filesLinesAndFunctionsAreShort(_ folder: String) throws {
        for file in try SourceTree.swiftFiles(in: folder) {
            #expect(file.lines.count <= 400, "\(file.path): \(file.lines.count) lines")
            for (number, line) in zip(1..., file.lines) {
                #expect(line.count <= 120, "\(file.path):\(number): \(line.count) columns")
            }
            for function in FunctionLength.all(in: file) {
                #expect(function.count <= 70, "\(file.path):\(function.line): a function of \(function.count) lines")
            }
        }
    }

    @Test func nothingIsMarkedAsUnfinished() throws {
        let marks = try NSRegularExpression(pattern: #"\b(TODO|FIXME|XXX)\b"#)
        for file in try SourceTree.swiftFiles(in: "Sources") {
            for (number, line) in zip(1..., file.lines) {
                #expect(!Self.matches(marks, line), "\(file.path):\(number): \(line)")
            }
        }
    }

    /// `REQ-4.2-07`, `OLD12-4.1-01`, `DER-02`, `DEC-16`: so that a search for an identifier finds all places.
    @Test(arguments: ["Sources", "Tests"])
    func requirementIdentifiersAreWellFormed(_ folder: String) throws {
        for file in try SourceTree.swiftFiles(in: folder) {
            for (number, line) in zip(1..., file.lines) {
                for name in Self.requirementNames(in: line) {
                    #expect(Self.isWellFormed(name), "\(file.path):\(number): \(name)")
                }
            }
        }
    }

    @Test func malformedRequirementIdentifiersAreSeen() {
        let line = "as REQ-4.2-07, OLD12-4.1-01 and DER-02; " + "but REQ-" + "4.2 and DEC" + "-1 are not."
        let names = Self.requirementNames(in: line[...])
        #expect(names.count == 5)
        #expect(names.map(Self.isWellFormed) == [true, true, true, false, false])
    }

    @Test func topLevelHoldsOnlyWhatBelongsThere() throws {
        let allowed: Set<String> = ["Package.swift", "Sources", "Tests", "Scenarios", "Results", "README.md"]
        guard let names = try SourceTree.versionedTopLevel() else { return }
        #expect(names.contains("Package.swift"))
        let others = names.subtracting(allowed).filter { !$0.hasPrefix(".") }.sorted()
        #expect(others == [])
    }

    @Test func bansFindWhatTheyBan() throws {
        let wrong = [
            "import Foundation", "let now = Date()", "ContinuousClock.now", "SystemRandomNumberGenerator()",
            "Int.random(in: 0..<3)", "list.shuffled()", "name.hashValue", "public actor Node", "try! load()",
            "try? load()", "fatalError(text)",
        ]
        let right = [
            "Int.random(in: 0..<3, using: &own)", "context.random.shuffle(&list, from: &cursor)", "factor", "update",
            "func hash(into hasher: inout Hasher)", "enum Tasks {}", "try load()",
        ]
        let patterns = try (Self.modelBans + Self.generalBans).map { try NSRegularExpression(pattern: $0.pattern) }
        for line in wrong { #expect(patterns.contains { Self.matches($0, line[...]) }, "\(line)") }
        for line in right { #expect(!patterns.contains { Self.matches($0, line[...]) }, "\(line)") }
    }

    private func expectNone(_ ban: Ban, in folder: String) throws {
        let pattern = try NSRegularExpression(pattern: ban.pattern)
        let files = try SourceTree.swiftFiles(in: folder)
        #expect(!files.isEmpty, "\(folder) has no Swift files")
        for file in files {
            for (number, line) in zip(1..., file.code) where Self.matches(pattern, line) {
                Issue.record("\(file.path):\(number): \(ban.pattern) — \(ban.reason)")
            }
        }
    }

    private static func matches(_ pattern: NSRegularExpression, _ line: Substring) -> Bool {
        let text = String(line)
        return pattern.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    /// Everything in a line that looks like a requirement's identifier.
    private static func requirementNames(in line: Substring) -> [String] {
        line.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }.compactMap { word in
            let prefix = ["REQ-", "OLD-", "OLD12-", "DER-", "DEC-"].first { word.hasPrefix($0) }
            guard let prefix, word.dropFirst(prefix.count).contains(where: \.isNumber) else { return nil }
            return word.last == "." ? String(word.dropLast()) : String(word)
        }
    }

    private static func isWellFormed(_ name: String) -> Bool {
        let pattern = #"^((REQ|OLD|OLD12)-\d+(\.\d+)*|DER|DEC)-\d\d$"#
        return name.range(of: pattern, options: .regularExpression) != nil
    }
}

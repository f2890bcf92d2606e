import Foundation
import Testing

/// Which module may import which: data goes one way, from the scenario through the world to the tables.
@Suite struct ArchitectureTests {
    /// For each folder of `Sources`, everything it may import.
    static let allowed: [String: Set<String>] = [
        "CGSL": [],
        "Wire": [],
        "Kernel": ["CGSL", "Wire"],
        "Fabric": ["Kernel", "Wire"],
        "Overlay": ["Kernel", "Wire"],
        "Guest": ["Kernel", "Wire"],
        "Mobility": ["Kernel", "Wire", "Guest", "Overlay"],
        "Observe": ["Kernel", "Wire", "Foundation"],
        "Experiment": [
            "Kernel", "Wire", "Fabric", "Overlay", "Guest", "Mobility", "Observe", "CGSL", "Yams", "Foundation",
        ],
        "Evidence": ["Kernel", "Observe", "Experiment", "CGSL", "Foundation"],
        "nvo3sim": ["Evidence", "Experiment", "Observe", "Kernel", "ArgumentParser", "Foundation", "Synchronization"],
    ]

    /// Modules that come with the toolchain.
    private static let toolchain: Set<String> = ["Foundation", "Synchronization"]

    @Test func everyFolderIsInTheTable() throws {
        #expect(try Set(SourceTree.folders(in: "Sources")) == Set(Self.allowed.keys))
    }

    @Test(arguments: allowed.keys.sorted())
    func folderImportsOnlyWhatItMay(_ folder: String) throws {
        let allowed = try #require(Self.allowed[folder])
        for file in try SourceTree.swiftFiles(in: "Sources/\(folder)") {
            for (number, line) in zip(1..., file.code) {
                guard let module = Self.importedModule(line) else { continue }
                #expect(allowed.contains(module), "\(file.path):\(number): \(folder) must not import \(module)")
            }
        }
    }

    /// What the manifest gives a target is what the table says, apart from what comes with the toolchain.
    @Test(arguments: allowed.keys.filter { $0 != "CGSL" }.sorted())
    func manifestAgreesWithTheTable(_ folder: String) throws {
        let manifest = try SourceTree.text("Package.swift")
        let declared = try #require(Self.dependencies(of: folder, in: manifest), "no target \(folder)")
        #expect(declared == (Self.allowed[folder] ?? []).subtracting(Self.toolchain))
    }

    /// The table has an order: no module reaches itself.
    @Test func importsHaveNoCycle() {
        var ranked: Set<String> = Self.toolchain.union(["Yams", "ArgumentParser"])
        var waiting = Self.allowed
        while let next = waiting.keys.sorted().first(where: { waiting[$0]?.isSubset(of: ranked) == true }) {
            ranked.insert(next)
            waiting[next] = nil
        }
        #expect(waiting.isEmpty)
    }

    @Test(arguments: [
        ("import Kernel", "Kernel"), ("public import CGSL", "CGSL"), ("@testable import Wire", "Wire"),
        ("import struct Foundation.Date", "Foundation"), ("    import Yams", "Yams"), ("let imported = 1", nil),
    ])
    func importLinesAreRead(_ line: String, _ module: String?) {
        #expect(Self.importedModule(line[...]) == module)
    }

    /// The module that a line of code imports.
    private static func importedModule(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
        let before = words[..<place].allSatisfy { word in
            word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
        }
        guard before else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let rest = words[(place + 1)...].drop { kinds.contains($0) }
        return rest.first.map { String($0.prefix { $0 != "." }) }
    }

    /// The names in quotes between a target's name and the end of its list of dependencies.
    private static func dependencies(of target: String, in manifest: String) -> Set<String>? {
        let name = "\"\(target)\""
        let starts = ["module(\(name)", "module(\n            \(name)", "executableTarget(\n            name: \(name)"]
        guard let start = starts.compactMap({ manifest.range(of: $0) }).first else { return nil }
        let rest = manifest[start.upperBound...]
        guard rest.hasPrefix(",") else { return [] }
        var depth = 0
        var names: Set<String> = []
        var isModule = true
        for (index, part) in rest.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 {
                if isModule { names.insert(String(part)) }
            } else {
                isModule = !part.hasSuffix("package: ")
                depth += part.count { $0 == "[" } - part.count { $0 == "]" }
                if depth == 0, part.contains("]") { return names }
            }
        }
        return nil
    }
}

import Foundation
import Testing

/// Which requirement is shown by which test and scenario: nothing that is dealt with stays without a test.
@Suite struct RequirementTests {
    /// Rows of requirements.tsv that are being dealt with and have no test yet. An ID leaves this list with its test.
    static let open: Set<String> = ["REQ-4.2-09", "REQ-4.2-21"]

    private let list: RequirementList

    init() throws { list = try RequirementList() }

    @Test func everyRequirementDealtWithHasATest() {
        let lacking = list.rows.filter {
            $0.isNow && $0.priority != .decision && list.tests[$0.id] == nil && !Self.open.contains($0.id)
        }
        let lines = lacking.map { "\($0.id)  \($0.statement)" }.joined(separator: "\n")
        #expect(lacking.isEmpty, "no test names in its display name:\n\(lines)")
    }

    @Test func whatIsOpenHasNoTestAndIsDealtWithNow() {
        for id in Self.open.sorted() {
            let row = list.rows.first { $0.id == id }
            #expect(row?.isNow == true, "\(id) is not a row that is dealt with now")
            #expect(list.tests[id] == nil, "\(id) has a test: take it out of the list of open ones")
        }
    }

    @Test func listIsSound() {
        let ids = list.rows.map(\.id)
        #expect(Set(ids).count == ids.count, "no ID comes twice")
        #expect(ids.count >= 90)
        for row in list.rows {
            #expect(RequirementList.identifiers(in: row.id) == [row.id], "\(row.id)")
            #expect(row.statement.hasSuffix("."), "\(row.id): a statement is a sentence")
        }
    }

    @Test func scenariosNameRowsOfTheList() {
        let ids = Set(list.rows.filter(\.isNow).map(\.id))
        for (id, scenarios) in list.scenarios {
            #expect(ids.contains(id), "\(scenarios.joined(separator: ", ")): \(id) is no row that is dealt with")
        }
        #expect(list.scenarios.count >= 25)
    }

    @Test func pageIsUpToDate() throws {
        let path = "Sources/nvo3sim/Documentation.docc/Requirements.md"
        let page = list.page
        if ProcessInfo.processInfo.environment["NVO3SIM_REWRITE"] == "1" {
            let file = SourceTree.root.appendingPathComponent(path)
            try page.write(to: file, atomically: true, encoding: .utf8)
        }
        let committed = try SourceTree.text(path).split(separator: "\n", omittingEmptySubsequences: false)
        let made = page.split(separator: "\n", omittingEmptySubsequences: false)
        let difference = zip(committed, made).first { $0 != $1 }
        #expect(
            committed == made,
            """
            \(path) is not what it would be made now; rewrite it:
                NVO3SIM_REWRITE=1 swift test --filter RequirementTests
            first difference: \(difference.map { "\($0.0)\n             now: \($0.1)" } ?? "one is longer")
            """)
    }

    @Test func displayNamesAndIdentifiersAreRead() {
        let code = """
            @Test("REQ-\("9")-01, DER-\("99"): one", arguments: [1])
            func first() {}
            @Test(
                "with a \\"quoted\\" word OLD12-\("4.1")-01")
            func second() {}
            @Test func third() {}
            """
        let names = RequirementList.displayNames(in: code)
        #expect(names.count == 2)
        #expect(names.flatMap(RequirementList.identifiers) == ["REQ-9-01", "DER-99", "OLD12-4.1-01"])
        #expect(RequirementList.shown(by: "schema: 1\nx-requirements: [REQ-9-01, DER-99]\n") == ["REQ-9-01", "DER-99"])
        #expect(RequirementList.shown(by: "schema: 1\n").isEmpty)
        #expect(throws: RequirementList.Trouble.self) { try RequirementList.parse("h\nREQ-9-01\tM\tsoon\tx.\n") }
        #expect(throws: RequirementList.Trouble.self) { try RequirementList.parse("h\nREQ-9-01\tX\tnow\tx.\n") }
    }
}

import Kernel
import Mobility
import Observe
import Testing

@testable import Experiment

/// Moves from a CSV, as programs of operators write them.
@Suite struct MoveListTests {
    private func load(_ csv: String, entry: String = "list: moves.csv, downtime: 10 ms") -> LoadResult {
        let text = """
            schema: 1
            duration: 20 s
            underlay: {kind: star, hosts: [A, B, C], host-link: {rate: unlimited, delay: 1 ms}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            nva: {at: out-of-band}
            vms: [{name: x, count: 2, network: blue, at: A}, {name: y, network: blue, at: B}]
            moves: [{\(entry)}]
            """
        return ScenarioLoader.load(text: text, name: "list.yaml", including: ["moves.csv": csv])
    }

    @Test("REQ-1-04: each line is a move, in the order of the file; a number alone is seconds")
    func linesAreMoves() throws {
        let csv = "time,vm,from,to\n1,x[0],A,B\n2.5, x[1] , A , C \n3000 ms,\"y\",B,A\r\n\n"
        let loaded = load(csv)
        let scenario = try #require(loaded.scenario, "\(loaded.diagnostics)")
        #expect(scenario.moves.map(\.name) == ["list[0]", "list[1]", "list[2]"])
        #expect(scenario.moves.map(\.vm) == ["x[0]", "x[1]", "y"] && scenario.moves.map(\.to) == ["B", "C", "A"])
        #expect(scenario.moves.map(\.beginning) == [.seconds(1), .milliseconds(2_500), .seconds(3)])
        #expect(scenario.moves.allSatisfy { $0.standstill == .milliseconds(10) })
        let rows = try ResultTables(running: scenario).migrations
        #expect(rows.map(\.outcome) == [.completed, .completed, .completed])
    }

    @Test("A move of a VM that is not where the list says it is, is refused, and the others are made")
    func notThere() throws {
        let csv = "vm,time,to,from\nx[0],1 s,B,A\nx[0],2 s,C,A\nx[0],3 s,C,B\n"
        let scenario = try #require(load(csv).scenario)
        let rows = try ResultTables(running: scenario).migrations
        #expect(rows.map(\.outcome) == [.completed, .refused, .completed])
        #expect(rows.map(\.refusal) == ["", "not-there", ""])
    }

    @Test("Limits on moves at one time hold for a list as a whole")
    func limits() throws {
        let csv = "time,vm,from,to\n1,x[0],A,B\n1,x[1],A,C\n1,y,B,C\n"
        let entry = "name: q, list: moves.csv, downtime: 1 s, parallel: {total: 1}"
        let scenario = try #require(load(csv, entry: entry).scenario)
        let rows = try ResultTables(running: scenario).migrations
        #expect(rows.map(\.move) == ["q[0]", "q[1]", "q[2]"])
        #expect(rows.map(\.waited) == [.zero, .seconds(1), .seconds(2)])
    }

    @Test(
        "What is wrong with a list is reported at its place in it",
        arguments: [
            ("time,vm,to\n1,x[0],B\n", "moves.csv:1:1: a list of moves begins with the line `time,vm,from,to`"),
            ("time,vm,from,to\n1,x[0],A\n", "moves.csv:2:1: this line has 3 fields, not 4"),
            ("time,vm,from,to\n1,x[0],A,B\n2,z,A,B\n", "moves.csv:3:3: there is no VM `z`"),
            ("time,vm,from,to\n1, x[0], A, D\n", "moves.csv:2:13: there is no host `D`"),
            ("time,vm,from,to\nsoon,y,B,A\n", "moves.csv:2:1: `at`: `soon` is not a duration"),
            ("time,vm,from,to\n21,y,B,A\n", "moves.csv:2:1: the move begins after the end, at 21 s of 20 s"),
        ])
    func wrongLists(_ csv: String, _ message: String) {
        let loaded = load(csv)
        #expect(loaded.scenario == nil)
        #expect(loaded.diagnostics.map { "\($0.position): \($0.message)" } == [message])
    }

    @Test("A list that is not there, and an entry that says what the list says")
    func wrongEntries() {
        let missing = load("", entry: "list: other.csv, downtime: 1 ms")
        #expect(missing.diagnostics.map(\.message) == ["`other.csv`: no such file"])
        let twice = load("time,vm,from,to\n", entry: "list: moves.csv, vm: y, downtime: 1 ms")
        #expect(twice.diagnostics.contains { $0.message == "`vm` is in the list of moves" })
    }
}

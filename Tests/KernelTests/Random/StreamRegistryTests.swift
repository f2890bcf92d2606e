import Testing

@testable import Kernel

@Suite struct StreamRegistryTests {
    @Test func registersEveryStreamOfAScenario() throws {
        var registry = StreamRegistry()
        var streams: Set<UInt64> = []
        for index in 0..<5_000 {
            for purpose in ["gap", "phase"] {
                streams.insert(try registry.cursor(component: "client[\(index)]", purpose: purpose).stream)
            }
        }
        #expect(streams.count == 10_000)
    }

    @Test func sameNameAgainIsTheSameStream() throws {
        var registry = StreamRegistry()
        let first = try registry.cursor(component: "web", purpose: "gap")
        let second = try registry.cursor(component: "web", purpose: "gap")
        #expect(first == second)
    }

    @Test func componentAndPurposeDoNotRunIntoEachOther() throws {
        var registry = StreamRegistry()
        let first = try registry.cursor(component: "web", purpose: "gap")
        let second = try registry.cursor(component: "we", purpose: "bgap")
        #expect(first.stream != second.stream)
    }

    @Test func twoNamesWithOneHashAreRefused() throws {
        var registry = StreamRegistry()
        let stream = try registry.cursor(component: "web", purpose: "gap").stream
        #expect(throws: StreamRegistry.Collision(first: "web (gap)", second: "mail (phase)")) {
            try registry.enter("mail (phase)", as: stream)
        }
    }
}

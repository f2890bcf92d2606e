import Kernel
import Overlay
import Testing

/// A packet without a mapping: what the NVE asks, how often, and what becomes of the packets meanwhile.
@Suite struct NVEQueryTests {
    private let there = entry(web, at: 2, sequence: 1)
    private let asked = "nve1 tells nva query endpoint14@1#0"
    private static let justBefore = Duration(picoseconds: -1)

    private func asking(_ change: (inout Rules) -> Void = { _ in }) -> Dialogue<NVE> {
        edge {
            $0.nve.miss = .queryDrop
            change(&$0)
        }
    }

    private func queueing(_ room: UInt32 = 100, _ change: (inout Rules) -> Void = { _ in }) -> Dialogue<NVE> {
        edge {
            $0.nve.miss = .queryQueue
            $0.nve.missQueue = room
            change(&$0)
        }
    }

    // MARK: - Asking

    @Test("REQ-4.1-03: what should go by a gateway is lost where there is none, and nobody is asked")
    func noGateway() {
        var nve = edge { $0.nve.miss = .viaGateway }
        #expect(nve.send() == .drop(.noGateway))
        #expect(nve.said() == [])
    }

    @Test("REQ-4.2-17: packets are lost until the answer is there, and one query is enough")
    func firstMissAsks() {
        var nve = asking()
        #expect(nve.send() == .drop(.awaitingAnswer))
        #expect(nve.said() == ["0 ps: \(asked)"])
        #expect(nve.send(at: .milliseconds(4)) == .drop(.awaitingAnswer))
        #expect(nve.said() == [])
        nve.hear(.answer(there), at: .milliseconds(5))
        #expect(nve.said() == ["5 ms: 1 maps vm7@2#1, was unknown, by answer"])
        #expect(nve.send(at: .milliseconds(5)) == .send(.underlay))
        nve.pass(to: .seconds(100))
        #expect(nve.said() == [], "an answered query is not repeated")
        #expect(nve.context.timers.pending == 0)
    }

    @Test func queryTravelsToTheNVAsHost() {
        var nve = asking { $0.authority = .host(NodeID(9)) }
        _ = nve.send()
        #expect(nve.said() == ["0 ps: 1 sends query endpoint14@1#0 to 9"])
    }

    @Test func eachVMIsAskedForByItself() {
        var nve = asking()
        _ = nve.send()
        _ = nve.send(to: client)
        #expect(nve.said() == ["0 ps: \(asked)", "0 ps: nve1 tells nva query endpoint6@1#0"])
        nve.hear(.answer(there), at: .milliseconds(1))
        #expect(nve.send(to: client, at: .milliseconds(2)) == .drop(.awaitingAnswer))
    }

    @Test("REQ-4.2-17: with `drop` nobody is asked")
    func dropAsksNobody() {
        var nve = edge()
        #expect(nve.send() == .drop(.noMapping))
        #expect(nve.said() == [])
    }

    @Test func packetThatIsLostWaitingHasNoMarks() {
        var nve = asking()
        var packet = packet()
        #expect(nve.forward(&packet, from: .tenant) == .drop(.awaitingAnswer))
        #expect(packet.flags == [])
        #expect(packet.segments == 0)
    }

    // MARK: - Repetition

    @Test("DER-12: a query is repeated, and after the last time given up", arguments: [0, 1, 3] as [UInt32])
    func queryIsRepeated(_ retries: UInt32) {
        var nve = queueing { $0.nve.query.retries = retries }
        #expect(nve.send(8) == .held)
        nve.pass(to: .seconds(100))
        let times = (0...retries).map { $0 == 0 ? "0 ps" : "\($0 * 100) ms" }
        #expect(
            nve.said() == times.map { "\($0): \(asked)" } + ["\(100 * (retries + 1)) ms: 1 releases 8: drop, no-answer"]
        )
        #expect(nve.context.timers.pending == 0)
        #expect(nve.send(9, at: .seconds(100)) == .held, "the next packet asks anew")
        #expect(nve.said() == ["100 s: \(asked)"])
    }

    @Test("REQ-4.4-04: no answer is given up in silence with query-drop")
    func givenUpQueryIsForgotten() {
        var nve = asking {
            $0.nve.query.timeout = .milliseconds(7)
            $0.nve.query.retries = 1
        }
        _ = nve.send()
        nve.pass(to: .milliseconds(13))
        #expect(nve.said() == ["0 ps: \(asked)", "7 ms: \(asked)"])
        #expect(nve.send(at: .milliseconds(13)) == .drop(.awaitingAnswer))
        #expect(nve.said() == [])
        #expect(nve.send(at: .milliseconds(14)) == .drop(.awaitingAnswer))
        #expect(nve.said() == ["14 ms: \(asked)"])
    }

    @Test func answerToARepetitionEndsIt() {
        var nve = queueing()
        _ = nve.send()
        nve.hear(.answer(there), at: .milliseconds(150))
        _ = nve.said()
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [])
    }

    // MARK: - Pending

    @Test("DEC-06: told to wait, the NVE does not repeat itself")
    func pendingStopsRepetition() {
        var nve = queueing { $0.nva.holdTimeout = .seconds(10) }
        _ = nve.send(1)
        nve.hear(.pending(entry(web, at: 1)), at: .milliseconds(5))
        _ = nve.said()
        nve.pass(to: .seconds(9))
        #expect(nve.said() == [])
        #expect(nve.send(2, at: .seconds(9)) == .held)
        #expect(nve.said() == [], "it is being asked already")
        nve.hear(.answer(there), at: .milliseconds(9_500))
        #expect(
            nve.said() == [
                "9.5 s: 1 maps vm7@2#1, was unknown, by answer", "9.5 s: 1 releases 1: forward",
                "9.5 s: 1 releases 2: forward",
            ])
        #expect(nve.context.timers.pending == 1, "the event of the stopped timer")
        nve.pass(to: .seconds(60))
        #expect(nve.said() == [])
    }

    @Test("DEC-06: what was pending for the hold timeout is given up")
    func pendingIsGivenUp() {
        var nve = queueing { $0.nva.holdTimeout = .seconds(10) }
        _ = nve.send(1)
        nve.hear(.pending(entry(web, at: 1)), at: .milliseconds(5))
        _ = nve.said()
        nve.pass(to: .seconds(10))
        #expect(nve.said() == [])
        nve.pass(to: .milliseconds(10_005))
        #expect(nve.said() == ["10.005 s: 1 releases 1: drop, no-answer"])
        #expect(nve.send(2, at: .milliseconds(10_005)) == .held)
        #expect(nve.said() == ["10.005 s: \(asked)"])
    }

    @Test func pendingForNobodyIsNothing() {
        var nve = asking()
        nve.hear(.pending(entry(web, at: 1)))
        #expect(nve.send() == .drop(.awaitingAnswer))
        #expect(nve.said() == ["0 ps: \(asked)"])
    }

    // MARK: - Negative

    @Test("REQ-4.4-04: a negative answer loses what waits, stands for its lifetime, and is then forgotten")
    func negativeAnswerStands() {
        var nve = queueing { $0.nva.negativeLifetime = .milliseconds(50) }
        _ = nve.send(1)
        _ = nve.send(2, at: .milliseconds(1))
        _ = nve.said()
        nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(5))
        #expect(nve.said() == ["5 ms: 1 releases 1: drop, no-answer", "5 ms: 1 releases 2: drop, no-answer"])
        #expect(nve.send(at: .milliseconds(5)) == .drop(.noAnswer))
        #expect(nve.send(at: .milliseconds(55) + Self.justBefore) == .drop(.noAnswer))
        #expect(nve.said() == [], "neither repetition nor question")
        #expect(nve.send(3, at: .milliseconds(55)) == .held)
        #expect(nve.said() == ["55 ms: \(asked)"])
    }

    @Test func negativeAnswerStandsWithQueryDropToo() {
        var nve = asking()
        _ = nve.send()
        nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(5))
        #expect(nve.send(at: .milliseconds(1_005) + Self.justBefore) == .drop(.noAnswer))
        #expect(nve.send(at: .milliseconds(1_005)) == .drop(.awaitingAnswer))
    }

    @Test func pushOvercomesANegativeAnswer() {
        var nve = asking()
        _ = nve.send()
        nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(5))
        nve.hear(.push(there), at: .milliseconds(6))
        #expect(nve.send(at: .milliseconds(6)) == .send(.underlay))
    }

    @Test("DER-06: a negative answer that comes when the VM is here is nothing", arguments: [false, true])
    func negativeAnswerAboutItsOwnVMIsIgnored(_ isPaused: Bool) {
        var nve = asking()
        _ = nve.send()
        nve.hear(.attach(entry(web, at: 1, sequence: 1)), at: .milliseconds(1))
        if isPaused { nve.hear(.pause(entry(web, at: 1, sequence: 1)), at: .milliseconds(2)) }
        nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(5))
        nve.hear(.leave(web, sequence: 1), at: .milliseconds(6))
        _ = nve.said()
        #expect(nve.send(at: .milliseconds(7)) == .drop(.awaitingAnswer))
        #expect(
            nve.said() == ["7 ms: nve1 tells nva query vm7@1#0"],
            "and does not keep it from asking once the VM has left")
    }

    // MARK: - The queue

    @Test("REQ-4.2-17: packets wait in order; too many are lost; the answer lets them go")
    func packetsWaitForTheAnswer() {
        var nve = queueing(3)
        var outcomes: [Outcome] = []
        var marks: [PacketFlags] = []
        for handle in 0..<5 as Range<UInt32> {
            var packet = packet()
            outcomes.append(nve.forward(&packet, from: .tenant, at: .milliseconds(Int64(handle)), handle: handle))
            marks.append(packet.flags)
        }
        #expect(outcomes == [.held, .held, .held, .drop(.bufferOverflow), .drop(.bufferOverflow)])
        #expect(marks == [.buffered, .buffered, .buffered, [], []])
        #expect(nve.said() == ["0 ps: \(asked)"])
        nve.hear(.answer(there), at: .milliseconds(5))
        let releases = nve.said().dropFirst()
        #expect(Array(releases) == (0..<3).map { "5 ms: 1 releases \($0): forward" })
    }

    @Test func releasedPacketIsEncapsulated() {
        var nve = queueing()
        var packet = packet()
        _ = nve.forward(&packet, from: .tenant)
        nve.hear(.answer(there), at: .milliseconds(5))
        #expect(nve.forward(&packet, from: .buffer, at: .milliseconds(5)) == .send(.underlay))
        #expect(packet.outerDestination == NodeID(2))
        #expect(packet.segments == 1)
        #expect(packet.flags == .buffered)
    }

    @Test func eachVMHasAQueueOfItsOwn() {
        var nve = queueing(1)
        #expect(nve.send(0) == .held)
        #expect(nve.send(1, to: client) == .held)
        #expect(nve.send(2) == .drop(.bufferOverflow))
        _ = nve.said()
        nve.hear(.answer(entry(client, at: 4)), at: .milliseconds(1))
        #expect(nve.said().last == "1 ms: 1 releases 1: forward")
        #expect(nve.send(3, at: .milliseconds(2)) == .drop(.bufferOverflow), "the other one's is still full")
    }

    @Test func emptiedQueueHasRoomAgain() {
        var nve = queueing(1)
        _ = nve.send(0)
        nve.hear(.negative(entry(web, at: 1)), at: .milliseconds(1))
        #expect(nve.send(1, at: .seconds(2)) == .held)
    }

    @Test("REQ-4.2-17: a push ends the wait as well; the answer after it changes nothing")
    func pushReleasesWhatWaits() {
        var nve = queueing()
        _ = nve.send(0)
        _ = nve.said()
        nve.hear(.push(entry(web, at: 4, sequence: 2)), at: .milliseconds(3))
        #expect(nve.said() == ["3 ms: 1 maps vm7@4#2, was unknown, by push", "3 ms: 1 releases 0: forward"])
        nve.hear(.answer(there), at: .milliseconds(5))
        #expect(nve.said() == [], "it is older")
        var packet = packet()
        _ = nve.forward(&packet, from: .tenant, at: .milliseconds(6))
        #expect(packet.outerDestination == NodeID(4))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [], "but it ends the query")
    }

    @Test func packetsThatWaitGoToTheVMWhenItComesHere() {
        var nve = queueing()
        _ = nve.send(0)
        _ = nve.send(1)
        _ = nve.said()
        nve.hear(.attach(entry(web, at: 1, sequence: 1)), at: .milliseconds(3))
        #expect(nve.said() == ["3 ms: 1 releases 0: deliver to vm7", "3 ms: 1 releases 1: deliver to vm7"])
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [], "nobody need be asked any more")
    }

    @Test("DER-06: a place that has aged away is not known: an older answer leaves the query open")
    func answerOlderThanAnExpiredMapping() {
        var nve = queueing {
            $0.nve.cache.timeout = .milliseconds(10)
            $0.nve.cache.requery = .lazy
        }
        nve.hear(.push(entry(web, at: 4, sequence: 2)))
        #expect(nve.send(0, at: .milliseconds(10)) == .held)
        nve.hear(.push(entry(web, at: 4, sequence: 2)), at: .milliseconds(11))
        _ = nve.said()
        nve.hear(.answer(there), at: .milliseconds(21))
        nve.pass(to: .milliseconds(110))
        #expect(nve.said() == ["110 ms: nve1 tells nva query vm7@1#0"], "it goes on asking")
    }

    /// The NVE has had the VM itself with a newer number than the NVA, whose registration was lost.
    @Test("DER-06: an answer from before the VM's stay here is none")
    func answerOlderThanTheStayIsIgnored() {
        var nve = queueing()
        nve.hear(.attach(entry(web, at: 1, sequence: 3)))
        nve.hear(.leave(web, sequence: 3), at: .milliseconds(1))
        #expect(nve.send(0, at: .milliseconds(2)) == .held)
        _ = nve.said()
        nve.hear(.answer(entry(web, at: 5, sequence: 2)), at: .milliseconds(3))
        #expect(nve.said() == [])
        nve.pass(to: .milliseconds(102))
        #expect(nve.said() == ["102 ms: nve1 tells nva query vm7@1#0"], "it goes on asking")
        nve.pass(to: .seconds(1))
        #expect(nve.said().last == "402 ms: 1 releases 0: drop, no-answer")
    }
}

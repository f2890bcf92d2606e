import Kernel
import Overlay
import Testing

/// Where messages may be lost, departures and what hypervisors say over links are confirmed and repeated, and the NVA
/// is reminded of queries that it holds.
@Suite struct ConfirmedControlTests {
    private let line = "nve1 tells nva deregistration vm7@1#1"

    /// The VM has been at NVE 1 and leaves it, at 0.
    private func left(confirms: Bool = true, retries: UInt32 = 3) -> Dialogue<NVE> {
        var nve = edge {
            $0.confirms = confirms
            $0.nva.onDetach = .hold
            $0.nve.query.timeout = .milliseconds(30)
            $0.nve.query.retries = retries
            $0.invalidate.detectDelay = .zero
        }
        nve.hear(.attach(entry(web, at: 1, sequence: 1)))
        nve.hear(.leave(web, sequence: 1))
        return nve
    }

    @Test("REQ-4.2-08, DER-12: a deregistration is repeated so many times", arguments: [0, 1, 3] as [UInt32])
    func deregistrationIsRepeated(_ retries: UInt32) {
        var nve = left(retries: retries)
        nve.pass(to: .seconds(10))
        #expect(nve.said() == (0...retries).map { "\($0 == 0 ? "0 ps" : "\($0 * 30) ms"): \(line)" })
        #expect(nve.context.timers.pending == 0)
    }

    @Test("REQ-4.2-08: where nothing can be lost it is said once")
    func reliableChannelsNeedNoRepetition() {
        var nve = left(confirms: false)
        nve.pass(to: .seconds(10))
        #expect(nve.said() == ["0 ps: \(line)"])
    }

    @Test("REQ-4.2-08: the reply to it ends that, another does not")
    func replyEndsRepetition() {
        var nve = left()
        nve.hear(.deregistrationReply(entry(web, at: 1, sequence: 0)), at: .milliseconds(10))
        nve.hear(.deregistrationReply(entry(web, at: 1, sequence: 1)), at: .milliseconds(45))
        nve.pass(to: .seconds(10))
        #expect(nve.said() == ["0 ps: \(line)", "30 ms: \(line)"])
        #expect(nve.context.timers.pending == 0)
    }

    @Test("DER-07: a VM that is back is not reported to have left")
    func returnEndsRepetition() {
        var nve = left()
        nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(40))
        nve.pass(to: .seconds(10))
        #expect(nve.said() == ["0 ps: \(line)", "30 ms: \(line)"])
    }

    @Test("DER-12: a departure said again, because its answer was lost, is noticed as the first one was, once")
    func departureSaidTwice() {
        var nve = edge {
            $0.nva.onDetach = .hold
            $0.invalidate.detectDelay = .milliseconds(30)
        }
        nve.hear(.attach(entry(web, at: 1, sequence: 1)))
        nve.hear(.leave(web, sequence: 1))
        nve.hear(.leave(web, sequence: 1), at: .milliseconds(20))
        nve.hear(.leave(web, sequence: 1), at: .milliseconds(50))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == ["30 ms: \(line)"])
    }

    @Test("DER-12: a second departure counts where word of the return in between was lost")
    func returnUnheard() {
        var nve = edge {
            $0.nva.onDetach = .hold
            $0.invalidate.detectDelay = .milliseconds(30)
        }
        nve.hear(.attach(entry(web, at: 1, sequence: 1)))
        nve.hear(.leave(web, sequence: 1))
        nve.hear(.leave(web, sequence: 3), at: .milliseconds(20))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == ["50 ms: nve1 tells nva deregistration vm7@1#3"])
    }

    @Test(
        "REQ-4.2-08: the NVA replies to each, also to one that comes too late to change anything",
        arguments: [true, false])
    func authorityReplies(_ confirms: Bool) {
        var nva = authority {
            $0.confirms = confirms
            $0.nva.onDetach = .hold
        }
        nva.hear(.deregistration(entry(VMID(1 as Int), at: 2)))
        nva.hear(.registration(entry(VMID(1 as Int), at: 3, sequence: 1)), at: .milliseconds(1))
        nva.hear(.deregistration(entry(VMID(1 as Int), at: 2)), at: .milliseconds(2))
        nva.pass(to: .seconds(1))
        let replies = nva.said().filter { $0.contains("deregistration-reply") }.count
        #expect(replies == (confirms ? 2 : 0))
        #expect(nva.node.directory[1].locator == NodeID(3))
    }

    @Test(
        "DER-12: the NVA is reminded of a query that it holds, for its answer may have got lost",
        arguments: [true, false])
    func heldQueriesAreAskedAgain(_ confirms: Bool) {
        var nve = edge {
            $0.confirms = confirms
            $0.nve.miss = .queryQueue
            $0.nve.query.timeout = .milliseconds(30)
            $0.nva.holdTimeout = .seconds(5)
        }
        _ = nve.send()
        nve.hear(.pending(entry(web, at: 1)), from: .nva, at: .milliseconds(10))
        nve.pass(to: .milliseconds(100))
        let times = nve.said().filter { $0.contains("query") }.map { $0.prefix { $0 != ":" } }
        // Held from 10 ms on it waits for 30 ms, then as long as for any answer.
        #expect(times == (confirms ? ["0 ps", "40 ms", "70 ms", "100 ms"] : ["0 ps"]))
    }
}

/// Hypervisors and what they wait for from NVEs in switches.
@Suite struct AccessStationsTests {
    private var context = Context(random: RandomSource(seed: 1, run: 1))
    private var stations: AccessStations

    init() {
        var query = QueryConfiguration()
        (query.timeout, query.retries) = (.milliseconds(20), 2)
        stations = AccessStations(query: query)
    }

    @Test("REQ-4.2-08: an association is said again so many times")
    mutating func isRepeated() {
        let record = entry(web, at: 1, sequence: 3)
        stations.said(.associate(record), at: NodeID(1), now: .zero, in: &context)
        for time in [20, 40] as [Int64] {
            let again = stations.timedOut(web, at: NodeID(1), now: .zero + .milliseconds(time), in: &context)
            #expect(again == .associate(record))
        }
        #expect(stations.timedOut(web, at: NodeID(1), now: .zero + .milliseconds(60), in: &context) == nil)
        #expect(stations.timedOut(web, at: NodeID(1), now: .zero + .milliseconds(80), in: &context) == nil)
    }

    @Test("REQ-4.2-08: its answer ends that, an answer to an older word does not")
    mutating func isConfirmed() {
        let record = entry(web, at: 1, sequence: 3)
        stations.said(.associate(record), at: NodeID(1), now: .zero, in: &context)
        stations.confirmed(.associateReply(entry(web, at: 1, sequence: 2)), in: &context)
        stations.confirmed(.associateReply(entry(web, at: 2, sequence: 3)), in: &context)
        #expect(stations.timedOut(web, at: NodeID(1), now: .zero, in: &context) != nil)
        stations.confirmed(.associateReply(record), in: &context)
        #expect(stations.timedOut(web, at: NodeID(1), now: .zero, in: &context) == nil)
    }

    @Test("DER-07: the last word about a VM at a host counts")
    mutating func lastWordCounts() {
        stations.said(.associate(entry(web, at: 1, sequence: 3)), at: NodeID(1), now: .zero, in: &context)
        let departure = Message.deassociate(
            Departure(record: entry(web, at: 1, sequence: 3), redirectTo: .none))
        stations.said(departure, at: NodeID(1), now: .zero + .milliseconds(5), in: &context)
        // The answer to the word before says nothing about it.
        stations.confirmed(.associateReply(entry(web, at: 1, sequence: 3)), in: &context)
        #expect(stations.timedOut(web, at: NodeID(1), now: .zero + .milliseconds(25), in: &context) == departure)
        stations.confirmed(.deassociateReply(entry(web, at: 1, sequence: 3)), in: &context)
        #expect(stations.timedOut(web, at: NodeID(1), now: .zero + .milliseconds(45), in: &context) == nil)
    }
}

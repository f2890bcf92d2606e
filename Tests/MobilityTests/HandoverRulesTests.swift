import Kernel
import Mobility
import Overlay
import Testing

/// What the VM manager says besides detach and attach, by its rules.
@Suite struct HandoverRulesTests {
    private let web = VMID(7 as UInt32)
    private let number = MoveID(4 as UInt32)
    private var context = Context(random: RandomSource(seed: 1, run: 0))

    private func move(to host: Int = 2, _ rules: MoveRules) -> Handover {
        Handover(
            id: number, vm: web, to: NodeID(host), announcement: AnnounceConfiguration(), rules: rules)
    }

    private func record(at host: Int, sequence: UInt32) -> MappingRecord {
        MappingRecord(
            network: NetworkID(0 as UInt32), vm: web, hardware: EndpointID(14 as UInt32),
            address: EndpointID(15 as UInt32), locator: NodeID(host), sequence: sequence, move: number)
    }

    private func milliseconds(_ count: Int64) -> Instant { .zero + .milliseconds(count) }

    /// What the VM manager has said since the last call; facts apart.
    private mutating func said() -> [String] {
        defer { context.clear() }
        return context.outbox[..<context.effectCount].compactMap { effect in
            switch effect {
            case .tell(let party, let message, .vmManager, let delay):
                "\(words(party)) <- \(words(message))" + (delay == .zero ? "" : " after \(delay)")
            case .record: nil
            default: "unexpected: \(effect)"
            }
        }
    }

    private func words(_ party: Party) -> String {
        if case .nve(let node) = party { "nve\(node.index)" } else { "\(party)" }
    }

    private func words(_ message: Message) -> String {
        let text = "\(message.kind.name) \(message.record.locator.index)#\(message.record.sequence)"
        switch message {
        case .detach(let departure), .moveRequest(let departure):
            return text + (departure.redirectTo == .none ? "" : " to \(departure.redirectTo.index)")
        default: return text
        }
    }

    // MARK: - At the detach

    @Test(
        "REQ-5-03, REQ-5-06, REQ-4.2-24: each rule adds its own words to the detach",
        arguments: [
            (MoveRules(), ["nve1 <- detach 1#3", "nve2 <- expect 1#3"]),
            (MoveRules(namesNewPlace: true), ["nve1 <- detach 1#3 to 2", "nve2 <- expect 1#3"]),
            (MoveRules(buffersAtNewNVE: true), ["nve1 <- detach 1#3", "nve2 <- expect 1#3"]),
            (
                MoveRules(invalidationDelay: .milliseconds(5)),
                ["nve1 <- detach 1#3", "nve2 <- expect 1#3", "nva <- invalidation-request 1#3 after 5 ms"]
            ),
            (
                MoveRules(invalidationDelay: .zero),
                ["nve1 <- detach 1#3", "nve2 <- expect 1#3", "nva <- invalidation-request 1#3"]
            ),
            (
                MoveRules(namesNewPlace: true, buffersAtNewNVE: true, invalidationDelay: .milliseconds(1)),
                ["nve1 <- detach 1#3 to 2", "nve2 <- expect 1#3", "nva <- invalidation-request 1#3 after 1 ms"]
            ),
        ] as [(MoveRules, [String])])
    mutating func rulesAddToTheDetach(_ rules: MoveRules, _ words: [String]) {
        var move = move(rules)
        let isDown = move.begin(present: record(at: 1, sequence: 3), in: &context)
        #expect(isDown)
        #expect(said() == words)
        #expect(move.finish(now: milliseconds(322), in: &context) == milliseconds(322))
        #expect(said() == ["nve2 <- attach 2#4"], "the attach is the same with all")
    }

    // MARK: - The old NVE is asked first

    @Test("OLD-5-01: the old NVE is told of the new place through the NVA; the VM detaches when it has been")
    mutating func oldNVEIsAskedFirst() {
        var move = move(MoveRules(asksOldNVE: true, namesNewPlace: true, buffersAtNewNVE: true))
        let isDown = move.begin(present: record(at: 1, sequence: 3), in: &context)
        #expect(!isDown, "a message will say when")
        #expect(move.state == .announced)
        #expect(said() == ["nva <- move-request 1#3 to 2"], "the VM runs on")
        move.detach(in: &context)
        #expect(move.state == .down)
        #expect(said() == ["nve1 <- detach 1#3 to 2", "nve2 <- expect 1#3"])
        #expect(move.finish(now: milliseconds(329), in: &context) == milliseconds(329))
        #expect(move.state == .completed)
    }

    /// By this number its messages are counted to the move.
    @Test mutating func requestNamesTheMove() {
        var move = move(MoveRules(asksOldNVE: true, namesNewPlace: true))
        _ = move.begin(present: record(at: 1, sequence: 3), in: &context)
        guard case .tell(.nva, .moveRequest(let departure), _, _) = context.outbox[0] else {
            Issue.record("said \(context.outbox[0])")
            return
        }
        #expect(departure.record.move == number)
    }

    @Test("case C01: a pause in place tells the old NVE nothing else, whatever the rules")
    mutating func pauseInPlaceNeedsNoRules() {
        let all = MoveRules(
            asksOldNVE: true, namesNewPlace: true, buffersAtNewNVE: true, invalidationDelay: .milliseconds(5))
        var move = move(to: 1, all)
        let isDown = move.begin(present: record(at: 1, sequence: 3), in: &context)
        #expect(isDown)
        #expect(said() == ["nve1 <- pause 1#3"])
        _ = move.finish(now: milliseconds(322), in: &context)
        #expect(said() == ["nve1 <- resume 1#3"])
    }

    // MARK: - NVEs in switches

    @Test("REQ-1-08: the NVE of the host is told, and packets are sent after the VM to an NVE")
    mutating func tellsTheNVEOfTheHost() {
        // Hosts 2 and 3 are at switch 20, host 5 at switch 21.
        var move = Handover(
            id: number, vm: web, to: NodeID(5), nve: NodeID(21), announcement: AnnounceConfiguration(),
            rules: MoveRules(namesNewPlace: true, buffersAtNewNVE: true))
        var present = record(at: 20, sequence: 4)
        present.port = NodeID(2)
        #expect(move.begin(present: present, in: &context))
        guard case .tell(.nve(NodeID(20)), .detach(let departure), _, _) = context.outbox[0],
            case .tell(.nve(NodeID(21)), .expect, _, _) = context.outbox[1],
            case .record(.detached(_, _, node: NodeID(2), nve: NodeID(20), inPlace: false, _)) = context.outbox[2]
        else {
            Issue.record("said \(context.outbox.prefix(context.effectCount))")
            return
        }
        #expect(departure.redirectTo == NodeID(21) && departure.record.port == NodeID(2))
        context.clear()
        _ = move.finish(now: milliseconds(322), in: &context)
        guard case .tell(.nve(NodeID(21)), .attach(let record), _, _) = context.outbox[0] else {
            Issue.record("said \(context.outbox.prefix(context.effectCount))")
            return
        }
        #expect(record.locator == NodeID(21) && record.port == NodeID(5) && record.sequence == 5)
    }

    @Test("C12: to another host of the same NVE is a move; to the same host is a pause")
    mutating func otherPortIsAMove() {
        for (host, isPause) in [(2, true), (3, false)] {
            var move = Handover(
                id: number, vm: web, to: NodeID(host), nve: NodeID(20),
                announcement: AnnounceConfiguration(), rules: MoveRules())
            var present = record(at: 20, sequence: 4)
            present.port = NodeID(2)
            _ = move.begin(present: present, in: &context)
            guard case .tell(.nve(NodeID(20)), let message, _, _) = context.outbox[0] else {
                Issue.record("said \(context.outbox.prefix(context.effectCount))")
                return
            }
            #expect(message.kind == (isPause ? .pause : .detach))
            context.clear()
        }
    }
}

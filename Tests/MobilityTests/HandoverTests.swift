import Kernel
import Mobility
import Overlay
import Testing

/// A handover as its dialogue with the world: what it is asked, when it goes on, what it has said.
@Suite struct HandoverTests {
    private let web = VMID(7 as UInt32)
    private var context = Context(random: RandomSource(seed: 1, run: 0))

    private func move(
        to host: Int = 2, preinstalls: Bool = false, _ change: (inout AnnounceConfiguration) -> Void = { _ in }
    ) -> Handover {
        var announcement = AnnounceConfiguration()
        change(&announcement)
        return Handover(
            id: MoveID(4 as UInt32), vm: web, to: NodeID(host), announcement: announcement,
            rules: MoveRules(namesNewPlace: preinstalls))
    }

    /// The VM's directory entry behind a host.
    private func record(at host: Int, sequence: UInt32, move: MoveID = .none) -> MappingRecord {
        MappingRecord(
            network: NetworkID(0 as UInt32), vm: web, hardware: EndpointID(14 as UInt32),
            address: EndpointID(15 as UInt32), locator: NodeID(host), sequence: sequence, move: move)
    }

    private func milliseconds(_ count: Int64) -> Instant { .zero + .milliseconds(count) }

    /// What the move has asked for since the last call, as `party <- message` and facts.
    private mutating func said() -> [String] {
        defer { context.clear() }
        return context.outbox[..<context.effectCount].map { effect in
            switch effect {
            case .tell(.nve(let node), let message, let sender, let delay):
                "nve\(node.index) <- \(words(message)) from \(sender == .vmManager ? "manager" : "vm") after \(delay)"
            case .record(.detached(let move, let vm, let node, _, let inPlace, _)):
                "move \(move.index): vm\(vm.index) left \(node.index)\(inPlace ? " in place" : "")"
            case .record(.attached(let move, let vm, let node, _, let inPlace)):
                "move \(move.index): vm\(vm.index) runs at \(node.index)\(inPlace ? " in place" : "")"
            default: "unexpected: \(effect)"
            }
        }
    }

    private func words(_ message: Message) -> String {
        let record = message.record
        var text = "\(message.kind.name) \(record.locator.index)#\(record.sequence)"
        if case .detach(let departure) = message, departure.redirectTo != .none {
            text += " redirect to \(departure.redirectTo.index)"
        }
        return text
    }

    // MARK: - From one host to another

    @Test("REQ-7-08, REQ-7-16: detach, attach, announcement")
    mutating func detachesAttachesAnnounces() {
        var move = move()
        #expect(move.state == .requested)
        let present = record(at: 1, sequence: 0)
        #expect(move.begin(present: present, in: &context), "it detaches at once")
        #expect(move.state == .down)
        #expect(
            said() == [
                "nve1 <- detach 1#0 from manager after 0 ps", "nve2 <- expect 1#0 from manager after 0 ps",
                "move 4: vm7 left 1",
            ])
        #expect(move.finish(now: milliseconds(322), in: &context) == milliseconds(322), "announced at once")
        #expect(move.state == .completed)
        #expect(said() == ["nve2 <- attach 2#1 from manager after 0 ps", "move 4: vm7 runs at 2"])
        let there = record(at: 2, sequence: 1)
        #expect(move.announce(present: there, now: milliseconds(322), in: &context) == nil, "once is enough")
        #expect(said() == ["nve2 <- gratuitous-arp 2#1 from vm after 0 ps"])
        #expect(move.announced == 1)
    }

    @Test("REQ-5-06: the VM manager may install the new place at the old NVE")
    mutating func redirectIsPreinstalled() {
        var move = move(preinstalls: true)
        _ = move.begin(present: record(at: 1, sequence: 0), in: &context)
        #expect(said().first == "nve1 <- detach 1#0 redirect to 2 from manager after 0 ps")
    }

    @Test("DER-06: each attachment raises the VM's sequence number by one")
    mutating func sequenceGrowsWithTheAttachment() {
        var move = move(to: 5)
        _ = move.begin(present: record(at: 1, sequence: 41), in: &context)
        _ = move.finish(now: milliseconds(322), in: &context)
        #expect(said().contains("nve5 <- attach 5#42 from manager after 0 ps"))
    }

    /// By this number messages are counted to the move that caused them.
    @Test mutating func messagesAfterTheMoveNameIt() throws {
        var move = move()
        _ = move.begin(present: record(at: 1, sequence: 0), in: &context)
        context.clear()
        _ = move.finish(now: milliseconds(322), in: &context)
        guard case .tell(_, .attach(let attached), _, _) = context.outbox[0] else {
            Issue.record("said \(context.outbox[0])")
            return
        }
        #expect(attached == record(at: 2, sequence: 1, move: MoveID(4 as UInt32)))
    }

    // MARK: - In place

    @Test("case C01: a move to where the VM is already pauses it", arguments: [false, true])
    mutating func moveInPlacePausesAndResumes(_ preinstalls: Bool) {
        var move = move(to: 1, preinstalls: preinstalls)
        let present = record(at: 1, sequence: 3)
        #expect(move.begin(present: present, in: &context), "it detaches at once")
        #expect(said() == ["nve1 <- pause 1#3 from manager after 0 ps", "move 4: vm7 left 1 in place"])
        #expect(move.finish(now: milliseconds(322), in: &context) == milliseconds(322))
        #expect(said() == ["nve1 <- resume 1#3 from manager after 0 ps", "move 4: vm7 runs at 1 in place"])
        #expect(move.announce(present: present, now: milliseconds(322), in: &context) == nil)
        #expect(said() == ["nve1 <- gratuitous-arp 1#3 from vm after 0 ps"], "an announcement is made all the same")
    }

    // MARK: - Announcements

    /// A move from host 1 to host 2 that has just attached at 322 ms; the answer of `finish`.
    private mutating func attached(_ move: inout Handover) -> Instant? {
        _ = move.begin(present: record(at: 1, sequence: 0), in: &context)
        let due = move.finish(now: milliseconds(322), in: &context)
        context.clear()
        return due
    }

    @Test("REQ-4.2-05: count, delay and interval of announcements")
    mutating func announcementsComeAtTheirTimes() throws {
        var move = move {
            $0.delay = .milliseconds(3)
            $0.count = 3
            $0.interval = .milliseconds(50)
        }
        var due = attached(&move)
        var times: [Instant] = []
        while let now = due, times.count < 10 {
            times.append(now)
            due = move.announce(present: record(at: 2, sequence: 1), now: now, in: &context)
            #expect(said() == ["nve2 <- gratuitous-arp 2#1 from vm after 0 ps"])
        }
        #expect(times == [325, 375, 425].map(milliseconds))
        #expect(move.announced == 3)
    }

    @Test("REQ-4.2-05: without announcements the new place stays unknown")
    mutating func noAnnouncementIsMade() {
        var move = move { $0.kind = .none }
        #expect(attached(&move) == nil)
        #expect(move.announced == 0)
    }

    /// Where the VM is when a later announcement of this move falls due.
    @Test(
        "DER-07: a VM that is not where this move put it announces nothing for it",
        arguments: [(nil, nil), (3, 2), (1, 2), (2, 3)] as [(Int?, UInt32?)])
    mutating func announcementIsOmittedElsewhere(_ host: Int?, _ sequence: UInt32?) {
        var move = move { $0.count = 2 }
        _ = attached(&move)
        var present: MappingRecord?
        if let host, let sequence { present = record(at: host, sequence: sequence) }
        let next = move.announce(present: present, now: milliseconds(322), in: &context)
        #expect(said() == [])
        #expect(next == milliseconds(1_322), "its time comes again: the VM may only be paused")
        #expect(move.announce(present: record(at: 2, sequence: 1), now: milliseconds(1_322), in: &context) == nil)
        #expect(said() == ["nve2 <- gratuitous-arp 2#1 from vm after 0 ps"])
    }
}

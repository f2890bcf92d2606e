import Kernel
import Testing

@testable import Overlay

/// Whom the NVA pushes a change (REQ-4.4-06, DEC-11).
@Suite struct NVAAudienceTests {
    private func moved(_ vm: Int = 0, to nve: Int, sequence: UInt32 = 1) -> Message {
        .registration(entry(VMID(vm), at: nve, sequence: sequence))
    }

    private func query(_ vm: Int = 0, from nve: Int) -> Message { .query(entry(VMID(vm), at: nve)) }

    private func communicating(_ change: (inout Rules) -> Void = { _ in }) -> Dialogue<NVA> {
        authority {
            $0.nva.pushTargets = .communicating
            change(&$0)
        }
    }

    /// The NVEs that are pushed a move, in order, until a second later.
    private func pushed(_ nva: inout Dialogue<NVA>, _ message: Message, at time: Duration) -> [Int] {
        nva.pass(to: time)
        _ = nva.said()
        nva.hear(message, at: time)
        nva.pass(to: time + .seconds(1))
        return nva.said().compactMap { line in
            guard let words = line.split(separator: ": ").last, words.contains("push") else { return nil }
            return Int(words.split(separator: " ")[2].dropFirst("nve".count))
        }
    }

    @Test func allAndMembers() {
        var all = authority { $0.nva.pushTargets = .all }
        #expect(pushed(&all, moved(to: 3), at: .zero) == [0, 1, 2, 4, 5, 6, 7, 8, 9])
        var members = authority { $0.nva.pushTargets = .members }
        #expect(pushed(&members, moved(to: 3), at: .zero) == [1, 2, 5])
    }

    @Test("REQ-4.4-06: who has nothing to do with a VM is not told that it moved")
    func nobodyCommunicates() {
        var nva = communicating()
        nva.hear(query(1, from: 8))
        #expect(pushed(&nva, moved(to: 3), at: .seconds(1)) == [], "a query for another VM")
    }

    @Test("DEC-11: who asked, who was told, and who knew it from the start is told, in push order")
    func communicatingNVEsAreTold() {
        var nva = communicating()
        nva.node.note(NodeID(6), of: VMID(0 as Int))
        nva.hear(query(from: 8))
        nva.hear(query(from: 4))
        #expect(pushed(&nva, moved(to: 3), at: .seconds(1)) == [4, 6, 8])
        #expect(pushed(&nva, moved(to: 4, sequence: 2), at: .seconds(10)) == [6, 8], "but not who registers")
        #expect(pushed(&nva, moved(to: 3, sequence: 3), at: .seconds(20)) == [4, 6, 8])
    }

    @Test("DEC-11: interest is kept by VM")
    func interestIsKeptByVM() {
        var nva = communicating()
        for (vm, node) in [(0, 5), (1, 6), (2, 7)] { nva.hear(query(vm, from: node)) }
        for vm in 0..<3 { #expect(pushed(&nva, moved(vm, to: 3), at: .seconds(5 * Int64(vm) + 5)) == [5 + vm]) }
    }

    @Test("DEC-11: a query without an answer shows interest as well")
    func refusedQueryShowsInterest() {
        var nva = communicating { $0.nva.onDetach = .withdraw }
        nva.hear(.deregistration(entry(VMID(0 as Int), at: 2)))
        nva.hear(query(from: 8))
        #expect(pushed(&nva, moved(to: 3), at: .seconds(1)) == [8])
    }

    /// NVE 8 asked at 0 (end of service 20 us) and forgets after 2 s.
    @Test("DEC-11: with a hard timeout interest ends when the NVE has forgotten", arguments: [0, 1] as [Int64])
    func interestExpires(_ early: Int64) {
        var nva = communicating { $0.memory = .seconds(2) }
        nva.hear(query(from: 8))
        let told = pushed(&nva, moved(to: 3), at: .seconds(2) - Duration(picoseconds: early))
        #expect(told == (early == 1 ? [8] : []))
    }

    @Test("DEC-11: each push and each answer renews interest")
    func interestIsRenewed() {
        var nva = communicating { $0.memory = .seconds(20) }
        nva.node.note(NodeID(8), of: VMID(0 as Int))
        #expect(pushed(&nva, moved(to: 3), at: .seconds(15)) == [8])
        #expect(pushed(&nva, moved(to: 4, sequence: 2), at: .seconds(30)) == [8])
        nva.hear(query(from: 8), at: .seconds(45))
        #expect(pushed(&nva, moved(to: 3, sequence: 3), at: .seconds(60)) == [8])
        #expect(pushed(&nva, moved(to: 4, sequence: 4), at: .seconds(81)) == [])
    }

    @Test("DEC-06, DEC-11: who is answered from hold gets its push as well, however long it was held")
    func heldAnswerRenewsInterest() {
        var nva = communicating { $0.memory = .seconds(2) }
        nva.hear(.deregistration(entry(VMID(0 as Int), at: 2)))
        nva.hear(query(from: 8))
        nva.pass(to: .seconds(10))
        _ = nva.said()
        nva.hear(moved(to: 3), at: .seconds(10))
        nva.pass(to: .seconds(11))
        #expect(
            nva.said() == [
                "10.00002 s: in force vm0@3#1", "10.00002 s: nva tells nve8 answer vm0@3#1",
                "10.00002 s: nva tells nve3 registration-reply vm0@3#1", "10.00002 s: nva tells nve8 push vm0@3#1",
            ])
    }
}

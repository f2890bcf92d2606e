import Kernel
import Overlay
import Testing

/// The NVE answers questions for MAC addresses in the place of the VMs that have them, and asks the NVA where it must.
@Suite struct NVENeighbourTests {
    private let there = entry(web, at: 2, sequence: 1)
    /// It says for which endpoint it asks: the IP address.
    private let asked = "nve1 tells nva query vm7@1#0"

    /// What a guest knows: the IP address.
    private func question(_ vm: VMID = web) -> MappingRecord {
        MappingRecord(
            network: .unknown, vm: vm, hardware: .none, address: Endpoints.address(of: vm), locator: .none,
            sequence: 0, move: .none)
    }

    private func reply(_ kind: String, _ asker: Int = 3, _ vm: Int = 7) -> String {
        "nve1 tells vm\(asker) \(kind) vm\(vm)@\(NodeID.none.index)#0"
    }

    private func asking(_ change: (inout Rules) -> Void = { _ in }) -> Dialogue<NVE> {
        edge {
            $0.nve.miss = .queryDrop
            change(&$0)
        }
    }

    @Test("REQ-4.2-17, DER-18: what it knows it answers itself, in the family of the question")
    func proxyAnswers() {
        var nve = asking()
        nve.node.preload(there)
        nve.hear(.arpRequest(question()), from: .vm(client))
        nve.hear(.neighbourSolicitation(question()), from: .vm(client), at: .milliseconds(1))
        #expect(
            nve.said() == ["0 ps: \(reply("arp-reply"))", "1 ms: \(reply("neighbour-advertisement"))"])
    }

    @Test func replyNamesTheMACAddress() {
        var nve = asking().node
        nve.preload(there)
        var context = Context(random: RandomSource(seed: 1, run: 0))
        nve.handle(.message(.arpRequest(question()), from: .vm(client)), now: .zero, in: &context)
        guard case .tell(.vm(client), .arpReply(let answer), from: .nve(nve.node), after: .zero) = context.outbox[0]
        else {
            Issue.record("said \(context.outbox[0])")
            return
        }
        #expect(answer.hardware == Endpoints.hardware(of: web) && answer.address == Endpoints.address(of: web))
    }

    @Test("DER-18: an unknown address costs one query, whose answer serves guest and packet")
    func unknownIsAskedFor() {
        var nve = asking()
        nve.hear(.arpRequest(question()), from: .vm(client))
        nve.hear(.arpRequest(question()), from: .vm(VMID(4 as UInt32)), at: .milliseconds(1))
        nve.hear(.arpRequest(question()), from: .vm(client), at: .milliseconds(2))
        #expect(nve.said() == ["0 ps: \(asked)"], "one query for all who ask")
        nve.hear(.answer(there), at: .milliseconds(5))
        #expect(
            nve.said() == [
                "5 ms: 1 maps vm7@2#1, was unknown, by answer", "5 ms: \(reply("arp-reply"))",
                "5 ms: \(reply("arp-reply", 4))",
            ], "and each is answered once")
        #expect(nve.send(at: .milliseconds(6)) == .send(.underlay))
        nve.pass(to: .seconds(100))
        #expect(nve.said() == [] && nve.context.timers.pending == 0)
    }

    @Test("DER-18: a push answers as well")
    func pushAnswers() {
        var nve = asking()
        nve.hear(.neighbourSolicitation(question()), from: .vm(client))
        nve.hear(.push(there), at: .milliseconds(3))
        #expect(nve.said().last == "3 ms: \(reply("neighbour-advertisement"))")
        nve.pass(to: .seconds(100))
        #expect(nve.said() == [] && nve.context.timers.pending == 0, "the query is over")
    }

    @Test("DER-12: the query is repeated like any other, and then nobody is answered")
    func noAnswer() {
        var nve = asking { $0.nve.query.retries = 1 }
        nve.hear(.arpRequest(question()), from: .vm(client))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == ["0 ps: \(asked)", "100 ms: \(asked)"])
        nve.hear(.answer(there), at: .seconds(2))
        #expect(nve.said() == ["2 s: 1 maps vm7@2#1, was unknown, by answer"], "it is too late for the guest")
    }

    @Test("REQ-4.4-04: while a negative answer stands, questions go unanswered")
    func negativeAnswer() {
        var nve = asking { $0.nva.negativeLifetime = .seconds(1) }
        nve.hear(.arpRequest(question()), from: .vm(client))
        var refused = question()
        (refused.hardware, refused.locator) = (Endpoints.address(of: web), NodeID(1))
        nve.hear(.negative(refused), at: .milliseconds(5))
        nve.hear(.arpRequest(question()), from: .vm(client), at: .milliseconds(1_004))
        #expect(nve.said() == ["0 ps: \(asked)"])
        nve.hear(.arpRequest(question()), from: .vm(client), at: .milliseconds(1_005))
        #expect(nve.said() == ["1.005 s: \(asked)"])
    }

    @Test func dropAsksNobodyForAddressesEither() {
        var nve = edge()
        nve.hear(.arpRequest(question()), from: .vm(client))
        #expect(nve.said() == [])
    }

    @Test("OLD-4.1-01, DEC-05: an entry outlives the mapping: after an invalidation the proxy still knows the MAC")
    func neighbourOutlivesMapping() {
        var nve = asking()
        nve.node.preload(there)
        nve.hear(.invalidate(there), at: .milliseconds(1))
        nve.hear(.arpRequest(question()), from: .vm(client), at: .milliseconds(2))
        #expect(nve.said() == ["1 ms: 1 forgets vm7, invalidated", "2 ms: \(reply("arp-reply"))"])
        #expect(nve.send(at: .milliseconds(3)) == .drop(.awaitingAnswer))
    }
}

import Kernel
import Overlay
import Testing

/// How busy the NVA is and how many messages wait for it: exact sums, also in the middle of something.
@Suite struct ServerLoadTests {
    private func registration(_ vm: Int, at nve: Int) -> Message {
        .registration(entry(VMID(vm), at: nve, sequence: 1))
    }

    private func us(_ time: Int64) -> Instant { .zero + .microseconds(time) }
    private func sum(_ microseconds: Int128) -> Int128 { microseconds * 1_000_000 }

    /// Service takes 20 us. At 0 one comes, at 5 us two more, which wait 15 and 35 us; at 200 us one that does not.
    @Test("REQ-4.2-07: waits are the time from arrival to the beginning of service")
    func waits() {
        var nva = authority { $0.nva.distribution = .none }
        nva.hear(registration(2, at: 3))
        nva.hear(registration(0, at: 3), at: .microseconds(5))
        nva.hear(registration(1, at: 5), at: .microseconds(5))
        #expect(nva.node.load.waitingMost == 2)
        nva.pass(to: .microseconds(30))
        let middle = nva.node.load
        #expect((middle.handled, middle.busy(until: us(30))) == (1, .microseconds(30)))
        #expect(middle.waits(until: us(30)) == sum(15 + 25))
        nva.hear(registration(0, at: 1), at: .microseconds(200))
        nva.pass(to: .seconds(1))
        let load = nva.node.load
        #expect((load.handled, load.waitingMost, load.lastBusy) == (4, 2, us(220)))
        #expect(load.busy(until: us(1_000_000)) == .microseconds(80))
        #expect(load.waits(until: us(1_000_000)) == sum(50))
    }

    /// 20 us of service, 5 us for the reply, 3 us for each of three pushes: the next one begins after 34 us.
    @Test("REQ-4.2-07: replies and pushes keep the server, and messages wait for them")
    func repliesAndPushes() {
        var nva = authority {
            $0.nva.costs.reply = .microseconds(5)
            $0.nva.costs.push = .microseconds(3)
        }
        nva.hear(registration(0, at: 3))
        nva.hear(registration(1, at: 2), at: .microseconds(25))
        #expect(nva.node.load.waitingMost == 1)
        let middle = nva.node.load
        #expect(middle.busy(until: us(30)) == .microseconds(30))
        #expect(middle.waits(until: us(30)) == sum(5))
        #expect(middle.lastBusy == us(54))
        nva.pass(to: .seconds(1))
        // VM 1 is where it was: a reply, and nothing to push.
        #expect(nva.node.load.busy(until: us(1_000_000)) == .microseconds(20 + 5 + 9 + 20 + 5))
        #expect(nva.node.load.waits(until: us(1_000_000)) == sum(9))
    }

    @Test func idleServerHasNoLoad() {
        let load = authority().node.load
        #expect((load.handled, load.waitingMost, load.lastBusy) == (0, 0, .zero))
        #expect(load.busy(until: us(5)) == .zero && load.waits(until: us(5)) == 0)
    }
}

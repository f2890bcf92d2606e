import Kernel
import Overlay
import Testing

/// A registration is repeated until the NVA replies.
@Suite struct NVERegistrationTests {
    private let here = entry(web, at: 1, sequence: 1)
    private let line = "nve1 tells nva registration vm7@1#1"

    /// The VM came to NVE 1 and announced itself, at 0.
    private func announced(_ change: (inout Rules) -> Void = { _ in }) -> Dialogue<NVE> {
        var nve = edge(change)
        nve.hear(.attach(here))
        nve.hear(.gratuitousARP(here))
        return nve
    }

    @Test("REQ-4.2-08, DER-12: it is repeated so many times", arguments: [0, 2, 3] as [UInt32])
    func registrationIsRepeated(_ retries: UInt32) {
        var nve = announced {
            $0.nve.query.timeout = .milliseconds(30)
            $0.nve.query.retries = retries
        }
        nve.pass(to: .seconds(10))
        #expect(nve.said() == (0...retries).map { "\($0 == 0 ? "0 ps" : "\($0 * 30) ms"): \(line)" })
        #expect(nve.context.timers.pending == 0)
    }

    @Test("REQ-4.2-08: the reply ends that")
    func replyEndsRepetition() {
        var nve = announced()
        nve.hear(.registrationReply(here), at: .milliseconds(150))
        nve.pass(to: .seconds(10))
        #expect(nve.said() == ["0 ps: \(line)", "100 ms: \(line)"])
    }

    @Test func replyToAnotherRegistrationDoesNot() {
        var nve = announced()
        nve.hear(.registrationReply(entry(web, at: 1, sequence: 0)), at: .milliseconds(50))
        nve.hear(.registrationReply(entry(client, at: 1, sequence: 1)), at: .milliseconds(50))
        nve.pass(to: .milliseconds(100))
        #expect(nve.said() == ["0 ps: \(line)", "100 ms: \(line)"])
    }

    @Test func nextAnnouncementBeginsAnew() {
        var nve = announced { $0.nve.query.retries = 1 }
        nve.hear(.gratuitousARP(here), at: .milliseconds(40))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == ["0 ps", "40 ms", "140 ms"].map { "\($0): \(line)" })
    }

    @Test("DER-07: a VM that has left is registered no more")
    func departureEndsRepetition() {
        var nve = announced()
        nve.hear(.leave(web, sequence: 1), at: .milliseconds(60))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == ["0 ps: \(line)"])
    }
}

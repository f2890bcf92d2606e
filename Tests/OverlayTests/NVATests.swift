import Kernel
import Overlay
import Testing

/// The NVA as a server of registrations, replies and pushes: everything at its exact instant.
@Suite struct NVATests {
    /// Three VMs behind NVE 2; pushes of network 0 go to NVEs 1, 2, 3, 5, in this order.
    private func authority(
        registration: Int64 = 20, reply: Int64 = 0, push: Int64 = 0, spacing: Int64 = 2,
        distribution: NVAConfiguration.Distribution = .push, at place: NVESettings.Authority = .outOfBand(.zero)
    ) -> Dialogue<NVA> {
        var nva = NVAConfiguration()
        nva.costs.registration = .microseconds(registration)
        nva.costs.reply = .microseconds(reply)
        nva.costs.push = .microseconds(push)
        nva.costs.spacing = .microseconds(spacing)
        nva.distribution = distribution
        let directory = ContiguousArray((0..<3).map { entry(VMID($0 as Int), at: 2) })
        let audience = Audience(
            all: (0..<10).map { NodeID($0 as Int) }, members: [[1, 2, 3, 5].map { NodeID($0 as Int) }], tracksVMs: 0,
            memory: nil)
        return Dialogue(
            NVA(
                settings: NVASettings(place: place, nva: nva, invalidate: InvalidateConfiguration()),
                directory: directory, audience: audience))
    }

    /// A registration: which VM is where now.
    private func registration(_ vm: Int, at nve: Int, sequence: UInt32 = 1) -> Message {
        .registration(entry(VMID(vm), at: nve, sequence: sequence))
    }

    /// What the NVA has said in its first second, with instants.
    private func transcript(_ nva: inout Dialogue<NVA>) -> [String] {
        nva.pass(to: .seconds(1))
        return nva.said()
    }

    // MARK: - Service

    @Test("REQ-4.2-07: a registration is in force after its service time, then answered, then pushed")
    func registrationIsHandled() {
        var nva = authority()
        nva.hear(registration(0, at: 3), at: .microseconds(100))
        #expect(
            transcript(&nva) == [
                "120 us: in force vm0@3#1",
                "120 us: nva tells nve3 registration-reply vm0@3#1",
                "120 us: nva tells nve1 push vm0@3#1",
                "122 us: nva tells nve2 push vm0@3#1",
                "124 us: nva tells nve5 push vm0@3#1",
            ])
        #expect(nva.node.directory[0] == entry(VMID(0 as Int), at: 3, sequence: 1))
        #expect(nva.node.directory[1] == entry(VMID(1 as Int), at: 2))
    }

    @Test func registrationsAreServedInTheirOrder() {
        var nva = authority(distribution: .none)
        nva.hear(registration(2, at: 3))
        nva.hear(registration(0, at: 3), at: .microseconds(5))
        nva.hear(registration(1, at: 5), at: .microseconds(5))
        nva.hear(registration(0, at: 1, sequence: 2), at: .microseconds(200))
        #expect(
            transcript(&nva).filter { $0.contains("in force") } == [
                "20 us: in force vm2@3#1", "40 us: in force vm0@3#1", "60 us: in force vm1@5#1",
                "220 us: in force vm0@1#2",
            ])
    }

    @Test func freeOfCostItAnswersAtOnce() {
        var nva = authority(registration: 0, spacing: 0)
        nva.hear(registration(0, at: 3), at: .microseconds(7))
        let lines = transcript(&nva)
        #expect(lines.count == 5)
        #expect(lines.allSatisfy { $0.hasPrefix("7 us:") })
    }

    @Test func messagesTravelFromTheNVAsHost() {
        var nva = authority(at: .host(NodeID(9)))
        nva.hear(registration(0, at: 3))
        #expect(
            transcript(&nva) == [
                "20 us: in force vm0@3#1",
                "20 us: 9 sends registration-reply vm0@3#1 to 3",
                "20 us: 9 sends push vm0@3#1 to 1",
                "22 us: 9 sends push vm0@3#1 to 2",
                "24 us: 9 sends push vm0@3#1 to 5",
            ])
    }

    @Test func messagesTakeTheChannelsDelay() {
        var nva = authority(distribution: .none, at: .outOfBand(.milliseconds(2)))
        nva.hear(registration(0, at: 3))
        #expect(transcript(&nva).last == "20 us: nva tells nve3 registration-reply vm0@3#1 after 2 ms")
    }

    // MARK: - Costs of replies and pushes

    @Test func replyKeepsTheServer() {
        var nva = authority(reply: 5, distribution: .none)
        nva.hear(registration(0, at: 3))
        nva.hear(registration(1, at: 5))
        #expect(
            transcript(&nva) == [
                "20 us: in force vm0@3#1",
                "25 us: nva tells nve3 registration-reply vm0@3#1",
                "45 us: in force vm1@5#1",
                "50 us: nva tells nve5 registration-reply vm1@5#1",
            ])
    }

    @Test func pushesKeepTheServerAndFollowTheReply() {
        var nva = authority(reply: 5, push: 3)
        nva.hear(registration(0, at: 3))
        nva.hear(registration(1, at: 2))
        #expect(
            transcript(&nva) == [
                "20 us: in force vm0@3#1",
                "25 us: nva tells nve3 registration-reply vm0@3#1",
                "28 us: nva tells nve1 push vm0@3#1",
                "31 us: nva tells nve2 push vm0@3#1",
                "34 us: nva tells nve5 push vm0@3#1",
                "54 us: in force vm1@2#1, as before",
                "59 us: nva tells nve2 registration-reply vm1@2#1",
            ])
    }

    @Test func serverThatFellIdleIsNotHeldUpByOldPushes() {
        var nva = authority(push: 3)
        nva.hear(registration(0, at: 3))
        nva.hear(registration(1, at: 2), at: .microseconds(25))
        #expect(transcript(&nva).contains("49 us: in force vm1@2#1, as before"), "pushes end at 29 us")
    }

    // MARK: - Spacing

    @Test func spacingHoldsAcrossChangesAndDoesNotKeepTheServer() {
        var nva = authority(registration: 1, spacing: 10)
        nva.hear(registration(0, at: 3))
        nva.hear(registration(1, at: 5))
        #expect(
            transcript(&nva).filter { !$0.contains("reply") } == [
                "1 us: in force vm0@3#1",
                "1 us: nva tells nve1 push vm0@3#1",
                "2 us: in force vm1@5#1",
                "11 us: nva tells nve2 push vm0@3#1",
                "21 us: nva tells nve5 push vm0@3#1",
                "31 us: nva tells nve1 push vm1@5#1",
                "41 us: nva tells nve2 push vm1@5#1",
                "51 us: nva tells nve3 push vm1@5#1",
            ])
    }

    @Test func longerOfCostAndSpacingRules() {
        var nva = authority(push: 3, spacing: 8)
        nva.hear(registration(0, at: 3))
        let pushes = transcript(&nva).filter { $0.contains("push") }
        #expect(pushes.map { $0.prefix { $0 != ":" } } == ["23 us", "31 us", "39 us"])
    }

    /// Pushes of the first change leave at 1, 11 and 21 us: nothing may leave before 31 us.
    @Test(arguments: [(25, "31 us"), (30, "31 us"), (39, "40 us")] as [(Int64, String)])
    func spacingCountsFromTheLastPush(_ arrival: Int64, _ departure: String) {
        var nva = authority(registration: 1, spacing: 10)
        nva.hear(registration(0, at: 3))
        nva.hear(registration(1, at: 5), at: .microseconds(arrival))
        let first = transcript(&nva).first { $0.contains("push vm1") }
        #expect(first == "\(departure): nva tells nve1 push vm1@5#1")
    }

    // MARK: - What is pushed

    @Test func unchangedPlaceIsAnsweredAndNotPushed() {
        var nva = authority()
        nva.hear(registration(0, at: 2, sequence: 0))
        #expect(
            transcript(&nva) == [
                "20 us: in force vm0@2#0, as before", "20 us: nva tells nve2 registration-reply vm0@2#0",
            ])
    }

    @Test("REQ-4.2-05: a repeated announcement changes nothing and is pushed once")
    func repeatedRegistrationIsPushedOnce() {
        var nva = authority()
        for time in 0..<3 as Range<Int64> { nva.hear(registration(0, at: 3), at: .milliseconds(time)) }
        let lines = transcript(&nva)
        #expect(lines.filter { $0.contains("push") }.count == 3)
        #expect(lines.filter { $0.contains("reply") }.count == 3)
        #expect(lines.filter { $0.contains("as before") }.count == 2)
    }

    @Test("DER-06: an older registration never overwrites a newer one")
    func olderRegistrationIsAnsweredButNotInForce() {
        var nva = authority()
        nva.hear(registration(0, at: 3, sequence: 2))
        nva.hear(registration(0, at: 5, sequence: 1), at: .milliseconds(1))
        let lines = transcript(&nva)
        #expect(lines.filter { $0.contains("vm0@5#1") } == ["1.02 ms: nva tells nve5 registration-reply vm0@5#1"])
        #expect(nva.node.directory[0].locator == NodeID(3))
        #expect(nva.node.directory[0].sequence == 2)
    }

    @Test func withoutDistributionNothingIsPushed() {
        var nva = authority(distribution: .none)
        nva.hear(registration(0, at: 3))
        #expect(
            transcript(&nva) == ["20 us: in force vm0@3#1", "20 us: nva tells nve3 registration-reply vm0@3#1"])
    }

    @Test(arguments: [(1, [2, 3, 5]), (3, [1, 2, 5]), (5, [1, 2, 3]), (8, [1, 2, 3, 5])])
    func whoRegisteredIsNotPushed(_ nve: Int, _ others: [Int]) {
        var nva = authority()
        nva.hear(registration(0, at: nve))
        let pushed = transcript(&nva).filter { $0.contains("push") }
        #expect(pushed.count == others.count)
        for (line, other) in zip(pushed, others) { #expect(line.contains("tells nve\(other) push")) }
    }

    @Test func networksHaveTargetsOfTheirOwn() {
        var other = entry(VMID(1 as Int), at: 2)
        other.network = NetworkID(1 as UInt32)
        let settings = NVASettings(
            place: .outOfBand(.zero), nva: NVAConfiguration(), invalidate: InvalidateConfiguration())
        let audience = Audience(
            all: [NodeID(1), NodeID(4), NodeID(2)], members: [[NodeID(1)], [NodeID(4), NodeID(2)]], tracksVMs: 0,
            memory: nil)
        var nva = Dialogue(
            NVA(settings: settings, directory: [entry(VMID(0 as Int), at: 2), other], audience: audience))
        other.locator = NodeID(6)
        other.sequence = 1
        nva.hear(.registration(other))
        let pushed = transcript(&nva).filter { $0.contains("push") }
        #expect(pushed == ["20 us: nva tells nve4 push vm1@6#1", "22 us: nva tells nve2 push vm1@6#1"])
    }
}

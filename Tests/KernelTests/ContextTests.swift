import Kernel
import Testing

/// What a node may ask of the world: timers and effects.
@Suite struct ContextTests {
    private var context = Context(random: RandomSource(seed: 1, run: 0))

    private func key(_ token: UInt32) -> TimerKey { TimerKey(owner: .nva, purpose: .nextPush, token: token) }

    private func record(_ sequence: UInt32) -> MappingRecord {
        MappingRecord(
            network: NetworkID(0 as UInt32), vm: VMID(7 as UInt32), hardware: EndpointID(14 as UInt32),
            address: EndpointID(15 as UInt32), locator: NodeID(3 as UInt32), sequence: sequence, move: .none)
    }

    /// The sequence numbers of what was asked for, in order.
    private func sequences() -> [UInt32] {
        context.outbox[..<context.effectCount].compactMap { effect in
            if case .record(.registered(let record, _)) = effect { record.sequence } else { nil }
        }
    }

    // MARK: - Outbox

    @Test mutating func effectsStandInTheOrderInWhichTheyWereAsked() {
        for sequence in 0..<100 as Range<UInt32> { context.record(.registered(record(sequence), changed: true)) }
        #expect(context.effectCount == 100)
        #expect(sequences() == Array(0..<100))
    }

    @Test mutating func clearedOutboxStartsAnew() {
        for sequence in 0..<5 as Range<UInt32> { context.record(.registered(record(sequence), changed: true)) }
        context.clear()
        #expect(context.effectCount == 0)
        context.record(.registered(record(9), changed: false))
        #expect(context.effectCount == 1)
        #expect(sequences() == [9])
        for sequence in 10..<20 as Range<UInt32> { context.record(.registered(record(sequence), changed: true)) }
        #expect(sequences() == [9] + Array(10..<20))
    }

    @Test mutating func armingAsksForTheTimersEvent() throws {
        let handle = context.arm(key(5), at: Instant(picoseconds: 77))
        #expect(context.effectCount == 1)
        guard case .arm(let asked, let instant) = context.outbox[0] else {
            Issue.record("asked for \(context.outbox[0])")
            return
        }
        #expect(asked == handle)
        #expect(instant == Instant(picoseconds: 77))
        #expect(context.timers.expire(handle) == key(5))
    }

    // MARK: - Timers

    @Test mutating func timerExpiresOnceWithItsKey() {
        let first = context.arm(key(1), at: .zero)
        let second = context.arm(key(2), at: .zero)
        #expect(context.timers.pending == 2)
        #expect(context.timers.expire(second) == key(2))
        #expect(context.timers.expire(first) == key(1))
        #expect(context.timers.pending == 0)
    }

    @Test mutating func cancelledTimerIsPassedOverWhenItsEventComes() {
        let handle = context.arm(key(1), at: .zero)
        context.disarm(handle)
        #expect(context.timers.pending == 1, "its event is still in the queue")
        #expect(context.timers.expire(handle) == nil)
        #expect(context.timers.pending == 0)
    }

    @Test mutating func cancellingTwiceOrTooLateDoesNothing() {
        let handle = context.arm(key(1), at: .zero)
        context.disarm(handle)
        context.disarm(handle)
        #expect(context.timers.expire(handle) == nil)
        let next = context.arm(key(2), at: .zero)
        #expect(next.index == handle.index, "the place is used again")
        #expect(next.generation != handle.generation)
        context.disarm(handle)
        #expect(context.timers.expire(next) == key(2), "an old handle cannot stop its successor")
        context.disarm(next)
        #expect(context.timers.pending == 0)
    }

    /// While the event of a cancelled timer is pending, nobody else may get its place.
    @Test mutating func placeIsFreeOnlyAfterItsEvent() {
        let first = context.arm(key(1), at: .zero)
        context.disarm(first)
        let second = context.arm(key(2), at: .zero)
        #expect(second.index != first.index)
        #expect(context.timers.expire(first) == nil)
        #expect(context.arm(key(3), at: .zero).index == first.index)
        #expect(context.timers.expire(second) == key(2))
    }

    /// A place that is used again and again gives each arming another generation. (It comes round after 2^24 armings;
    /// a handle from one round earlier would have to be kept for as long, and none is.)
    @Test mutating func generationsGrowWithEachUse() {
        for generation in 0..<5_000 as Range<UInt32> {
            let handle = context.arm(key(generation), at: .zero)
            #expect(handle == TimerHandle(index: 0, generation: generation))
            if generation % 2 == 1 { context.disarm(handle) }
            let expected = generation % 2 == 1 ? nil : key(generation)
            #expect(context.timers.expire(handle) == expected)
            context.clear()
        }
    }

    // MARK: - Messages

    @Test(
        "REQ-4.2-07: sizes of the messages that travel",
        arguments: [
            (.registration, 64), (.registrationReply, 32), (.deregistration, 64),
            (.deregistrationReply, 32), (.associateReply, 32), (.deassociateReply, 32), (.query, 32), (.answer, 64),
            (.pending, 32), (.negative, 32), (.push, 16 + 64), (.invalidate, 32), (.moveRequest, 48),
        ] as [(MessageKind, UInt32)])
    func messagesHaveTheirSizes(_ kind: MessageKind, _ bytes: UInt32) {
        #expect(kind.payloadBytes == bytes)
        #expect(kind.isCounted)
    }

    @Test func whatIsSaidWithinAHostHasNoSize() {
        let local = MessageKind.allCases.filter { $0.payloadBytes == 0 }
        let tenants: [MessageKind] = [
            .gratuitousARP, .neighbourAdvertisement, .arpRequest, .neighbourSolicitation, .arpReply,
        ]
        let hypervisors: Set<MessageKind> = [
            .attach, .detach, .pause, .resume, .halt, .restore, .expect, .unexpect, .prepare, .activation,
            .invalidationRequest,
        ]
        #expect(Set(local).subtracting(tenants) == hypervisors)
        #expect(local.filter(\.isCounted) == tenants, "of those only what a VM says is a message")
        #expect(tenants.map(\.tenantFrameBytes) == [42, 86, 42, 86, 42])
        #expect(MessageKind.allCases.filter { $0.tenantFrameBytes > 0 } == tenants)
        #expect(Set(MessageKind.allCases.map(\.name)).count == MessageKind.allCases.count)
    }

    @Test func messagesKnowTheirKindAndRecord() {
        let record = record(4)
        let departure = Departure(record: record, redirectTo: .none)
        let messages: [Message] = [
            .attach(record), .detach(departure), .pause(record), .resume(record), .expect(record),
            .unexpect(record),
            .gratuitousARP(record), .neighbourAdvertisement(record), .arpRequest(record),
            .neighbourSolicitation(record), .arpReply(record), .registration(record), .registrationReply(record),
            .deregistration(record),
            .query(record), .answer(record), .pending(record), .negative(record), .push(record), .invalidate(record),
            .invalidationRequest(record), .moveRequest(departure), .associate(record), .deassociate(departure),
            .halt(record), .restore(record), .resynchronise(record), .takeover(record), .hello(record),
            .deregistrationReply(record), .associateReply(record), .prepare(record), .activation(record),
            .deassociateReply(record), .onboardRequest(record), .onboardAcknowledgement(record),
            .onboardRefusal(record), .onboardConfirmation(record), .onboardApproval(record),
        ]
        #expect(messages.map(\.kind) == MessageKind.allCases)
        #expect(messages.allSatisfy { $0.record == record })
    }
}

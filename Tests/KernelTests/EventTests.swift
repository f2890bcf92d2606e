import Kernel
import Testing

/// What the 16 bytes of an event hold.
@Suite struct EventTests {
    private static let kinds: [EventKind] = [
        .arrival, .emission, .transferStart, .transferPacket, .timer, .message, .move, .sentinel,
        .burst, .request, .response, .requestTimeout,
    ]

    @Test func eventIsSixteenBytes() {
        #expect(MemoryLayout<Event>.size == 16)
        #expect(MemoryLayout<Event>.stride == 16)
    }

    @Test(arguments: kinds, [EventClass.control, .traffic])
    func packingKeepsEveryField(_ kind: EventKind, _ rank: EventClass) {
        let times: [Int64] = [0, 1, 348_160, 10_303_000_000_000, 1 << 62 - 1]
        for time in times {
            for generation in [0, 1, 0xab_cdef, 0xff_ffff] as [UInt32] {
                for handle in [0, 1, 0x0123_4567, .max] as [UInt32] {
                    let event = Event(
                        at: Instant(picoseconds: time), rank: rank, kind: kind, generation: generation, handle: handle)
                    #expect(event.time == Instant(picoseconds: time))
                    #expect(event.rank == rank)
                    #expect(event.kind == kind)
                    #expect(event.generation == generation)
                    #expect(event.handle == handle)
                    #expect(Event(key: event.key, word: event.word) == event)
                }
            }
        }
    }

    @Test func keyIsTwiceTheTimePlusTheClass() {
        let now = Instant(picoseconds: 21)
        #expect(Event(at: now, rank: .control, kind: .move, handle: 0).key == 42)
        #expect(Event(at: now, rank: .traffic, kind: .move, handle: 0).key == 43)
    }

    @Test func generationKeepsToItsBits() {
        let event = Event(at: .zero, rank: .control, kind: .timer, generation: 0x0100_0002, handle: 2)
        #expect(event.generation == 2)
        #expect(event.kind == .timer)
        #expect(event.handle == 2)
    }
}

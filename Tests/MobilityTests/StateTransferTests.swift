import Kernel
import Mobility
import Testing

/// Pre-copy by itself: a channel of fixed rate answers what the transfer asks for.
@Suite struct StateTransferTests {
    /// What became of a transfer.
    struct Course: Hashable {
        var live: [UInt64] = []
        var stopCopy: UInt64?
        var stopTime: Duration?
        var total = Duration.zero
        var isAborted = false
    }

    private static func run(_ plan: TransferPlan, rate: BitRate) -> (course: Course, transfer: StateTransfer) {
        let channel = IdealChannel(rate: rate)
        var transfer = StateTransfer(plan, bandwidth: rate)
        var course = Course()
        var now = Instant.zero
        var step = transfer.begin(now: now)
        while true {
            switch step {
            case .send(let bytes, let phase):
                let time = channel.time(of: bytes)
                if phase == .live {
                    course.live.append(bytes)
                } else {
                    (course.stopCopy, course.stopTime) = (bytes, time)
                }
                now = now + time
                step = transfer.sent(now: now)
            case .stop: step = transfer.stopped(now: now)
            case .run, .abort:
                course.total = now - .zero
                course.isAborted = step == .abort
                return (course, transfer)
            }
        }
    }

    private static func plan(memory: UInt64, dirtyBytes: UInt64, target: Duration) -> TransferPlan {
        var plan = TransferPlan()
        plan.memory = memory
        plan.dirtyRate = dirtyBytes * 8
        plan.downtimeTarget = target
        return plan
    }

    private static let gigabyte = BitRate(bitsPerSecond: 10_000_000_000)

    @Test(
        "C15, OLD-6-03: rounds, stop-copy and bytes of the series V, Vλ, Vλ², …, to a page a round",
        arguments: [
            (8 << 30, 250_000_000, 300, 2), (8 << 30, 625_000_000, 300, 5), (8 << 30, 1_000_000_000, 300, 15),
            (4 << 30, 100_000_000, 30, 2), (3 << 30, 400_000_000, 17, 5),
        ] as [(UInt64, UInt64, Int64, Int)])
    func precopyFollowsTheSeries(_ memory: UInt64, _ dirty: UInt64, _ target: Int64, _ rounds: Int) {
        let plan = Self.plan(memory: memory, dirtyBytes: dirty, target: .milliseconds(target))
        let (course, transfer) = Self.run(plan, rate: Self.gigabyte)
        #expect(transfer.rounds == rounds && course.live.count == rounds)
        #expect(transfer.outcome == .converged)
        let ratio = Double(dirty) / 1.25e9
        var ideal = Double(memory)
        for bytes in course.live + [course.stopCopy ?? 0] {
            // Each round is rounded up to a page, and so is what follows from the longer round before.
            #expect(Double(bytes) >= ideal - 1 && Double(bytes) < ideal + 4_096 / (1 - ratio))
            ideal *= ratio
        }
        #expect(course.live.allSatisfy { $0 % 4_096 == 0 })
        #expect(transfer.bytes == course.live.reduce(0, +) + (course.stopCopy ?? 0))
        #expect(course.total == sumOfTimes(course))
    }

    private func sumOfTimes(_ course: Course) -> Duration {
        let channel = IdealChannel(rate: Self.gigabyte)
        return course.live.reduce(channel.time(of: course.stopCopy ?? 0)) { $0 + channel.time(of: $1) }
    }

    @Test("C15: 8 GiB at 1.25 GB/s with 0.25 GB/s written: 2 rounds, stop-copy 0.2749 s, total 8.5212 s")
    func publishedExample() {
        let plan = Self.plan(memory: 8 << 30, dirtyBytes: 250_000_000, target: .milliseconds(300))
        let (course, transfer) = Self.run(plan, rate: Self.gigabyte)
        // Round 1 lasts 6.8719476736 s, in which 1 717 986 918.4 B are written: 419 431 pages. They last
        // 1.374391500800 s: 343 597 875.2 B or 83 887 pages, which take 0.274880921600 s.
        #expect(course.live == [8 << 30, 419_431 * 4_096])
        #expect(course.stopCopy == 83_887 * 4_096)
        #expect(course.stopTime == Duration(picoseconds: 274_880_921_600))
        #expect(course.total == Duration(picoseconds: 6_871_947_673_600 + 1_374_391_500_800 + 274_880_921_600))
        #expect(transfer.bytes == 8 << 30 + 419_431 * 4_096 + 83_887 * 4_096)
    }

    @Test("C15: memory that fits into the target needs no live round; a byte more needs one")
    func smallMemoryStopsAtOnce() {
        let fits = Self.plan(memory: 375_000_000 / 4_096 * 4_096, dirtyBytes: 1_000_000, target: .milliseconds(300))
        #expect(Self.run(fits, rate: Self.gigabyte).course.live.isEmpty)
        let more = Self.plan(memory: 375_000_001, dirtyBytes: 1_000_000, target: .milliseconds(300))
        #expect(Self.run(more, rate: Self.gigabyte).course.live.count == 1)
    }

    @Test("C15: as fast as the channel it never converges; a cap on rounds ends it", arguments: [1, 2, 7])
    func capOnRoundsEndsIt(_ cap: Int) {
        var plan = Self.plan(memory: 1 << 30, dirtyBytes: 1_250_000_000, target: .milliseconds(300))
        plan.maxRounds = cap
        let (course, transfer) = Self.run(plan, rate: Self.gigabyte)
        #expect(course.live == Array(repeating: 1 << 30, count: cap))
        #expect(course.stopCopy == 1 << 30, "all of it once more")
        #expect(transfer.outcome == .notConverged)
        plan.onNonConvergence = .abort
        #expect(Self.run(plan, rate: Self.gigabyte).course.isAborted)
    }

    @Test("C15: a cap on time lets the round under way end")
    func capOnTimeEndsIt() {
        var plan = Self.plan(memory: 1_250_000_000 / 4_096 * 4_096, dirtyBytes: 1_250_000_000, target: .milliseconds(1))
        plan.maxTime = .milliseconds(1_500)
        #expect(Self.run(plan, rate: Self.gigabyte).course.live.count == 2, "of a second each")
    }

    @Test("C15: no more is written than the working set", arguments: [1 << 20, 64 << 20] as [UInt64])
    func workingSetBoundsRounds(_ set: UInt64) {
        var plan = Self.plan(memory: 1 << 30, dirtyBytes: 5_000_000_000, target: .milliseconds(1))
        plan.workingSet = set
        plan.maxRounds = 3
        let (course, _) = Self.run(plan, rate: Self.gigabyte)
        let isSmall = set * 1_000 <= 1_250_000_000
        #expect(course.live == [1 << 30] + (isSmall ? [] : [set, set]))
        #expect(course.stopCopy == set)
    }

    @Test("P2: 1.25 GB over 1.25 GB/s without latency take 1 s exactly; state of devices comes on top")
    func simplestOracle() {
        var plan = TransferPlan()
        plan.scheme = .stopAndCopy
        plan.page = 1
        plan.memory = 1_250_000_000
        #expect(Self.run(plan, rate: Self.gigabyte).course.total == .seconds(1))
        plan.deviceState = 1_250_000
        #expect(Self.run(plan, rate: Self.gigabyte).course.total == .milliseconds(1_001))
    }

    @Test("textbook pre-copy of 4 GiB at 10 Gb/s with 100 MB/s written and 30 ms to stop: 3.7328 s")
    func textbookRecurrence() {
        let plan = Self.plan(memory: 4_096 << 20, dirtyBytes: 100_000_000, target: .milliseconds(30))
        let (course, _) = Self.run(plan, rate: Self.gigabyte)
        // 3.435973836800 s; 343 597 384 B: 83 887 pages; 27 488 093 B: 6 711 pages, which stop the VM.
        #expect(course.live == [4_096 << 20, 83_887 * 4_096])
        #expect(course.stopCopy == 6_711 * 4_096)
        #expect(course.total == Duration(picoseconds: 3_435_973_836_800 + 274_880_921_600 + 21_990_604_800))
    }
}

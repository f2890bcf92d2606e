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
        var push: UInt64?
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
                switch phase {
                case .live: course.live.append(bytes)
                case .stopCopy: (course.stopCopy, course.stopTime) = (bytes, time)
                case .push: course.push = bytes
                }
                now = now + time
                step = transfer.sent(now: now, wait: channel.time(of: 4_096))
            case .stop: step = transfer.stopped(now: now)
            case .run: step = transfer.running(now: now)
            case .done, .abort:
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

    @Test("Post-copy: the VM stands still for its devices alone, and every page comes once after it")
    func postCopySendsAllMemoryOnce() {
        var plan = Self.plan(memory: 1 << 30, dirtyBytes: 100_000_000, target: .milliseconds(300))
        plan.scheme = .postCopy
        plan.deviceState = 4 << 20
        let (course, transfer) = Self.run(plan, rate: Self.gigabyte)
        #expect(course.live.isEmpty && course.stopCopy == 4 << 20 && course.push == 1 << 30)
        #expect(transfer.bytes == (1 << 30) + (4 << 20) && transfer.outcome == nil)
        #expect(course.total == Duration(picoseconds: ((1 << 30) + (4 << 20)) * 800))
        #expect((transfer.paging?.faults ?? 0) > 0)
    }

    @Test("Hybrid: so many rounds, then the VM goes, and what it wrote in the last one follows", arguments: 0...4)
    func hybridSendsTheRestAfterwards(_ rounds: Int) {
        var plan = Self.plan(memory: 1 << 30, dirtyBytes: 250_000_000, target: .milliseconds(300))
        plan.scheme = .hybrid
        plan.maxRounds = rounds
        let (course, transfer) = Self.run(plan, rate: Self.gigabyte)
        #expect(course.live.count == rounds && course.stopCopy == nil && transfer.outcome == nil)
        // A fifth of each round is written in it.
        var rest = UInt64(1 << 30)
        for _ in 0..<rounds { rest = (rest / 5 + 4_095) / 4_096 * 4_096 }
        let push = course.push ?? 0
        #expect(push >= rest && push <= rest + 2 * 4_096)
    }

    @Test("A VM that writes nothing misses nothing, and one that writes faster misses more")
    func missesFollowTheWriteRate() {
        var faults: [Int] = []
        for rate in [0, 1, 10, 100] as [UInt64] {
            var plan = Self.plan(memory: 64 << 20, dirtyBytes: rate * 1_000_000, target: .zero)
            plan.scheme = .postCopy
            faults.append(Self.run(plan, rate: Self.gigabyte).transfer.paging?.faults ?? -1)
        }
        #expect(faults[0] == 0 && faults[1] > 0)
        #expect(faults == faults.sorted())
    }
}

@Suite struct DemandPagingTests {
    @Test("By hand: eight pages a microsecond apart, touched every half microsecond in steps of five")
    func byHand() {
        // Touches at 0, 0.5, 1.0, … of pages 0, 5, 2, 7, 4, 1, 6, 3 while 0, 0, 1, 1, 2, 2, 3, 3 pages have come; the
        // wait of 2 us moves all later ones.
        let paging = DemandPaging(
            pages: 8, workingSet: 8, interval: .nanoseconds(500), duration: .microseconds(8), wait: .microseconds(2))
        // 0 at 0: 0 have come: missed. 5 at 2.5: 2: missed. 2 at 5.0: 5: there. 7 at 5.5: missed. 4 at 8: over.
        #expect(paging.faults == 3)
        #expect(paging.stall == .microseconds(6))
    }

    @Test("No page is missed twice, and none where pages come faster than they are touched, but the first")
    func bounds() {
        let all = DemandPaging(
            pages: 1_000, workingSet: 1_000, interval: .nanoseconds(1), duration: .seconds(1), wait: .zero)
        #expect(all.faults == 1_000)
        let few = DemandPaging(
            pages: 10, workingSet: 1_000, interval: .seconds(1), duration: .seconds(2), wait: .milliseconds(1))
        #expect(few.faults == 1 && few.stall == .milliseconds(1))
    }
}

@Suite struct DiskCopyTests {
    private static func copy(_ bytes: UInt64, rate: UInt64, begin: Int64, image: Int64) -> DiskCopy {
        var copy = DiskCopy(bytes: bytes, writeRate: rate, now: .zero + .milliseconds(begin))
        copy.imageArrived(now: .zero + .milliseconds(image))
        return copy
    }

    @Test(
        "OLD-6-04: the changes are min(w · t, disk) in whole blocks",
        arguments: [
            (1 << 30, 80_000_000, 1_000, 10_002_432), (1 << 20, 80_000_000, 1_000, 1 << 20), (1 << 30, 0, 1_000, 0),
        ] as [(UInt64, UInt64, Int64, UInt64)])
    func changesAreWhatWasWritten(_ bytes: UInt64, _ rate: UInt64, _ milliseconds: Int64, _ changed: UInt64) {
        var copy = Self.copy(bytes, rate: rate, begin: 500, image: 600)
        #expect(copy.takeChanges(now: .zero + .milliseconds(500 + milliseconds)) == changed)
    }

    @Test("OLD-6-02: with its changes a disk is as it was left; without them not, if it was written", arguments: 1...40)
    func isConsistentWithItsChanges(_ seed: Int64) {
        let (rate, begin) = (UInt64(seed * 7_654_321 % 90_000_000), seed * 37 % 1_000)
        let (image, stop) = (begin + 100 + seed * 91 % 2_000, begin + 2_200 + seed * 53 % 900)
        let copy = Self.copy(64 << 20, rate: rate, begin: begin, image: image)
        var whole = copy
        _ = whole.takeChanges(now: .zero + .milliseconds(stop))
        #expect(whole.isConsistent(stopped: .zero + .milliseconds(stop)))
        #expect(!copy.isConsistent(stopped: .zero + .milliseconds(stop)))
        let still = Self.copy(64 << 20, rate: 0, begin: begin, image: image)
        #expect(still.isConsistent(stopped: .zero + .milliseconds(stop)))
    }
}

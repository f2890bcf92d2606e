import Kernel
import Testing

@testable import Observe

/// What is shown while a run goes on, by the wall time that it is given.
@Suite struct RunProgressTests {
    private func standing(_ milliseconds: Int64, _ seconds: Double, events: UInt64 = 0) -> RunProgress.Standing {
        RunProgress.Standing(
            name: "move", now: Instant(picoseconds: milliseconds * 1_000_000_000), duration: .milliseconds(1_000),
            events: events, seconds: seconds)
    }

    @Test func linesComeEveryTenSeconds() {
        var progress = RunProgress(.lines)
        #expect(progress.text(at: standing(100, 0)) == nil)
        #expect(progress.text(at: standing(250, 9.999)) == nil)
        #expect(
            progress.text(at: standing(250, 10, events: 5_000_000))
                == "move: 25 %, 250 ms of 1 s, 500 k events/s, ETA 30 s\n")
        #expect(progress.text(at: standing(300, 19.9)) == nil)
        #expect(
            progress.text(at: standing(500, 20.5, events: 41_000_000))
                == "move: 50 %, 500 ms of 1 s, 2 M events/s, ETA 21 s\n")
        #expect(progress.erasure() == nil)
    }

    @Test func whatComesBehindTheTrafficIsTheDrain() {
        var progress = RunProgress(.lines)
        #expect(
            progress.text(at: standing(1_002, 10, events: 10)) == "move: 100 %, 1 s of 1 s, 1 events/s, draining\n")
    }

    @Test func withoutVirtualTimeThereIsNoETA() {
        var progress = RunProgress(.lines)
        #expect(progress.text(at: standing(0, 10, events: 20)) == "move: 0 %, 0 of 1 s, 2 events/s\n")
    }

    @Test func barIsDrawnTenTimesASecondAndTakenAway() throws {
        var progress = RunProgress(.bar(width: 60, colour: false))
        #expect(progress.text(at: standing(10, 0.099)) == nil)
        #expect(progress.erasure() == nil)
        let firstShown = progress.text(at: standing(500, 0.5, events: 1_000_000))
        let first = try #require(firstShown)
        #expect(first == "\rmove   50 %  [==========           ]  2 M events/s, ETA 1 s")
        #expect(progress.text(at: standing(600, 0.55)) == nil)
        let secondShown = progress.text(at: standing(1_000, 0.7, events: 1))
        let second = try #require(secondShown)
        // What the first one leaves over is blotted out.
        #expect(second.count >= first.count)
        #expect(second.hasPrefix("\rmove  100 %  [") && !second.contains("\n"))
        let erasureShown = progress.erasure()
        let erasure = try #require(erasureShown)
        #expect(erasure.hasPrefix("\r ") && erasure.hasSuffix(" \r"))
        #expect(erasure.count >= second.trimmingSpaces.count + 2)
        #expect(progress.erasure() == nil)
    }

    @Test(arguments: [1, 5, 20, 40, 61, 80, 200])
    func barNeverFillsTheLastColumn(_ width: Int) throws {
        for (index, milliseconds) in zip(1..., [Int64(0), 1, 333, 999, 1_500]) {
            var progress = RunProgress(.bar(width: width, colour: false))
            let textShown = progress.text(at: standing(milliseconds, Double(index), events: 123_456_789))
            let text = try #require(textShown)
            #expect(text.count - 1 <= max(1, width - 1))
        }
    }

    @Test func coloursComeOnlyWhenAskedFor() throws {
        for colour in [true, false] {
            var progress = RunProgress(.bar(width: 80, colour: colour))
            let textShown = progress.text(at: standing(500, 1))
            let text = try #require(textShown)
            #expect(text.contains("\u{1B}[") == colour)
        }
    }

    @Test func silenceShowsNothing() {
        var progress = RunProgress(.silent)
        #expect(progress.text(at: standing(500, 1_000_000)) == nil)
        #expect(progress.erasure() == nil)
    }

    @Test(arguments: [
        (0.2, "1 s"), (59.0, "59 s"), (61.0, "1 min 1 s"), (3_599.5, "1 h 0 min"), (90_000.0, "1 d 1 h"),
        (1e300, "over 100 d"), (.infinity, "over 100 d"),
    ])
    func remainingTimeIsRoundedUp(_ seconds: Double, _ text: String) {
        #expect(RunProgress.eta(seconds) == text)
    }
}

extension String {
    fileprivate var trimmingSpaces: Substring {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return text.dropFirst()
    }
}

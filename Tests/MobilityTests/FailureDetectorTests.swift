import Kernel
import Mobility
import Testing

/// Hellos and their absence, without the simulator.
@Suite struct FailureDetectorTests {
    private var context = Context(random: RandomSource(seed: 1, run: 1))

    private func sender(_ multiplier: UInt32, jitter: UInt64) -> HelloSender {
        HelloSender(
            interval: .milliseconds(300), multiplier: multiplier, jitter: Ratio(billionths: jitter),
            cursor: StreamCursor(component: "failover:f", purpose: "jitter"))
    }

    @Test("C18 intervals are shorter by 0 to 25 %, with multiplier 1 by 10 to 25 % (RFC 5880, section 6.8.7)")
    mutating func jitter() {
        for (multiplier, range) in [(3, 225.0...300.0), (1, 225.0...270.0)] as [(UInt32, ClosedRange<Double>)] {
            var sender = sender(multiplier, jitter: 250_000_000)
            let gaps = (0..<4_000).map { _ in
                Double((sender.next(after: .zero, in: &context) - Instant.zero).picoseconds) / 1e9
            }
            #expect(gaps.allSatisfy { range.contains($0) })
            let mean = gaps.reduce(0, +) / 4_000
            let (middle, width) = ((range.lowerBound + range.upperBound) / 2, range.upperBound - range.lowerBound)
            // 3.3 standard errors of a uniform sample.
            #expect(abs(mean - middle) < 3.3 * width / (12.0 * 4_000).squareRoot())
        }
    }

    @Test("Without jitter hellos leave at each interval exactly")
    mutating func exact() {
        var sender = sender(1, jitter: 0)
        #expect(sender.next(after: .zero, in: &context) == .zero + .milliseconds(300))
    }

    @Test("C18 the detection time begins anew with each hello, and with none before the first")
    mutating func detectionTime() {
        var detector = FailureDetector(index: 4, interval: .milliseconds(300), multiplier: 3)
        detector.heard(now: .zero + .milliseconds(10), in: &context)
        detector.heard(now: .zero + .milliseconds(310), in: &context)
        let armed = context.outbox[..<context.effectCount].compactMap { effect in
            if case .arm(let handle, let time) = effect { (handle, time) } else { nil }
        }
        #expect(armed.map(\.1) == [.zero + .milliseconds(910), .zero + .milliseconds(1_210)])
        #expect(context.timers.expire(armed[0].0) == nil, "disarmed by the second hello")
        #expect(context.timers.expire(armed[1].0)?.owner == .detector(4))
        detector.heard(now: .zero + .milliseconds(610), in: &context)
        detector.reset(in: &context)
        guard case .arm(let last, _) = context.outbox[context.effectCount - 1] else { preconditionFailure() }
        #expect(context.timers.expire(last) == nil)
    }
}

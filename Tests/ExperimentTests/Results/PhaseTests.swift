import Kernel
import Observe
import Testing

@testable import Experiment

/// Phases of REF-A, worked out by hand: detach at 10 000 ms, attach at 10 300, everything 2 ms apart, 1 ms of service,
/// 0.1 ms from push to push.
@Suite struct PhaseTests {
    /// `phase actor start end`, `end` missing where it never ended.
    private func lines(_ text: String) throws -> [String] {
        try FinishedRun(text).tables.phases.map { row in
            let fields = fields(row)
            let times = [fields["start_ms"], fields["end_ms"]].compactMap { $0 }
            return ([row.phase.name, row.actor] + times).joined(separator: " ")
        }
    }

    /// A, B and D are pushed in this order; the last push is at D 0.2 + 2 ms after the record is in force.
    @Test func moveWithPreinstalledRedirect() throws {
        #expect(
            try lines(ResultScenarios.reference + ResultScenarios.withRedirect) == [
                "preparation vm-manager 10000 10000", "downtime m 10000 10300", "detection B 10000 10000",
                "announcement m 10300 10300", "registration C 10300 10303", "distribution nva 10303 10305.2",
                "redirect B 10000 40000", "convergence A 10000 10305",
            ])
    }

    /// The first packet for the VM comes to B at 10 000.5 ms; the NVA holds B's question until the record is in force.
    @Test func oldNVEThatAsks() throws {
        #expect(
            try lines(ResultScenarios.reference + "redirect: {learn: query, timer: 1 s}\n") == [
                "preparation vm-manager 10000 10000", "downtime m 10000 10300", "detection B 10000 10000",
                "announcement m 10300 10300", "registration C 10300 10303", "distribution nva 10303 10305.2",
                "resolution B 10000.5 10305", "redirect B 10305 11305", "convergence A 10000 10305",
            ])
    }

    /// Both notice after 5 ms and send to A, C, D and the NVA's host, 0.1 ms apart: B's last one is there at
    /// 10 007.3 ms, the VM manager's, which sits with the NVA, at D at 10 007.2 ms. A's mapping is gone at 10 007 ms.
    @Test func invalidationByBoth() throws {
        let text = ResultScenarios.reference.replacing(
            "invalidate: {by: none}", with: "invalidate: {by: both, targets: all, detect-delay: 5 ms, spacing: 100 us}")
        #expect(
            try lines(text + ResultScenarios.withoutRedirect).filter { !$0.hasPrefix("re") && !$0.hasPrefix("dis") }
                == [
                    "preparation vm-manager 10000 10000", "downtime m 10000 10300", "detection B 10000 10005",
                    "invalidation B 10005 10007.3", "invalidation vm-manager 10005 10007.2",
                    "announcement m 10300 10300", "convergence A 10000 10007",
                ])
    }

    /// Three announcements, a second apart, the first after 10 ms: the last at 12 310 ms. Each is registered anew; the
    /// phase is that of the first.
    @Test func announcementsLast() throws {
        let text = ResultScenarios.reference.replacing("delay: 0 s, count: 1", with: "delay: 10 ms, count: 3")
        let lines = try lines(text + ResultScenarios.withoutRedirect)
        #expect(lines.contains("announcement m 10300 12310"))
        #expect(lines.contains("registration C 10310 10313"))
    }

    /// Cut off: at the attach, when the pushes are under way, and between two of them.
    @Test(
        "A phase that has begun and not ended has no end",
        arguments: [
            ("10.3 s", ["downtime m 10000", "redirect B 10000", "convergence A 10000"]),
            ("10.304 s", ["distribution nva 10303", "redirect B 10000", "convergence A 10000"]),
            ("10.30515 s", ["distribution nva 10303", "redirect B 10000"]),
        ])
    func unended(duration: String, open: [String]) throws {
        let text = ResultScenarios.reference.replacing("duration: 20 s", with: "duration: \(duration)")
        let lines = try lines(text + ResultScenarios.withRedirect + "drain: 0 s\n")
        #expect(lines.filter { $0.split(separator: " ").count == 3 } == open)
    }

    @Test func pauseInPlaceHasOnlyItsDowntime() throws {
        let text = ResultScenarios.reference.replacing("to: C", with: "to: B") + ResultScenarios.withRedirect
        let names = try FinishedRun(text).tables.phases.map(\.phase)
        #expect(names == [.preparation, .downtime, .announcement, .registration])
    }

    /// The request goes to the NVA, which sits 2 ms from B; B says that it is ready.
    @Test func moveRequestTakesTime() throws {
        let lines = try lines(ResultScenarios.reference + "redirect: {learn: move-request, timer: 1 s}\n")
        #expect(lines.prefix(2) == ["preparation vm-manager 10000 10002", "downtime m 10002 10302"])
        #expect(lines.contains("redirect B 10002 11002"))
    }
}

import Kernel
import Overlay
import Testing

/// The old NVE notices a departure and says so, to the NVA and to other NVEs; and what these make of it.
@Suite struct NVEInvalidationTests {
    /// NVE 1, which serves the VM and tells NVEs 2, 3 and 5 (itself is on the list as well).
    private func oldNVE(
        _ by: InvalidateConfiguration.By = .oldNVE, detect: Int64 = 3, spacing: Int64 = 2,
        onDetach: NVAConfiguration.OnDetach = .hold
    ) -> Dialogue<NVE> {
        var nve = edge {
            $0.invalidate.by = by
            $0.invalidate.detectDelay = .milliseconds(detect)
            $0.invalidate.spacing = .milliseconds(spacing)
            $0.nva.onDetach = onDetach
        }
        nve.hear(.attach(entry(web, at: 1)))
        return nve
    }

    private let deregistration = "nve1 tells nva deregistration vm7@1#0"

    // MARK: - Telling

    @Test("REQ-4.2-16: when it has noticed the departure the old NVE tells the NVA, and the other NVEs one by one")
    func departureIsTold() {
        var nve = oldNVE()
        nve.hear(.leave(web), at: .milliseconds(1))
        nve.pass(to: .seconds(1))
        #expect(
            nve.said() == [
                "4 ms: \(deregistration)",
                "4 ms: 1 sends invalidate vm7@1#0 to 2",
                "6 ms: 1 sends invalidate vm7@1#0 to 3",
                "8 ms: 1 sends invalidate vm7@1#0 to 5",
            ])
        #expect(nve.context.timers.pending == 0)
    }

    @Test("REQ-4.2-16: without delay and spacing all leave at the instant of the detach")
    func departureIsToldAtOnce() {
        var nve = oldNVE(detect: 0, spacing: 0)
        nve.hear(.leave(web), at: .milliseconds(1))
        nve.pass(to: .milliseconds(1))
        let lines = nve.said()
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { $0.hasPrefix("1 ms:") })
    }

    @Test(
        "REQ-4.2-16, REQ-4.2-24, DEC-06: who is told depends on `by` and on-detach",
        arguments: [
            (.none, .hold, 1, 0), (.none, .withdraw, 1, 0), (.none, .keep, 0, 0), (.oldNVE, .hold, 1, 3),
            (.oldNVE, .keep, 0, 3), (.vmManager, .hold, 1, 0), (.vmManager, .keep, 0, 0), (.both, .withdraw, 1, 3),
        ] as [(InvalidateConfiguration.By, NVAConfiguration.OnDetach, Int, Int)])
    func whoIsTold(
        _ by: InvalidateConfiguration.By, _ onDetach: NVAConfiguration.OnDetach, _ deregistrations: Int,
        _ invalidations: Int
    ) {
        var nve = oldNVE(by, onDetach: onDetach)
        nve.hear(.leave(web), at: .milliseconds(1))
        nve.pass(to: .seconds(1))
        let lines = nve.said()
        #expect(lines.filter { $0.contains("deregistration") }.count == deregistrations)
        #expect(lines.filter { $0.contains("invalidate") }.count == invalidations)
        #expect(lines.count == deregistrations + invalidations)
    }

    @Test("DEC-06: a deregistration travels to the NVA's host")
    func deregistrationTravels() {
        var nve = edge(authority: .host(NodeID(9))) { $0.nva.onDetach = .withdraw }
        nve.hear(.attach(entry(web, at: 1, sequence: 4)))
        nve.hear(.leave(web, sequence: 4), at: .milliseconds(1))
        nve.pass(to: .milliseconds(1))
        #expect(nve.said() == ["1 ms: 1 sends deregistration vm7@1#4 to 9"])
    }

    @Test("DER-07: a return before anybody has noticed says nothing")
    func unnoticedDepartureIsNotTold() {
        var nve = oldNVE()
        nve.hear(.leave(web), at: .milliseconds(1))
        nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(3))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [])
    }

    @Test("DER-07: the next departure is noticed after a delay of its own")
    func secondDepartureIsTold() {
        var nve = oldNVE(.none)
        nve.hear(.leave(web), at: .milliseconds(1))
        nve.hear(.attach(entry(web, at: 1, sequence: 2)), at: .milliseconds(2))
        nve.hear(.leave(web, sequence: 2), at: .milliseconds(3))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == ["6 ms: nve1 tells nva deregistration vm7@1#2"])
    }

    @Test("REQ-4.2-16: departures of two VMs share the spacing")
    func spacingHoldsAcrossDepartures() {
        var nve = oldNVE(onDetach: .keep)
        nve.hear(.attach(entry(client, at: 1)))
        nve.hear(.leave(web), at: .milliseconds(1))
        nve.hear(.leave(client), at: .milliseconds(2))
        nve.pass(to: .seconds(1))
        #expect(
            nve.said().map { $0.prefix(while: { $0 != "@" }) } == [
                "4 ms: 1 sends invalidate vm7", "6 ms: 1 sends invalidate vm7", "8 ms: 1 sends invalidate vm7",
                "10 ms: 1 sends invalidate vm3", "12 ms: 1 sends invalidate vm3", "14 ms: 1 sends invalidate vm3",
            ])
    }

    @Test func pauseInPlaceIsNoDeparture() {
        var nve = oldNVE()
        nve.hear(.pause(entry(web, at: 1)), at: .milliseconds(1))
        nve.hear(.resume(entry(web, at: 1)), at: .milliseconds(50))
        nve.pass(to: .seconds(1))
        #expect(nve.said() == [])
    }

    // MARK: - Being told

    /// NVE 1 knows the VM behind NVE 2 by number 3, and is told that the VM of this number has left.
    @Test(
        "REQ-4.2-16: a mapping that is not newer than the departure is forgotten",
        arguments: [(2, false), (3, true), (4, true)] as [(UInt32, Bool)])
    func mappingIsForgotten(_ sequence: UInt32, _ isForgotten: Bool) {
        var nve = edge { $0.nve.miss = .queryDrop }
        nve.hear(.push(entry(web, at: 2, sequence: 3)))
        _ = nve.said()
        nve.hear(.invalidate(entry(web, at: 2, sequence: sequence)), at: .milliseconds(1))
        #expect(nve.said() == (isForgotten ? ["1 ms: 1 forgets vm7, invalidated"] : []))
        let outcome = nve.send(at: .milliseconds(2))
        #expect(outcome == (isForgotten ? .drop(.awaitingAnswer) : .send(.underlay)))
        #expect(nve.said() == (isForgotten ? ["2 ms: nve1 tells nva query vm7@1#0"] : []))
    }

    @Test("DER-05: an answer of the same number may poison the cache again")
    func forgottenMappingMayComeBack() {
        var nve = edge { $0.nve.miss = .queryDrop }
        nve.node.preload(entry(web, at: 2))
        nve.hear(.invalidate(entry(web, at: 2)), at: .milliseconds(1))
        _ = nve.send(at: .milliseconds(2))
        nve.hear(.answer(entry(web, at: 2)), at: .milliseconds(3))
        #expect(nve.send(at: .milliseconds(3)) == .send(.underlay))
    }

    @Test("REQ-4.2-16: an NVE believes its own VM, not an invalidation", arguments: [false, true])
    func invalidationOfItsOwnVMIsIgnored(_ isPaused: Bool) {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1, sequence: 1)))
        if isPaused { nve.hear(.pause(entry(web, at: 1, sequence: 1))) }
        nve.hear(.invalidate(entry(web, at: 2, sequence: 9)), at: .milliseconds(1))
        #expect(nve.said() == [])
        #expect(nve.receive(at: .milliseconds(1)) == (isPaused ? .drop(.guestPaused) : .deliver(web)))
    }

    @Test func whatIsNotKnownIsNotForgotten() {
        var nve = edge()
        nve.hear(.invalidate(entry(web, at: 2)))
        nve.hear(.push(entry(client, at: 2)), at: .milliseconds(1))
        nve.hear(.invalidate(entry(client, at: 2)), at: .milliseconds(2))
        _ = nve.said()
        nve.hear(.invalidate(entry(client, at: 2)), at: .milliseconds(3))
        #expect(nve.said() == [])
    }

    @Test func invalidationLeavesARedirectAlone() {
        var nve = edge()
        nve.hear(.attach(entry(web, at: 1)))
        nve.hear(.leave(web, redirectTo: 2), at: .milliseconds(1))
        nve.hear(.invalidate(entry(web, at: 2, sequence: 1)), at: .milliseconds(2))
        #expect(nve.receive(at: .milliseconds(3)) == .send(.underlay))
        #expect(nve.send(at: .milliseconds(3)) == .drop(.noMapping))
    }
}

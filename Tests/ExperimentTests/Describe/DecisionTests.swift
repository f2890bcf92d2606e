import Observe
import Overlay
import Testing

@testable import Experiment

/// What `describe` and the manifest say of decisions is true of the scenario at hand.
@Suite struct DecisionTests {
    private func decisions(_ overrides: String...) throws -> [String: String] {
        let text = ResultScenarios.reference + "redirect: {learn: query}\n"
        let result = ScenarioLoader.load(text: text, name: "a.yaml", overrides: overrides)
        let decisions = Decisions.inForce(try #require(result.scenario, "\(result.rendered())"))
        #expect(decisions.map(\.id) == decisions.map(\.id).sorted())
        return Dictionary(uniqueKeysWithValues: decisions.map { ($0.id, $0.statement) })
    }

    @Test("DEC-01: the profile, and which of its knobs the scenario sets otherwise")
    func profile() throws {
        #expect(
            try decisions()["DEC-01"]
                == "Knobs of mobility are those of profile draft15, but for nve.cache.timeout: never,"
                + " invalidate.by: none."
        )
        let same = try decisions("nve.cache.timeout=60 s", "invalidate.by=old-nve")
        #expect(same["DEC-01"] == "Knobs of mobility are those of profile draft15.")
    }

    @Test(
        "DEC-06: what the NVA answers between detach and registration",
        arguments: [("hold", "at most 60 s"), ("keep", "gives the old place out"), ("withdraw", "no such VM")])
    func onDetach(choice: String, words: String) throws {
        let statement = try #require(decisions("nva.on-detach=\(choice)")["DEC-06"])
        #expect(statement.contains(words))
        #expect(statement.hasPrefix("Beyond the drafts") == (choice != "keep"))
    }

    @Test("DEC-07: a buffer that exists is not denied")
    func buffers() throws {
        #expect(try decisions()["DEC-07"] == "No packets in flight wait for a VM that is on its way.")
        #expect(
            try decisions(
                "redirect.buffer.at=old", "redirect.buffer.limit=7 packets", "redirect.buffer.nve-limit=9 packets")[
                    "DEC-07"]
                == "Packets in flight wait at the old NVE until it knows the new place: "
                + "at most 7 for a VM and 9 for all."
        )
        #expect(
            try decisions("redirect.buffer.at=new", "redirect.buffer.lifetime=5 ms", "redirect.learn=preinstalled")[
                "DEC-07"]
                == "Packets in flight wait at the new NVE until the VM is there: at most 1000 for a VM, none"
                + " longer than 5 ms.")
    }

    @Test(
        "DEC-08: what ends a redirect entry",
        arguments: [
            ("timer", "A redirect entry ends 30 s after installation or detach, whichever is later;"),
            ("idle", "A redirect entry ends when no packet has come for 1 s."), ("first-of", ", or when no packet"),
        ])
    func stop(choice: String, words: String) throws {
        #expect(try decisions("redirect.stop=\(choice)")["DEC-08"]?.contains(words) == true)
    }

    @Test("DEC-09: what becomes of packets after that")
    func expiry() throws {
        #expect(try decisions()["DEC-09"]?.contains("dropped") == true)
        #expect(try decisions("redirect.on-expiry=requery")["DEC-09"]?.contains("ask the NVA again") == true)
    }

    @Test(
        "DEC-11: who is pushed",
        arguments: [("communicating", "asked for"), ("members", "serve a VM of the network"), ("all", "all NVEs")])
    func targets(choice: String, words: String) throws {
        #expect(try decisions("nva.push-targets=\(choice)")["DEC-11"]?.contains(words) == true)
        #expect(try decisions("nva.distribution=none")["DEC-11"] == nil)
    }

    @Test("DEC-18: how mappings age")
    func ageing() throws {
        #expect(try decisions()["DEC-18"] == "Mappings do not age.")
        let kinds = ["hard": "after it was learnt", "sliding": "not been used for 3 s"]
        for (kind, words) in kinds {
            let statement = try decisions("nve.cache.timeout=3 s", "nve.cache.kind=\(kind)")["DEC-18"]
            #expect(statement?.contains(words) == true, "\(kind)")
        }
    }

    @Test("DEC-02, DEC-03: who registers a VM that does not announce itself")
    func silentVM() throws {
        #expect(try decisions()["DEC-03"]?.contains("not flooded") == true)
        let silent = try decisions("announce={kind: none}")
        #expect(silent["DEC-02"]?.hasPrefix("Nobody registers") == true && silent["DEC-03"] == nil)
    }

    @Test func nothingIsSaidOfWhatIsNotThere() throws {
        let without = try decisions("redirect.learn=none")
        #expect(["DEC-08", "DEC-09", "DEC-20"].allSatisfy { without[$0] == nil })
        #expect(try decisions()["DEC-20"] != nil)
        var scenario = Scenario()
        scenario.redirect.learn = .query
        #expect(Decisions.inForce(scenario).map(\.id) == ["DEC-01", "DEC-05", "DEC-15", "DEC-17", "DEC-18"])
    }
}

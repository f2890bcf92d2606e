import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay
import Testing

/// Every stored property of a configuration struct is a key, under its own name in kebab case; and the other way round.
@Suite struct KeyCoverageTests {
    /// - Parameters:
    ///   - unwritten: keys that have no property of their own.
    ///   - inside: properties that are written inside another key.
    private func check<Section: Keyed>(
        _ type: Section.Type, unwritten: Set<String> = [], inside: Set<String> = []
    ) {
        let labels = Mirror(reflecting: Section()).children.compactMap(\.label)
        let properties = Set(labels.filter { !$0.hasPrefix("_") }.map(kebab))
        #expect(properties.union(unwritten).subtracting(inside) == Set(Section.keys.names), "\(type)")
        #expect(Set(Section.keys.names).count == Section.keys.names.count)
        for key in Section.keys.descriptions(of: Section()) {
            #expect(!key.documentation.isEmpty, "\(type).\(key.name)")
        }
    }

    private func kebab(_ label: String) -> String {
        String(label.flatMap { $0.isUppercase ? "-" + $0.lowercased() : String($0) })
    }

    @Test func everyPropertyIsAKey() {
        check(Scenario.self, unwritten: ["schema", "include", "defaults", "resolved"])
        check(Limits.self)
        check(Start.self)
        check(Measure.self)
        check(ResultsConfiguration.self)
        check(Experiment.Expectation.self)
        check(UnderlayConfiguration.self, inside: ["host-switches"])
        check(LinkConfiguration.self)
        check(GraphLink.self, unwritten: Set(LinkConfiguration.keys.names), inside: ["link"])
        check(PairDelay.self)
        check(RateChange.self)
        check(OverlayConfiguration.self)
        check(NetworkConfiguration.self)
        check(NVAConfiguration.self)
        check(NVACosts.self)
        check(NVEConfiguration.self)
        check(RedirectConfiguration.self)
        check(GuestConfiguration.self)
        check(VMConfiguration.self)
        check(TrafficConfiguration.self)
        check(RetryConfiguration.self)
        check(MoveConfiguration.self, unwritten: ["list"])
        check(AnnounceConfiguration.self)
        check(FailureConfiguration.self)
        check(OverloadConfiguration.self)
        check(ServerConfiguration.self)
        check(ParallelConfiguration.self)
        check(TransferConfiguration.self)
        check(WarmConfiguration.self)
        check(ColdConfiguration.self)
        check(FailureTarget.self)
    }
}

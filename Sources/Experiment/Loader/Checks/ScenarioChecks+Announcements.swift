import Kernel
import Mobility
import Wire

/// Announcements must suit the addresses of the VMs that make them.
extension ScenarioChecks {
    mutating func checkAnnouncements(_ roster: Roster) {
        let announce = scenario.announce
        var isAdvertised = false
        for (index, move) in scenario.moves.enumerated() where !decoding.isBroken("moves[\(index)].vm") {
            guard let vm = roster.vms(named: move.vm)?.first else { continue }
            let family = roster.family(of: roster.machines[vm].network)
            isAdvertised = isAdvertised || announce.kind.decided(for: family) == .na
            checkKind(for: move.vm, of: family)
        }
        if isAdvertised { checkAdvertisements() }
    }

    private mutating func checkKind(for vm: String, of family: IPFamily) {
        let path = "announce.kind"
        switch (scenario.announce.kind, family) {
        case (.garp, .ipv6):
            fail(path, "`\(vm)` has an IPv6 address, which ARP cannot announce", hint: "`na`, or `auto`")
        case (.na, .ipv4):
            fail(path, "`\(vm)` has an IPv4 address, and advertisements are of IPv6", hint: "`garp`, or `auto`")
        case (.auto, _), (.garp, _), (.na, _), (.none, _): break
        }
    }

    /// RFC 4861, section 7.2.6: a few, and not too close together.
    private mutating func checkAdvertisements() {
        let announce = scenario.announce
        let most = AnnounceConfiguration.mostAdvertisements
        let least = AnnounceConfiguration.leastAdvertisementInterval
        if announce.count > most {
            fail(
                "announce.count", "\(announce.count) neighbour advertisements are more than the \(most) allowed",
                hint: "RFC 4861 §7.2.6 sets the limit")
        }
        if announce.count > 1, announce.interval < least {
            fail(
                "announce.interval", "neighbour advertisements are at least \(least) apart, not \(announce.interval)",
                hint: "RFC 4861 §7.2.6 sets the limit")
        }
    }
}

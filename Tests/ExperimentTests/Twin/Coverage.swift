import Experiment
import Fabric
import Guest
import Overlay
import Wire

/// What the random scenarios have made happen, so that the test cannot go blind.
struct Coverage {
    /// Something to be seen, and the least number of times in a thousand scenarios: about 60 % of what was counted.
    typealias Wish = (what: String, least: Int)

    /// Where NVEs only push, drop and redirect.
    static let wanted: [Wish] = [
        ("chain", 250), ("delivered", 54_000), ("detour", 9), ("guest-paused paused", 160),
        ("link-down elsewhere", 60), ("link-down here", 890), ("link-down nowhere", 32), ("local", 19_500),
        ("lost in a chain", 60), ("mapping changes", 1_400), ("more than 8 links", 120), ("mtu elsewhere", 90),
        ("mtu here", 2_600), ("mtu nowhere", 170), ("mtu paused", 7), ("no-mapping elsewhere", 7_400),
        ("no-mapping nowhere", 970), ("no-mapping paused", 33), ("not-attached nowhere", 500),
        ("older registration", 14), ("queue-full elsewhere", 130), ("queue-full here", 2_100),
        ("queue-full nowhere", 110), ("redirect entry", 840), ("redirect-expired elsewhere", 1_300),
        ("redirect-expired nowhere", 370), ("redirect-expired paused", 9), ("registration repeated", 19),
        ("stale-no-redirect elsewhere", 1_300), ("stale-no-redirect nowhere", 1_000),
        ("stale-no-redirect paused", 6), ("triangular", 1_300), ("unfinished", 380),
        ("IPv6 guests", 150), ("IPv6 underlay", 200), ("several addresses", 600),
        ("question for a neighbour", 10_000), ("neighbour confirmed", 7_200), ("neighbour not found", 1_000),
        ("neighbour-unresolved here", 38), ("no-gateway elsewhere", 500),
        ("packet of a burst", 8_600), ("question", 16_000), ("question repeated", 5_300), ("answer", 11_800),
        ("VM failed", 115), ("NVE failed", 100), ("server failed", 30), ("node-down down", 360),
        ("node-down elsewhere", 100),
        ("node-down here", 450), ("node-down nowhere", 10), ("late answer", 2_000), ("question failed", 6_800),
        ("question not served", 105), ("question put off", 48),
    ]

    /// The same with ageing caches, queries, invalidations and buffers.
    static let wantedWithEdges: [Wish] = [
        ("awaiting-answer elsewhere", 4_200), ("awaiting-answer nowhere", 770), ("awaiting-answer paused", 18),
        ("buffer-expired elsewhere", 55), ("buffer-expired nowhere", 85), ("buffer-overflow elsewhere", 1_800),
        ("buffer-overflow nowhere", 490), ("buffer-overflow paused", 6), ("chain", 38), ("delivered", 46_600),
        ("detour", 80), ("guest-paused paused", 220), ("held query answered", 110), ("held query given up", 18),
        ("hold of a query over", 360), ("link-down elsewhere", 5), ("link-down here", 700), ("link-down nowhere", 14),
        ("local", 17_800), ("lost in a chain", 11), ("mapping asked for at its expiry", 6_000),
        ("mapping changes", 9_000), ("mapping evicted", 450), ("mapping found to have expired", 1_300),
        ("mapping invalidated", 360), ("more than 8 links", 21), ("mtu elsewhere", 90), ("mtu here", 2_300),
        ("mtu nowhere", 90), ("mtu paused", 9), ("negative answer", 430), ("no-answer elsewhere", 2_700),
        ("no-answer nowhere", 560), ("no-answer paused", 11), ("no-mapping elsewhere", 6_200),
        ("no-mapping nowhere", 540), ("no-mapping paused", 6), ("not-attached nowhere", 120), ("older answer", 8),
        ("older registration", 18), ("packet waits again", 12), ("query given up", 3_000),
        ("query of the recorded NVE", 220), ("query repeated", 4_700), ("queue-full elsewhere", 46),
        ("queue-full here", 1_700), ("queue-full nowhere", 50), ("queue-full paused", 11), ("redirect entry", 630),
        ("redirect entry renewed", 28), ("redirect-expired elsewhere", 190), ("redirect-expired nowhere", 105),
        ("registration repeated", 970), ("released packet waits for the wire", 890), ("request to move too late", 13),
        ("stale-no-redirect elsewhere", 430), ("stale-no-redirect nowhere", 410), ("triangular", 340),
        ("unfinished", 550),
        ("IPv6 guests", 150), ("IPv6 underlay", 200), ("several addresses", 600),
        ("question for a neighbour", 7_500), ("neighbour confirmed", 5_800), ("neighbour not found", 420),
        ("question answered later", 22), ("neighbour-unresolved here", 35), ("buffer of a whole NVE full", 75),
        ("no-gateway elsewhere", 1_000), ("no-gateway nowhere", 50), ("deregistration repeated", 110),
        ("held query asked again", 110), ("message lost by chance", 1_250),
        ("packet of a burst", 7_900), ("question", 15_900), ("question repeated", 5_600), ("answer", 10_000),
        ("VM failed", 120), ("NVE failed", 100), ("server failed", 30), ("node-down down", 380),
        ("node-down elsewhere", 200),
        ("node-down here", 250), ("node-down nowhere", 10), ("awaiting-answer down", 40), ("late answer", 1_600),
        ("question failed", 7_800), ("question not served", 97), ("question put off", 45),
    ]

    /// Where NVEs are in the leaves.
    static let wantedInSwitches: [Wish] = [
        ("announcement of a VM that has left", 32), ("answer to nobody", 75), ("association", 780),
        ("association repeated", 110), ("dissociation", 780), ("redirected back", 200),
        ("registration of one address", 370), ("word of a departure repeated", 45),
        ("word of a departure too late", 14), ("awaiting-answer here", 16), ("buffer-overflow here", 7),
        ("delivered", 49_300), ("guest-paused paused", 150), ("local", 31_000), ("mapping changes", 2_300),
        ("mtu here", 2_000), ("no-answer here", 10), ("no-gateway here", 33), ("no-mapping here", 120),
        ("not-attached elsewhere", 240), ("not-attached here", 41), ("not-attached nowhere", 720),
        ("neighbour confirmed", 2_500), ("neighbour-unresolved here", 1_800), ("query of the recorded NVE", 100),
        ("question answered later", 8), ("queue-full here", 2_400), ("queue-full paused", 28),
        ("redirect entry", 420), ("redirect-expired elsewhere", 390), ("released packet waits for the wire", 190),
        ("stale-no-redirect elsewhere", 290), ("triangular", 280),
    ]

    var counts: [String: Int] = [:]

    mutating func add(_ scenario: Scenario, _ run: SimulatedRun) {
        if scenario.underlay.family == .ipv6 { counts["IPv6 underlay", default: 0] += 1 }
        let isGuestIPv6 = scenario.overlay.networks.contains { $0.subnet.family == .ipv6 }
        if isGuestIPv6 { counts["IPv6 guests", default: 0] += 1 }
        counts["several addresses", default: 0] += scenario.vms.filter { $0.addresses.count > 1 }.count
        for fate in run.fates {
            let name = fate.end == "lost" ? "\(fate.cause) \(fate.whereabouts)" : fate.end
            counts[name, default: 0] += 1
            if fate.end == "delivered" && fate.redirected { counts["triangular", default: 0] += 1 }
            if fate.end == "delivered" && fate.segments == 0 { counts["local", default: 0] += 1 }
            if fate.end == "delivered" && fate.segments > 2 { counts["chain", default: 0] += 1 }
            if fate.end == "lost" && fate.segments > 2 { counts["lost in a chain", default: 0] += 1 }
            if fate.links > 8 { counts["more than 8 links", default: 0] += 1 }
        }
        counts["mapping changes", default: 0] += run.mappingChanges.count
        counts.merge(run.notes, uniquingKeysWith: +)
        counts["packets", default: 0] += run.fates.count
    }
}

import Fabric
import Kernel
import Mobility
import Overlay

/// Knobs that nothing would look at: who writes one believes that something happens which will not.
///
/// What depends on one key of its own section says so in the table of keys; here is what depends on others. A profile
/// may set what the file's own choices leave without effect. What describes equipment (links, service times) stands
/// whether or not the scenario makes use of it, so that files can share it.
extension ScenarioChecks {
    /// A knob, whether it is idle, why, and what to do instead.
    private struct Idle {
        let path: String
        let when: Bool
        let reason: String
        let hint: String

        init(_ path: String, _ when: Bool, _ reason: String, _ hint: String) {
            (self.path, self.when, self.reason, self.hint) = (path, when, reason, hint)
        }
    }

    mutating func checkEffects() {
        if decoding.isResolved { return }
        for idle in distribution + answers + caches + departures + redirects + links + transfers
        where idle.when && isWritten(idle.path) {
            fail(idle.path, "`\(idle.path)` has no effect: \(idle.reason)", hint: idle.hint)
        }
        if scenario.redirect.learn == .nvaPush, scenario.nva.distribution == .none {
            let path = isWritten("redirect.learn") ? "redirect.learn" : "nva.distribution"
            fail(
                path,
                "the old NVE waits for a push (`redirect.learn: nva-push`) that `nva.distribution: none` never sends",
                hint: "say `nva.distribution: push`, or let it ask: `redirect.learn: query`")
        }
    }

    /// The file has set the key, not the profile.
    private func isWritten(_ path: String) -> Bool {
        guard decoding.isGiven(path), let position = decoding.position(of: path) else { return false }
        return !(position.line == 0 && position.file == Scenario.Profile.place(of: scenario.profile).file)
    }

    private var distribution: [Idle] {
        let isSilent = scenario.nva.distribution == .none
        return ["push-targets", "push-order"].map { key in
            Idle(
                "nva.\(key)", isSilent, "`nva.distribution: none` pushes nothing",
                "leave it out, or say `nva.distribution: push`")
        }
    }

    /// Keys of a move that its mode or its given downtime leaves without a meaning.
    private var transfers: [Idle] {
        scenario.moves.enumerated().flatMap { index, move in
            let path = "moves[\(index)]"
            let rounds = [
                "scheme", "downtime-target", "max-rounds", "max-time", "on-non-convergence", "switch-time",
                "disk-changes",
            ].map { key in
                Idle(
                    "\(path).transfer.\(key)", move.mode != .hot,
                    "a \(move.mode.rawValue) move sends its state at once", "leave it out, or say `mode: hot`")
            }
            let isBare = move.mode == .cold && move.cold.from == .stopped
            let device = Idle(
                "\(path).transfer.device-state", isBare, "a VM that is shut down has no such state",
                "leave it out, or say `from: suspended`")
            let steps = ["warm", "cold"].map { key in
                Idle(
                    "\(path).\(key)", move.downtime != nil, "the downtime is given",
                    "leave out `downtime`, and say how state is sent: `transfer: {over: ideal, rate: 10 Gbps}`")
            }
            return rounds + [device] + steps
        }
    }

    /// Whether an NVE ever asks the NVA.
    private var isAsked: Bool {
        let redirect = scenario.redirect
        let asksForOld = redirect.learn == .query || (redirect.learn != .none && redirect.onExpiry == .requery)
        return scenario.nve.miss != .drop || asksForOld
    }

    private var answers: [Idle] {
        let nva = scenario.nva
        let isNegative = nva.unknown == .negative || nva.onDetach == .hold
        let nobody = "with `nve.miss: drop` no NVE asks the NVA"
        let hint = "leave it out, or say `nve.miss: query-drop`"
        var idles = ["hold-timeout", "unknown", "negative-lifetime"].map {
            Idle("nva.\($0)", !isAsked, nobody, hint)
        }
        idles.append(
            Idle(
                "nva.negative-lifetime", isAsked && !isNegative,
                "`unknown: silent` gives no negative answer",
                "leave it out, or say `nva.unknown: negative`"))
        return idles
    }

    private var caches: [Idle] {
        let cache = scenario.nve.cache
        return [
            Idle(
                "nve.cache.requery", scenario.nve.miss == .drop && cache.timeout != nil,
                "with `nve.miss: drop` an expired mapping is not asked for", "say `nve.miss: query-drop`"),
            Idle(
                "start.age", cache.timeout == nil && scenario.start.caches == .resolved,
                "with `nve.cache.timeout: never` no mapping ages", "leave it out, or give `nve.cache.timeout`"),
        ]
    }

    private var departures: [Idle] {
        [
            Idle(
                "invalidate.detect-delay", scenario.invalidate.by == .none && scenario.nva.onDetach == .keep,
                "with `nva.on-detach: keep` nobody acts",
                "leave it out, or say who acts: `invalidate.by: old-nve`")
        ]
    }

    private var redirects: [Idle] {
        let redirect = scenario.redirect
        var idles = ["timer", "idle", "on-expiry"].map {
            Idle(
                "redirect.\($0)", redirect.learn == .none, "with `learn: none` the old NVE never relays",
                "leave it out, or say how it learns the new place: `learn: query`")
        }
        let isOld = redirect.buffer.at == .old
        let isTold = redirect.learn == .preinstalled || redirect.learn == .moveRequest
        idles += [
            Idle(
                "redirect.buffer.at", isOld && redirect.learn == .none,
                "with `learn: none` the old NVE waits for nothing", "say `at: new`, or `learn: query`"),
            Idle(
                "redirect.buffer.at", isOld && isTold && redirect.onExpiry == .drop,
                "with `learn: \(redirect.learn.rawValue)` the old NVE never waits",
                "say `at: new`, or `learn: query`"),
        ]
        return idles
    }

    private var links: [Idle] {
        let underlay = scenario.underlay
        return marks("host-link", underlay.hostLink) + marks("fabric-link", underlay.fabricLink)
            + marks("wan", underlay.wan)
    }

    private func marks(_ name: String, _ link: LinkConfiguration) -> [Idle] {
        let path = "underlay.\(name).ecn-threshold"
        var idles = [
            Idle(
                path, link.rate.isUnlimited, "nothing waits for a link of unlimited rate",
                "give `underlay.\(name).rate`")
        ]
        if !link.rate.isUnlimited, let threshold = link.ecnThreshold, case .bytes(let room) = link.queue {
            idles.append(
                Idle(
                    path, threshold >= room, "the queue never holds more than its limit",
                    "make it smaller than `queue`"))
        }
        return idles
    }
}

import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay

/// Where two runs of one scenario part, for a person to read.
enum Difference {
    /// The earliest packet whose fate differs and the mapping changes that do; nil when there is none of either.
    static func first(_ product: SimulatedRun, _ twin: SimulatedRun, in scenario: Scenario) -> String? {
        let (cast, changes) = (Cast(scenario), (product.mappingChanges, twin.mappingChanges))
        var lines: [String] = []
        let pairs = zip(product.fates, twin.fates).filter { !agree($0, $1) }
        if let (left, right) = pairs.min(by: { $0.1.sentAt < $1.1.sentAt }) {
            let flow = cast.flows[right.flow]
            let (source, destination) = (cast.machines[flow.source].name, cast.machines[flow.destination].name)
            lines += [
                "\(pairs.count) fates differ, first of flow \(right.flow) (\(source) to \(destination))",
                "  fields  \(fields(left, right).joined(separator: ", "))",
                "  product \(line(left))", "  twin    \(line(right))",
            ]
        }
        if product.fates.count != twin.fates.count {
            lines.append("product knows \(product.fates.count) packets, twin \(twin.fates.count)")
        }
        if Set(changes.0) != Set(changes.1) || changes.0.count != changes.1.count {
            lines += [
                "mapping changes differ",
                "  only product \(changes.0.filter { !changes.1.contains($0) }.prefix(3).map(line))",
                "  only twin    \(changes.1.filter { !changes.0.contains($0) }.prefix(3).map(line))",
            ]
        }
        let (left, right) = (product.registrationsInForce, twin.registrationsInForce)
        if left != right { lines.append("registrations in force: product \(left), twin \(right)") }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// When an unfinished packet "ended" is nobody's fact.
    private static func agree(_ left: PacketFate, _ right: PacketFate) -> Bool { fields(left, right).isEmpty }

    private static func fields(_ left: PacketFate, _ right: PacketFate) -> [String] {
        let isOver = left.end != "unfinished" || right.end != "unfinished"
        let differing: [(String, Bool)] = [
            ("flow", left.flow != right.flow), ("serial", left.serial != right.serial),
            ("sent", left.sentAt != right.sentAt), ("end", left.end != right.end),
            ("cause", left.cause != right.cause), ("whereabouts", left.whereabouts != right.whereabouts),
            ("ended", isOver && left.endedAt != right.endedAt), ("segments", left.segments != right.segments),
            ("links", left.links != right.links), ("redirected", left.redirected != right.redirected),
            ("misdirected", left.misdirected != right.misdirected), ("early", left.early != right.early),
            ("buffered", left.buffered != right.buffered),
        ]
        return differing.filter(\.1).map(\.0)
    }

    private static func line(_ change: MappingChange) -> String {
        "\(change.host) about \(change.vm) at \(Duration(picoseconds: change.at))"
    }

    private static func line(_ fate: PacketFate) -> String {
        let flags = [
            (fate.redirected, "redirected"), (fate.misdirected, "misdirected"), (fate.early, "early"),
            (fate.buffered, "buffered"),
        ]
        let words = [fate.end, fate.cause, fate.whereabouts] + flags.filter(\.0).map(\.1)
        return "\(fate.flow):\(fate.serial) sent \(Duration(picoseconds: fate.sentAt)) "
            + words.filter { !$0.isEmpty }.joined(separator: " ") + " at \(Duration(picoseconds: fate.endedAt)) after "
            + "\(fate.segments) segments, \(fate.links) links"
    }

    /// The scenario in short.
    static func describe(_ scenario: Scenario) -> String {
        let (cast, underlay, nva) = (Cast(scenario), scenario.underlay, scenario.nva)
        var lines = [
            "\(underlay.kind) \(cast.hosts), \(underlay.family), framing \(underlay.framing), "
                + "duration \(scenario.duration), "
                + "drain \(scenario.drain), caches \(scenario.start.caches)",
            "host link \(underlay.hostLink)", "fabric link \(underlay.fabricLink), \(underlay.spines) spines",
            "delays \(underlay.delays.map { "\($0.from)-\($0.to) \($0.delay)" })",
            "nva \(nva)", "nve \(scenario.nve)", "redirect \(scenario.redirect)",
            "invalidate \(scenario.invalidate)", "announce \(scenario.announce)",
        ]
        lines += cast.machines.map { "vm \($0.name) of \($0.network) at \(cast.hosts[$0.home])" }
        lines += cast.flows.map { flow in
            let entry = flow.entry
            return "flow \(cast.machines[flow.source].name) to \(cast.machines[flow.destination].name): "
                + "\(entry.kind)\(flow.isAnswer ? " (answers)" : "") "
                + "\(entry.rate?.microPackets ?? 0) millionths a second, "
                + "\(entry.size) B, phase \(entry.phase), "
                + "from \(entry.start) to \(entry.stop ?? scenario.duration), count \(entry.count ?? .max), "
                + "on \(entry.on.map { "\($0)" } ?? ""), off \(entry.off.map { "\($0)" } ?? ""), "
                + "service \(entry.service), think \(entry.think.map { "\($0)" } ?? ""), "
                + "retry \(entry.retry.map { "\($0)" } ?? ""), answer \(entry.responseSize ?? 0) B"
        }
        lines += scenario.moves.map { move in
            "move \(move.name) of \(move.vm) to \(move.to) at \(move.beginning) for \(move.standstill ?? .zero)"
        }
        lines += scenario.failures.map { failure in
            let target = failure.target.link + failure.target.vm + failure.target.nve + failure.target.server
            return "failure of \(target) at \(failure.at) for \(failure.repair.map { "\($0)" } ?? "ever"), "
                + "reroute \(underlay.reroute) after \(underlay.rerouteDelay)"
        }
        return lines.joined(separator: "\n")
    }
}

import Kernel
import Mobility

extension ScenarioChecks {
    mutating func checkOverloads() {
        _ = unique(scenario.overloads.map(\.name), in: "overloads", noun: "overload")
        for (index, overload) in scenario.overloads.enumerated() {
            let path = "overloads[\(index)]"
            if scenario.moves.contains(where: { $0.name == overload.name }), overload.reaction == .hotMove {
                fail("\(path).name", "there is a move `\(overload.name)` already")
            }
            checkVM(overload.vm, at: "\(path).vm", single: true)
            if overload.at >= scenario.duration, !decoding.isBroken("duration"), !decoding.isBroken("\(path).at") {
                fail("\(path).at", "it comes after the end, at \(overload.at) of \(scenario.duration)")
            }
            switch overload.reaction {
            case .none: break
            case .hotMove: checkMove(of: overload, path)
            case .failover where !scenario.failover.contains { $0.primary == overload.vm }:
                fail(
                    "\(path).reaction", "nobody stands by for `\(overload.vm)`",
                    hint: "name it as `primary` of a `failover:` entry")
            case .failover: break
            }
        }
    }

    private mutating func checkMove(of overload: OverloadConfiguration, _ path: String) {
        guard let move = overload.move else { return }
        if move.to != MoveConfiguration.anyHost { checkHost(move.to, at: "\(path).to") }
        checkTransfer(of: move, at: path)
        if scenario.failover.contains(where: { $0.primary == overload.vm }) {
            fail(
                "\(path).reaction", "`\(overload.vm)` has a secondary: it either moves or fails over",
                hint: "say `reaction: failover`")
        }
    }
}

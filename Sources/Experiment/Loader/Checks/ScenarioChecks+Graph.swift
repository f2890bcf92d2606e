import Fabric
import Kernel

/// A free graph: names that must exist, and a way between any two hosts.
extension ScenarioChecks {
    /// Its table of next links grows with the square.
    private static let mostSwitches = 2_048

    mutating func checkGraph() {
        let underlay = scenario.underlay
        if underlay.nodes.count > Self.mostSwitches {
            reject("underlay.nodes", "\(underlay.nodes.count) switches are more than the \(Self.mostSwitches) allowed")
        }
        var numbers: [String: Int] = [:]
        for (index, name) in underlay.nodes.enumerated() {
            if numbers.updateValue(index, forKey: name) != nil {
                reject("underlay.nodes[\(index)]", "there is a switch `\(name)` already")
            }
        }
        for (index, host) in underlay.hosts.enumerated() {
            if numbers[host] != nil { reject("underlay.hosts[\(index)]", "there is a switch `\(host)` already") }
            checkSwitch(of: index, numbers)
        }
        var pairs: [[String]: Int] = [:]
        for index in underlay.links.indices { checkLink(index, numbers, &pairs) }
        if canExpand, !["nodes", "hosts", "links"].contains(where: { decoding.isBroken("underlay." + $0) }) {
            checkReach(numbers)
        }
    }

    private mutating func checkSwitch(of host: Int, _ numbers: [String: Int]) {
        let underlay = scenario.underlay
        if host >= underlay.hostSwitches.count || underlay.hostSwitches[host].isEmpty {
            let hint = "write `{name: \(underlay.hosts[host]), at: \(underlay.nodes.first ?? "a")}`"
            reject("underlay.hosts[\(host)]", "the host `\(underlay.hosts[host])` is at no switch", hint: hint)
        } else {
            checkNode(underlay.hostSwitches[host], numbers, at: "underlay.hosts[\(host)].at")
        }
    }

    private mutating func checkLink(_ index: Int, _ numbers: [String: Int], _ pairs: inout [[String]: Int]) {
        let path = "underlay.links[\(index)]"
        let between = scenario.underlay.links[index].between
        if decoding.isBroken(path) { return canExpand = false }
        guard between.count == 2 else {
            return reject("\(path).between", "a link joins two switches, not \(between.count)")
        }
        for (end, name) in between.enumerated() { checkNode(name, numbers, at: "\(path).between[\(end)]") }
        if between[0] == between[1] { reject("\(path).between", "a link needs two switches") }
        if let earlier = pairs.updateValue(index, forKey: between.sorted()) {
            reject(path, "`\(between[0])` and `\(between[1])` are joined by entry \(earlier + 1) already")
        }
    }

    private mutating func checkNode(_ name: String, _ numbers: [String: Int], at path: String) {
        let nodes = scenario.underlay.nodes
        if numbers[name] != nil || decoding.isBroken("underlay.nodes") { return }
        reject(path, "there is no switch `\(name)`", hint: Spelling.hint(for: name, among: nodes, listing: "switches"))
    }

    /// Every host must have a way to the first one.
    private mutating func checkReach(_ numbers: [String: Int]) {
        let underlay = scenario.underlay
        guard let home = underlay.hostSwitches.first.flatMap({ numbers[$0] }) else { return }
        var neighbours = Array(repeating: [Int](), count: underlay.nodes.count)
        for link in underlay.links {
            guard let near = numbers[link.between[0]], let far = numbers[link.between[1]] else { continue }
            neighbours[near].append(far)
            neighbours[far].append(near)
        }
        var reached: Set = [home]
        var front = [home]
        while let node = front.popLast() {
            for other in neighbours[node] where reached.insert(other).inserted { front.append(other) }
        }
        for (index, name) in underlay.hostSwitches.enumerated() {
            guard let node = numbers[name], !reached.contains(node) else { continue }
            reject(
                "underlay.hosts[\(index)]",
                "there is no way from `\(underlay.hosts[0])` to `\(underlay.hosts[index])`",
                hint: "join `\(name)` to the other switches under `links:`")
        }
    }

    private mutating func reject(_ path: String, _ message: String, hint: String? = nil) {
        canExpand = false
        fail(path, message, hint: hint)
    }
}

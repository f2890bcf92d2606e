import Kernel

extension Scenario.Profile {
    /// What a version of the draft says about the mobility knobs: applied before the file's own values.
    ///
    /// draft15: the NVA sends changed mappings to the NVEs (section 4.4; REQ-4.2-03), and the old NVE tunnels packets
    /// in flight to the new one (section 5; REQ-5-01, REQ-5-04). How the old NVE learns the new place the draft leaves
    /// to the manager of the move; it is told before the VM detaches.
    var knobs: [(path: [String], value: String)] {
        switch self {
        case .draft15: [(["nva", "distribution"], "push"), (["redirect", "learn"], "preinstalled")]
        }
    }

    /// The knobs as a tree, to be merged below the file's.
    var source: SourceNode {
        let place = SourcePosition(file: "profile \(rawValue)", line: 0, column: 0)
        var root = SourceNode(.mapping([]), at: place)
        for (path, value) in knobs {
            var node = SourceNode(.scalar(value, quoted: false), at: place)
            for key in path.reversed() {
                node = SourceNode(.mapping([.init(key: key, keyPosition: place, value: node)]), at: place)
            }
            root = node.merged(over: root, joiningLists: false)
        }
        return root
    }
}

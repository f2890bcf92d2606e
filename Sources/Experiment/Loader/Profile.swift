import Kernel

extension Scenario.Profile {
    /// What a version of the draft says about the mobility knobs: applied before the file's own values.
    ///
    /// draft15: the new NVE registers and the NVA pushes (4.2, 4.4); the old NVE tells all others at the detach that
    /// their entries are wrong (4.2); who misses an entry asks the NVA, the old NVE too, which so learns where to
    /// tunnel packets in flight (4.2, 5); the tunnel ends by a timer, and packets after it are lost (5). What the NVA
    /// answers before the registration, and for how long entries live, the draft leaves open: DEC-06, and 60 s.
    var knobs: [(path: [String], value: String)] {
        switch self {
        case .draft15:
            [
                (["nva", "distribution"], "push"), (["nva", "on-detach"], "hold"),
                (["nve", "miss"], "query-drop"), (["nve", "cache", "timeout"], "60 s"),
                (["nve", "cache", "kind"], "hard"), (["nve", "cache", "requery"], "eager"),
                (["invalidate", "by"], "old-nve"), (["invalidate", "targets"], "all"),
                (["redirect", "learn"], "query"), (["redirect", "stop"], "timer"),
                (["redirect", "on-expiry"], "drop"),
            ]
        }
    }

    /// Where its knobs stand, for messages.
    static func place(of profile: Self) -> SourcePosition {
        SourcePosition(file: "profile \(profile.rawValue)", line: 0, column: 0)
    }

    /// The knobs as a tree, to be merged below the file's.
    var source: SourceNode {
        let place = Self.place(of: self)
        var root = SourceNode(.mapping([]), at: place)
        for (path, value) in knobs {
            var node = SourceNode(.scalar(value, quoted: false), at: place)
            for key in path.reversed() {
                var entry = SourceNode.Entry(key: key, keyPosition: place, value: node)
                // What does not fit the file's own choices is passed over.
                entry.isDefault = true
                node = SourceNode(.mapping([entry]), at: place)
            }
            root = node.merged(over: root, joiningLists: false)
        }
        return root
    }
}

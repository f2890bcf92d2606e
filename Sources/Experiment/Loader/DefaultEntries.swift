import Fabric
import Guest
import Kernel
import Mobility
import Overlay

/// `defaults: {vms: {network: blue}}`: keys that every entry of a list gets unless it has them itself.
///
/// A default that does not belong to an entry's kind (a `rate` for `kind: flows`) is passed over.
enum DefaultEntries {
    /// Lists that take defaults: the name in `defaults:`, where the list is, and its keys.
    static let lists: [(name: String, section: String?, keys: [String])] = [
        ("vms", nil, VMConfiguration.keys.names),
        ("traffic", nil, TrafficConfiguration.keys.names),
        ("moves", nil, MoveConfiguration.keys.names),
        ("failures", nil, FailureConfiguration.keys.names),
        ("expect", nil, Expectation.keys.names),
        ("networks", "overlay", NetworkConfiguration.keys.names),
        ("delays", "underlay", PairDelay.keys.names),
        ("links", "underlay", GraphLink.keys.names),
    ]

    static func apply(to root: inout SourceNode, _ decoding: inout Decoding) {
        guard let defaults = root["defaults"] else { return }
        guard case .mapping(let sections) = defaults.content else {
            decoding.report(
                "`defaults` must be a mapping, not \(defaults.shape)", at: defaults.position,
                hint: "for example `defaults: {vms: {network: blue}}`")
            return
        }
        for section in sections where !section.key.hasPrefix("x-") {
            guard let list = lists.first(where: { $0.name == section.key }) else {
                decoding.report(
                    "`defaults` has no section `\(section.key)`", at: section.keyPosition,
                    hint: Spelling.hint(for: section.key, among: lists.map(\.name), listing: "sections"))
                continue
            }
            guard let values = sound(section, keys: list.keys, &decoding) else { continue }
            edit(&root, [list.section, list.name].compactMap { $0 }[...]) { entry in
                guard case .mapping = entry.content else { return entry }
                return entry.merged(over: values, joiningLists: false)
            }
        }
    }

    /// The defaults of one list, without the keys that it does not have.
    private static func sound(
        _ section: SourceNode.Entry, keys: [String], _ decoding: inout Decoding
    ) -> SourceNode? {
        guard case .mapping(let entries) = section.value.content else {
            decoding.report(
                "`defaults.\(section.key)` must be a mapping, not \(section.value.shape)", at: section.value.position)
            return nil
        }
        var known: [SourceNode.Entry] = []
        for entry in entries where !entry.key.hasPrefix("x-") {
            if keys.contains(entry.key) {
                var entry = entry
                entry.isDefault = true
                known.append(entry)
            } else {
                decoding.report(
                    "unknown key `\(entry.key)` in `defaults.\(section.key)`", at: entry.keyPosition,
                    hint: Spelling.hint(for: entry.key, among: keys, listing: "keys"))
            }
        }
        return SourceNode(.mapping(known), at: section.value.position)
    }

    private static func edit(
        _ node: inout SourceNode, _ path: ArraySlice<String>, _ change: (SourceNode) -> SourceNode
    ) {
        guard let key = path.first else {
            if case .sequence(let elements) = node.content { node.content = .sequence(elements.map(change)) }
            return
        }
        guard case .mapping(var entries) = node.content, let index = entries.firstIndex(where: { $0.key == key })
        else { return }
        edit(&entries[index].value, path.dropFirst(), change)
        node.content = .mapping(entries)
    }
}

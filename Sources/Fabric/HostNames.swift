/// The names that hosts have in scenario and result files, and their numbers.
///
/// In a generated network a host's name says where it is, `leaf<l>/host<k>`, `pod<p>/edge<e>/host<k>` or
/// `site<s>/leaf<l>/host<k>`, counted from 1; nothing is stored. In a star or a graph hosts have the names that the
/// scenario gives them.
public struct HostNames: Sendable {
    /// Number of hosts; they are nodes 0 ..< count of the underlay.
    public let count: Int
    /// Only for a generated network.
    private let numbered: NumberedNames?
    /// Only where the scenario names hosts.
    private let names: [String]
    private let numbers: [String: Int]

    public init(_ underlay: UnderlayConfiguration) {
        switch underlay.kind {
        case .leafSpine: numbered = NumberedNames(("leaf", underlay.leaves), ("host", underlay.hostsPerLeaf))
        case .fatTree:
            let half = underlay.k / 2
            numbered = NumberedNames(("pod", underlay.k), ("edge", half), ("host", half))
        case .sites:
            numbered = NumberedNames(
                ("site", underlay.sites), ("leaf", underlay.leaves), ("host", underlay.hostsPerLeaf))
        case .star, .graph: numbered = nil
        }
        names = numbered == nil ? underlay.hosts : []
        count = numbered?.count ?? names.count
        numbers = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
    }

    /// Name of a host, `0 ..< count`.
    public func name(of host: Int) -> String {
        precondition((0..<count).contains(host), "host \(host) of \(count)")
        return numbered?.name(of: host) ?? names[host]
    }

    /// Numbers of the hosts of a rack (`leaf1`, `site2/leaf1`, `pod1`), or of the one host with this name.
    public func numbers(in place: String) -> [Int] {
        if let host = number(of: place) { return [host] }
        return (0..<count).filter { name(of: $0).hasPrefix(place + "/") }
    }

    /// Number of the host with this name; nil when the underlay has no such host.
    public func number(of name: String) -> Int? {
        if let numbered { return numbered.number(of: name) }
        return numbers[name]
    }
}

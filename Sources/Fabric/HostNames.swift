/// The names that hosts have in scenario and result files, and their numbers.
///
/// In a leaf-spine network host `h` is `leaf<l>/host<k>` with `l = h / hosts-per-leaf + 1` and
/// `k = h % hosts-per-leaf + 1`; nothing is stored. In a star hosts have the names that the scenario gives them.
public struct HostNames: Sendable {
    /// Number of hosts; they are nodes 0 ..< count of the underlay.
    public let count: Int
    private let hostsPerLeaf: Int
    /// Only for a star; empty in a leaf-spine network.
    private let names: [String]
    private let numbers: [String: Int]

    public init(_ underlay: UnderlayConfiguration) {
        switch underlay.kind {
        case .leafSpine:
            hostsPerLeaf = underlay.hostsPerLeaf
            count = underlay.leaves * underlay.hostsPerLeaf
            names = []
            numbers = [:]
        case .star:
            hostsPerLeaf = 0
            count = underlay.hosts.count
            names = underlay.hosts
            numbers = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
        }
    }

    /// Name of a host, `0 ..< count`.
    public func name(of host: Int) -> String {
        precondition((0..<count).contains(host), "host \(host) of \(count)")
        if hostsPerLeaf == 0 { return names[host] }
        let (leaf, position) = host.quotientAndRemainder(dividingBy: hostsPerLeaf)
        return "leaf\(leaf + 1)/host\(position + 1)"
    }

    /// Number of the host with this name; nil when the underlay has no such host.
    public func number(of name: String) -> Int? {
        if hostsPerLeaf == 0 { return numbers[name] }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let leaf = Self.ordinal(parts[0], after: "leaf"),
            let position = Self.ordinal(parts[1], after: "host"), position <= hostsPerLeaf
        else { return nil }
        let (start, overflow) = (leaf - 1).multipliedReportingOverflow(by: hostsPerLeaf)
        guard !overflow, start < count else { return nil }
        return start + position - 1
    }

    /// The number behind `word`, at least 1 and written without leading zeros: one host has one name.
    private static func ordinal(_ text: Substring, after word: String) -> Int? {
        let digits = text.dropFirst(word.count)
        guard text.hasPrefix(word), digits.first != "0", digits.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(digits)
    }
}

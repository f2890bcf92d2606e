import Kernel

/// What the loader must know of an underlay without building it.
extension UnderlayConfiguration {
    /// What its links are like, in the order in which links refer to it.
    public var linkKinds: [LinkConfiguration] {
        kind == .graph ? [hostLink] + links.map(\.link) : [hostLink, fabricLink, wan]
    }

    /// Whether some links serve by priority.
    public var hasScheduledLinks: Bool { linkKinds.contains { $0.service == .scheduled } }

    /// The lowest rate of the links that a packet between two hosts may meet.
    public var lowestRate: BitRate {
        let rates =
            switch kind {
            case .star: [hostLink.rate]
            case .leafSpine, .fatTree: [hostLink.rate, fabricLink.rate]
            case .graph: [hostLink.rate] + links.map(\.link.rate)
            case .sites: [hostLink.rate, fabricLink.rate, wan.rate]
            }
        return rates.filter { !$0.isUnlimited }.min { $0.bitsPerSecond < $1.bitsPerSecond } ?? .unlimited
    }

    /// The smallest MTU of the links that a packet between two hosts may meet.
    public var smallestMTU: UInt32 {
        switch kind {
        case .star: hostLink.mtu
        case .leafSpine: leaves > 1 ? min(hostLink.mtu, fabricLink.mtu) : hostLink.mtu
        case .fatTree: min(hostLink.mtu, fabricLink.mtu)
        case .graph: links.reduce(hostLink.mtu) { min($0, $1.link.mtu) }
        case .sites: min(hostLink.mtu, fabricLink.mtu, wan.mtu)
        }
    }

    /// The same of the links between switches alone.
    public var smallestFabricMTU: UInt32 {
        switch kind {
        case .star: .max
        case .leafSpine: leaves > 1 ? fabricLink.mtu : .max
        case .fatTree: fabricLink.mtu
        case .graph: links.reduce(.max) { min($0, $1.link.mtu) }
        case .sites: min(fabricLink.mtu, wan.mtu)
        }
    }

    /// No less than the propagation along the longest way between two hosts, in picoseconds.
    public var longestPropagation: Int128 {
        let ends = 2 * Int128(hostLink.delay.picoseconds)
        let fabric = Int128(fabricLink.delay.picoseconds)
        switch kind {
        case .star: return max(ends, Int128(delays.map(\.delay.picoseconds).max() ?? 0))
        case .leafSpine: return ends + 2 * fabric
        case .fatTree: return ends + 4 * fabric
        case .graph:
            let longest = Int128(links.map(\.link.delay.picoseconds).max() ?? 0)
            return ends + longest * Int128(max(nodes.count, 1) - 1)
        case .sites: return ends + 4 * fabric + Int128(wan.delay.picoseconds)
        }
    }
}

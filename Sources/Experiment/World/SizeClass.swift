import Wire

/// The size classes by which single transfers are aggregated: decades of data bytes.
enum SizeClass {
    /// Name and largest size of each class but the last.
    private static let bounded: [(name: String, bytes: UInt64)] = [
        ("to-10kB", 10_000), ("to-100kB", 100_000), ("to-1MB", 1_000_000), ("to-10MB", 10_000_000),
    ]

    static let names = bounded.map(\.name) + ["above-10MB"]

    static func index(of bytes: UInt64) -> Int { bounded.firstIndex { bytes <= $0.bytes } ?? bounded.count }

    /// IP and UDP headers of a transfer's packets.
    static func headerBytes(_ family: IPFamily) -> UInt32 { HeaderSize.ip(family) + HeaderSize.udp }
    static let ethernetBytes = HeaderSize.ethernet
}

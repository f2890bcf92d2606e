extension UnitTable {
    private static let decimalPrefixes: [(String, Int128)] = [
        ("", 1), ("k", 1_000), ("K", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000),
    ]
    private static let binaryPrefixes: [(String, Int128)] = [
        ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40),
    ]

    private static func prefixed(
        _ prefixes: [(String, Int128)], _ names: [(String, Int128)]
    ) -> [(name: String, size: Int128)] {
        prefixes.flatMap { prefix, factor in names.map { (prefix + $0.0, factor * $0.1) } }
    }

    /// In picoseconds. `µ` may be the micro sign or the Greek letter.
    public static let duration = UnitTable(
        noun: "duration", base: "picoseconds",
        units: [
            ("s", 1_000_000_000_000), ("ms", 1_000_000_000), ("us", 1_000_000), ("\u{b5}s", 1_000_000),
            ("\u{3bc}s", 1_000_000), ("ns", 1_000), ("ps", 1), ("min", 60_000_000_000_000),
            ("h", 3_600_000_000_000_000), ("d", 86_400_000_000_000_000),
        ],
        suggested: ["s", "ms", "us", "ns", "ps", "min", "h", "d"])

    /// In bits per second. Case decides: `b` is a bit, `B` a byte.
    public static let bitRate = UnitTable(
        noun: "rate", base: "bits per second",
        units: prefixed(
            decimalPrefixes + binaryPrefixes,
            [("bps", 1), ("b/s", 1), ("bit/s", 1), ("bit", 1), ("B/s", 8), ("Bps", 8)]),
        suggested: ["Gbps", "Mbps", "kbps", "Gb/s", "Gbit"])

    /// In bytes; k = K = 1000, Ki = 1024.
    public static let size = UnitTable(
        noun: "size", base: "bytes", units: prefixed(decimalPrefixes + binaryPrefixes, [("B", 1)]),
        suggested: ["B", "kB", "MB", "GB", "KiB", "MiB", "GiB"])

    /// In millionths of a packet per second.
    public static let packetRate = UnitTable(
        noun: "packet rate", base: "millionths of a packet per second",
        units: prefixed(decimalPrefixes, [("pps", 1_000_000), ("packets/s", 1_000_000)]),
        suggested: ["pps", "kpps", "Mpps"])

    /// In billionths.
    public static let share = UnitTable(
        noun: "share", base: "billionths", units: [("%", 10_000_000)], suggested: ["%"],
        bareMeaning: 100)

    /// Counts of packets.
    public static let packets = UnitTable(
        noun: "number of packets", base: "packets", units: [("packets", 1), ("packet", 1)], suggested: ["packets"])

    /// The value exactly, in the largest unit of `steps` (falling sizes) that leaves at most three digits behind
    /// the point, for people's eyes: `25 Gbps`, `1.5 kB`. The result can be read back.
    static func text(_ value: Int128, _ steps: [(name: String, size: Int128)]) -> String {
        for step in steps where value.magnitude >= step.size.magnitude && value * 1_000 % step.size == 0 {
            let (whole, rest) = value.quotientAndRemainder(dividingBy: step.size)
            var digits = String((rest * 1_000 / step.size).magnitude + 1_000).dropFirst()
            while digits.last == "0" { digits.removeLast() }
            return digits.isEmpty ? "\(whole) \(step.name)" : "\(whole).\(digits) \(step.name)"
        }
        return "\(value) \(steps.last?.name ?? "")"
    }
}

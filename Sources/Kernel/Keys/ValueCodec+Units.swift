extension ValueCodec {
    /// A number with a unit; the resolved form carries the bare integer in base units.
    static func quantity(
        _ table: UnitTable, in range: ClosedRange<Int128>, limits: String, example: String,
        wrap: @escaping @Sendable (Int128) -> Value, unwrap: @escaping @Sendable (Value) -> Int128,
        text: @escaping @Sendable (Value) -> String
    ) -> ValueCodec {
        .scalar(
            table.noun, example: example,
            schema: .object([
                "type": .string("string"), "pattern": .string(table.pattern),
                "description": .string("\(table.noun), \(limits); units \(table.suggested.joined(separator: ", "))"),
            ]),
            parse: { text, _ throws(ValueProblem) in
                wrap(try table.parse(text, in: range, limits: limits))
            },
            resolved: { text throws(ValueProblem) in
                guard let quantity = Quantity(text), quantity.unit.isEmpty, quantity.scale == 0 else { return nil }
                guard range.contains(quantity.mantissa) else {
                    throw ValueProblem("\(text) \(table.base) are out of range: \(limits)")
                }
                return wrap(quantity.mantissa)
            },
            canonical: { .integer(unwrap($0)) }, text: text)
    }
}

extension ValueCodec where Value == Duration {
    /// At most 30 days (``Kernel/Duration/longest``).
    public static func duration(from least: Duration = .zero, example: String = "10 ms") -> ValueCodec {
        .quantity(
            .duration, in: Int128(least.picoseconds)...Int128(Duration.longest.picoseconds),
            limits: "\(least == .zero ? "0 s" : least.description) to 30 d", example: example,
            wrap: { Duration(picoseconds: Int64($0)) }, unwrap: { Int128($0.picoseconds) },
            text: { $0 == .zero ? "0 s" : $0.description })
    }
}

extension ValueCodec where Value == BitRate {
    private static let steps: [(name: String, size: Int128)] = [
        ("Tbps", 1_000_000_000_000), ("Gbps", 1_000_000_000), ("Mbps", 1_000_000), ("kbps", 1_000), ("bps", 1),
    ]

    /// 1 bps to 1000 Tbps.
    public static let bitRate = ValueCodec.quantity(
        .bitRate, in: 1...1_000_000_000_000_000, limits: "1 bps to 1000 Tbps", example: "10 Gbps",
        wrap: { BitRate(bitsPerSecond: UInt64($0)) }, unwrap: { Int128($0.bitsPerSecond) },
        text: { UnitTable.text(Int128($0.bitsPerSecond), steps) })

    /// A rate, or `unlimited`: sending takes no time.
    public static let linkRate = ValueCodec.alternative("unlimited", .unlimited, to: .bitRate)
}

extension ValueCodec where Value: FixedWidthInteger {
    private static var steps: [(name: String, size: Int128)] {
        [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1)]
    }

    private static func shown(_ bytes: Int128) -> String {
        let isShortInBytes = bytes < 10_000 || (bytes < 100_000 && bytes % 1_000 != 0)
        return isShortInBytes ? "\(bytes) B" : UnitTable.text(bytes, steps)
    }

    /// A number of bytes.
    public static func bytes(_ range: ClosedRange<Value>, example: String = "1500 B") -> ValueCodec {
        let (low, high) = (Int128(range.lowerBound), Int128(range.upperBound))
        return .quantity(
            .size, in: low...high, limits: "\(shown(low)) to \(shown(high))",
            example: example, wrap: { Value($0) }, unwrap: { Int128($0) },
            text: { shown(Int128($0)) })
    }
}

extension ValueCodec where Value == UInt32 {
    /// A number of packets.
    public static func packets(_ range: ClosedRange<UInt32>, example: String = "100 packets") -> ValueCodec {
        .quantity(
            .packets, in: Int128(range.lowerBound)...Int128(range.upperBound),
            limits: "\(range.lowerBound) to \(range.upperBound) packets", example: example,
            wrap: { UInt32($0) }, unwrap: { Int128($0) }, text: { "\($0) packets" })
    }
}

extension ValueCodec where Value == Duration? {
    /// A span of time, or `never`.
    public static func durationOrNever(from least: Duration = .zero, example: String = "60 s") -> ValueCodec {
        .alternative("never", nil, to: ValueCodec<Duration>.duration(from: least, example: example).optional)
    }
}

extension ValueCodec where Value == UInt32? {
    /// A number of things, or `unlimited`.
    public static func countOrUnlimited(_ range: ClosedRange<UInt32>, example: String) -> ValueCodec {
        .alternative("unlimited", nil, to: ValueCodec<UInt32>.integer(range, example: example).optional)
    }
}

extension ValueCodec where Value == PacketRate {
    /// Greater than 0, at most 10^12 packets a second.
    public static let packetRate = ValueCodec.quantity(
        .packetRate, in: 1...1_000_000_000_000_000_000, limits: "0.000001 pps to 1000000 Mpps", example: "10 kpps",
        wrap: { PacketRate(microPackets: UInt64($0)) }, unwrap: { Int128($0.microPackets) },
        text: { Self.text($0) })

    private static func text(_ rate: PacketRate) -> String {
        let (micro, pps) = (Int128(rate.microPackets), Int128(1_000_000))
        if micro >= 1_000 * pps, micro % pps == 0 {
            return UnitTable.text(micro, [("Mpps", pps * 1_000_000), ("kpps", pps * 1_000), ("pps", pps)])
        }
        let fraction = String(micro % pps + pps).dropFirst()
        let digits = String(String(fraction.reversed()).drop { $0 == "0" }.reversed())
        return "\(micro / pps)\(digits.isEmpty ? "" : "." + digits) pps"
    }
}

extension ValueCodec where Value == Ratio {
    /// A share in per cent, in whole billionths.
    public static func share(from least: Int128 = 0) -> ValueCodec {
        .quantity(
            .share, in: least...1_000_000_000, limits: least == 0 ? "0 % to 100 %" : "more than 0 %, up to 100 %",
            example: "30 %",
            wrap: { Ratio(billionths: UInt64($0)) }, unwrap: { Int128($0.billionths) },
            text: { Self.text($0) })
    }

    private static func text(_ ratio: Ratio) -> String {
        let (whole, rest) = ratio.billionths.quotientAndRemainder(dividingBy: 10_000_000)
        let digits = String(String(String(rest + 10_000_000).dropFirst().reversed()).drop { $0 == "0" }.reversed())
        return "\(whole)\(digits.isEmpty ? "" : "." + digits) %"
    }
}

extension ValueCodec where Value: Equatable {
    /// A word with a meaning of its own beside the values of another codec: `unlimited`, `auto`, `random`.
    public static func alternative(_ word: String, _ value: Value, to other: ValueCodec) -> ValueCodec {
        ValueCodec(
            typeName: "\(other.typeName) or `\(word)`", example: other.example,
            schema: .object(["anyOf": .array([.object(["const": .string(word)]), other.schema])]),
            read: { node, decoding in node.text == word ? value : other.read(node, &decoding) },
            canonical: { $0 == value ? .string(word) : other.canonical($0) },
            text: { $0 == value ? word : other.text($0) })
    }
}

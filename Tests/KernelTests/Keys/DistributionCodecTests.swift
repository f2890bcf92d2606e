import Testing

@testable import Kernel

/// How random values are written: read, shown, and read again from either form.
@Suite struct DistributionCodecTests {
    private static let ms = Duration.milliseconds

    private static let durations: [(Distribution<Duration>, shown: String, canonical: String)] = [
        (.constant(ms(5)), "5 ms", "5000000000"),
        (
            .exponential(mean: ms(10)), "{kind: exponential, mean: 10 ms}",
            #"{"kind":"exponential","mean":10000000000}"#
        ),
        (
            .lognormal(median: ms(20), p99: ms(400)), "{kind: lognormal, median: 20 ms, p99: 400 ms}",
            #"{"kind":"lognormal","median":20000000000,"p99":400000000000}"#
        ),
        (
            .uniform(from: .zero, to: ms(4)), "{kind: uniform, from: 0 s, to: 4 ms}",
            #"{"from":0,"kind":"uniform","to":4000000000}"#
        ),
        (
            .pareto(least: ms(1), shape: DecimalNumber(billionths: 1_500_000_000)),
            "{kind: pareto, least: 1 ms, shape: 1.5}",
            #"{"kind":"pareto","least":1000000000,"shape":1500000000}"#
        ),
        (
            .choice([ms(1), ms(5)], weights: [3_000_000_000, 500_000_000]),
            "{choice: [1 ms, 5 ms], weights: [3, 0.5]}",
            #"{"choice":[1000000000,5000000000],"weights":[3000000000,500000000]}"#
        ),
    ]

    private let codec = ValueCodec<Distribution<Duration>>.distribution()

    @Test(arguments: 0..<6)
    func bothFormsReadBack(_ index: Int) {
        let (value, shown, canonical) = Self.durations[index]
        #expect(codec.show(value) == shown)
        #expect(codec.encode(value).canonicalText == canonical)
        var decoding = Decoding(isResolved: true)
        #expect(codec.decode(node(codec.encode(value)), &decoding) == value)
        #expect(decoding.diagnostics.isEmpty)
    }

    /// The unit decides what a value may be: the same codec serves rates and sizes.
    @Test func everyUnitHasIt() {
        let rates = ValueCodec<Distribution<BitRate>>.distribution()
        let law = Distribution.lognormal(
            median: BitRate(bitsPerSecond: 160_000_000), p99: BitRate(bitsPerSecond: 3_200_000_000))
        #expect(rates.show(law) == "{kind: lognormal, median: 160 Mbps, p99: 3.2 Gbps}")
        let sizes = ValueCodec<Distribution<ByteCount>>.distribution()
        #expect(sizes.show(.exponential(mean: ByteCount(10_000))) == "{kind: exponential, mean: 10 kB}")
        #expect(sizes.typeName == "size or distribution")
    }

    /// A canonical value as the reader of files gives it.
    private func node(_ value: CanonicalValue) -> SourceNode {
        let place = SourcePosition(file: "f", line: 1, column: 1)
        switch value {
        case .object(let members):
            let entries = members.sorted { $0.key < $1.key }.map {
                SourceNode.Entry(key: $0.key, keyPosition: place, value: node($0.value))
            }
            return SourceNode(.mapping(entries), at: place)
        case .array(let elements): return SourceNode(.sequence(elements.map(node)), at: place)
        case .string(let text): return SourceNode(.scalar(text, quoted: true), at: place)
        case .integer(let number): return SourceNode(.scalar(String(number), quoted: false), at: place)
        case .null, .boolean: return SourceNode(.scalar("null", quoted: false), at: place)
        }
    }
}

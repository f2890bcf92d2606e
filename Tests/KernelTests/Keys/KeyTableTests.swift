import Testing

@testable import Kernel

/// A section as a module would declare it.
private struct Lamp: Keyed, Equatable {
    enum Kind: String, CaseIterable, Sendable { case bulb, tube }
    var kind = Kind.bulb
    var watts = 40
    var length: Int?
    var delay = Duration.zero

    static let keys = KeyTable<Lamp>([
        .value("kind", \.kind, .choice(), "shape"),
        .value("watts", \.watts, .integer(1...100), "power").required(),
        .optional("length", \.length, .integer(1...9), "of a tube").only(.when("kind", "tube") { $0.kind == .tube }),
        .value("delay", \.delay, .duration(), "until it burns"),
    ])
}

@Suite struct KeyTableTests {
    private let place = SourcePosition(file: "f", line: 1, column: 1)

    private func mapping(_ pairs: [(String, String)]) -> SourceNode {
        let entries = pairs.enumerated().map { index, pair in
            let position = SourcePosition(file: "f", line: index + 1, column: 5)
            return SourceNode.Entry(
                key: pair.0, keyPosition: position, value: SourceNode(.scalar(pair.1, quoted: false), at: position))
        }
        return SourceNode(.mapping(entries), at: place)
    }

    private func decode(_ node: SourceNode, isResolved: Bool = false) -> (Lamp, [Diagnostic]) {
        var lamp = Lamp()
        var decoding = Decoding(isResolved: isResolved)
        Lamp.keys.decode(node, into: &lamp, &decoding)
        return (lamp, decoding.diagnostics)
    }

    @Test func valuesAndDefaults() {
        let (lamp, problems) = decode(mapping([("watts", "60"), ("delay", "5 ms")]))
        #expect(problems.isEmpty)
        #expect(lamp.watts == 60 && lamp.kind == .bulb && lamp.length == nil)
        #expect(lamp.delay == .milliseconds(5))
    }

    @Test func requiredKeyIsMissed() {
        #expect(decode(mapping([("kind", "tube")])).1.map(\.message) == ["the scenario lacks the key `watts`"])
    }

    @Test func misspeltRequiredKeyIsReportedOnce() {
        let problems = decode(mapping([("wats", "60")])).1
        #expect(problems.map(\.message) == ["unknown key `wats` in the scenario"])
        #expect(problems.first?.hint == "did you mean `watts`?")
    }

    @Test func keyOfAnotherKind() {
        let problems = decode(mapping([("watts", "60"), ("length", "2")])).1
        #expect(problems.map(\.message) == ["`length` is for `kind: tube`, not for `kind: bulb`"])
    }

    @Test func conditionOnABrokenKeyIsSilent() {
        let problems = decode(mapping([("kind", "tub"), ("watts", "60"), ("length", "2")])).1
        #expect(problems.map(\.message) == ["`kind`: there is no `tub`"])
        #expect(problems.first?.hint == "did you mean `tube`?")
    }

    @Test func extensionKeysAreIgnored() {
        #expect(decode(mapping([("watts", "60"), ("x-colour", "red")])).1.isEmpty)
    }

    @Test func resolvedFormTakesBareNumbersAndNull() {
        let node = mapping([("watts", "60"), ("delay", "7"), ("length", "null")])
        let (lamp, problems) = decode(node, isResolved: true)
        #expect(problems.isEmpty)
        #expect(lamp.delay == Duration(picoseconds: 7) && lamp.length == nil)
    }

    @Test func canonicalTextIsSortedAndEscaped() {
        #expect(
            Lamp.keys.encode(Lamp()).canonicalText == #"{"delay":0,"kind":"bulb","length":null,"watts":40}"#)
        #expect(CanonicalValue.string("a\"b\\\n\u{1}é").canonicalText == "\"a\\\"b\\\\\\n\\u0001é\"")
    }

    @Test func descriptionsCarryDefaultsAndConditions() {
        let descriptions = Lamp.keys.descriptions(of: Lamp())
        #expect(descriptions.map(\.name) == ["kind", "watts", "length", "delay"])
        #expect(descriptions.map(\.defaultText) == ["bulb", "", "", "0 s"])
        #expect(descriptions[2].condition == "kind: tube")
    }

    @Test func mergingJoinsMappingsAndLists() {
        let list = { (text: String) in
            SourceNode(.sequence([SourceNode(.scalar(text, quoted: false), at: place)]), at: place)
        }
        var (base, own) = (mapping([("a", "1"), ("b", "2")]), mapping([("b", "3")]))
        base.content = .mapping(base.entries + [.init(key: "l", keyPosition: place, value: list("x"))])
        own.content = .mapping(own.entries + [.init(key: "l", keyPosition: place, value: list("y"))])
        let joined = own.merged(over: base, joiningLists: true)
        #expect(joined["a"]?.text == "1" && joined["b"]?.text == "3")
        #expect(joined["l"]?.elements.map(\.text) == ["x", "y"])
        #expect(own.merged(over: base, joiningLists: false)["l"]?.elements.map(\.text) == ["y"])
    }
}

@Suite struct DiagnosticTests {
    @Test func theCaretStandsUnderTheColumn() {
        let place = SourcePosition(file: "a.yaml", line: 3, column: 7)
        let diagnostic = Diagnostic(.error, at: place, "bad", hint: "good")
        #expect(
            diagnostic.rendered(sourceLine: "rate: 5 gbps")
                == "a.yaml:3:7: error: bad\n    rate: 5 gbps\n          ^\n    hint: good\n")
    }

    @Test func longLinesAreCut() {
        let place = SourcePosition(file: "a.yaml", line: 1, column: 5_001)
        let line = String(repeating: "a", count: 5_000) + "!" + String(repeating: "b", count: 5_000)
        let rows = Diagnostic(.error, at: place, "bad").rendered(sourceLine: line).split(separator: "\n")
        #expect(rows[1].count < 140)
        let caret = rows[2].firstIndex(of: "^").map { rows[2].distance(from: rows[2].startIndex, to: $0) }
        let mark = rows[1].firstIndex(of: "!").map { rows[1].distance(from: rows[1].startIndex, to: $0) }
        #expect(caret != nil && caret == mark)
    }

    @Test func overridesHaveNoLine() {
        let place = SourcePosition(file: "--set a=b", line: 0, column: 0)
        #expect(Diagnostic(.error, at: place, "bad").rendered(sourceLine: nil) == "--set a=b: error: bad\n")
    }

    @Test(arguments: [
        ("rat", "rate"), ("swtich", "switch"), ("leafspine", "leaf-spine"), ("RATE", "rate"), ("quere", nil),
        ("zzzzzz", nil),
    ])
    func spelling(_ word: String, _ meant: String?) {
        let names = ["rate", "switch", "leaf-spine", "delay"]
        #expect(Spelling.nearest(to: word, among: names) == meant)
    }
}

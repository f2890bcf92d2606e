import Foundation
import Kernel
import Testing

@testable import Observe

@Suite("Text of result files")
struct WriterTests {
    @Test(
        "SHA-256 gives the published digests (FIPS 180-4 examples)",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(message: String, digest: String) { #expect(SHA256.hex(message.utf8) == digest) }

    @Test("A long message in uneven pieces has the digest of the whole")
    func sha256InPieces() {
        var hash = SHA256()
        let block = [UInt8](repeating: UInt8(ascii: "a"), count: 997)
        var left = 1_000_000
        while left > 0 {
            hash.update(Array(block.prefix(left)))
            left -= min(left, block.count)
        }
        #expect(hash.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(
        "Times are exact decimals",
        arguments: [
            (5_300_000_000, "5.3"), (1, "0.000000001"), (-106_500_000_000, "-106.5"), (0, "0"),
            (12_000_000_000, "12"), (10_306_500_000_001, "10306.500000001"), (-1_000_000, "-0.001"),
            (Int64.min, "-9223372036.854775808"),
            (Int64.max, "9223372036.854775807"), (1_000_000_000_000_000, "1000000"), (999_999_999, "0.999999999"),
        ])
    func times(picoseconds: Int64, text: String) {
        #expect(NumberText.time(picoseconds, in: .milliseconds) == text)
        var bytes: [UInt8] = []
        CSVText.append(picoseconds, places: 9, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test("Reals are short and never NaN")
    func reals() {
        #expect(NumberText.real(2) == "2" && NumberText.real(0.1) == "0.1" && NumberText.real(-0.0) == "0")
        #expect(NumberText.real(.nan) == nil && NumberText.real(.infinity) == nil)
        #expect(Column<Double>.real("x", .none, "X.") { $0 }.cell(.nan) == .absent)
    }

    @Test("Fields are quoted where RFC 4180 asks for it")
    func quoting() {
        #expect(CSVText.field("plain; text") == "plain; text")
        #expect(CSVText.field("a,b") == "\"a,b\"")
        #expect(CSVText.field("say \"x\"\n") == "\"say \"\"x\"\"\n\"")
    }

    @Test("A line of losses.csv")
    func lossLine() {
        let encoder = CSVEncoder<LossRow>(run: RunKey(seed: .max, point: "rate=1,2", replication: 3))
        #expect(
            encoder.header
                == "seed,point,replication,flow,move,vm,period,cause,whereabouts,packets,first_ms,last_ms\n")
        #expect(
            encoder.line(SampleRun.loss(.queueFull, .here, .before, 2))
                == "18446744073709551615,\"rate=1,2\",3,probe:client[2]-web,m1,web,before,queue-full,here,2,"
                + "299.5,327.25\n"
        )
    }

    @Test("Axes of a sweep are columns of runs.csv alone")
    func axes() {
        let run = RunKey(seed: 1, point: "p1", axes: [.init(name: "nva.distribution", value: "push")])
        #expect(CSVEncoder<RunRow>(run: run).header.hasPrefix("seed,point,replication,nva.distribution,scenario,"))
        #expect(CSVEncoder<FlowRow>(run: run).header.hasPrefix("seed,point,replication,flow,"))
        var row = RunRow()
        row.scenario = "s"
        #expect(CSVEncoder<RunRow>(run: run).line(row).hasPrefix("1,p1,1,push,s,"))
    }

    @Test("What was not measured is an empty field")
    func emptyFields() {
        let row = CSVEncoder<ConvergenceRow>(run: SampleRun.key).line(SampleRun.stale("n"))
        #expect(row == "7,,1,m1,web,n,mapping,still-stale,,300,,,,,0,,,,\n")
        let flow = CSVEncoder<FlowRow>(run: SampleRun.key).line(SampleRun.idle)
        #expect(flow.hasPrefix("7,,1,\"quiet,\"\"odd\"\"\",quiet,") && !flow.contains("nan"))
    }

    @Test("JSON: sorted keys, escapes, and the reader of Foundation agrees")
    func json() throws {
        let value = JSONValue.object([
            "b": .array([.integer(1), .null, .real(.nan), .boolean(true)]), "a\"\n\u{1}": .string("é\\"),
            "empty": .object([:]), "seed": .unsigned(.max),
        ])
        let text = value.document
        let expected =
            "{\n  \"a\\\"\\n\\u0001\": \"é\\\\\",\n  \"b\": [\n    1,\n    null,\n    null,\n    true\n  ],\n"
            + "  \"empty\": {},\n  \"seed\": 18446744073709551615\n}\n"
        #expect(text == expected)
        let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect(read?["a\"\n\u{1}"] as? String == "é\\")
    }
}

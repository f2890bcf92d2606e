import Kernel
import Testing

/// The published known-answer vectors of Philox4x32-10 (Random123 1.14, file `kat_vectors`).
@Suite struct PhiloxTests {
    struct Vector: CustomTestStringConvertible {
        let name: String
        let counter: (UInt32, UInt32, UInt32, UInt32)
        let key: (UInt32, UInt32)
        let output: (UInt32, UInt32, UInt32, UInt32)

        var testDescription: String { name }
    }

    static let published = [
        Vector(
            name: "all zeros", counter: (0, 0, 0, 0), key: (0, 0),
            output: (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
        Vector(
            name: "all ones", counter: (.max, .max, .max, .max), key: (.max, .max),
            output: (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
        Vector(
            name: "digits of pi", counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
            key: (0xa409_3822, 0x299f_31d0), output: (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)),
    ]

    @Test(arguments: published)
    func blockEqualsPublishedVector(_ vector: Vector) {
        let block = Philox.block(counter: vector.counter, key: vector.key)
        #expect(block == vector.output)
    }
}

import Testing
import Wire

/// Sizes of headers against the documents that define them.
@Suite struct HeaderSizeTests {
    @Test func headersHaveTheirStandardSizes() {
        #expect(HeaderSize.ethernet == 6 + 6 + 2, "two addresses and a type; no FCS")
        #expect(HeaderSize.ipv4 == 20, "RFC 791, no options")
        #expect(HeaderSize.udp == 8, "RFC 768")
        #expect(HeaderSize.vxlan == 8, "RFC 7348, section 5")
        #expect(HeaderSize.arp == 8 + 2 * (6 + 4), "RFC 826")
    }

    @Test("REQ-5-09: VXLAN over IPv4 adds 50 bytes to a frame")
    func vxlanAddsFiftyBytes() {
        #expect(HeaderSize.vxlanOverIPv4 == 50)
    }

    @Test("REQ-5-09, case C21: 1000 bytes of IP make a frame of 1014, encapsulated 1064")
    func frameOfAThousandBytePacket() {
        let native = 1_000 + HeaderSize.ethernet
        #expect(native == 1_014)
        #expect(native + HeaderSize.vxlanOverIPv4 == 1_064)
    }

    @Test func ethernetFramingIsPreambleChecksumAndGap() {
        #expect(HeaderSize.ethernetFraming == 8 + 4 + 12)
        #expect(HeaderSize.ethernetMinimum == 64 + 8 + 12, "the shortest frame with its FCS, preamble and gap")
    }
}

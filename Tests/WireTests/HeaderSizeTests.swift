import Testing
import Wire

/// Sizes of headers against the documents that define them.
@Suite struct HeaderSizeTests {
    @Test func headersHaveTheirStandardSizes() {
        #expect(HeaderSize.ethernet == 6 + 6 + 2, "two addresses and a type; no FCS")
        #expect(HeaderSize.ipv4 == 20, "RFC 791, no options")
        #expect(HeaderSize.ipv6 == 8 + 2 * 16, "RFC 8200, section 3")
        #expect(HeaderSize.ip(.ipv4) == 20 && HeaderSize.ip(.ipv6) == 40)
        #expect(HeaderSize.udp == 8, "RFC 768")
        #expect(HeaderSize.vxlan == 8, "RFC 7348, section 5")
        #expect(HeaderSize.arp == 8 + 2 * (6 + 4), "RFC 826")
        #expect(HeaderSize.neighbourDiscovery == 40 + 8 + 16 + 8, "IPv6, fixed part, target, one option: RFC 4861")
    }

    @Test("REQ-5-09: VXLAN over IPv4 adds 50 bytes to a frame")
    func vxlanAddsFiftyBytes() {
        #expect(HeaderSize.vxlanOverIPv4 == 50)
    }

    @Test("REQ-5-08: VXLAN over IPv6 adds 70 bytes to a frame")
    func vxlanAddsSeventyBytes() {
        #expect(HeaderSize.vxlanOverIPv6 == 70)
        #expect(HeaderSize.vxlan(over: .ipv4) == 50 && HeaderSize.vxlan(over: .ipv6) == 70)
    }

    @Test("REQ-5-09, REQ-5-08, case C21: 1000 bytes of IP make a frame of 1014, encapsulated 1064 or 1084")
    func frameOfAThousandBytePacket() {
        let native = 1_000 + HeaderSize.ethernet
        #expect(native == 1_014)
        #expect(native + HeaderSize.vxlanOverIPv4 == 1_064)
        #expect(native + HeaderSize.vxlanOverIPv6 == 1_084)
    }

    @Test func ethernetFramingIsPreambleChecksumAndGap() {
        #expect(HeaderSize.ethernetFraming == 8 + 4 + 12)
        #expect(HeaderSize.ethernetMinimum == 64 + 8 + 12, "the shortest frame with its FCS, preamble and gap")
    }
}

import Testing
import Wire

/// IPv6 text forms: read as RFC 4291 says, printed as RFC 5952 says.
@Suite struct IPv6AddressTests {
    @Test(
        "RFC 4291 §2.2, RFC 5952 §4: every form is read, one is printed",
        arguments: [
            ("2001:db8::9", 0x2001_0db8_0000_0000_0000_0000_0000_0009, "2001:db8::9"),
            ("2001:0DB8:0000:0000:0000:0000:0000:0009", 0x2001_0db8_0000_0000_0000_0000_0000_0009, "2001:db8::9"),
            ("2001:db8:0:0:0:0:0:9", 0x2001_0db8_0000_0000_0000_0000_0000_0009, "2001:db8::9"),
            ("::", 0, "::"), ("0:0:0:0:0:0:0:0", 0, "::"), ("::1", 1, "::1"), ("1::", 1 << 112, "1::"),
            // One group of zeros is not shortened (4.2.2), but `::` for one is read.
            ("2001:db8:0:1:1:1:1:1", 0x2001_0db8_0000_0001_0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
            ("2001:db8::1:1:1:1:1", 0x2001_0db8_0000_0001_0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
            // The longest run, and of equal ones the first (4.2.3).
            ("2001:0:0:1:0:0:0:1", 0x2001_0000_0000_0001_0000_0000_0000_0001, "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", 0x2001_0db8_0000_0000_0001_0000_0000_0001, "2001:db8::1:0:0:1"),
            ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004_0005_0006_0007_0000, "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004_0005_0006_0007_0008, "0:2:3:4:5:6:7:8"),
            // Dotted decimal at the end; printed so for IPv4-mapped addresses (5).
            ("::ffff:192.0.2.1", 0xffff_c000_0201, "::ffff:192.0.2.1"),
            ("::FFFF:c000:201", 0xffff_c000_0201, "::ffff:192.0.2.1"),
            ("64:ff9b::192.0.2.33", 0x0064_ff9b_0000_0000_0000_0000_c000_0221, "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:7.8.9.10", 0x0001_0002_0003_0004_0005_0006_0708_090a, "1:2:3:4:5:6:708:90a"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .max, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ] as [(String, UInt128, String)])
    func formsOfText(_ text: String, _ value: UInt128, _ canonical: String) {
        #expect(IPv6Address(text: text) == IPv6Address(value))
        #expect(IPv6Address(value).description == canonical)
    }

    @Test(
        arguments: [
            "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8", "1:::2", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "12345::", "g::1", "-1::", "+1::", "::1 ",
            " ::1", "fe80::1%eth0", "::1.2.3", "::1.2.3.256", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5",
            "1.2.3.4", "::１", "2001:db8::/32",
        ])
    func otherTextIsNoAddress(_ text: String) {
        #expect(IPv6Address(text: text) == nil)
    }

    /// Random addresses with many zero groups.
    @Test func addressesReadBackAsPrinted() {
        var state: UInt64 = 7
        for _ in 0..<5_000 {
            var value: UInt128 = 0
            for _ in 0..<8 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                value = value << 16 | (state >> 60 < 8 ? 0 : UInt128(state >> 33 & 0xffff) >> (state >> 40 & 15))
            }
            let text = IPv6Address(value).description
            #expect(IPv6Address(text: text) == IPv6Address(value), "\(text)")
            #expect(text == text.lowercased() && !text.contains(":::"))
        }
    }

    @Test func bothFamiliesInOneType() {
        let (old, new) = (IPAddress(text: "10.0.0.9"), IPAddress(text: "2001:db8::9"))
        #expect(old?.family == .ipv4 && old?.value == 0x0a00_0009 && old?.description == "10.0.0.9")
        #expect(new?.family == .ipv6 && new?.description == "2001:db8::9")
        #expect(IPAddress(.ipv4, 9) != IPAddress(.ipv6, 9))
        #expect(IPAddress(.ipv4, .max >> 96) < IPAddress(.ipv6, 0) && IPAddress(.ipv6, 1) < IPAddress(.ipv6, 2))
        #expect(IPAddress(text: "10.0.0") == nil && IPAddress(text: "10:0") == nil)
        #expect(IPAddress(text: "224.0.0.1")?.isMulticast == true && IPAddress(text: "223.0.0.1")?.isMulticast == false)
        #expect(IPAddress(text: "ff02::1")?.isMulticast == true && IPAddress(text: "fe80::1")?.isMulticast == false)
    }

    @Test(
        arguments: [
            ("2001:db8:1::/64", UInt64.max), ("::/0", .max), ("2001:db8::/65", 1 << 63 - 1), ("2001:db8::/126", 3),
            ("2001:db8::2/127", 1), ("2001:db8::1/128", 0),
        ])
    func prefixes(_ text: String, _ hosts: UInt64) {
        let prefix = IPPrefix(text: text)
        #expect(prefix?.description == text && prefix?.family == .ipv6)
        #expect(prefix?.hostCount == hosts)
    }

    @Test(
        arguments: [
            "2001:db8::", "2001:db8::/129", "2001:db8::1/64", "2001:db8::/064", "2001:db8::/+64", "2001:db8::/", "/64",
            "2001:db8::/64/64", "::1/0",
        ])
    func otherTextIsNoPrefix(_ text: String) {
        #expect(IPPrefix(text: text) == nil)
    }

    @Test func prefixContainsItsAddressesOnly() throws {
        let prefix = try #require(IPPrefix(text: "2001:db8:1::/64"))
        for (text, isInside) in [
            ("2001:db8:1::", true), ("2001:db8:1::ffff:ffff:ffff:ffff", true), ("2001:db8:1:1::", false),
            ("2001:db8:0:ffff::", false), ("10.0.0.1", false),
        ] {
            #expect(prefix.contains(try #require(IPAddress(text: text))) == isInside, "\(text)")
        }
        let base = IPPrefix(address: try #require(IPAddress(text: "2001:db8:1::9")), length: 64).base
        #expect(base.description == "2001:db8:1::")
    }
}

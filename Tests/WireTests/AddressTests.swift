import Testing
import Wire

/// Reading and writing of addresses: what is printed reads back as the same value, and nothing else is read.
@Suite struct AddressTests {
    /// A walk over 64-bit numbers that look random: the same in every run.
    private func numbers(_ count: Int) -> [UInt64] {
        var value: UInt64 = 1
        return (0..<count).map { _ in
            value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return value >> 8
        }
    }

    // MARK: - Ethernet

    @Test(
        arguments: [
            ("52:54:00:12:34:56", 0x5254_0012_3456), ("00:00:00:00:00:00", 0), ("ff:ff:ff:ff:ff:ff", 0xffff_ffff_ffff),
            ("FF:fF:Ff:00:0a:A0", 0xffff_ff00_0aa0), ("52-54-00-12-34-56", 0x5254_0012_3456),
        ] as [(String, UInt64)])
    func hardwareAddressIsRead(_ text: String, _ value: UInt64) {
        #expect(MACAddress(text: text)?.value == value)
    }

    @Test(
        arguments: [
            "", "52:54:00:12:34", "52:54:00:12:34:56:78", "52:54:00:12:34:5", "52:54:00:12:34:567", "52:54:00:12:34:5g",
            "52:54:00:12:34:+5", "52:54:00-12:34:56", "525400123456", ":52:54:00:12:34:56", "52:54:00:12:34:56 ",
            "52::54:00:12:34", "52:54:00:12:34:５６",
        ])
    func otherTextIsNoHardwareAddress(_ text: String) {
        #expect(MACAddress(text: text) == nil)
    }

    @Test func hardwareAddressesReadBackAsPrinted() {
        for number in numbers(1_000) {
            let address = MACAddress(number)
            #expect(address.value == number & 0xffff_ffff_ffff, "48 bits")
            #expect(MACAddress(text: address.description) == address)
            #expect(address.description.utf8.count == 17)
        }
    }

    @Test func hardwareAddressIsPrintedInLowerCaseWithLeadingZeros() {
        #expect(MACAddress(0x020A_0B00_0001).description == "02:0a:0b:00:00:01")
        #expect(MACAddress.broadcast.description == "ff:ff:ff:ff:ff:ff")
        #expect(MACAddress(.max) == .broadcast)
    }

    // MARK: - IPv4

    @Test(
        arguments: [
            ("10.0.0.9", 0x0a00_0009), ("0.0.0.0", 0), ("255.255.255.255", .max), ("192.168.1.100", 0xc0a8_0164),
        ] as [(String, UInt32)])
    func addressIsReadAndPrinted(_ text: String, _ value: UInt32) {
        #expect(IPv4Address(text: text) == IPv4Address(value))
        #expect(IPv4Address(value).description == text)
    }

    @Test(
        arguments: [
            "", "10", "10.0.0", "10.0.0.0.1", "10.0.0.256", "10.0.0.-1", "10.0.0.+1", "010.0.0.1", "10.0.0.00",
            "10..0.1", "10.0.0.", ".10.0.0", "10.0.0.1 ", "a.b.c.d", "10.0.0.0x1", "10.0.0.１", "10.0.0.1000",
        ])
    func otherTextIsNoAddress(_ text: String) {
        #expect(IPv4Address(text: text) == nil)
    }

    @Test func addressesReadBackAsPrinted() {
        for number in numbers(1_000) {
            let address = IPv4Address(UInt32(truncatingIfNeeded: number))
            #expect(IPv4Address(text: address.description) == address)
        }
    }

    @Test func addressesAreOrderedByNumber() {
        #expect(IPv4Address(0x0a00_0009) < IPv4Address(0x0a00_0100))
        #expect(IPv4Address(0x7fff_ffff) < IPv4Address(0x8000_0000))
        #expect(!(IPv4Address(5) < IPv4Address(5)))
    }

    // MARK: - Prefixes

    @Test(
        arguments: [
            ("10.0.0.0/16", 0x0a00_0000, 16), ("0.0.0.0/0", 0, 0), ("10.1.2.3/32", 0x0a01_0203, 32),
            ("192.168.4.0/22", 0xc0a8_0400, 22), ("128.0.0.0/1", 0x8000_0000, 1),
        ] as [(String, UInt32, Int)])
    func prefixIsReadAndPrinted(_ text: String, _ address: UInt32, _ length: Int) {
        let prefix = IPPrefix(text: text)
        #expect(prefix == IPPrefix(address: IPAddress(IPv4Address(address)), length: length))
        #expect(prefix?.description == text)
    }

    @Test(
        arguments: [
            "", "10.0.0.0", "10.0.0.0/", "/16", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/16/16", "10.0.0.9/16",
            "10.0.0.1/31", "10.0.0.0/ 16", "10.0.0/16", "10.0.0.0/+16", "10.0.0.0/016", "128.0.0.0/0", "10.0.0.0/1６",
        ])
    func otherTextIsNoPrefix(_ text: String) {
        #expect(IPPrefix(text: text) == nil)
    }

    @Test func prefixContainsItsFirstAndLastAddressAndNoneBeside() throws {
        let prefix = try #require(IPPrefix(text: "192.168.4.0/22"))
        #expect(prefix.contains(IPAddress(IPv4Address(0xc0a8_0400))))
        #expect(prefix.contains(IPAddress(IPv4Address(0xc0a8_07ff))))
        #expect(!prefix.contains(IPAddress(IPv4Address(0xc0a8_03ff))))
        #expect(!prefix.contains(IPAddress(IPv4Address(0xc0a8_0800))))
        let all = IPPrefix(address: IPAddress(IPv4Address(0)), length: 0)
        #expect(all.contains(IPAddress(IPv4Address(0))) && all.contains(IPAddress(IPv4Address(.max))))
        let one = IPPrefix(address: IPAddress(IPv4Address(7)), length: 32)
        #expect(one.contains(IPAddress(IPv4Address(7))) && !one.contains(IPAddress(IPv4Address(6))))
    }

    @Test(
        arguments: [(0, 4_294_967_294), (16, 65_534), (24, 254), (30, 2), (31, 0), (32, 0)] as [(Int, UInt64)])
    func hostsAreAllAddressesButNetworkAndBroadcast(_ length: Int, _ hosts: UInt64) {
        #expect(IPPrefix(address: IPAddress(IPv4Address(0)), length: length).hostCount == hosts)
    }
}

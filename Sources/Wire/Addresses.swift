/// A 48-bit Ethernet address (IEEE 802).
public struct MACAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address in the low 48 bits.
    public var value: UInt64

    public init(_ value: UInt64) { self.value = value & 0xffff_ffff_ffff }

    /// Reads `52:54:00:12:34:56` (or with hyphens): six groups of two hexadecimal digits; nil for anything else.
    public init?(text: String) {
        let groups = text.split(separator: text.contains("-") ? "-" : ":", omittingEmptySubsequences: false)
        guard groups.count == 6 else { return nil }
        var value: UInt64 = 0
        for group in groups {
            guard group.utf8.count == 2, group.utf8.allSatisfy(Self.isHexDigit), let octet = UInt64(group, radix: 16)
            else { return nil }
            value = value << 8 | octet
        }
        self.value = value
    }

    public static let broadcast = MACAddress(0xffff_ffff_ffff)

    public var description: String {
        stride(from: 40, through: 0, by: -8).map { shift in
            let octet = String(value >> UInt64(shift) & 0xff, radix: 16)
            return octet.utf8.count == 1 ? "0" + octet : octet
        }.joined(separator: ":")
    }

    static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

/// An IPv4 address (RFC 791).
public struct IPv4Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var value: UInt32

    public init(_ value: UInt32) { self.value = value }

    /// Reads dotted decimal, four numbers 0 to 255 without leading zeros; nil for anything else.
    public init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                part.utf8.count == 1 || part.first != "0", let octet = UInt8(part)
            else { return nil }
            value = value << 8 | UInt32(octet)
        }
        self.value = value
    }

    public static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.value < right.value }

    public var description: String {
        "\(value >> 24).\(value >> 16 & 0xff).\(value >> 8 & 0xff).\(value & 0xff)"
    }
}

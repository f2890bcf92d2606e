/// The two families of IP addresses.
public enum IPFamily: String, CaseIterable, Hashable, Sendable {
    case ipv4
    case ipv6

    /// Bits of an address.
    public var width: Int { self == .ipv4 ? 32 : 128 }

    /// As people write it.
    public var name: String { self == .ipv4 ? "IPv4" : "IPv6" }
}

/// An address of either family. Where the family is known from elsewhere, 16 bytes of `value` are enough.
public struct IPAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var family: IPFamily
    /// The address as a number; an IPv4 address in the low 32 bits.
    public var value: UInt128

    public init(_ family: IPFamily, _ value: UInt128) {
        self.family = family
        self.value = value
    }

    public init(_ address: IPv4Address) { self.init(.ipv4, UInt128(address.value)) }
    public init(_ address: IPv6Address) { self.init(.ipv6, address.value) }

    /// Reads dotted decimal, or a text form of RFC 4291; nil for anything else.
    public init?(text: String) {
        if let address = IPv4Address(text: text) {
            self.init(address)
        } else if let address = IPv6Address(text: text) {
            self.init(address)
        } else {
            return nil
        }
    }

    /// IPv4 before IPv6, then by number.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.family == right.family ? left.value < right.value : left.family == .ipv4
    }

    public var description: String {
        switch family {
        case .ipv4: IPv4Address(UInt32(truncatingIfNeeded: value)).description
        case .ipv6: IPv6Address(value).description
        }
    }

    /// Names a group of receivers (RFC 1112, section 4; RFC 4291, section 2.7).
    public var isMulticast: Bool { family == .ipv4 ? value >> 28 == 0xe : value >> 120 == 0xff }
}

/// A prefix such as `10.0.0.0/16` or `2001:db8:1::/64`, with no bits set below its length.
public struct IPPrefix: Hashable, Sendable, CustomStringConvertible {
    public var address: IPAddress
    /// Number of leading bits that are fixed, 0 to 32 or 0 to 128.
    public var length: Int

    public init(address: IPAddress, length: Int) {
        self.address = address
        self.length = length
    }

    /// Reads `address/length`; nil when malformed or when bits below the length are set.
    public init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        // `Int` alone would also take `+16` and `016`.
        guard parts.count == 2, let address = IPAddress(text: String(parts[0])), let length = Int(parts[1]),
            (0...address.family.width).contains(length), parts[1] == "\(length)"
        else { return nil }
        self.init(address: address, length: length)
        if base != address { return nil }
    }

    public var family: IPFamily { address.family }

    /// The address with the bits below the length cleared.
    public var base: IPAddress { IPAddress(family, address.value & ~rest) }

    public func contains(_ other: IPAddress) -> Bool {
        other.family == family && other.value & ~rest == address.value
    }

    /// Number of addresses that VMs can use: in IPv4 all but the network's own and the broadcast one, in IPv6 all but
    /// the first, which is the subnet-router anycast address (RFC 4291, section 2.6.1). At most `UInt64.max`.
    public var hostCount: UInt64 {
        let free = family.width - length
        if family == .ipv4 { return free < 2 ? 0 : (UInt64(1) << UInt64(free)) - 2 }
        return free >= 64 ? .max : (UInt64(1) << UInt64(free)) - 1
    }

    public var description: String { "\(address)/\(length)" }

    /// The bits below the length.
    private var rest: UInt128 {
        let free = UInt128(family.width - length)
        return free == 128 ? .max : (UInt128(1) << free) - 1
    }
}

import Kernel
public import Wire

/// The underlay addresses of NVEs: what directory entries and outer headers name them by (REQ-4.2-23).
///
/// They are made up from the hosts' numbers; nothing in a scenario needs them.
public struct NVEAddresses: Sendable {
    private let first: IPAddress

    public init(_ family: IPFamily) {
        // Addresses between an operator's own machines (RFC 6598), and a unique local prefix (RFC 4193).
        switch family {
        case .ipv4: first = IPAddress(IPv4Address(100 << 24 | 64 << 16 | 1))
        case .ipv6: first = IPAddress(IPv6Address(0xfd << 120 | 1))
        }
    }

    public func address(ofHost number: Int) -> IPAddress { IPAddress(first.family, first.value + UInt128(number)) }
}

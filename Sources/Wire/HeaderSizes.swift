/// Sizes of the headers that travel, in bytes.
public enum HeaderSize {
    /// Ethernet II without FCS.
    @inlinable public static var ethernet: UInt32 { 14 }
    @inlinable public static var ipv4: UInt32 { 20 }
    /// Without extension headers (RFC 8200, section 3).
    @inlinable public static var ipv6: UInt32 { 40 }
    @inlinable public static var udp: UInt32 { 8 }
    /// Without options (RFC 9293, section 3.1).
    @inlinable public static var tcp: UInt32 { 20 }
    /// RFC 7348, section 5.
    @inlinable public static var vxlan: UInt32 { 8 }
    /// A VLAN tag (IEEE 802.1Q).
    @inlinable public static var vlanTag: UInt32 { 4 }
    /// ARP over Ethernet and IPv4 (RFC 826).
    @inlinable public static var arp: UInt32 { 28 }
    /// What VXLAN over IPv4 adds to a native frame: outer Ethernet, IPv4, UDP, VXLAN (RFC 7348; REQ-5-09).
    @inlinable public static var vxlanOverIPv4: UInt32 { ethernet + ipv4 + udp + vxlan }
    /// The same over IPv6 (REQ-5-08).
    @inlinable public static var vxlanOverIPv6: UInt32 { ethernet + ipv6 + udp + vxlan }
    /// An advertisement or solicitation with one link-layer address, its IPv6 header included (RFC 4861, section 4.4).
    @inlinable public static var neighbourDiscovery: UInt32 { 72 }

    /// The IP header of a family, without options.
    @inlinable
    public static func ip(_ family: IPFamily) -> UInt32 { family == .ipv4 ? ipv4 : ipv6 }

    /// What VXLAN adds to a native frame, and to an IP packet too: there the inner Ethernet header takes the place of
    /// the outer one.
    @inlinable
    public static func vxlan(over family: IPFamily) -> UInt32 { family == .ipv4 ? vxlanOverIPv4 : vxlanOverIPv6 }

    /// Preamble 8, FCS 4 and inter-frame gap 12: what a frame occupies on an Ethernet wire beyond itself.
    @inlinable public static var ethernetFraming: UInt32 { 24 }
    /// The least that a frame occupies on an Ethernet wire: 60 bytes of frame and the framing.
    @inlinable public static var ethernetMinimum: UInt32 { 84 }
}

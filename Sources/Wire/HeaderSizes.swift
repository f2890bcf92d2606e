/// Sizes of the headers that travel, in bytes.
public enum HeaderSize {
    /// Ethernet II without FCS.
    @inlinable public static var ethernet: UInt32 { 14 }
    @inlinable public static var ipv4: UInt32 { 20 }
    @inlinable public static var udp: UInt32 { 8 }
    /// RFC 7348, section 5.
    @inlinable public static var vxlan: UInt32 { 8 }
    /// A VLAN tag (IEEE 802.1Q).
    @inlinable public static var vlanTag: UInt32 { 4 }
    /// ARP over Ethernet and IPv4 (RFC 826).
    @inlinable public static var arp: UInt32 { 28 }
    /// What VXLAN over IPv4 adds to a native frame: outer Ethernet, IPv4, UDP, VXLAN (RFC 7348; REQ-5-09).
    @inlinable public static var vxlanOverIPv4: UInt32 { ethernet + ipv4 + udp + vxlan }
    /// Preamble 8, FCS 4 and inter-frame gap 12: what a frame occupies on an Ethernet wire beyond itself.
    @inlinable public static var ethernetFraming: UInt32 { 24 }
    /// The least that a frame occupies on an Ethernet wire: 60 bytes of frame and the framing.
    @inlinable public static var ethernetMinimum: UInt32 { 84 }
}

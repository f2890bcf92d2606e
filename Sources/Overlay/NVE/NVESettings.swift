public import Kernel
import Wire

/// What all NVEs of a run share.
public struct NVESettings: Sendable {
    /// Where the NVA is reached.
    public enum Authority: Hashable, Sendable {
        case host(NodeID)
        /// Over an ideal channel with this delay.
        case outOfBand(Duration)
    }

    /// From the tenant's IP packet to the frame on the underlay: inner Ethernet and the tunnel's headers.
    public let encapsulatedExtraBytes: UInt32
    public let authority: Authority
    /// How long a redirect entry lives.
    public let redirectTimer: Duration

    public init(encapsulation: OverlayConfiguration.Encapsulation, authority: Authority, redirectTimer: Duration) {
        switch encapsulation {
        case .vxlan: encapsulatedExtraBytes = HeaderSize.ethernet + HeaderSize.vxlanOverIPv4
        }
        self.authority = authority
        self.redirectTimer = redirectTimer
    }
}

public import Kernel

/// What carries a VM's state to its new host.
public enum StateChannel: Hashable, Sendable {
    /// Nothing else uses it: the procedure itself knows how long everything takes.
    case ideal(IdealChannel)
    /// The links that tenants use too: whoever runs them says when the state is there.
    ///
    /// - Parameter compression: what is left of state when it is sent.
    case underlay(compression: Ratio)

    var compression: Ratio {
        switch self {
        case .ideal(let channel): channel.compression
        case .underlay(let compression): compression
        }
    }

    /// Of a channel of its own; nil = only the transfer itself will show it.
    var rate: BitRate? {
        guard case .ideal(let channel) = self else { return nil }
        if channel.compression == .whole || channel.rate.isUnlimited { return channel.rate }
        // State per second: nothing is compressed to nothing.
        let bits = UInt128(channel.rate.bitsPerSecond) * 1_000_000_000 / UInt128(channel.compression.billionths)
        return BitRate(bitsPerSecond: UInt64(min(bits, UInt128(UInt64.max))))
    }
}

extension Ratio {
    /// All of it.
    public static let whole = Ratio(billionths: 1_000_000_000)

    /// This share of so many bytes, rounded up.
    public func of(_ bytes: UInt64) -> UInt64 {
        UInt64((UInt128(bytes) * UInt128(billionths) + 999_999_999) / 1_000_000_000)
    }
}

/// A channel of its own for state, shared with nothing: exact times for closed forms.
public struct IdealChannel: Hashable, Sendable {
    public var rate: BitRate
    /// From the last byte sent to its arrival.
    public var latency: Duration
    /// What is left of state when it is sent.
    public var compression: Ratio

    public init(rate: BitRate, latency: Duration = .zero, compression: Ratio = .whole) {
        self.rate = rate
        self.latency = latency
        self.compression = compression
    }

    /// From the first byte of so much state sent to the last one's arrival.
    public func time(of bytes: UInt64) -> Duration { rate.wireTime(bytes: compression.of(bytes)) + latency }
}

public import Kernel

/// What carries a VM's state to its new host.
public enum StateChannel: Hashable, Sendable {
    /// Nothing else uses it: the procedure itself knows how long everything takes.
    case ideal(IdealChannel)
    /// The links that tenants use too: whoever runs them says when the state is there.
    case underlay

    /// Of a channel of its own; nil = only the transfer itself will show it.
    var rate: BitRate? {
        if case .ideal(let channel) = self { channel.rate } else { nil }
    }
}

/// A channel of its own for state, shared with nothing: exact times for closed forms.
public struct IdealChannel: Hashable, Sendable {
    public var rate: BitRate
    /// From the last byte sent to its arrival.
    public var latency: Duration

    public init(rate: BitRate, latency: Duration = .zero) {
        self.rate = rate
        self.latency = latency
    }

    /// From the first byte sent to the last one's arrival.
    public func time(of bytes: UInt64) -> Duration { rate.wireTime(bytes: bytes) + latency }
}

/// A way in or out of a node.
public struct Port: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }

    /// A host's link into the underlay.
    @inlinable public static var underlay: Port { Port(0) }
    /// The side of a host on which its VMs are (virtual access points).
    @inlinable public static var tenant: Port { Port(1) }
    /// The node's own buffer.
    @inlinable public static var buffer: Port { Port(2) }
}

/// What a node does with a packet that it was given.
@frozen
public enum Outcome: Hashable, Sendable {
    /// It leaves through a port.
    case send(Port)
    /// It reaches the VM; its life ends.
    case deliver(VMID)
    /// It is lost; its life ends.
    case drop(LossCause)
    /// The node keeps its handle.
    case held
}

/// How a packet that a node has held goes on.
@frozen
public enum Release: Hashable, Sendable {
    /// It reaches the VM.
    case deliver(VMID)
    case drop(LossCause)
    /// The node handles it again, from its own buffer, as soon as the wire is free.
    case forward
}

/// What a node is told besides packets.
public enum Input: Sendable {
    case message(Message, from: Party)
    case timer(TimerKey)
}

/// A named timer: whose it is, what for, and a number that its owner understands.
public struct TimerKey: Hashable, Sendable {
    public enum Purpose: UInt8, Sendable {
        /// The NVA has finished handling a message.
        case serviceDone
        /// The NVA has a reply ready.
        case nextReply
        /// The NVA may send the next push.
        case nextPush
        /// A redirect entry runs out.
        case redirectExpiry
        /// A query or a registration has stayed without an answer.
        case queryTimeout
        case registrationTimeout
        /// A held query gets a negative answer.
        case holdTimeout
        /// A mapping reaches its expiry.
        case mappingExpiry
        /// A packet has waited as long as it may.
        case bufferExpiry
        /// The old NVE notices that a VM has left.
        case detection
        /// The next invalidation may leave.
        case nextInvalidation
        /// A VM announces itself.
        case announce
        /// A VM's question for a neighbour's MAC address has stayed without an answer.
        case neighbourTimeout
        /// The primary of a failover says hello.
        case hello
        /// Its detector has heard nothing for so long.
        case helloTimeout
        /// Its secondary is ready to run.
        case takeover
        /// A deregistration has stayed without an answer.
        case deregistrationTimeout
        /// What a hypervisor said to the NVE in its switch has.
        case associationTimeout
    }

    public var owner: Party
    public var purpose: Purpose
    public var token: UInt32
    /// How often its owner had failed when it was armed: a timer from before a failure is dead.
    public var epoch: UInt32

    public init(owner: Party, purpose: Purpose, token: UInt32, epoch: UInt32 = 0) {
        self.owner = owner
        self.purpose = purpose
        self.token = token
        self.epoch = epoch
    }
}

/// What a node asks of the world besides the outcome for the packet in hand; applied in the order stated.
public enum Effect: Sendable {
    /// Send a message to another host as a packet through the underlay.
    case originate(Message, from: NodeID, to: NodeID)
    /// Go on with a packet that the node has held.
    case release(PacketHandle, Release, at: NodeID)
    /// The timer is to run out then.
    case arm(TimerHandle, Instant)
    /// Say something without a packet: within a host, or over an ideal channel with a fixed delay.
    case tell(Party, Message, from: Party, after: Duration)
    case record(Fact)
}

/// The world as a node sees it: timers to arm, and a list of what it asks for.
///
/// Packets are not in it, so that a record can be `inout` beside it.
public struct Context {
    /// The preallocated list of effects, with a count of its own: clearing it costs nothing.
    public private(set) var outbox: ContiguousArray<Effect>
    /// Number of valid entries of `outbox`. The loop looks at them only when it is not zero.
    public private(set) var effectCount = 0
    public var timers = TimerTable()
    /// Draws by purpose: every draw names the stream it comes from.
    public let random: RandomSource

    public init(random: RandomSource) {
        self.random = random
        outbox = []
        outbox.reserveCapacity(64)
    }

    /// Asks for an effect.
    public mutating func ask(_ effect: Effect) {
        if effectCount < outbox.count { outbox[effectCount] = effect } else { outbox.append(effect) }
        effectCount += 1
    }

    public mutating func record(_ fact: Fact) { ask(.record(fact)) }

    /// Arms a timer and returns the handle by which it can be disarmed.
    @discardableResult
    public mutating func arm(_ key: TimerKey, at instant: Instant) -> TimerHandle {
        let handle = timers.add(key)
        ask(.arm(handle, instant))
        return handle
    }

    /// Stops a timer; without effect when it has run out already.
    public mutating func disarm(_ handle: TimerHandle) { timers.cancel(handle) }

    /// Empties the outbox; the loop calls it when all effects are applied.
    public mutating func clear() { effectCount = 0 }
}

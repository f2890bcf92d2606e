public import Kernel

/// Section `redirect:` — what the old NVE does with packets that still come for a VM that has left.
public struct RedirectConfiguration: Hashable, Sendable {
    public enum Learn: String, CaseIterable, Sendable {
        /// It never learns the new place: such packets are lost.
        case none
        /// It asks the NVA when the first such packet comes (REQ-4.2-18).
        case query
        /// A push of the NVA tells it.
        case nvaPush = "nva-push"
        /// The VM manager installs the new place when the VM detaches.
        case preinstalled
        /// The NVA names the new place in its request to move the VM, before the VM detaches (OLD-5-01).
        case moveRequest = "move-request"
    }

    public enum OnExpiry: String, CaseIterable, Sendable {
        /// Packets after the end of the entry are lost with cause `redirect-expired`.
        case drop
        /// The next packet after it makes the old NVE ask the NVA.
        case requery
    }

    /// What ends an entry (DEC-08).
    public enum Stop: String, CaseIterable, Sendable {
        case timer
        /// No packet came for the time `idle`.
        case idle
        case firstOf = "first-of"
    }

    public var learn = Learn.none
    /// How long the entry lives, from the later of installation and detach.
    public var timer = Duration.seconds(30)
    public var idle = Duration.seconds(1)
    public var stop = Stop.timer
    public var onExpiry = OnExpiry.drop
    public var buffer = BufferConfiguration()

    public init() {}
}

/// `buffer:` — where packets wait for a VM that is on its way (DEC-07).
public struct BufferConfiguration: Hashable, Sendable {
    public enum Place: String, CaseIterable, Sendable {
        case none
        /// At the old NVE, until it knows the new place.
        case old
        /// At the new NVE, until the VM is there.
        case new
    }

    public var at = Place.none
    /// The most packets that wait for one VM at one NVE; more are lost with cause `buffer-overflow`.
    public var limit: UInt32 = 1_000
    /// The most packets that wait at one NVE for all VMs together; nil = only `limit` counts.
    public var nveLimit: UInt32?
    /// The longest that a packet waits, nil = without limit; then it is lost with cause `buffer-expired`.
    public var lifetime: Duration?

    public init() {}
}

/// Section `invalidate:` — who tells other NVEs that a VM has left its NVE (REQ-4.2-16, REQ-4.2-24).
public struct InvalidateConfiguration: Hashable, Sendable {
    public enum By: String, CaseIterable, Sendable {
        case none
        case oldNVE = "old-nve"
        /// The VM manager, which sits with the NVA.
        case vmManager = "vm-manager"
        case both
    }

    public var by = By.none
    public var targets = NVAConfiguration.PushTargets.all
    /// From the detach until the old NVE (or the VM manager) knows of it.
    public var detectDelay = Duration.zero
    /// Between two messages.
    public var spacing = Duration.zero

    public init() {}
}

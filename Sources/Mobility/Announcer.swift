public import Kernel

/// A VM that runs again without having been moved, or that takes over, makes itself known to its NVE as one that has
/// been moved does (REQ-4.2-05, REQ-4.2-20).
public struct Announcer: Sendable {
    public let record: MappingRecord
    private let announcement: AnnounceConfiguration
    private var announced = 0

    /// - Parameters:
    ///   - record: the VM as it attached.
    ///   - announcement: its kind is decided for the VM's family.
    public init(_ record: MappingRecord, _ announcement: AnnounceConfiguration) {
        self.record = record
        self.announcement = announcement
    }

    /// When it announces first, or nil for never.
    public func first(after attached: Instant) -> Instant? {
        announcement.kind == .none ? nil : attached + announcement.delay
    }

    /// The VM announces itself, if it runs where it attached. The answer is when to announce next, or nil for no more.
    public mutating func announce(present: MappingRecord?, now: Instant, in context: inout Context) -> Instant? {
        announced += 1
        if let present, present.port == record.port, present.sequence == record.sequence {
            for address in record.addresses {
                // The hypervisor has told the NVE which addresses belong together.
                let own = address == record.address ? record : record.alone(address)
                let message: Message =
                    announcement.kind == .na ? .neighbourAdvertisement(own) : .gratuitousARP(own)
                context.ask(.tell(.nve(record.locator), message, from: .vm(record.vm), after: .zero))
            }
        }
        return announced < announcement.count ? now + announcement.interval : nil
    }
}

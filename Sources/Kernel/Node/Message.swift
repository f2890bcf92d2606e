import Wire

/// One entry of the NVA's directory, as it travels: VM address, VM MAC, NVE address, version (REQ-4.2-07, REQ-4.2-23).
public struct MappingRecord: Hashable, Sendable {
    public var network: NetworkID
    /// The VM whose addresses these are.
    public var vm: VMID
    /// (VNI, MAC): what Layer 2 forwards on.
    public var hardware: EndpointID
    /// (VNI, IP): what neighbour tables resolve.
    public var address: EndpointID
    /// Further addresses of the VM, which go with it: so many endpoints from this one on (REQ-3-02).
    public var further = EndpointID.none
    public var furtherCount: UInt32 = 0
    /// The NVE that serves the VM.
    public var locator: NodeID
    /// The host behind which that NVE has the VM: of no meaning to anybody else.
    public var port: NodeID
    /// Grows with each attachment of the VM; an older record never overwrites a newer one (DER-06).
    public var sequence: UInt32
    /// The move that made it: for the account of messages.
    public var move: MoveID

    /// - Parameter port: nil where NVEs are in the hosts: then the locator is the host.
    public init(
        network: NetworkID, vm: VMID, hardware: EndpointID, address: EndpointID, locator: NodeID,
        port: NodeID? = nil, sequence: UInt32, move: MoveID
    ) {
        self.network = network
        self.vm = vm
        self.hardware = hardware
        self.address = address
        self.locator = locator
        self.port = port ?? locator
        self.sequence = sequence
        self.move = move
    }
}

extension MappingRecord {
    /// How many IP addresses it maps.
    @inlinable public var addressCount: UInt32 { furtherCount &+ 1 }

    /// The endpoints of all IP addresses that it maps.
    public var addresses: [EndpointID] {
        [address] + (0..<furtherCount).map { EndpointID(further.index + $0) }
    }

    /// The same for one of the addresses only.
    public func alone(_ address: EndpointID) -> MappingRecord {
        var record = self
        record.address = address
        (record.further, record.furtherCount) = (.none, 0)
        return record
    }
}

/// How the old NVE learns where a VM goes when it leaves.
public struct Departure: Hashable, Sendable {
    public var record: MappingRecord
    /// The new place, when the VM manager installs it at the detach; else `.none`.
    public var redirectTo: NodeID
    public init(record: MappingRecord, redirectTo: NodeID) {
        self.record = record
        self.redirectTo = redirectTo
    }
}

/// Everything that actors say to each other: over the underlay, over an ideal channel, or within one host.
public enum Message: Hashable, Sendable {
    /// Hypervisor to NVE: the VM is attached here from now on.
    case attach(MappingRecord)
    /// Hypervisor to NVE: the VM has left.
    case detach(Departure)
    /// Hypervisor to NVE: the VM does not run for a while, but stays.
    case pause(MappingRecord)
    case resume(MappingRecord)
    /// Hypervisor to NVE: the VM has failed.
    case halt(MappingRecord)
    /// Hypervisor to an NVE that has failed and works again: the VM is here, and the NVA must be told.
    case restore(MappingRecord)
    /// Hypervisor to the NVE in its switch, over the host's link: attach, as VDP says it (RFC 8394).
    case associate(MappingRecord)
    /// The same for a detach.
    case deassociate(Departure)
    /// The NVE to that hypervisor: it has that. Only where messages may be lost.
    case associateReply(MappingRecord)
    /// The same about a de-associate.
    case deassociateReply(MappingRecord)
    /// VM manager to the new NVE: the VM will come here.
    case expect(MappingRecord)
    /// VM manager to new NVE: the VM stays where it was; packets that wait for it are lost (DER-10).
    case unexpect(MappingRecord)
    /// VM manager to the new NVE: register the VM now; its state follows (REQ-6-02).
    case prepare(MappingRecord)
    /// VM manager to NVA: a VM with these resources is wanted (OLD-8.1-02).
    case onboardRequest(MappingRecord)
    /// The NVA's answers: they are there, or not (OLD-8.1-03).
    case onboardAcknowledgement(MappingRecord)
    case onboardRefusal(MappingRecord)
    /// VM manager to NVA: they will be used so; and the NVA's answer to that (OLD-8.1-04).
    case onboardConfirmation(MappingRecord)
    case onboardApproval(MappingRecord)
    /// VM manager to NVA: the VM runs at the place that was named to it before (REQ-7-11).
    case activation(MappingRecord)
    /// VM to its NVE: gratuitous ARP request (REQ-4.2-05).
    case gratuitousARP(MappingRecord)
    /// VM to its NVE: unsolicited neighbour advertisement (REQ-4.2-20).
    case neighbourAdvertisement(MappingRecord)
    /// VM to its NVE: who has this address (DER-18)? The record names the address alone.
    case arpRequest(MappingRecord)
    case neighbourSolicitation(MappingRecord)
    /// NVE to its VM, in the place of the one that was asked for. (In IPv6: a neighbour advertisement.)
    case arpReply(MappingRecord)
    /// NVE to NVA: VM Mobility Registration Request (REQ-4.2-07, REQ-6-01).
    case registration(MappingRecord)
    /// NVA to NVE: VM Mobility Registration Reply.
    case registrationReply(MappingRecord)
    /// Old NVE to NVA: the VM has left here; nothing is known of its new place (DEC-06).
    case deregistration(MappingRecord)
    /// NVA to the old NVE: it has that. Only where messages may be lost.
    case deregistrationReply(MappingRecord)
    /// NVE to NVA: where is the VM? The record names the address that is asked for, and as locator the asker.
    case query(MappingRecord)
    /// NVA to NVE: the VM is there.
    case answer(MappingRecord)
    /// NVA to NVE: the VM is on its way; an answer will come without asking again.
    case pending(MappingRecord)
    /// NVA to NVE: no such VM.
    case negative(MappingRecord)
    /// NVA to NVE: the mapping has changed (REQ-4.4-06).
    case push(MappingRecord)
    /// The primary of a failover to its detector: it is alive (RFC 5880).
    case hello(MappingRecord)
    /// NVA to NVE: the directory is lost; register your VMs anew. The record names the NVA's place as locator.
    case resynchronise(MappingRecord)
    /// NVA to NVE: the NVA works from another place now, which the record names as locator.
    case takeover(MappingRecord)
    /// Old NVE or VM manager to other NVEs: the VM has left the place of this record (REQ-4.2-16).
    case invalidate(MappingRecord)
    /// VM manager to NVA: let the NVEs know that the VM has left (REQ-4.2-24).
    case invalidationRequest(MappingRecord)
    /// VM manager to NVA, NVA to old NVE, old NVE to VM manager: the VM is to move there (OLD-5-01).
    case moveRequest(Departure)

    /// Bytes of its UDP payload; those that carry mappings grow with the VM's addresses.
    public var payloadBytes: UInt32 {
        switch kind {
        case .registration, .deregistration, .answer, .push:
            kind.payloadBytes + record.furtherCount * MessageKind.mappingBytes
        default: kind.payloadBytes
        }
    }

    public var kind: MessageKind {
        switch self {
        case .attach: .attach
        case .detach: .detach
        case .pause: .pause
        case .resume: .resume
        case .halt: .halt
        case .restore: .restore
        case .associate: .associate
        case .deassociate: .deassociate
        case .expect: .expect
        case .prepare: .prepare
        case .activation: .activation
        case .unexpect: .unexpect
        case .gratuitousARP: .gratuitousARP
        case .neighbourAdvertisement: .neighbourAdvertisement
        case .arpRequest: .arpRequest
        case .neighbourSolicitation: .neighbourSolicitation
        case .arpReply: .arpReply
        case .registration: .registration
        case .registrationReply: .registrationReply
        case .deregistration: .deregistration
        case .deregistrationReply: .deregistrationReply
        case .associateReply: .associateReply
        case .deassociateReply: .deassociateReply
        case .onboardRequest: .onboardRequest
        case .onboardAcknowledgement: .onboardAcknowledgement
        case .onboardRefusal: .onboardRefusal
        case .onboardConfirmation: .onboardConfirmation
        case .onboardApproval: .onboardApproval
        case .query: .query
        case .answer: .answer
        case .pending: .pending
        case .negative: .negative
        case .push: .push
        case .resynchronise: .resynchronise
        case .takeover: .takeover
        case .hello: .hello
        case .invalidate: .invalidate
        case .invalidationRequest: .invalidationRequest
        case .moveRequest: .moveRequest
        }
    }

    public var record: MappingRecord {
        switch self {
        case .attach(let record), .pause(let record), .resume(let record), .halt(let record), .restore(let record),
            .resynchronise(let record), .takeover(let record), .hello(let record), .expect(let record),
            .unexpect(let record), .prepare(let record), .activation(let record),
            .gratuitousARP(let record), .neighbourAdvertisement(let record), .arpRequest(let record),
            .neighbourSolicitation(let record), .arpReply(let record), .registration(let record),
            .registrationReply(let record), .deregistration(let record), .deregistrationReply(let record),
            .associateReply(let record), .deassociateReply(let record), .query(let record), .answer(let record),
            .pending(let record), .negative(let record), .push(let record), .invalidate(let record),
            .invalidationRequest(let record), .associate(let record), .onboardRequest(let record),
            .onboardAcknowledgement(let record), .onboardRefusal(let record), .onboardConfirmation(let record),
            .onboardApproval(let record):
            record
        case .detach(let departure), .moveRequest(let departure), .deassociate(let departure): departure.record
        }
    }
}

public enum MessageKind: UInt8, CaseIterable, Sendable {
    case attach, detach, pause, resume, expect, unexpect, gratuitousARP, neighbourAdvertisement, arpRequest,
        neighbourSolicitation, arpReply
    case registration, registrationReply, deregistration
    case query, answer, pending, negative, push, invalidate, invalidationRequest, moveRequest
    case associate, deassociate
    case halt, restore, resynchronise, takeover, hello
    case deregistrationReply, associateReply, prepare, activation, deassociateReply
    case onboardRequest, onboardAcknowledgement, onboardRefusal, onboardConfirmation, onboardApproval

    /// The name in files.
    public var name: String {
        switch self {
        case .attach: "attach"
        case .detach: "detach"
        case .pause: "pause"
        case .resume: "resume"
        case .expect: "expect"
        case .prepare: "prepare"
        case .activation: "activation"
        case .unexpect: "unexpect"
        case .gratuitousARP: "gratuitous-arp"
        case .neighbourAdvertisement: "neighbour-advertisement"
        case .arpRequest: "arp-request"
        case .neighbourSolicitation: "neighbour-solicitation"
        case .arpReply: "arp-reply"
        case .registration: "registration"
        case .registrationReply: "registration-reply"
        case .deregistration: "deregistration"
        case .deregistrationReply: "deregistration-reply"
        case .associateReply: "associate-reply"
        case .deassociateReply: "de-associate-reply"
        case .onboardRequest: "onboard-request"
        case .onboardAcknowledgement: "onboard-acknowledgement"
        case .onboardRefusal: "onboard-refusal"
        case .onboardConfirmation: "onboard-confirmation"
        case .onboardApproval: "onboard-approval"
        case .query: "query"
        case .answer: "answer"
        case .pending: "pending"
        case .negative: "negative"
        case .push: "push"
        case .invalidate: "invalidate"
        case .invalidationRequest: "invalidation-request"
        case .moveRequest: "move-request"
        case .halt: "halt"
        case .restore: "restore"
        case .resynchronise: "resynchronise"
        case .takeover: "takeover"
        case .hello: "hello"
        case .associate: "associate"
        case .deassociate: "de-associate"
        }
    }

    /// Bytes of the UDP payload for messages that travel between hosts (a choice of ours: no draft defines them).
    /// A mapping takes 64 bytes, and a push has a 16-byte header: this is for one mapping. Messages within a host have
    /// no size.
    public var payloadBytes: UInt32 {
        switch self {
        case .registration, .deregistration, .answer, .associate, .deassociate: Self.mappingBytes
        case .registrationReply, .deregistrationReply, .associateReply, .deassociateReply, .query, .pending, .negative,
            .invalidate,
            .resynchronise, .takeover:
            32
        case .push: 16 + Self.mappingBytes
        case .onboardRequest, .onboardConfirmation: 256
        case .onboardAcknowledgement, .onboardRefusal, .onboardApproval: 128
        case .hello: 24
        case .moveRequest: 48
        case .attach, .detach, .pause, .resume, .halt, .restore, .expect, .unexpect, .prepare, .activation,
            .gratuitousARP, .neighbourAdvertisement, .arpRequest, .neighbourSolicitation, .arpReply,
            .invalidationRequest:
            0
        }
    }

    static let mappingBytes: UInt32 = 64

    /// Bytes of the frame in which a VM says or hears it, without FCS; 0 for what no VM does.
    public var tenantFrameBytes: UInt32 {
        switch self {
        case .gratuitousARP, .arpRequest, .arpReply: HeaderSize.ethernet + HeaderSize.arp
        case .neighbourAdvertisement, .neighbourSolicitation: HeaderSize.ethernet + HeaderSize.neighbourDiscovery
        default: 0
        }
    }

    /// Whether results count it: what hypervisor and VM manager say within a host is no message of the drafts.
    public var isCounted: Bool {
        switch self {
        case .attach, .detach, .pause, .resume, .halt, .restore, .expect, .unexpect, .prepare, .activation,
            .invalidationRequest:
            false
        case .gratuitousARP, .neighbourAdvertisement, .arpRequest, .neighbourSolicitation, .arpReply, .registration,
            .registrationReply, .deregistration, .deregistrationReply, .associateReply, .deassociateReply, .query,
            .answer, .pending,
            .negative, .push, .invalidate,
            .moveRequest, .associate, .deassociate, .resynchronise, .takeover, .hello, .onboardRequest,
            .onboardAcknowledgement, .onboardRefusal, .onboardConfirmation, .onboardApproval:
            true
        }
    }
}

/// Who sends or receives a message.
public enum Party: Hashable, Sendable {
    case nve(NodeID)
    /// The hypervisor of a host, where the NVE is not in it.
    case hypervisor(NodeID)
    case nva
    case vmManager
    case vm(VMID)
    /// Who watches over the primary of a failover, by the failover's place.
    case detector(UInt32)
}

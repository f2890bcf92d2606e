import Kernel
import Overlay

/// The VM that moves, and its correspondent.
let web = VMID(7 as UInt32)
let client = VMID(3 as UInt32)

/// A directory entry for a VM behind an NVE.
func entry(_ vm: VMID, at nve: Int, sequence: UInt32 = 0) -> MappingRecord {
    MappingRecord(
        network: NetworkID(0 as UInt32), vm: vm, hardware: Endpoints.hardware(of: vm),
        address: Endpoints.address(of: vm), locator: NodeID(nve), sequence: sequence, move: .none)
}

/// 1000 bytes of IP from one VM to another.
func packet(from source: VMID = client, to destination: VMID = web) -> PacketRecord {
    var packet = PacketRecord(
        sentAt: .zero, flow: FlowID(0 as UInt32), serial: 5, source: Endpoints.hardware(of: source),
        destination: Endpoints.hardware(of: destination), innerBytes: 1_000, frameBytes: 1_014)
    packet.entropy = 0xdead_beef
    return packet
}

/// The same, as it comes out of a tunnel.
func encapsulated(from nve: Int, to other: Int = 1, destination: VMID = web) -> PacketRecord {
    var packet = packet(to: destination)
    packet.outerSource = NodeID(nve)
    packet.outerDestination = NodeID(other)
    packet.frameBytes = 1_064
    packet.segments = 1
    packet.links = 4
    return packet
}

/// What a scenario says about NVEs and NVA.
struct Rules {
    var nve = NVEConfiguration()
    var redirect = RedirectConfiguration()
    var invalidate = InvalidateConfiguration()
    var nva = NVAConfiguration()
    /// Where the NVA is reached.
    var authority = NVESettings.Authority.outOfBand(.zero)
    /// Hosts of the NVA's replicas.
    var replicas: [NodeID] = []
    /// Messages may be lost.
    var confirms = false
    /// Whom an old NVE tells that a VM of network 0 has left.
    var invalidationTargets = [1, 2, 3, 5]
    /// Nothing is asked for again from then on.
    var ageingEnd = Instant.never
    /// How long the NVA takes a communicating NVE to remember; nil = for ever.
    var memory: Duration?

    /// A quiet old NVE, for what is not about queries: it asks nothing, tells nobody of a departure, and its redirect
    /// entries live 10 ms.
    static var quiet: Rules {
        var rules = Rules()
        rules.nve.miss = .drop
        rules.nva.onDetach = .keep
        rules.redirect.timer = .milliseconds(10)
        return rules
    }

    var settings: NVESettings {
        NVESettings(
            encapsulation: .vxlan, authority: authority, nve: nve, redirect: redirect, invalidate: invalidate,
            nva: nva, invalidationTargets: [invalidationTargets.map { NodeID($0) }], ageingEnd: ageingEnd,
            replicas: replicas, confirms: confirms)
    }
}

/// An NVA with VMs 0, 1, 2 of network 0 behind NVE 2, 20 us for each request and 2 us between pushes. NVEs 1, 2, 3, 5
/// are members of the network; there are NVEs 0 to 9.
func authority(_ change: (inout Rules) -> Void = { _ in }) -> Dialogue<NVA> {
    var rules = Rules()
    change(&rules)
    let audience = Audience(
        all: (0..<10).map { NodeID($0 as Int) }, members: [[1, 2, 3, 5].map { NodeID($0 as Int) }], tracksVMs: 3,
        memory: rules.memory)
    return Dialogue(
        NVA(
            settings: NVASettings(
                place: rules.authority, nva: rules.nva, invalidate: rules.invalidate, confirms: rules.confirms),
            directory: ContiguousArray((0..<3).map { entry(VMID($0 as Int), at: 2) }), audience: audience))
}

/// NVE 1, quiet, with an NVA out of band unless the test says otherwise.
func edge(
    authority: NVESettings.Authority = .outOfBand(.zero), _ change: (inout Rules) -> Void = { _ in }
) -> Dialogue<NVE> {
    var rules = Rules.quiet
    rules.authority = authority
    change(&rules)
    return Dialogue(NVE(node: NodeID(1), settings: rules.settings))
}

extension Message {
    /// The VM leaves NVE 1, where it had that sequence number.
    static func leave(_ vm: VMID, sequence: UInt32 = 0, redirectTo nve: Int? = nil) -> Message {
        .detach(
            Departure(
                record: entry(vm, at: 1, sequence: sequence), redirectTo: nve.map { NodeID($0) } ?? NodeID.none))
    }
}
